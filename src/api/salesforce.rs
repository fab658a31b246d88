//! Connections to Salesforce, what is written back over them, and who works in the connected org.

use api_types::{
    List, SalesforceConnections, SalesforcePeopleQuery, SalesforcePerson, SalesforceProfile,
    SalesforceSyncSettings, paths,
};
use gloo_net::http::Method;

use super::query::query;
use super::{Call, Failure, get};

pub(crate) async fn connections() -> Result<SalesforceConnections, Failure> {
    get(paths::SALESFORCE).await
}

/// Checks the user's own connection now.
pub(crate) async fn check() -> Result<SalesforceConnections, Failure> {
    Call::post(paths::SALESFORCE_CHECK).fetch().await
}

/// Ends the user's own connection, here and at Salesforce.
pub(crate) async fn disconnect() -> Result<(), Failure> {
    Call::new(Method::DELETE, paths::SALESFORCE).done().await
}

pub(crate) async fn sync_settings() -> Result<SalesforceSyncSettings, Failure> {
    get(paths::SALESFORCE_SYNC_SETTINGS).await
}

/// Changes the settings, provided that they have not changed since `settings.version` was read.
pub(crate) async fn change_sync_settings(
    settings: &SalesforceSyncSettings,
) -> Result<SalesforceSyncSettings, Failure> {
    Call::new(Method::PUT, paths::SALESFORCE_SYNC_SETTINGS).json(settings).fetch().await
}

/// A page of the people in the connected org.
pub(crate) async fn people(wanted: &SalesforcePeopleQuery) -> Result<List<SalesforcePerson>, Failure> {
    get(&query(paths::SALESFORCE_PEOPLE, wanted)).await
}

/// The profiles that they can have.
pub(crate) async fn profiles() -> Result<Vec<SalesforceProfile>, Failure> {
    let profiles: List<SalesforceProfile> = get(paths::SALESFORCE_PROFILES).await?;
    Ok(profiles.items)
}
