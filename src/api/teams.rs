//! What the account has for its people to be in: teams and Marketo workspaces.

use api_types::{List, Team, Workspace, paths};

use super::{Failure, get};

/// The account's teams, `Everyone` among them.
pub(crate) async fn teams() -> Result<Vec<Team>, Failure> {
    get::<List<Team>>(paths::TEAMS).await.map(|list| list.items)
}

pub(crate) async fn workspaces() -> Result<Vec<Workspace>, Failure> {
    get::<List<Workspace>>(paths::WORKSPACES).await.map(|list| list.items)
}
