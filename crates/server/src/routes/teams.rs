use api_types::{
    AuditAction, List, ProblemCode, Team, TeamId, TeamMembersChange, TeamMembersChanged, TeamName, User,
    UserQuery, Workspace, limits, paths,
};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::lists::whole;
use super::users::people;
use crate::db::{self, Conn};
use crate::error::{ApiError, ApiResult};
use crate::http::extract::{Json, Query};
use crate::http::idempotency::Keyed;
use crate::platform::text::clean_line;
use crate::services::audit::{self, Actor};
use crate::services::sessions::Caller;
use crate::services::teams;
use crate::state::App;

/// The account's teams, `Everyone` first.
#[utoipa::path(get, path = "/teams", tag = "teams", responses((status = 200, body = List<Team>)))]
pub(crate) async fn list(State(app): State<App>) -> ApiResult<Json<List<Team>>> {
    Ok(Json(whole(db::teams::list(&mut *app.db.read().await?, &app.account_id).await?)))
}

/// Makes a team without members.
#[utoipa::path(post, path = "/teams", tag = "teams", request_body = TeamName,
    responses((status = 201, body = Team)))]
pub(crate) async fn create(
    State(app): State<App>,
    Keyed { body, caller, mut work }: Keyed<TeamName>,
) -> ApiResult<Response> {
    let name = check_name(&body)?;
    let tx = &mut work.tx;
    require_free(tx, &app, &name, None).await?;
    let allowed = db::accounts::only(tx).await?.ok_or(ProblemCode::NotFound)?.team_limit as usize;
    let limit = allowed.min(limits::TEAMS_MAX);
    // `Everyone` does not count.
    let teams = db::teams::named(tx, &app.account_id).await?.len();
    if teams >= limit {
        return Err(ApiError::new(ProblemCode::TeamsExhausted).limit("teams", limit as u64));
    }
    let id = db::teams::insert(tx, &app.account_id, &name, false).await?;
    audit::by_caller(&app, tx, &caller, AuditAction::TeamCreated, &name).await?;
    let team = find(tx, &app, &id).await?;
    let location = format!("{}{}", paths::BASE, paths::team(&team.id));
    work.finish(&app, StatusCode::CREATED, Some(location), &team).await
}

/// Renames a team.
#[utoipa::path(patch, path = "/teams/{id}", tag = "teams", params(("id" = TeamId, Path)), request_body = TeamName,
    responses((status = 200, body = Team)))]
pub(crate) async fn rename(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    Json(name): Json<TeamName>,
) -> ApiResult<Json<Team>> {
    let name = check_name(&name)?;
    let mut tx = app.db.write().await?;
    let before = find_changeable(&mut tx, &app, &id).await?;
    if before.name != name {
        require_free(&mut tx, &app, &name, Some(&id)).await?;
        db::teams::rename(&mut tx, &id, &name).await?;
        let subject = audit::renamed(&before.name, &name);
        audit::by_caller(&app, &mut tx, &caller, AuditAction::TeamRenamed, &subject).await?;
    }
    let team = find(&mut tx, &app, &id).await?;
    tx.commit().await?;
    Ok(Json(team))
}

/// Deletes a team. Its members stay; what was shared with the team is no longer shared.
#[utoipa::path(delete, path = "/teams/{id}", tag = "teams", params(("id" = TeamId, Path)),
    responses((status = 204)))]
pub(crate) async fn delete(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> ApiResult<StatusCode> {
    let mut tx = app.db.write().await?;
    let team = find_changeable(&mut tx, &app, &id).await?;
    db::teams::delete(&mut tx, &id).await?;
    audit::by_caller(&app, &mut tx, &caller, AuditAction::TeamDeleted, &team.name).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The members of a team, searched and sorted like the list of users.
#[utoipa::path(get, path = "/teams/{id}/members", tag = "teams", params(("id" = TeamId, Path), UserQuery),
    responses((status = 200, body = List<User>)))]
pub(crate) async fn members(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    Query(query): Query<UserQuery>,
) -> ApiResult<Json<List<User>>> {
    let mut conn = app.db.read().await?;
    let team = find(&mut conn, &app, &id).await?;
    let team = (!team.everyone).then_some(id.as_str());
    people(&mut conn, &app, &caller, team, &query).await.map(Json)
}

/// Adds people to a team and removes others, all at once. People who were removed meanwhile are ignored.
#[utoipa::path(post, path = "/teams/{id}/members", tag = "teams", params(("id" = TeamId, Path)),
    request_body = TeamMembersChange, responses((status = 200, body = TeamMembersChanged)))]
pub(crate) async fn change_members(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    Json(change): Json<TeamMembersChange>,
) -> ApiResult<Json<TeamMembersChanged>> {
    if change.add.len() + change.remove.len() > limits::TEAM_MEMBERS_PER_CHANGE {
        let limit = limits::TEAM_MEMBERS_PER_CHANGE as u64;
        return Err(ApiError::new(ProblemCode::PayloadTooLarge).limit("team_members_per_change", limit));
    }
    let mut tx = app.db.write().await?;
    let team = find_changeable(&mut tx, &app, &id).await?;
    let joined = db::teams::join(&mut tx, &app.account_id, &id, &change.add).await?;
    let left = db::teams::leave(&mut tx, &app.account_id, &id, &change.remove).await?;
    teams::note_members(&app, &mut tx, Actor::Caller(&caller), &team.name, &joined, &left).await?;
    let team = find(&mut tx, &app, &id).await?;
    tx.commit().await?;
    Ok(Json(TeamMembersChanged { team, joined, left }))
}

/// The account's Marketo workspaces, the default one first.
#[utoipa::path(get, path = "/workspaces", tag = "teams", responses((status = 200, body = List<Workspace>)))]
pub(crate) async fn workspaces(State(app): State<App>) -> ApiResult<Json<List<Workspace>>> {
    Ok(Json(whole(db::teams::workspaces(&mut *app.db.read().await?, &app.account_id).await?)))
}

fn check_name(name: &TeamName) -> ApiResult<String> {
    let name = clean_line(&name.name);
    if name.is_empty() {
        return Err(ApiError::field("name", "a team has a name"));
    }
    if name.chars().count() > limits::TEAM_NAME_MAX {
        return Err(ApiError::field("name", format!("longer than {} characters", limits::TEAM_NAME_MAX)));
    }
    Ok(name)
}

async fn require_free(conn: &mut Conn, app: &App, name: &str, except: Option<&str>) -> ApiResult<()> {
    match db::teams::is_taken(conn, &app.account_id, name, except).await? {
        true => Err(ApiError::new(ProblemCode::NameTaken).in_field("name")),
        false => Ok(()),
    }
}

async fn find(conn: &mut Conn, app: &App, id: &str) -> ApiResult<Team> {
    db::teams::find(conn, &app.account_id, id).await?.ok_or_else(ApiError::not_found)
}

async fn find_changeable(conn: &mut Conn, app: &App, id: &str) -> ApiResult<Team> {
    let team = find(conn, app, id).await?;
    if team.everyone { Err(ProblemCode::TeamFixed.into()) } else { Ok(team) }
}
