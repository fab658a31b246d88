//! The account's settings.

use api_types::{Account, AccountChange, LoginManagement, paths};
use gloo_net::http::Method;

use super::{Call, Failure};

/// Changes how people sign in.
pub(crate) async fn change_login_management(to: LoginManagement) -> Result<Account, Failure> {
    let change = AccountChange { login_management: to };
    Call::new(Method::PATCH, paths::ACCOUNT).json(&change).fetch().await
}
