//! The Integration Information of the account.

use api_types::{Integration, RevealedSecret, SecretReveal, paths};

use super::{Call, Failure, get};

/// The credentials without their secret.
pub(crate) async fn find() -> Result<Integration, Failure> {
    get(paths::INTEGRATION).await
}

/// The Client Secret. Without a password it is returned only within a few minutes after one was confirmed.
pub(crate) async fn reveal(reveal: &SecretReveal) -> Result<RevealedSecret, Failure> {
    Call::post(paths::INTEGRATION_REVEAL).secret_json(reveal).fetch().await
}
