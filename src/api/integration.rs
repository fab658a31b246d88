//! The Integration Information of the account.

use api_types::{Integration, RevealedSecret, paths};

use super::{Call, Failure, get};

/// The credentials without their secret.
pub(crate) async fn find() -> Result<Integration, Failure> {
    get(paths::INTEGRATION).await
}

/// The Client Secret.
pub(crate) async fn reveal() -> Result<RevealedSecret, Failure> {
    Call::post(paths::INTEGRATION_REVEAL).fetch().await
}
