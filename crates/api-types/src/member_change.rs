//! Changes of members by a file, as a batch that lives on the server: a reload, another tab or a restart loses nothing.
//!
//! The rows are added in chunks. Each is judged by the present values and stored with its verdict, the values before and after,
//! and the person's id; an open batch changes nothing, and is deleted after a day unless it is applied. Applying judges each row
//! again by the same function and changes what still may be changed. Undoing puts a value back if it still is what the batch
//! made it.

use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantArray};

use crate::{
    CancelCode, MemberChangeBatchId, MemberUndoCounts, MemberVerdictCounts, Protection, Timestamp, UserId,
    UserStatus,
};
use people::Role;

/// Opens a batch of changes of members. Rows follow in chunks and are compared with the account; nothing changes before
/// the batch is applied.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewMemberChangeBatch {
    pub action: MemberAction,
    /// The name of the file, to tell batches apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file_name: Option<String>,
    /// How many rows will be added; applying fails until they are there.
    pub expected_rows: u32,
}

/// What a batch does to each of its members.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, IntoStaticStr, VariantArray,
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum MemberAction {
    /// Gives them the row's role, teams and workspace.
    #[default]
    Update,
    Deactivate,
    Reactivate,
}

/// Up to 1,000 rows of a batch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MemberChangeChunk {
    /// Counts the chunks of the batch from 0. Chunks come in order.
    pub index: u32,
    pub rows: Vec<NewMemberChange>,
}

/// One person of a file. What is left out stays as it is; a batch that deactivates or reactivates looks at the address
/// alone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewMemberChange {
    /// The row's number in its file, unique in the batch.
    pub row: u32,
    pub email: String,
    /// A role's name in any of the product's languages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// Names of all teams that the person is to be in, in any letter case. `Everyone` goes without saying.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub teams: Option<Vec<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workspace: Option<String>,
}

/// The verdict on each row of a chunk, in the order of the request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MemberChangeChunkResult {
    pub index: u32,
    pub rows: Vec<MemberChange>,
}

/// A row of a batch: what changes from what to what, or why nothing does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MemberChange {
    pub row: u32,
    pub email: String,
    pub first_name: String,
    pub last_name: String,
    pub verdict: MemberVerdict,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<MemberChangeCode>,
    /// For developers: the address rule, or the name that is unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// The values that change, as they are, or were before the batch was applied.
    pub before: MemberValues,
    /// The same values as they will be, or became.
    pub after: MemberValues,
    /// Whether it was carried out.
    pub applied: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undo: Option<MemberUndo>,
    /// Why undoing left something as it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undo_code: Option<MemberChangeCode>,
}

/// Those of a member's values that change.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MemberValues {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// Without `Everyone`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub teams: Option<Vec<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workspace: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<UserStatus>,
}

impl MemberValues {
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// The verdict on a row. While the batch runs each row is judged again; without changes by others the verdict is the
/// same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, IntoStaticStr, VariantArray)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum MemberVerdict {
    /// Something changes.
    Change,
    /// The person has all those values already.
    Unchanged,
    /// No member has the address.
    NotMember,
    /// The person may not be demoted or deactivated; the code says why.
    NotAllowed,
    /// An earlier row of the batch has the same address.
    Duplicate,
    /// No seat is left for a person to be reactivated.
    OverSeats,
    Error,
}

/// Why a row changes nothing, or undoing left something as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, IntoStaticStr, VariantArray)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
#[non_exhaustive]
pub enum MemberChangeCode {
    /// The address breaks a rule; `detail` names the rule.
    AddressInvalid,
    UnknownRole,
    /// The role is higher than the API key gives, through which the rows were compared or applied.
    RoleBeyondKey,
    UnknownTeam,
    UnknownWorkspace,
    /// The person is invited, and has not accepted.
    Invited,
    Yourself,
    LastAdmin,
    OriginalUser,
    MarketoOwner,
    /// Somebody has changed the value since the batch was applied.
    ChangedSince,
    /// The person was removed.
    Removed,
    SeatsExhausted,
    #[serde(other)]
    Other,
}

impl From<Protection> for MemberChangeCode {
    fn from(protection: Protection) -> Self {
        match protection {
            Protection::Yourself => Self::Yourself,
            Protection::LastAdmin => Self::LastAdmin,
            Protection::OriginalUser => Self::OriginalUser,
            Protection::MarketoOwner => Self::MarketoOwner,
        }
    }
}

/// What undoing did to a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, IntoStaticStr, VariantArray)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum MemberUndo {
    /// The values of before are back.
    Restored,
    /// Some are; the others were changed since.
    Partly,
    /// Nothing was put back.
    Left,
}

/// A batch of changes and its progress. Its `ETag` changes with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MemberChangeBatch {
    pub id: MemberChangeBatchId,
    pub action: MemberAction,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file_name: Option<String>,
    pub state: MemberChangeState,
    pub expected_rows: u32,
    /// The index of the next chunk that the server expects.
    pub next_chunk: u32,
    pub verdicts: MemberVerdictCounts,
    /// How many rows are dealt with, of those that are to be applied or undone.
    pub done: u32,
    pub total: u32,
    /// How many members were changed.
    pub applied: u32,
    pub undone: MemberUndoCounts,
    pub created_at: Timestamp,
    /// Who opened it, by name or address.
    pub created_by: String,
    /// The user; absent once that person is removed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_by_id: Option<UserId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub applied_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undone_at: Option<Timestamp>,
    /// Why the server has cancelled it; absent where a person has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cancel_code: Option<CancelCode>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, IntoStaticStr, VariantArray)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum MemberChangeState {
    /// Accepts chunks, and shows what would change. Nothing has changed.
    Open,
    /// The changes are being carried out; this continues by itself, across restarts of the server.
    Applying,
    /// All of them were.
    Applied,
    /// Was stopped; what had been changed stays changed.
    Cancelled,
    Undoing,
    Undone,
}

impl MemberChangeBatch {
    /// Whether all its rows were compared.
    pub fn is_compared(&self) -> bool {
        self.verdicts.total() == self.expected_rows
    }

    /// Whether the server is at work on it.
    pub fn is_moving(&self) -> bool {
        matches!(self.state, MemberChangeState::Applying | MemberChangeState::Undoing)
    }

    /// Whether there is something to undo.
    pub fn can_be_undone(&self) -> bool {
        matches!(self.state, MemberChangeState::Applied | MemberChangeState::Cancelled) && self.applied > 0
    }
}

/// Which rows of a batch to list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
pub struct MemberChangeQuery {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verdict: Option<MemberVerdict>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undo: Option<MemberUndo>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}
