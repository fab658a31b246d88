use api_types::{
    FieldSync, FieldSyncSettings, List, ListMeta, PageQuery, SyncPreview, SyncProblem, SyncRun, SyncRunId,
    SyncStart, SyncedPerson, SyncedPersonQuery, paths,
};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};

use super::lists::{CursorScope, after_row, check_id_cursor, check_search, foreign_cursor, next, page_size};
use crate::error::ApiResult;
use crate::http::extract::{Json, Path, Query};
use crate::http::idempotency::{Keyed, KeyedTransaction};
use crate::http::version::check_version;
use crate::services::callers;
use crate::services::field_sync::{counting, status, steering};
use crate::services::sessions::Caller;
use crate::state::App;

/// The state of Action Field Sync.
#[utoipa::path(get, path = paths::FIELD_SYNC, tag = "field-sync", responses((status = 200, body = FieldSync)))]
pub(crate) async fn get(State(app): State<App>) -> ApiResult<Json<FieldSync>> {
    let mut conn = app.db.read().await?;
    Ok(Json(status::show(&app, &mut conn).await?))
}

/// Changes how often changes are polled. `If-Match` names the version of the settings that is changed.
#[utoipa::path(patch, path = paths::FIELD_SYNC, tag = "field-sync",
    params(("If-Match" = String, Header, description = "The `version`: the change is refused if somebody has changed the settings since. `*` changes whichever version there is.")),
    request_body = FieldSyncSettings,
    responses((status = 200, body = FieldSync)))]
pub(crate) async fn change(
    State(app): State<App>,
    caller: Caller,
    head: HeaderMap,
    Json(settings): Json<FieldSyncSettings>,
) -> ApiResult<Json<FieldSync>> {
    status::check(settings)?;
    let mut tx = callers::write(&app, &caller).await?;
    check_version(&head, status::version(&app, &mut tx).await?)?;
    status::change(&app, &mut tx, &caller, settings).await?;
    let shown = status::show(&app, &mut tx).await?;
    tx.commit().await?;
    app.field_sync.wake();
    Ok(Json(shown))
}

/// Begins to count who would be brought over. While a count is under way, another request does nothing.
#[utoipa::path(post, path = paths::FIELD_SYNC_PREVIEW, tag = "field-sync",
    responses((status = 202, body = SyncPreview)))]
pub(crate) async fn start_preview(State(app): State<App>, caller: Caller) -> ApiResult<Response> {
    let mut tx = callers::write(&app, &caller).await?;
    let preview = counting::start(&app, &mut tx).await?;
    tx.commit().await?;
    app.field_sync.wake();
    Ok((StatusCode::ACCEPTED, Json(preview)).into_response())
}

/// The latest preview of a sync.
#[utoipa::path(get, path = paths::FIELD_SYNC_PREVIEW, tag = "field-sync",
    responses((status = 200, body = SyncPreview)))]
pub(crate) async fn preview(State(app): State<App>) -> ApiResult<Json<SyncPreview>> {
    let mut conn = app.db.read().await?;
    Ok(Json(counting::latest(&app, &mut conn).await?))
}

/// The runs, the latest first.
#[utoipa::path(get, path = paths::FIELD_SYNC_RUNS, tag = "field-sync", params(PageQuery),
    responses((status = 200, body = List<SyncRun>)))]
pub(crate) async fn list(
    State(app): State<App>,
    Query(query): Query<PageQuery>,
) -> ApiResult<Json<List<SyncRun>>> {
    check_id_cursor(query.cursor.as_deref())?;
    let limit = page_size(query.limit);
    let mut conn = app.db.read().await?;
    let before = query.cursor.map(SyncRunId);
    let (mut items, total) = steering::page(&app, &mut conn, before.as_ref(), limit + 1).await?;
    let next_cursor = next(&mut items, limit, |run| run.id.0.clone());
    Ok(Json(List { items, meta: ListMeta::exact(next_cursor, total) }))
}

/// Starts a full run. After a failed one, it continues where that stopped.
#[utoipa::path(post, path = paths::FIELD_SYNC_RUNS, tag = "field-sync", request_body = Option<SyncStart>,
    responses((status = 201, body = SyncRun)))]
pub(crate) async fn start(
    State(app): State<App>,
    Keyed { body, caller, mut work }: Keyed<Option<SyncStart>>,
) -> ApiResult<Response> {
    let run = steering::start(&app, &mut work.tx, &caller, body.unwrap_or_default()).await?;
    let location = format!("{}{}", paths::BASE, paths::sync_run(&run.id));
    let response = work.finish(&app, StatusCode::CREATED, Some(location), &run).await?;
    app.field_sync.wake();
    Ok(response)
}

