use serde::{Deserialize, Serialize};

use crate::{Timestamp, UserId};

/// Somebody of the account, as shown beside what they did or own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Person {
    pub id: UserId,
    /// First and last name; empty for somebody who has not given any.
    pub name: String,
    pub email: String,
}

/// When a connection was last tried, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ConnectionCheck {
    pub at: Timestamp,
    /// Absent when all is well.
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ConnectionFailure {
    /// The person said no at the provider.
    AccessDenied,
    /// The window was closed before the end.
    Closed,
    /// The person took longer than the flow lives.
    FlowExpired,
    /// The provider sent the browser back too late, or twice, with the same code.
    CodeExpired,
    /// The app is blocked in the org, or not approved there.
    AppBlocked,
    /// The person's profile lacks the permission "API Enabled".
    ApiNotEnabled,
    /// The org only takes sign-ins on its own domain, or the sandbox was not converted.
    RestrictedDomain,
    /// The org only takes sign-ins from listed addresses of the network.
    IpRestricted,
    InactiveUser,
    InactiveOrganization,
    /// The org is being maintained.
    Maintenance,
    /// Access was withdrawn or has run out; connecting again helps.
    ExpiredAccess,
    /// The org's daily requests are used up.
    RequestLimitExceeded,
    /// The host that the provider named is not one that the configuration allows.
    HostNotAllowed,
    /// The Salesforce user belongs to nobody who was invited, or to somebody else.
    OtherPerson,
    /// Client ID and Client Secret are not accepted.
    CredentialsRejected,
    /// The Marketo API user lacks a permission, or its instance an address of ours.
    PermissionMissing,
    /// The provider does not answer.
    Unreachable,
    /// The provider answered with something that is not in its documents.
    Unexpected,
}

impl ConnectionFailure {
    pub const ALL: [Self; 19] = [
        Self::AccessDenied,
        Self::Closed,
        Self::FlowExpired,
        Self::CodeExpired,
        Self::AppBlocked,
        Self::ApiNotEnabled,
        Self::RestrictedDomain,
        Self::IpRestricted,
        Self::InactiveUser,
        Self::InactiveOrganization,
        Self::Maintenance,
        Self::ExpiredAccess,
        Self::RequestLimitExceeded,
        Self::HostNotAllowed,
        Self::OtherPerson,
        Self::CredentialsRejected,
        Self::PermissionMissing,
        Self::Unreachable,
        Self::Unexpected,
    ];
}
