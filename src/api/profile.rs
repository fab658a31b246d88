//! The profile of the person who is signed in.

use api_types::{Me, OwnMarketo, PasswordChange, Profile, ProfileChange, paths};
use gloo_net::http::Method;

use super::{Call, Failure, get};

pub(crate) async fn profile() -> Result<Profile, Failure> {
    get(paths::PROFILE).await
}

pub(crate) async fn change(change: &ProfileChange) -> Result<Me, Failure> {
    Call::new(Method::PATCH, paths::PROFILE).json(change).fetch().await
}

/// How the account's connection to Marketo stands for them.
pub(crate) async fn marketo() -> Result<OwnMarketo, Failure> {
    get(paths::PROFILE_MARKETO).await
}

/// Changes the password. Every other session of the person ends.
pub(crate) async fn change_password(change: &PasswordChange) -> Result<(), Failure> {
    Call::new(Method::PUT, paths::PROFILE_PASSWORD).json(change).done().await
}
