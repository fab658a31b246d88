//! The identity of a user at Salesforce.

use api_types::SalesforceEnvironment;
use serde::Deserialize;
use url::Url;

use super::refusal::Refusal;
use super::rest;
use crate::db::salesforce::SalesforceIdentity;
use crate::platform::secrets::Secret;
use crate::state::App;

/// A user of an org, as the org describes them.
#[derive(Debug, Deserialize)]
pub(super) struct Identity {
    pub(super) user_id: String,
    pub(super) organization_id: String,
    #[serde(rename = "preferred_username")]
    pub(super) username: String,
    #[serde(default)]
    pub(super) email: String,
    /// Whether the user has verified the address; an administrator of an org can enter any.
    #[serde(default)]
    pub(super) email_verified: bool,
    #[serde(default)]
    pub(super) given_name: Option<String>,
    #[serde(default)]
    pub(super) family_name: Option<String>,
}

impl Identity {
    /// What stays the same and is never given to another: the ids of the org and of the user.
    pub(super) fn ids(&self) -> (&str, &str) {
        (&self.organization_id, &self.user_id)
    }

    /// As it is kept of a sign-in there.
    pub(super) fn at(&self, environment: SalesforceEnvironment) -> SalesforceIdentity {
        SalesforceIdentity {
            org_id: self.organization_id.clone(),
            user_id: self.user_id.clone(),
            environment,
        }
    }
}

/// The user to whom the access token belongs.
pub(super) async fn of(app: &App, instance: &Url, access: &Secret) -> Result<Identity, Refusal> {
    let url = instance.join("/services/oauth2/userinfo").map_err(|_| Refusal::host_not_allowed())?;
    rest::get(&app.http, url, access, None).await
}

#[cfg(test)]
mod tests {
    use super::*;

    /// In the form of the documentation, with values of our own.
    #[test]
    fn s2_a_user_is_read_as_documented() {
        let user: Identity = serde_json::from_str(
            r#"{"sub":"https://login.salesforce.com/id/00Dxx0000001gPLEAY/005xx000001SwiUAAS","user_id":"005xx000001SwiUAAS",
                "organization_id":"00Dxx0000001gPLEAY","preferred_username":"ana@northwind.example","nickname":"ana","name":"Ana Lopez",
                "email":"ana@northwind.example","email_verified":true,"given_name":null,"family_name":"Lopez","zoneinfo":"America/Los_Angeles",
                "photos":{"picture":"https://example.com/F","thumbnail":"https://example.com/T"},"profile":"https://example.com/005","picture":"https://example.com/F",
                "address":{"country":"us"},"urls":{"rest":"https://example.com/services/data/v{version}/"},"active":true,"user_type":"STANDARD",
                "language":"en_US","locale":"en_US","utcOffset":-28800000,"updated_at":"2026-11-01T18:46:42.000+0000","is_app_installed":true}"#,
        )
        .unwrap();
        assert_eq!(user.user_id, "005xx000001SwiUAAS");
        assert_eq!(user.organization_id, "00Dxx0000001gPLEAY");
        assert_eq!((user.username.as_str(), user.email_verified), ("ana@northwind.example", true));
        assert_eq!((user.given_name, user.family_name.as_deref()), (None, Some("Lopez")));
    }
}
