//! The account's teams and workspaces, and what teams' members have become, in the audit log.

use std::collections::HashMap;

use api_types::{
    AuditAction, AuditField, ProblemCode, Team, TeamId, TeamMembersChange, TeamMembersChanged, TeamName,
    UserId, Workspace, limits,
};

use crate::db::users::UserRow;
use crate::db::{self, Conn, DbResult};
use crate::error::{ApiError, ApiResult};
use crate::services::audit::{self, Actor, Done, Subject};
use crate::services::deleted_teams;
use crate::services::names;
use crate::services::sessions::Caller;
use crate::state::App;

const MINUS: char = '\u{2212}';

/// The account's teams, `Everyone` first.
pub(crate) async fn list(app: &App, conn: &mut Conn) -> DbResult<Vec<Team>> {
    db::teams::list(conn, &app.account_id).await
}

pub(crate) async fn find(app: &App, conn: &mut Conn, id: &TeamId) -> ApiResult<Team> {
    db::teams::find(conn, &app.account_id, id).await?.ok_or_else(ApiError::not_found)
}

async fn find_changeable(app: &App, conn: &mut Conn, id: &TeamId) -> ApiResult<Team> {
    let team = find(app, conn, id).await?;
    if team.everyone { Err(ProblemCode::TeamFixed.into()) } else { Ok(team) }
}

/// Whether it is the team that has every member.
pub(crate) async fn is_everyone(app: &App, conn: &mut Conn, id: &TeamId) -> DbResult<bool> {
    db::teams::is_everyone(conn, &app.account_id, id).await
}

/// The account's Marketo workspaces, the default one first.
pub(crate) async fn workspaces(app: &App, conn: &mut Conn) -> DbResult<Vec<Workspace>> {
    db::teams::workspaces(conn, &app.account_id).await
}

/// The name of a request as it is stored.
pub(crate) fn check_name(name: &TeamName) -> ApiResult<String> {
    names::of_thing(&name.name, limits::TEAM_NAME_MAX)
}

/// Refuses a name that looks like that of a team other than `except`.
async fn require_free(app: &App, conn: &mut Conn, name: &str, except: Option<&TeamId>) -> ApiResult<()> {
    if names::looks_like_everyone(name) {
        return Err(ApiError::new(ProblemCode::NameTaken).in_field("name"));
    }
    let teams = db::teams::all_named(conn, &app.account_id).await?;
    let others = teams.iter().filter(|(id, _)| Some(id) != except);
    names::require_free(name, others.map(|(_, name)| name.as_str()))
}

/// Makes a team without members, by a name of [`check_name`].
pub(crate) async fn create(app: &App, conn: &mut Conn, caller: &Caller, name: &str) -> ApiResult<Team> {
    require_free(app, conn, name, None).await?;
    let allowed = db::accounts::only(conn).await?.ok_or(ProblemCode::NotFound)?.team_limit as usize;
    let limit = allowed.min(limits::TEAMS_MAX);
    // `Everyone` does not count.
    let teams = db::teams::named(conn, &app.account_id).await?.len();
    if teams >= limit {
        return Err(ApiError::new(ProblemCode::TeamsExhausted).limit("teams", limit as u64));
    }
    let id = db::teams::insert(conn, &app.account_id, name, false).await?;
    let changes = [audit::change(AuditField::TeamName, None, Some(name))];
    audit::by_caller(app, conn, caller, AuditAction::TeamCreated, Subject::from(name).changing(&changes))
        .await?;
    find(app, conn, &id).await
}

/// Renames a team, by a name of [`check_name`].
pub(crate) async fn rename(
    app: &App,
    conn: &mut Conn,
    caller: &Caller,
    id: &TeamId,
    name: &str,
) -> ApiResult<Team> {
    let before = find_changeable(app, conn, id).await?;
    if before.name != name {
        require_free(app, conn, name, Some(id)).await?;
        db::teams::rename(conn, id, name).await?;
        let subject = audit::renamed(&before.name, name);
        let changes = [audit::change(AuditField::TeamName, Some(&before.name), Some(name))];
        let subject = Subject::from(&subject).changing(&changes);
        audit::by_caller(app, conn, caller, AuditAction::TeamRenamed, subject).await?;
    }
    find(app, conn, id).await
}

