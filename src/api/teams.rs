//! What the account has for its people to be in: teams and Marketo workspaces.

use api_types::{
    List, Team, TeamId, TeamMembersChange, TeamMembersChanged, TeamName, User, UserQuery, Workspace, paths,
};
use gloo_net::http::Method;

use super::{Call, Failure, get, query};

/// The account's teams, `Everyone` first.
pub(crate) async fn teams() -> Result<Vec<Team>, Failure> {
    get::<List<Team>>(paths::TEAMS).await.map(|list| list.items)
}

/// Makes a team. The same key with the same name makes it once.
pub(crate) async fn create(name: String, key: String) -> Result<Team, Failure> {
    Call::post(paths::TEAMS).idempotency_key(key).json(&TeamName { name }).fetch().await
}

pub(crate) async fn rename(id: &TeamId, name: String) -> Result<Team, Failure> {
    Call::new(Method::PATCH, paths::team(id)).json(&TeamName { name }).fetch().await
}

/// Deletes a team; its members stay.
pub(crate) async fn delete(id: &TeamId) -> Result<(), Failure> {
    Call::new(Method::DELETE, paths::team(id)).done().await
}

/// A page of those in a team.
pub(crate) async fn members(id: &TeamId, wanted: &UserQuery) -> Result<List<User>, Failure> {
    get(query(&paths::team_members(id), wanted)).await
}

/// Puts people into a team and takes others out, all or none.
pub(crate) async fn change_members(
    id: &TeamId,
    change: &TeamMembersChange,
) -> Result<TeamMembersChanged, Failure> {
    Call::post(paths::team_members(id)).json(change).fetch().await
}

pub(crate) async fn workspaces() -> Result<Vec<Workspace>, Failure> {
    get::<List<Workspace>>(paths::WORKSPACES).await.map(|list| list.items)
}
