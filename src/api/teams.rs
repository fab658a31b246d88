//! Teams and Marketo workspaces of the account.

use api_types::{
    List, Team, TeamId, TeamMembersChange, TeamMembersChanged, TeamName, User, UserId, UserQuery, Workspace,
    limits, paths,
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

/// Adds people to a team and removes others, in as many requests as they are many. After a failure it can be repeated:
/// what was done is not done again.
pub(crate) async fn change_members(
    id: &TeamId,
    change: &TeamMembersChange,
) -> Result<TeamMembersChanged, Failure> {
    let (mut joined, mut left) = (Vec::new(), Vec::new());
    let mut parts = parts(change);
    loop {
        let part = parts.next().unwrap_or_default();
        let changed: TeamMembersChanged = Call::post(paths::team_members(id)).json(&part).fetch().await?;
        joined.extend(changed.joined);
        left.extend(changed.left);
        if parts.len() == 0 {
            return Ok(TeamMembersChanged { team: changed.team, joined, left });
        }
    }
}

/// A change in parts that the server takes.
fn parts(change: &TeamMembersChange) -> std::vec::IntoIter<TeamMembersChange> {
    let of = |ids: &[UserId]| {
        ids.chunks(limits::TEAM_MEMBERS_PER_CHANGE).map(<[UserId]>::to_vec).collect::<Vec<_>>()
    };
    let added = of(&change.add).into_iter().map(|add| TeamMembersChange { add, remove: Vec::new() });
    let removed = of(&change.remove).into_iter().map(|remove| TeamMembersChange { add: Vec::new(), remove });
    added.chain(removed).collect::<Vec<_>>().into_iter()
}

pub(crate) async fn workspaces() -> Result<Vec<Workspace>, Failure> {
    get::<List<Workspace>>(paths::WORKSPACES).await.map(|list| list.items)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_large_change_is_made_in_parts() {
        let ids = |count: usize| (0..count).map(|id| UserId(id.to_string())).collect::<Vec<_>>();
        let change = TeamMembersChange { add: ids(2_001), remove: ids(1) };
        let sizes: Vec<_> = parts(&change).map(|part| (part.add.len(), part.remove.len())).collect();
        assert_eq!(sizes, [(1_000, 0), (1_000, 0), (1, 0), (0, 1)]);
    }
}
