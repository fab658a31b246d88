//! Connections to Salesforce, what is written back over them, and who works in the connected org.

use api_types::{
    List, SalesforceConnections, SalesforcePeopleQuery, SalesforcePerson, SalesforceProfile,
    SalesforceSyncSettings, paths,
};
use gloo_net::http::Method;

use super::query::{query, rows_on_page};
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

/// Reads a query from the decoded parameters of an address; [`query()`] writes it.
pub(crate) fn read_people_query(parameter: impl Fn(&str) -> Option<String>) -> SalesforcePeopleQuery {
    let said = |name: &str| parameter(name).filter(|value| !value.trim().is_empty());
    let flag = |name: &str| said(name).and_then(|value| value.parse().ok());
    SalesforcePeopleQuery {
        search: said("search"),
        profile: said("profile"),
        permission_set: flag("permission_set"),
        not_invited: flag("not_invited"),
        without_invalid: flag("without_invalid"),
        cursor: said("cursor"),
        limit: rows_on_page(said("limit")),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    #[test]
    fn u21_a_query_survives_being_an_address() {
        let wanted = SalesforcePeopleQuery {
            search: Some("kim".into()),
            profile: Some("Sales".into()),
            permission_set: Some(false),
            not_invited: Some(true),
            without_invalid: Some(true),
            cursor: Some("abc.50".into()),
            limit: Some(25),
        };
        let address = query("", &wanted);
        let parameters: HashMap<&str, &str> =
            address.trim_start_matches('?').split('&').filter_map(|pair| pair.split_once('=')).collect();
        assert_eq!(read_people_query(|name| parameters.get(name).map(|&value| value.to_owned())), wanted);
        let garbled = |name: &str| Some(if name == "limit" { "0" } else { " " }.to_owned());
        assert_eq!(read_people_query(garbled), SalesforcePeopleQuery::default());
    }
}
