use api_types::{
    Factors, HandoverQuery, List, OpenSession, TeamId, User, UserChange, UserId, UserQuery, UserRecord, paths,
};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;

use super::lists::{CursorScope, check_search, foreign_cursor, page_size};
use crate::error::ApiResult;
use crate::http::extract::{Json, Path, Query};
use crate::http::version::{check_version, versioned};
use crate::services::callers;
use crate::services::factors::reset;
use crate::services::sessions::Caller;
use crate::services::{handover, open_sessions, teams, users};
use crate::state::App;

/// Members and invited people, in one list.
#[utoipa::path(get, path = paths::USERS, tag = "users", params(UserQuery), responses((status = 200, body = List<User>)))]
pub(crate) async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<UserQuery>,
) -> ApiResult<Json<List<User>>> {
    let mut conn = app.db.read().await?;
    let team = match &query.team {
        Some(id) if teams::is_everyone(&app, &mut conn, id).await? => None,
        team => team.as_ref(),
    };
    check_search(query.search.as_deref())?;
    let (seal, cursor) = CursorScope::of(team.map_or("people", TeamId::as_str), &query)?;
    let limit = page_size(query.limit);
    let query = UserQuery { cursor, ..query.clone() };
    let page =
        users::page(&app, &mut conn, &caller, team, &query, limit).await?.ok_or_else(foreign_cursor)?;
    Ok(Json(page.into_list(|place| seal.cursor(place))))
}

/// One person. The `ETag` goes into `If-Match` of a change.
#[utoipa::path(get, path = paths::template::USER, tag = "users", params(("id" = UserId, Path)),
    responses((status = 200, body = User)))]
pub(crate) async fn get(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<UserId>,
) -> ApiResult<Response> {
    let mut conn = app.db.read().await?;
    Ok(answer(users::show(&app, &mut conn, &caller, &id).await?))
}

/// What the account keeps of one person: invitations and connections.
#[utoipa::path(get, path = paths::template::USER_RECORD, tag = "users", params(("id" = UserId, Path)),
    responses((status = 200, body = UserRecord)))]
pub(crate) async fn record(State(app): State<App>, Path(id): Path<UserId>) -> ApiResult<Json<UserRecord>> {
    let mut conn = app.db.read().await?;
    users::record(&app, &mut conn, &id).await.map(Json)
}

/// Where a person is signed in, the latest first.
#[utoipa::path(get, path = paths::template::USER_SESSIONS, tag = "users", params(("id" = UserId, Path)),
    responses((status = 200, body = List<OpenSession>)))]
pub(crate) async fn sessions(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<UserId>,
) -> ApiResult<Json<List<OpenSession>>> {
    let mut conn = app.db.read().await?;
    let user = users::find(&app, &mut conn, &id).await?;
    Ok(Json(open_sessions::list(&app, &mut conn, &caller, &user.id).await?))
}

/// Ends all sessions of a person.
#[utoipa::path(delete, path = paths::template::USER_SESSIONS, tag = "users", params(("id" = UserId, Path)),
    responses((status = 204)))]
pub(crate) async fn end_sessions(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<UserId>,
) -> ApiResult<StatusCode> {
    open_sessions::end_of(&app, &caller, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The second factors of a person.
#[utoipa::path(get, path = paths::template::USER_FACTORS, tag = "users", params(("id" = UserId, Path)),
    responses((status = 200, body = Factors)))]
pub(crate) async fn factors(State(app): State<App>, Path(id): Path<UserId>) -> ApiResult<Json<Factors>> {
    reset::of(&app, &id).await.map(Json)
}

/// Removes all second factors of a person who has lost them. Their sessions end, and they are told.
#[utoipa::path(delete, path = paths::template::USER_FACTORS, tag = "users", params(("id" = UserId, Path)),
    responses((status = 204)))]
