//! The check-list of the set-up in Salesforce.

use api_types::{ChecklistItemId, SalesforceSetup, Tick, paths};
use gloo_net::http::Method;

use super::{Call, Failure, get};

pub(crate) async fn read() -> Result<SalesforceSetup, Failure> {
    get(paths::SALESFORCE_SETUP).await
}

/// Marks an item as done by hand, or as not done.
pub(crate) async fn tick(id: ChecklistItemId, tick: &Tick) -> Result<SalesforceSetup, Failure> {
    Call::new(Method::PUT, paths::checklist_item(id)).json(tick).fetch().await
}

/// Checks the connected org now.
pub(crate) async fn check() -> Result<SalesforceSetup, Failure> {
    Call::post(paths::SALESFORCE_SETUP_CHECK).fetch().await
}
