//! The setup guide and its prerequisites.

use api_types::{PrerequisiteId, SetupGuide, Tick, paths};
use gloo_net::http::Method;

use super::{Call, Failure, get};

pub(crate) async fn read() -> Result<SetupGuide, Failure> {
    get(paths::SETUP_GUIDE).await
}

/// The guide, after Salesforce was checked again.
pub(crate) async fn check() -> Result<SetupGuide, Failure> {
    Call::post(paths::SETUP_GUIDE_CHECK).fetch().await
}

/// Marks a prerequisite as met, or as not met.
pub(crate) async fn tick(id: PrerequisiteId, ticked: bool) -> Result<SetupGuide, Failure> {
    Call::new(Method::PUT, paths::prerequisite(id)).json(&Tick { ticked, ..Tick::default() }).fetch().await
}
