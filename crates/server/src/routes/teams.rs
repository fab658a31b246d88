use api_types::{
    List, Team, TeamId, TeamMembersChange, TeamMembersChanged, TeamName, User, UserQuery, Workspace, paths,
};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::lists::{CursorScope, check_search, foreign_cursor, page_size, whole};
use crate::error::ApiResult;
use crate::http::extract::{Json, Path, Query};
use crate::http::idempotency::Keyed;
use crate::services::callers;
use crate::services::sessions::Caller;
use crate::services::{teams, users};
use crate::state::App;

/// The account's teams, `Everyone` first.
#[utoipa::path(get, path = paths::TEAMS, tag = "teams", responses((status = 200, body = List<Team>)))]
pub(crate) async fn list(State(app): State<App>) -> ApiResult<Json<List<Team>>> {
    Ok(Json(whole(teams::list(&app, &mut *app.db.read().await?).await?)))
}

/// Makes a team without members.
#[utoipa::path(post, path = paths::TEAMS, tag = "teams", request_body = TeamName,
    responses((status = 201, body = Team)))]
pub(crate) async fn create(
    State(app): State<App>,
    Keyed { body, caller, mut work }: Keyed<TeamName>,
) -> ApiResult<Response> {
    let name = teams::check_name(&body)?;
    let team = teams::create(&app, &mut work.tx, &caller, &name).await?;
    let location = format!("{}{}", paths::BASE, paths::team(&team.id));
    work.finish(&app, StatusCode::CREATED, Some(location), &team).await
}

/// Renames a team.
#[utoipa::path(patch, path = paths::template::TEAM, tag = "teams", params(("id" = TeamId, Path)), request_body = TeamName,
    responses((status = 200, body = Team)))]
pub(crate) async fn rename(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<TeamId>,
    Json(name): Json<TeamName>,
) -> ApiResult<Json<Team>> {
    let name = teams::check_name(&name)?;
    let mut tx = callers::write(&app, &caller).await?;
    let team = teams::rename(&app, &mut tx, &caller, &id, &name).await?;
    tx.commit().await?;
    Ok(Json(team))
}

/// Deletes a team. Its members stay; what was shared with the team is no longer shared.
#[utoipa::path(delete, path = paths::template::TEAM, tag = "teams", params(("id" = TeamId, Path)),
    responses((status = 204)))]
pub(crate) async fn delete(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<TeamId>,
) -> ApiResult<StatusCode> {
    let mut tx = callers::write(&app, &caller).await?;
    teams::delete(&app, &mut tx, &caller, &id).await?;
    tx.commit().await?;
    app.deleted_teams.notify_one();
    Ok(StatusCode::NO_CONTENT)
}

/// The members of a team, searched and sorted like the list of users.
#[utoipa::path(get, path = paths::template::TEAM_MEMBERS, tag = "teams", params(("id" = TeamId, Path), UserQuery),
    responses((status = 200, body = List<User>)))]
pub(crate) async fn members(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<TeamId>,
    Query(query): Query<UserQuery>,
) -> ApiResult<Json<List<User>>> {
    let mut conn = app.db.read().await?;
    let team = teams::find(&app, &mut conn, &id).await?;
    let team = (!team.everyone).then_some(&id);
    check_search(query.search.as_deref())?;
    let (seal, cursor) = CursorScope::of(team.map_or("people", TeamId::as_str), &query)?;
    let limit = page_size(query.limit);
    let query = UserQuery { cursor, ..query };
    let page =
        users::page(&app, &mut conn, &caller, team, &query, limit).await?.ok_or_else(foreign_cursor)?;
    Ok(Json(page.into_list(|place| seal.cursor(place))))
}

/// Adds people to a team and removes others, all at once. People who were removed meanwhile are ignored.
#[utoipa::path(post, path = paths::template::TEAM_MEMBERS, tag = "teams", params(("id" = TeamId, Path)),
    request_body = TeamMembersChange, responses((status = 200, body = TeamMembersChanged)))]
pub(crate) async fn change_members(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<TeamId>,
    Json(change): Json<TeamMembersChange>,
) -> ApiResult<Json<TeamMembersChanged>> {
    teams::check_members(&change)?;
    let mut tx = callers::write(&app, &caller).await?;
    let changed = teams::change_members(&app, &mut tx, &caller, &id, &change).await?;
    tx.commit().await?;
    Ok(Json(changed))
}

/// The account's Marketo workspaces, the default one first.
#[utoipa::path(get, path = paths::WORKSPACES, tag = "teams", responses((status = 200, body = List<Workspace>)))]
pub(crate) async fn workspaces(State(app): State<App>) -> ApiResult<Json<List<Workspace>>> {
    Ok(Json(whole(teams::workspaces(&app, &mut *app.db.read().await?).await?)))
}