/// Deletes a team. Its members stay. The memberships of a large one are left for the job [`super::deleted_teams`], which
/// must be woken once the transaction is committed.
pub(crate) async fn delete(app: &App, conn: &mut Conn, caller: &Caller, id: &TeamId) -> ApiResult<()> {
    let team = find_changeable(app, conn, id).await?;
    db::teams::delete(conn, &app.account_id, id).await?;
    db::teams::delete_memberships(conn, id, deleted_teams::FIRST).await?;
    let changes = [audit::change(AuditField::TeamName, Some(&team.name), None)];
    let subject = Subject::from(&team.name).changing(&changes);
    audit::by_caller(app, conn, caller, AuditAction::TeamDeleted, subject).await?;
    Ok(())
}

/// Refuses a change of more people than one request may name.
pub(crate) fn check_members(change: &TeamMembersChange) -> ApiResult<()> {
    if change.add.len() + change.remove.len() > limits::TEAM_MEMBERS_PER_CHANGE {
        let limit = limits::TEAM_MEMBERS_PER_CHANGE as u64;
        return Err(ApiError::new(ProblemCode::PayloadTooLarge).limit("team_members_per_change", limit));
    }
    Ok(())
}

/// Adds people to a team and removes others. People who were removed from the account meanwhile are ignored.
pub(crate) async fn change_members(
    app: &App,
    conn: &mut Conn,
    caller: &Caller,
    id: &TeamId,
    change: &TeamMembersChange,
) -> ApiResult<TeamMembersChanged> {
    let team = find_changeable(app, conn, id).await?;
    let joined = db::teams::join(conn, &app.account_id, id, &change.add).await?;
    let left = db::teams::leave(conn, &app.account_id, id, &change.remove).await?;
    note_members(app, conn, caller, &team.name, &joined, &left).await?;
    let team = find(app, conn, id).await?;
    Ok(TeamMembersChanged { team, joined, left })
}

/// Notes for each who joined or left a team that they did.
async fn note_members(
    app: &App,
    conn: &mut Conn,
    caller: &Caller,
    team: &str,
    joined: &[UserId],
    left: &[UserId],
) -> DbResult<()> {
    let ids: Vec<&UserId> = joined.iter().chain(left).collect();
    let people = db::users::find_all(conn, &app.account_id, &ids).await?;
    let people: HashMap<&UserId, &UserRow> = people.iter().map(|person| (&person.id, person)).collect();
    let moved = |ids: &[UserId], joins| -> Vec<Move<'_>> {
        let people = ids.iter().filter_map(|id| people.get(id));
        people.map(|&person| Move { person, team, joins }).collect()
    };
    let moves = [moved(joined, true), moved(left, false)].concat();
    note_each(app, conn, Actor::Caller(caller), &moves).await
}

/// One person joins or leaves a team.
#[derive(Clone, Copy)]
pub(crate) struct Move<'a> {
    pub(crate) person: &'a UserRow,
    /// The name of the team.
    pub(crate) team: &'a str,
    pub(crate) joins: bool,
}

/// Notes for each person by themselves that they joined or left a team.
pub(crate) async fn note_each(
    app: &App,
    conn: &mut Conn,
    actor: Actor<'_>,
    moves: &[Move<'_>],
) -> DbResult<()> {
    let events: Vec<_> = moves
        .iter()
        .map(|Move { person, team, joins }| {
            let sign = if *joins { '+' } else { MINUS };
            let (from, to) = if *joins { (None, Some(*team)) } else { (Some(*team), None) };
            Done {
                person,
                text: format!("{team} ({sign}{})", person.email),
                changes: vec![audit::change(AuditField::Team, from, to)],
            }
        })
        .collect();
    audit::note_people(app, conn, actor, AuditAction::TeamMembersChanged, &events).await
}