/// A run and its progress.
#[utoipa::path(get, path = paths::template::SYNC_RUN, tag = "field-sync", params(("id" = SyncRunId, Path)),
    responses((status = 200, body = SyncRun)))]
pub(crate) async fn run(State(app): State<App>, Path(id): Path<SyncRunId>) -> ApiResult<Json<SyncRun>> {
    let mut conn = app.db.read().await?;
    Ok(Json(steering::run(&app, &mut conn, &id).await?))
}

/// Pauses a run. Nothing more is written for it; what was read stays.
#[utoipa::path(post, path = paths::template::SYNC_RUN_PAUSE, tag = "field-sync", params(("id" = SyncRunId, Path)),
    responses((status = 200, body = SyncRun)))]
pub(crate) async fn pause(
    State(app): State<App>,
    Path(id): Path<SyncRunId>,
    Keyed { caller, mut work, .. }: Keyed<()>,
) -> ApiResult<Response> {
    let run = steering::pause(&app, &mut work.tx, &caller, &id).await?;
    finish(work, &app, &run).await
}

/// Resumes a paused run where it stopped.
#[utoipa::path(post, path = paths::template::SYNC_RUN_RESUME, tag = "field-sync", params(("id" = SyncRunId, Path)),
    responses((status = 200, body = SyncRun)))]
pub(crate) async fn resume(
    State(app): State<App>,
    Path(id): Path<SyncRunId>,
    Keyed { caller, mut work, .. }: Keyed<()>,
) -> ApiResult<Response> {
    let run = steering::resume(&app, &mut work.tx, &caller, &id).await?;
    finish(work, &app, &run).await
}

/// Ends a run for good. People whom it has stored stay.
#[utoipa::path(post, path = paths::template::SYNC_RUN_CANCEL, tag = "field-sync", params(("id" = SyncRunId, Path)),
    responses((status = 200, body = SyncRun)))]
pub(crate) async fn cancel(
    State(app): State<App>,
    Path(id): Path<SyncRunId>,
    Keyed { caller, mut work, .. }: Keyed<()>,
) -> ApiResult<Response> {
    let run = steering::cancel(&app, &mut work.tx, &caller, &id).await?;
    finish(work, &app, &run).await
}

async fn finish(work: KeyedTransaction, app: &App, run: &SyncRun) -> ApiResult<Response> {
    let response = work.finish(app, StatusCode::OK, None, run).await?;
    app.field_sync.wake();
    Ok(response)
}

/// The people whom a run could not bring over.
#[utoipa::path(get, path = paths::template::SYNC_RUN_PROBLEMS, tag = "field-sync",
    params(("id" = SyncRunId, Path), PageQuery), responses((status = 200, body = List<SyncProblem>)))]
pub(crate) async fn problems(
    State(app): State<App>,
    Path(id): Path<SyncRunId>,
    Query(query): Query<PageQuery>,
) -> ApiResult<Json<List<SyncProblem>>> {
    let (seal, cursor) = CursorScope::of(id.as_str(), &query)?;
    let after = match cursor {
        Some(cursor) => Some(place(&cursor).ok_or_else(foreign_cursor)?),
        None => None,
    };
    let limit = page_size(query.limit);
    let mut conn = app.db.read().await?;
    let (mut rows, total) = steering::problems(&app, &mut conn, &id, after, limit + 1).await?;
    let next_cursor =
        next(&mut rows, limit, |((position, record), _)| seal.cursor(format!("{position}.{record}")));
    let items = rows.into_iter().map(|(_, problem)| problem).collect();
    Ok(Json(List { items, meta: ListMeta::exact(next_cursor, total) }))
}

fn place(cursor: &str) -> Option<(i64, i64)> {
    let (position, record) = cursor.split_once('.')?;
    Some((position.parse().ok()?, record.parse().ok()?))
}

/// The people of the sales account.
#[utoipa::path(get, path = paths::FIELD_SYNC_PEOPLE, tag = "field-sync", params(SyncedPersonQuery),
    responses((status = 200, body = List<SyncedPerson>)))]
pub(crate) async fn people(
    State(app): State<App>,
    Query(query): Query<SyncedPersonQuery>,
) -> ApiResult<Json<List<SyncedPerson>>> {
    check_search(query.search.as_deref())?;
    let (seal, place) = CursorScope::of("synced people", &query)?;
    let after = after_row(place.as_deref())?;
    let limit = page_size(query.limit);
    let mut conn = app.db.read().await?;
    let (mut items, total) = status::people(&app, &mut conn, &query, after, limit + 1).await?;
    let next_cursor = next(&mut items, limit, |person| seal.cursor(person.marketo_id));
    Ok(Json(List { items, meta: total.meta(next_cursor) }))
}
