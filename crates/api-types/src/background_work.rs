use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantArray};

use crate::{BatchId, BatchSource, MemberAction, MemberChangeBatchId, SyncRunId, Timestamp, UserId};

/// Which works to list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
pub struct WorkQuery {
    /// How many of those that have ended; 20 when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<u32>,
}

/// Work of the account in the background, whoever began it. Both lists have the latest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BackgroundWork {
    pub under_way: Vec<Work>,
    pub ended: Vec<Work>,
}

/// A batch of invitations, an update of members from a file that was applied, or a full sync.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Work {
    pub subject: WorkSubject,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file_name: Option<String>,
    pub state: WorkState,
    /// How far it is, in rows, emails, members or people.
    pub done: u64,
    /// Absent while it is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<u64>,
    /// Of those that are done, how many did not succeed, or may not have.
    pub trouble: u64,
    pub started_at: Timestamp,
    /// Absent while it is under way, and where it was not noted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
    /// Who began it, by name or address; absent for what the schedule began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_by: Option<String>,
    /// The user; absent once that person is removed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_by_id: Option<UserId>,
}

/// What a work is, and by which id it is found.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum WorkSubject {
    Invitations { id: BatchId, source: BatchSource },
    MemberChanges { id: MemberChangeBatchId, action: MemberAction },
    Sync { id: SyncRunId },
}

impl WorkSubject {
    pub fn id(&self) -> &str {
        match self {
            Self::Invitations { id, .. } => id.as_str(),
            Self::MemberChanges { id, .. } => id.as_str(),
            Self::Sync { id } => id.as_str(),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, IntoStaticStr, VariantArray)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum WorkState {
    /// Waits for rows from whoever began it. Nothing is done before all are there.
    Receiving,
    /// Waits for Marketo to make the export ready.
    Preparing,
    Running,
    /// Waits for the mail server, which fails at present.
    Waiting,
    Paused,
    /// Is being undone: invitations are revoked, or values put back.
    Undoing,
    Completed,
    Undone,
    Cancelled,
    /// Was to be done as a whole or not at all, and could not be.
    Refused,
    Failed,
}

impl WorkState {
    pub fn is_under_way(self) -> bool {
        matches!(
            self,
            Self::Receiving | Self::Preparing | Self::Running | Self::Waiting | Self::Paused | Self::Undoing
        )
    }

    /// Whether the server is at work on it.
    pub fn is_moving(self) -> bool {
        matches!(self, Self::Preparing | Self::Running | Self::Waiting | Self::Undoing)
    }
}
