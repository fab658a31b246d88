//! Forgotten passwords.

use api_types::{PasswordReset, PasswordResetRequest, paths};
use gloo_net::http::Method;

use super::{Call, Failure};

/// Requests a mail with a link.
pub(crate) async fn ask(request: &PasswordResetRequest) -> Result<(), Failure> {
    Call::post(paths::PASSWORD_RESETS).json(request).opens_session().done().await
}

/// Sets a new password with the token of that link. All sessions of the user end.
pub(crate) async fn set(reset: &PasswordReset) -> Result<(), Failure> {
    Call::new(Method::PUT, paths::PASSWORD_RESETS).json(reset).opens_session().done().await
}
