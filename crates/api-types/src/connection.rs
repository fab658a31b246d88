use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantArray};

use crate::{Timestamp, UserId};

/// A person of the account, as shown beside what they did or own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Person {
    pub id: UserId,
    /// First and last name; empty if the person has given neither.
    pub name: String,
    pub email: String,
}

/// A person by name: the present one, or the one of then beside something done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PersonName {
    /// First and last name, or the address of a person who has given neither. Where the command line did it, the name of its key
    /// follows in brackets.
    pub name: String,
    /// Absent once the person was removed, or if it is not known who it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<UserId>,
}

/// The time and result of the last check of a connection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ConnectionCheck {
    pub at: Timestamp,
    /// Absent if the check succeeded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<ConnectionFailure>,
}

impl ConnectionCheck {
    pub fn passed(&self) -> bool {
        self.failure.is_none()
    }
}

/// Why a connection to Salesforce or Marketo could not be made, or no longer works.
/// The app has a message and a fix for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, IntoStaticStr, VariantArray)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum ConnectionFailure {
    /// The person denied access at the provider.
    AccessDenied,
    /// The window was closed before the end.
    Closed,
    /// The person took longer than the flow is valid.
    FlowExpired,
    /// The provider sent the browser back too late, or twice, with the same code.
    CodeExpired,
    /// The app is blocked in the org, or not approved there.
    AppBlocked,
    /// The app is an External Client App of another org: its distribution is *Local*.
    CrossOrg,
    /// The login address does not know the app.
    AppNotFound,
    /// The app's policies do not let the person in.
    AppAccess,
    /// The app lacks a scope that is asked for.
    ScopeMissing,
    /// The person's profile lacks the permission "API Enabled".
    ApiNotEnabled,
    /// The org only accepts sign-ins on its own domain, or the sandbox was not converted.
    RestrictedDomain,
    /// The org only accepts sign-ins from listed IP addresses.
    IpRestricted,
    InactiveUser,
    InactiveOrganization,
    /// The org is being maintained.
    Maintenance,
    /// Access was withdrawn or has run out; connecting again helps.
    ExpiredAccess,
    /// The org's daily requests are used up.
    RequestLimitExceeded,
    /// The host that the provider named is not allowed by the configuration.
    HostNotAllowed,
    /// The Salesforce user is another person, or was not invited.
    OtherPerson,
    /// Client ID and Client Secret are not accepted.
    CredentialsRejected,
    /// The Marketo API user may not read people, or its instance does not accept the server's IP address.
    PermissionMissing,
    /// The Marketo API user may not read activities.
    ActivityPermissionMissing,
    /// The Marketo API user of the operator may not read users.
    UserPermissionMissing,
    /// The provider no longer serves the version of its API that is used.
    ApiRetired,
    /// The provider does not answer.
    Unreachable,
    /// The provider's answer does not match its documentation, or this version does not know the failure.
    #[serde(other)]
    Unexpected,
}
