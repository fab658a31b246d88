//! The account's settings.

use api_types::{
    Account, AccountChange, ColumnMapping, FactorRule, List, LoginManagement, WithoutSalesforce, paths,
};
use gloo_net::http::Method;

use super::{Call, Edition, Failure, get};

/// The addresses known to the account, as read by `roster::AddressKeys`; `None` if the `known` edition is still
/// current.
pub(crate) async fn address_keys(known: Option<&str>) -> Result<Option<Edition>, Failure> {
    Call::new(Method::GET, paths::ADDRESS_KEYS).fetch_edition(known).await
}

/// The mappings of columns that the account's administrators have chosen, the latest first.
pub(crate) async fn column_mappings() -> Result<List<ColumnMapping>, Failure> {
    get(paths::COLUMN_MAPPINGS).await
}

/// Keeps one for everybody of the account.
pub(crate) async fn keep_column_mapping(chosen: &ColumnMapping) -> Result<(), Failure> {
    Call::new(Method::PUT, paths::COLUMN_MAPPINGS).json(chosen).done().await
}

/// Whom Salesforce has not let in so far.
pub(crate) async fn without_salesforce() -> Result<WithoutSalesforce, Failure> {
    get(paths::WITHOUT_SALESFORCE).await
}

/// Changes how people sign in, provided that the settings are still those of this version.
pub(crate) async fn change_login_management(to: LoginManagement, version: u32) -> Result<Account, Failure> {
    change(AccountChange { login_management: Some(to), ..AccountChange::default() }, version).await
}

/// Changes who must have a second factor, provided that the settings are still those of this version.
pub(crate) async fn change_factor_rule(to: FactorRule, version: u32) -> Result<Account, Failure> {
    change(AccountChange { factor_rule: Some(to), ..AccountChange::default() }, version).await
}

async fn change(change: AccountChange, version: u32) -> Result<Account, Failure> {
    Call::new(Method::PATCH, paths::ACCOUNT).of_version(version).json(&change).fetch().await
}
