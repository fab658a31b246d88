//! The account's settings.

use api_types::{Account, AccountChange, LoginManagement, paths};
use gloo_net::http::Method;

use super::{Call, Edition, Failure};

/// The addresses known to the account, as read by `roster::AddressKeys`; `None` if the `known` edition is still
/// current.
pub(crate) async fn address_keys(known: Option<&str>) -> Result<Option<Edition>, Failure> {
    Call::new(Method::GET, paths::ADDRESS_KEYS).fetch_edition(known).await
}

/// Changes how people sign in.
pub(crate) async fn change_login_management(to: LoginManagement) -> Result<Account, Failure> {
    let change = AccountChange { login_management: to };
    Call::new(Method::PATCH, paths::ACCOUNT).json(&change).fetch().await
}
