use serde::{Deserialize, Serialize};

use crate::{ConnectionCheck, Person, Timestamp};

/// Where users sign in to Salesforce.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum SalesforceEnvironment {
    /// An org in production.
    Salesforce,
    Sandbox,
    /// The org's own host, for example `acme.my.salesforce.com`.
    MyDomain(String),
}

/// The connections of an account to Salesforce: each person has their own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SalesforceConnections {
    /// The caller's connection.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub own: Option<SalesforceConnection>,
    /// Those of other administrators; empty for a caller who is not an administrator.
    #[serde(default)]
    pub others: Vec<SalesforceConnection>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SalesforceConnection {
    /// The owner of the connection.
    pub owner: Person,
    pub environment: SalesforceEnvironment,
    pub org_id: String,
    pub org_name: String,
    /// The org's URL, for links into it.
    pub instance_url: String,
    /// The user at Salesforce.
    pub username: String,
    pub scopes: Vec<String>,
    pub connected_at: Timestamp,
    pub last_check: ConnectionCheck,
}

/// The settings of what is written back to Salesforce.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SalesforceSyncSettings {
    pub email_activity: EmailActivity,
    /// The address that mails are copied to under [`EmailActivity::Bcc`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bcc_address: Option<String>,
    pub tasks: TaskSync,
    /// Grows with every change; sent back so that no concurrent change is lost.
    pub version: u32,
}

/// How e-mail activity reaches Salesforce.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum EmailActivity {
    #[default]
    NotLogged,
    SalesforceApi,
    /// E-mail to Salesforce.
    Bcc,
}

/// Whether tasks and reminders become Salesforce tasks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum TaskSync {
    #[default]
    DoNotSync,
    Sync,
}
