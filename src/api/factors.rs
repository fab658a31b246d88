//! Second factors: passkeys, the authenticator app, recovery codes.

use api_types::{
    AppCode, AppSecret, Ceremony, Factors, NewPasskey, PasskeyAdded, PasskeyId, RecoveryCodes, UserId, paths,
};
use gloo_net::http::Method;

use super::{Call, Failure, get};

/// Those of the user.
pub(crate) async fn own() -> Result<Factors, Failure> {
    get(paths::FACTORS).await
}

/// Those of another person, for administrators.
pub(crate) async fn of(user: &UserId) -> Result<Factors, Failure> {
    get(paths::user_factors(user)).await
}

/// Removes all of another person's.
pub(crate) async fn reset(user: &UserId) -> Result<(), Failure> {
    Call::new(Method::DELETE, paths::user_factors(user)).done().await
}

/// Begins the making of a passkey.
pub(crate) async fn begin_passkey() -> Result<Ceremony, Failure> {
    Call::post(paths::PASSKEY_CEREMONY).fetch().await
}

pub(crate) async fn add_passkey(new: &NewPasskey) -> Result<PasskeyAdded, Failure> {
    Call::post(paths::PASSKEYS).json(new).fetch().await
}

pub(crate) async fn remove_passkey(id: &PasskeyId) -> Result<(), Failure> {
    Call::new(Method::DELETE, paths::passkey(id)).done().await
}

/// Makes the secret of an authenticator app. It counts once a code has confirmed it.
pub(crate) async fn begin_app() -> Result<AppSecret, Failure> {
    Call::post(paths::AUTHENTICATOR_APP).fetch().await
}

/// Confirms the secret by a code. A wrong one is a failure with a field.
pub(crate) async fn add_app(code: String) -> Result<RecoveryCodes, Failure> {
    Call::new(Method::PUT, paths::AUTHENTICATOR_APP).secret_json(&AppCode { code }).fetch().await
}

pub(crate) async fn remove_app() -> Result<(), Failure> {
    Call::new(Method::DELETE, paths::AUTHENTICATOR_APP).done().await
}

/// Makes recovery codes in place of the earlier ones.
pub(crate) async fn make_codes() -> Result<RecoveryCodes, Failure> {
    Call::post(paths::RECOVERY_CODES).fetch().await
}
