use serde::{Deserialize, Serialize};

use crate::{ConnectionCheck, Person, Timestamp, UserId, UserStatus};

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
    /// The address that mails are copied to if `email_activity` is `bcc`.
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

/// An active user of the connected org, who can be invited.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SalesforcePerson {
    /// The user's id in the org.
    pub id: String,
    pub first_name: String,
    pub last_name: String,
    /// The address as the org has it.
    pub email: String,
    /// Whether that, or that [without `.invalid`](SalesforcePeopleQuery::without_invalid), is an address to which an invitation can be sent.
    pub email_valid: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
    /// The user's place in the org's hierarchy of roles.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// Whether the user has the permission set of the package.
    pub permission_set: bool,
    /// The person with that address in this account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub member: Option<KnownMember>,
}

/// A person of this account, found by their address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct KnownMember {
    pub id: UserId,
    pub status: UserStatus,
}

/// The filters and the page of the people in the org. All but `not_invited` are applied by the org.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
pub struct SalesforcePeopleQuery {
    /// Part of the name or address, in any letter case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub search: Option<String>,
    /// The name of a profile.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
    /// Only those with the permission set of the package, or only those without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permission_set: Option<bool>,
    /// Leaves out members, and people whose invitation can still be accepted. `total` counts them all the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_invited: Option<bool>,
    /// What is known of people is known of their addresses without the `.invalid` that Salesforce puts after them in a copy
    /// of an org.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub without_invalid: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// How many people a page has at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// The address that was changed in a copy of an org, where Salesforce puts `.invalid` after addresses so that nobody gets
/// mail from it; `None` for one that was not.
pub fn before_copy(email: &str) -> Option<&str> {
    const ENDING: &str = ".invalid";
    let email = email.trim();
    let (before, ending) = email.split_at_checked(email.len().checked_sub(ENDING.len())?)?;
    (ending.eq_ignore_ascii_case(ENDING) && before.contains('@')).then_some(before)
}

/// A profile of the connected org.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SalesforceProfile {
    pub name: String,
}

#[cfg(test)]
mod tests {
    use super::before_copy;

    #[test]
    fn u21_only_what_a_copy_of_an_org_adds_is_taken_off() {
        assert_eq!(before_copy("ana@corp.example.invalid"), Some("ana@corp.example"));
        assert_eq!(before_copy(" Ana@Corp.example.INVALID "), Some("Ana@Corp.example"));
        for own in ["ana@corp.example", "ana@invalid", "ana.invalid", ".invalid", "", "é", "a@b.cinvalid"] {
            assert_eq!(before_copy(own), None, "{own}");
        }
    }
}
