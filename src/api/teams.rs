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

/// How far a change of a team has come.
#[derive(Debug, PartialEq)]
pub(crate) struct MembersChanged {
    /// The effect of the requests that succeeded.
    pub(crate) effect: TeamMembersChanged,
    /// What was not reached, and why.
    pub(crate) unfinished: Option<(TeamMembersChange, Failure)>,
}

/// Adds people to a team and removes others, in as many requests as they are many. It ends with the first that fails, and
/// fails itself if that is the first of all.
pub(crate) async fn change_members(
    id: &TeamId,
    change: &TeamMembersChange,
) -> Result<MembersChanged, Failure> {
    in_parts(change, async |part| Call::post(paths::team_members(id)).json(part).fetch().await).await
}

async fn in_parts(
    change: &TeamMembersChange,
    send: impl AsyncFn(&TeamMembersChange) -> Result<TeamMembersChanged, Failure>,
) -> Result<MembersChanged, Failure> {
    let mut parts = parts(change);
    let mut effect = send(&parts.next().unwrap_or_default()).await?;
    while let Some(part) = parts.next() {
        match send(&part).await {
            Ok(TeamMembersChanged { team, joined, left }) => {
                effect.team = team;
                effect.joined.extend(joined);
                effect.left.extend(left);
            }
            Err(failure) => {
                let mut rest = part;
                for TeamMembersChange { add, remove } in parts {
                    rest.add.extend(add);
                    rest.remove.extend(remove);
                }
                return Ok(MembersChanged { effect, unfinished: Some((rest, failure)) });
            }
        }
    }
    Ok(MembersChanged { effect, unfinished: None })
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
    use std::cell::Cell;
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    use super::*;
    use crate::api::FailureKind;

    fn ids(numbers: std::ops::Range<usize>) -> Vec<UserId> {
        numbers.map(|number| UserId(number.to_string())).collect()
    }

    fn out_of_reach() -> Failure {
        Failure::without_response(FailureKind::Unreachable)
    }

    /// Changes a team that has only the first of the people to add; the first `succeed` requests succeed.
    fn changed(change: &TeamMembersChange, succeed: usize) -> Result<MembersChanged, Failure> {
        let sent = Cell::new(0);
        let send = async |part: &TeamMembersChange| {
            sent.set(sent.get() + 1);
            if sent.get() > succeed {
                return Err(out_of_reach());
            }
            let team = Team {
                id: TeamId("t".into()),
                name: "North".into(),
                everyone: false,
                members: sent.get() as u32,
            };
            let joined = part.add.iter().filter(|id| id.as_str() != "0").cloned().collect();
            Ok(TeamMembersChanged { team, joined, left: part.remove.clone() })
        };
        match pin!(in_parts(change, send)).poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(changed) => changed,
            Poll::Pending => unreachable!("nothing is waited for"),
        }
    }

    #[test]
    fn a_large_change_is_made_in_parts() {
        let change = TeamMembersChange { add: ids(0..2_001), remove: ids(5_000..5_001) };
        let sizes: Vec<_> = parts(&change).map(|part| (part.add.len(), part.remove.len())).collect();
        assert_eq!(sizes, [(1_000, 0), (1_000, 0), (1, 0), (0, 1)]);
        let MembersChanged { effect, unfinished } = changed(&change, 4).unwrap();
        assert_eq!((effect.joined, effect.left), (ids(1..2_001), ids(5_000..5_001)));
        assert_eq!((effect.team.members, unfinished), (4, None), "the team as the last request left it");
    }

    #[test]
    fn r8_what_a_change_did_before_a_failure_is_known_and_what_it_did_not() {
        let change = TeamMembersChange { add: ids(0..3_000), remove: ids(5_000..5_001) };
        let MembersChanged { effect, unfinished } = changed(&change, 1).unwrap();
        assert_eq!((effect.joined, effect.left), (ids(1..1_000), Vec::new()));
        let rest = TeamMembersChange { add: ids(1_000..3_000), remove: ids(5_000..5_001) };
        assert_eq!(unfinished, Some((rest, out_of_reach())));
    }

    #[test]
    fn r8_a_change_of_which_nothing_was_done_fails() {
        let change = TeamMembersChange { add: ids(0..3_000), remove: Vec::new() };
        assert_eq!(changed(&change, 0), Err(out_of_reach()));
    }
}
