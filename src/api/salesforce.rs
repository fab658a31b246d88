//! Connections to Salesforce, and what is written back over them.

use api_types::{SalesforceConnections, SalesforceSyncSettings, paths};
use gloo_net::http::Method;

use super::{Call, Failure, get};

pub(crate) async fn connections() -> Result<SalesforceConnections, Failure> {
    get(paths::SALESFORCE).await
}

/// Checks the user's own connection now.
pub(crate) async fn check() -> Result<SalesforceConnections, Failure> {
    Call::post(paths::SALESFORCE_CHECK).fetch().await
}

/// Ends the user's own connection, here and at Salesforce.
pub(crate) async fn disconnect() -> Result<(), Failure> {
    Call::new(Method::DELETE, paths::SALESFORCE).done().await
}

pub(crate) async fn sync_settings() -> Result<SalesforceSyncSettings, Failure> {
    get(paths::SALESFORCE_SYNC_SETTINGS).await
}

/// Changes the settings, provided that they have not changed since `settings.version` was read.
pub(crate) async fn change_sync_settings(
    settings: &SalesforceSyncSettings,
) -> Result<SalesforceSyncSettings, Failure> {
    Call::new(Method::PUT, paths::SALESFORCE_SYNC_SETTINGS).json(settings).fetch().await
}
