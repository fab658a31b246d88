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
    /// What became of its mail, as long as the mail is kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivery: Option<DeliveryStatus>,
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

/// What ends once a person is no active administrator any more, and what may end with it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EndsWithAccess {
    /// Valid API keys that they made.
    pub api_keys: u32,
    /// What they began that is under way, the latest first; no more than one page of a list has.
    pub work: Vec<EndingWork>,
    /// Pending invitations by which they make administrators.
    pub admin_invitations: u32,
    /// Their other pending invitations, which stay unless `end_invitations` of the handover ends them.
    pub user_invitations: u32,
}

/// A batch that stops once the person who has it sent, applied or undone is no active administrator any more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EndingWork {
    /// The id of the batch.
    pub id: BatchId,
    pub kind: EndingWorkKind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file_name: Option<String>,
    /// How many people are left.
    pub left: u32,
}

/// What is done to a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum EndingWorkKind {
    /// Its invitations are sent, for the first time or again.
    Invitations,
    /// Its changes of members are applied.
    MemberChanges,
    /// They are undone.
    Undo,
}

/// What becomes of the work and the invitations of an administrator who is about to be none any more.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Handover {
    /// Batches that the caller takes over, so that they go on: of the `work` of what ends. Those that have ended since are
    /// ignored.
    pub take_over: Vec<BatchId>,
    /// Whether their pending invitations of plain users end, too.
    pub end_invitations: bool,
}

/// The same in the query of a request without a body.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
pub struct HandoverQuery {
    /// Batches that the caller takes over, by their ids with commas between them.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub take_over: String,
    /// Whether the pending invitations of plain users end, too.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub end_invitations: bool,
}

impl From<HandoverQuery> for Handover {
    fn from(query: HandoverQuery) -> Self {
        let ids = query.take_over.split(',').filter(|id| !id.is_empty());
        Self {
            take_over: ids.map(|id| BatchId(id.to_owned())).collect(),
            end_invitations: query.end_invitations,
        }
    }
}

impl From<&Handover> for HandoverQuery {
    fn from(handover: &Handover) -> Self {
        let ids: Vec<&str> = handover.take_over.iter().map(BatchId::as_str).collect();
        Self { take_over: ids.join(","), end_invitations: handover.end_invitations }
    }
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
    /// Where an administrator becomes a user: what happens to their work and invitations.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handover: Option<Handover>,
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
