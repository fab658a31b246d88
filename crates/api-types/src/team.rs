use serde::{Deserialize, Serialize};

use crate::{TeamId, UserId, WorkspaceId};

/// The name of the team of all users, on the wire and where files name it.
pub const EVERYONE: &str = "Everyone";

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

/// The people to add to a team and to remove from it; at most 1,000 together.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TeamMembersChange {
    #[serde(default)]
    pub add: Vec<UserId>,
    #[serde(default)]
    pub remove: Vec<UserId>,
}

/// The effect of a change of a team. With `joined` and `left` exchanged, it undoes the change exactly.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TeamMembersChanged {
    pub team: Team,
    /// People who are in the team now and were not before.
    pub joined: Vec<UserId>,
    /// People who were in the team and no longer are.
    pub left: Vec<UserId>,
}

impl TeamMembersChanged {
    /// The change that undoes this one; `None` if nothing was changed.
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
    /// True for the workspace that is used when none is named.
    pub default: bool,
}
