use api_types::{
    List, ListMeta, MarketoAccess, MarketoAccessGrant, MarketoAccessGranted, MarketoAccessQuery,
    MarketoConnect, MarketoState, UserId, paths,
};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::lists::{CursorScope, check_id_cursor, check_search, next, page_size};
use crate::error::ApiResult;
use crate::http::extract::{Json, Path, Query};
use crate::http::idempotency::Keyed;
use crate::services::callers;
use crate::services::marketo::{access as access_to, connecting, connection};
use crate::services::sessions::Caller;
use crate::state::App;
use crate::state::limiter::Asker;

/// The account's connection to Marketo, or why the last attempt to make it failed.
#[utoipa::path(get, path = paths::MARKETO, tag = "connections",
    responses((status = 200, body = MarketoState)))]
pub(crate) async fn get(State(app): State<App>, caller: Caller) -> ApiResult<Json<MarketoState>> {
    Ok(Json(connection::show(&app, &mut *app.db.read().await?, &caller).await?))
}

/// Connects the account to Marketo, once Marketo has accepted the credentials. The caller owns the connection.
///
/// The account has one connection. An administrator without access to it takes it over by connecting; all others keep
/// their access. Its owner connects anew when it has failed.
#[utoipa::path(post, path = paths::MARKETO, tag = "connections", request_body = MarketoConnect,
    responses((status = 200, body = MarketoState)))]
pub(crate) async fn connect(
    State(app): State<App>,
    asker: Asker,
    Keyed { body, caller, mut work }: Keyed<MarketoConnect>,
) -> ApiResult<Response> {
    asker.attempt_for(&app.limiter, caller.id().as_str())?;
    let attempt = connecting::begin(&app, &mut work.tx, &caller, body).await?;

    // No transaction is open while Marketo is asked.
    let paused = work.pause().await?;
    let accepted = connecting::ask(&app, &caller, attempt).await?;

    let mut work = paused.resume(&app, &caller).await?;
    let replaced = connecting::store(&app, &mut work.tx, &caller, &accepted).await?;
    let shown = connection::show(&app, &mut work.tx, &caller).await?;
    let response = work.finish(&app, StatusCode::OK, None, &shown).await?;
    if let Some(replaced) = replaced {
        connecting::forget_replaced(&app, &replaced, &accepted);
    }
    Ok(response)
}

/// Ends the connection, and with it the access of every member. Only its owner may.
#[utoipa::path(delete, path = paths::MARKETO, tag = "connections", responses((status = 204)))]
pub(crate) async fn disconnect(State(app): State<App>, caller: Caller) -> ApiResult<StatusCode> {
    connecting::disconnect(&app, &caller).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Checks the connection now.
#[utoipa::path(post, path = paths::MARKETO_CHECK, tag = "connections",
    responses((status = 200, body = MarketoState)))]
pub(crate) async fn check(
    State(app): State<App>,
    asker: Asker,
    caller: Caller,
) -> ApiResult<Json<MarketoState>> {
    asker.attempt_for(&app.limiter, caller.id().as_str())?;
    connection::check_now(&app).await?;
    Ok(Json(connection::show(&app, &mut *app.db.read().await?, &caller).await?))
}

/// Who may use the connection besides its owner, by name.
#[utoipa::path(get, path = paths::MARKETO_ACCESS, tag = "connections", params(MarketoAccessQuery),
    responses((status = 200, body = List<MarketoAccess>)))]
pub(crate) async fn access(
    State(app): State<App>,
    Query(query): Query<MarketoAccessQuery>,
) -> ApiResult<Json<List<MarketoAccess>>> {
    check_search(query.search.as_deref())?;
    let (seal, after) = CursorScope::of("marketo access", &query)?;
    check_id_cursor(after.as_deref())?;
    let limit = page_size(query.limit);
    let mut conn = app.db.read().await?;
    let (search, after) = (query.search.as_deref(), after.map(UserId));
    let (mut items, total) = access_to::page(&app, &mut conn, search, after.as_ref(), limit + 1).await?;
    let next_cursor = next(&mut items, limit, |access| seal.cursor(&access.person.id));
    Ok(Json(List { items, meta: ListMeta::exact(next_cursor, total) }))
}

/// Lets members use the connection in one workspace: all of them, or none. The workspace of a member who has access
/// cannot be changed; the owner needs no access and is passed over.
#[utoipa::path(post, path = paths::MARKETO_ACCESS, tag = "connections", request_body = MarketoAccessGrant,
    responses((status = 200, body = MarketoAccessGranted)))]
pub(crate) async fn grant(
    State(app): State<App>,
    caller: Caller,
    Json(grant): Json<MarketoAccessGrant>,
) -> ApiResult<Json<MarketoAccessGranted>> {
    access_to::check(&grant)?;
    let mut tx = callers::write(&app, &caller).await?;
    let granted = access_to::grant(&app, &mut tx, &caller, &grant).await?;
    tx.commit().await?;
    Ok(Json(granted))
}

/// Withdraws a member's access.
#[utoipa::path(delete, path = paths::template::MARKETO_ACCESS_OF, tag = "connections", params(("id" = UserId, Path)),
    responses((status = 204)))]
pub(crate) async fn withdraw(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<UserId>,
) -> ApiResult<StatusCode> {
    let mut tx = callers::write(&app, &caller).await?;
    access_to::withdraw(&app, &mut tx, &caller, &id).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
