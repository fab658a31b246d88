use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// How many people were invited and how many accepted on each of the last 30 days of UTC, today included, the oldest
/// first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InvitationsByDay {
    pub days: Vec<InvitationDay>,
}

/// The number of days.
pub const INVITATION_DAYS: usize = 30;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InvitationDay {
    /// When the day begins.
    pub begins_at: Timestamp,
    /// People who were invited.
    pub invited: u32,
    /// People who accepted, whenever they were invited.
    pub accepted: u32,
}