pub(crate) async fn reset_factors(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<UserId>,
) -> ApiResult<StatusCode> {
    reset::reset(&app, &caller, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Changes a person's role, personas, name or workspace. `If-Match` names the version that is changed.
#[utoipa::path(patch, path = paths::template::USER, tag = "users", params(("id" = UserId, Path), ("If-Match" = String, Header, description = "The person's `ETag`: the change is refused if somebody has changed the person since. `*` changes whichever version there is.")),
    request_body = UserChange, responses((status = 200, body = User)))]
pub(crate) async fn change(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<UserId>,
    head: HeaderMap,
    Json(change): Json<UserChange>,
) -> ApiResult<Response> {
    let change = users::cleaned(change)?;
    change.handover.iter().try_for_each(handover::check)?;
    let mut tx = callers::write(&app, &caller).await?;
    let row = users::find(&app, &mut tx, &id).await?;
    check_version(&head, row.version())?;
    users::change(&app, &mut tx, &caller, &row, &change).await?;
    let user = users::show(&app, &mut tx, &caller, &id).await?;
    tx.commit().await?;
    app.revocations.notify_one();
    app.mail_monitor.wake();
    Ok(answer(user))
}

/// Ends a member's access and keeps their data. `If-Match`, if sent, names the version that is changed.
#[utoipa::path(post, path = paths::template::USER_DEACTIVATE, tag = "users",
    params(("id" = UserId, Path), HandoverQuery, ("If-Match" = Option<String>, Header)),
    responses((status = 200, body = User)))]
pub(crate) async fn deactivate(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<UserId>,
    Query(wanted): Query<HandoverQuery>,
    head: HeaderMap,
) -> ApiResult<Response> {
    let wanted = wanted.into();
    handover::check(&wanted)?;
    let mut tx = callers::write(&app, &caller).await?;
    let row = users::find(&app, &mut tx, &id).await?;
    if head.contains_key(header::IF_MATCH) {
        check_version(&head, row.version())?;
    }
    users::deactivate(&app, &mut tx, &caller, &row, &wanted).await?;
    let user = users::show(&app, &mut tx, &caller, &id).await?;
    tx.commit().await?;
    app.mail_monitor.wake();
    app.revocations.notify_one();
    Ok(answer(user))
}

/// Gives a deactivated member access again, if a seat is free. `If-Match`, if sent, names the version that is changed.
#[utoipa::path(post, path = paths::template::USER_REACTIVATE, tag = "users",
    params(("id" = UserId, Path), ("If-Match" = Option<String>, Header)),
    responses((status = 200, body = User)))]
pub(crate) async fn reactivate(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<UserId>,
    head: HeaderMap,
) -> ApiResult<Response> {
    let mut tx = callers::write(&app, &caller).await?;
    let row = users::find(&app, &mut tx, &id).await?;
    if head.contains_key(header::IF_MATCH) {
        check_version(&head, row.version())?;
    }
    users::reactivate(&app, &mut tx, &caller, &row).await?;
    let user = users::show(&app, &mut tx, &caller, &id).await?;
    tx.commit().await?;
    app.mail_monitor.wake();
    Ok(answer(user))
}

/// Removes a member, or withdraws a person's invitation.
#[utoipa::path(delete, path = paths::template::USER, tag = "users",
    params(("id" = UserId, Path), HandoverQuery), responses((status = 204)))]
pub(crate) async fn remove(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<UserId>,
    Query(wanted): Query<HandoverQuery>,
) -> ApiResult<StatusCode> {
    let wanted = wanted.into();
    handover::check(&wanted)?;
    let mut tx = callers::write(&app, &caller).await?;
    let removed = users::remove(&app, &mut tx, &caller, &id, &wanted).await?;
    tx.commit().await?;
    app.revocations.notify_one();
    removed.tell(&app).await;
    Ok(StatusCode::NO_CONTENT)
}

fn answer(user: User) -> Response {
    versioned(user.version, Json(user))
}
