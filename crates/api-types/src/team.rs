use serde::{Deserialize, Serialize};

use crate::{TeamId, WorkspaceId};

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

/// A Marketo workspace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Workspace {
    pub id: WorkspaceId,
    pub name: String,
    /// True for the one that is used when none is named.
    pub default: bool,
}
