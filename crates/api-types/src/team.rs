use serde::{Deserialize, Serialize};

use crate::{TeamId, UserId, WorkspaceId};

/// A team of the account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Team {
    pub id: TeamId,
    pub name: String,
    /// True for `Everyone`, which holds every member and cannot be changed.
    pub everyone: bool,
    pub members: u32,
}

/// The name of a new team, or a new name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TeamName {
    pub name: String,
}

/// Who joins and who leaves a team; at most [`crate::limits::TEAM_MEMBERS_PER_CHANGE`] together.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TeamMembersChange {
    #[serde(default)]
    pub add: Vec<UserId>,
    #[serde(default)]
    pub remove: Vec<UserId>,
}

/// What came of a [`TeamMembersChange`]. Sent the other way round, `joined` and `left` take it back exactly.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TeamMembersChanged {
    pub team: Team,
    /// Who is in the team now and was not before.
    pub joined: Vec<UserId>,
    /// Who was in the team and is no longer.
    pub left: Vec<UserId>,
}

impl TeamMembersChanged {
    /// The change that takes this one back; `None` where nothing was changed.
    pub fn undo(&self) -> Option<TeamMembersChange> {
        let change = TeamMembersChange { add: self.left.clone(), remove: self.joined.clone() };
        (change != TeamMembersChange::default()).then_some(change)
    }
}

/// A Marketo workspace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Workspace {
    pub id: WorkspaceId,
    pub name: String,
    /// True for the one that is used when none is named.
    pub default: bool,
}
