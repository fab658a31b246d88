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
