//! The profile of the signed-in user.

use api_types::{Me, OwnMarketo, PasswordChange, Profile, ProfileChange, paths};
use gloo_net::http::Method;

use super::{Call, Failure, get};

pub(crate) async fn profile() -> Result<Profile, Failure> {
    get(paths::PROFILE).await
}

pub(crate) async fn change(change: &ProfileChange) -> Result<Me, Failure> {
    Call::new(Method::PATCH, paths::PROFILE).json(change).fetch().await
}

/// The state of the account's Marketo connection for this user.
pub(crate) async fn marketo() -> Result<OwnMarketo, Failure> {
    get(paths::PROFILE_MARKETO).await
}

/// Changes the password. All other sessions of the user end.
pub(crate) async fn change_password(change: &PasswordChange) -> Result<(), Failure> {
    Call::new(Method::PUT, paths::PROFILE_PASSWORD).json(change).done().await
}
