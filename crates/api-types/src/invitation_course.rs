use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// The course of invitations: the latest [`DAYS_OF_COURSE`] days of UTC, today included, the oldest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InvitationCourse {
    pub days: Vec<InvitationDay>,
}

pub const DAYS_OF_COURSE: usize = 30;

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
