//! Teams and Marketo workspaces of the account.

use api_types::{
    List, Team, TeamId, TeamMembersChange, TeamMembersChanged, TeamName, User, UserQuery, Workspace, paths,
};
use gloo_net::http::Method;

use super::{Call, Failure, get, query};

/// The account's teams, `Everyone` first.
pub(crate) async fn teams() -> Result<Vec<Team>, Failure> {
    get::<List<Team>>(paths::TEAMS).await.map(|list| list.items)
}

/// Creates a team. The same key with the same name creates it once.
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

/// A page of a team's members.
pub(crate) async fn members(id: &TeamId, wanted: &UserQuery) -> Result<List<User>, Failure> {
    get(query(&paths::team_members(id), wanted)).await
}

/// Adds people to a team and removes others, all or none.
pub(crate) async fn change_members(
    id: &TeamId,
    change: &TeamMembersChange,
) -> Result<TeamMembersChanged, Failure> {
    Call::post(paths::team_members(id)).json(change).fetch().await
}

pub(crate) async fn workspaces() -> Result<Vec<Workspace>, Failure> {
    get::<List<Workspace>>(paths::WORKSPACES).await.map(|list| list.items)
}
