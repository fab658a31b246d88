use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantArray};

use crate::{
    BatchId, BatchSource, DeliveryStatus, InvitationId, InvitationStatus, OwnMarketo, PersonName, Persona,
    RowCode, SalesforceConnection, TeamId, Timestamp, UserId, WorkspaceId,
};
use people::{Locale, Role};

/// A row of User Management: a member, or a person whose invitation is pending.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct User {
    pub id: UserId,
    /// As spelled when the person was invited.
    pub email: String,
    pub first_name: String,
    pub last_name: String,
    pub role: Role,
    /// Of an administrator; empty for other users.
    pub personas: Vec<Persona>,
    /// Names of the teams, `Everyone` first.
    pub teams: Vec<String>,
    pub workspace: String,
    pub status: UserStatus,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_sign_in_at: Option<Timestamp>,
    /// The latest invitation, for those who have not accepted it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invitation: Option<PendingInvitation>,
    /// Why the caller cannot remove, deactivate or demote this person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub protected: Option<Protection>,
    /// Grows with every change; sent back as `If-Match` so that no concurrent change is lost.
    pub version: u32,
}

/// An invitation that was not accepted yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PendingInvitation {
    pub id: InvitationId,
    pub sent_at: Timestamp,
    pub expires_at: Timestamp,
    pub language: Locale,
}

/// What the account keeps of one person besides the attributes shown in lists.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UserRecord {
    /// Since when the person is in the account: first invited, or its first administrator.
    pub created_at: Timestamp,
    /// The latest first, no more than one page of a list has.
    pub invitations: Vec<PastInvitation>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub salesforce: Option<SalesforceConnection>,
    pub marketo: OwnMarketo,
    pub ends: EndsWithAccess,
}

/// What ends once a person is no active administrator any more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EndsWithAccess {
    /// Valid API keys that they made.
    pub api_keys: u32,
    /// Batches of theirs that are being sent, applied or undone.
    pub batches: u32,
    /// Pending invitations by which they make administrators.
    pub admin_invitations: u32,
}

/// An invitation that a person got, whatever became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PastInvitation {
    pub id: InvitationId,
    pub batch_id: BatchId,
    pub source: BatchSource,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file_name: Option<String>,
    /// Who sent it.
    pub by: PersonName,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
    pub status: InvitationStatus,
    /// The delivery of the latest mail.
    pub delivery: DeliveryStatus,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<RowCode>,
}

/// The state of a person in the account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, IntoStaticStr, VariantArray)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum UserStatus {
    Invited,
    Active,
    Deactivated,
    /// Was invited and did not accept in time.
    Expired,
}

impl UserStatus {
    /// Whether somebody is a member, or may still accept an invitation: nobody else can be invited.
    pub const fn is_here(self) -> bool {
        !matches!(self, Self::Expired)
    }
}

/// People by status.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StatusCounts {
    pub invited: u64,
    pub active: u64,
    pub deactivated: u64,
    pub expired: u64,
}

impl StatusCounts {
    pub const fn total(&self) -> u64 {
        self.invited + self.active + self.deactivated + self.expired
    }

    pub const fn of(&self, status: UserStatus) -> u64 {
        match status {
            UserStatus::Invited => self.invited,
            UserStatus::Active => self.active,
            UserStatus::Deactivated => self.deactivated,
            UserStatus::Expired => self.expired,
        }
    }
}

/// Why a person cannot be removed, deactivated or demoted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, IntoStaticStr, VariantArray)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Protection {
    /// Users cannot remove themselves.
    Yourself,
    /// The account would be left without an active administrator.
    LastAdmin,
    /// The first invited person, on whom the data sync depends.
    OriginalUser,
    /// The owner of the account's connection to Marketo, until another administrator has connected.
    MarketoOwner,
}

/// Changes of a person; fields that are left out stay.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UserChange {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// All of them; only an administrator has any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub personas: Option<Vec<Persona>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
    /// One of the account's workspaces.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workspace: Option<WorkspaceId>,
}

/// The filters, order and page of a list of users.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
pub struct UserQuery {
    /// Part of the name or address, in any letter case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub search: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<UserStatus>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// A team whose members are wanted. A list of a team's members ignores it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team: Option<TeamId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sort: Option<UserSort>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<SortOrder>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// Items on a page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// The column by which User Management is sorted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum UserSort {
    #[default]
    Name,
    Email,
    Role,
    Status,
    LastSignIn,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum SortOrder {
    #[default]
    Ascending,
    Descending,
}
