use api_types::{
    List, ListMeta, MemberChange, MemberChangeBatch, MemberChangeBatchId, MemberChangeChunk,
    MemberChangeChunkResult, MemberChangeQuery, NewMemberChangeBatch, PageQuery, paths,
};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

use super::lists::{CursorScope, after_row, check_id_cursor, next, page_size};
use crate::error::ApiResult;
use crate::http::extract::{Json, Path, Query};
use crate::http::headers::tagged;
use crate::http::idempotency::{Keyed, KeyedTransaction};
use crate::services::member_changes::{self, batches};
use crate::state::App;

/// Opens a batch of changes of members. Rows follow in chunks; nothing changes before the batch is applied.
#[utoipa::path(post, path = paths::MEMBER_CHANGES, tag = "member-change-batches",
    request_body = NewMemberChangeBatch, responses((status = 201, body = MemberChangeBatch)))]
pub(crate) async fn create(
    State(app): State<App>,
    Keyed { body, caller, mut work }: Keyed<NewMemberChangeBatch>,
) -> ApiResult<Response> {
    let shown = batches::open(&app, &mut work.tx, &caller, &body).await?;
    let location = format!("{}{}", paths::BASE, paths::member_change(&shown.id));
    work.finish(&app, StatusCode::CREATED, Some(location), &shown).await
}

/// Adds up to 1,000 rows and compares them with the account. The answer says for each row, in order, what applying the
/// batch would change.
#[utoipa::path(post, path = paths::template::MEMBER_CHANGE_CHUNKS, tag = "member-change-batches",
    params(("id" = MemberChangeBatchId, Path)), request_body = MemberChangeChunk,
    responses((status = 200, body = MemberChangeChunkResult)))]
pub(crate) async fn chunk(
    State(app): State<App>,
    Path(id): Path<MemberChangeBatchId>,
    Keyed { caller, body, mut work }: Keyed<MemberChangeChunk>,
) -> ApiResult<Response> {
    let batch = batches::find(&app, &mut work.tx, &id).await?;
    let result = member_changes::receive(&app, &mut work.tx, &batch, caller.may_give(), body).await?;
    work.finish(&app, StatusCode::OK, None, &result).await
}

/// Carries out the changes of a batch that has all its rows. This goes on after the answer: each row is judged again,
/// and changed if it still may be.
#[utoipa::path(post, path = paths::template::MEMBER_CHANGE_APPLY, tag = "member-change-batches",
    params(("id" = MemberChangeBatchId, Path)), responses((status = 202, body = MemberChangeBatch)))]
pub(crate) async fn apply(
    State(app): State<App>,
    Path(id): Path<MemberChangeBatchId>,
    Keyed { caller, mut work, .. }: Keyed<()>,
) -> ApiResult<Response> {
    let shown = batches::apply(&app, &mut work.tx, &caller, &id).await?;
    finish(work, &app, &shown, StatusCode::ACCEPTED).await
}

/// Stops a batch: what was changed stays changed, nothing else is. One that was not applied is closed.
#[utoipa::path(post, path = paths::template::MEMBER_CHANGE_CANCEL, tag = "member-change-batches",
    params(("id" = MemberChangeBatchId, Path)), responses((status = 200, body = MemberChangeBatch)))]
pub(crate) async fn cancel(
    State(app): State<App>,
    Path(id): Path<MemberChangeBatchId>,
    Keyed { caller, mut work, .. }: Keyed<()>,
) -> ApiResult<Response> {
    let shown = batches::cancel(&app, &mut work.tx, &caller, &id).await?;
    finish(work, &app, &shown, StatusCode::OK).await
}

/// Undoes a batch: puts back the values of before where nobody has changed them since. This goes on after the answer;
/// the rows say what was left.
#[utoipa::path(post, path = paths::template::MEMBER_CHANGE_UNDO, tag = "member-change-batches",
    params(("id" = MemberChangeBatchId, Path)), responses((status = 202, body = MemberChangeBatch)))]
pub(crate) async fn undo(
    State(app): State<App>,
    Path(id): Path<MemberChangeBatchId>,
    Keyed { caller, mut work, .. }: Keyed<()>,
) -> ApiResult<Response> {
    let shown = batches::undo(&app, &mut work.tx, &caller, &id).await?;
    finish(work, &app, &shown, StatusCode::ACCEPTED).await
}

async fn finish(
    work: KeyedTransaction,
    app: &App,
    shown: &MemberChangeBatch,
    status: StatusCode,
) -> ApiResult<Response> {
    let response = work.finish(app, status, None, shown).await?;
    app.member_changes.notify_one();
    Ok(response)
}

/// The batches, the latest first.
#[utoipa::path(get, path = paths::MEMBER_CHANGES, tag = "member-change-batches", params(PageQuery),
    responses((status = 200, body = List<MemberChangeBatch>)))]
pub(crate) async fn list(
    State(app): State<App>,
    Query(query): Query<PageQuery>,
) -> ApiResult<Json<List<MemberChangeBatch>>> {
    let limit = page_size(query.limit);
    check_id_cursor(query.cursor.as_deref())?;
    let mut conn = app.db.read().await?;
    let (mut rows, total) =
        batches::page(&app, &mut conn, query.cursor.map(MemberChangeBatchId), limit + 1).await?;
    let next_cursor = next(&mut rows, limit, |row| row.id.to_string());
    let items = rows.into_iter().map(batches::show).collect::<ApiResult<_>>()?;
    Ok(Json(List { items, meta: ListMeta::exact(next_cursor, total) }))
}

/// A batch and its progress. With `If-None-Match`, 304 while nothing has changed.
#[utoipa::path(get, path = paths::template::MEMBER_CHANGE, tag = "member-change-batches",
    params(("id" = MemberChangeBatchId, Path)),
    responses((status = 200, body = MemberChangeBatch), (status = 304)))]
pub(crate) async fn get(
    State(app): State<App>,
    Path(id): Path<MemberChangeBatchId>,
    head: HeaderMap,
) -> ApiResult<Response> {
    let batch = batches::find(&app, &mut *app.db.read().await?, &id).await?;
    // The person who compared may be removed without a change of the batch.
    let etag = format!("\"{}-{}\"", batch.revision, u8::from(batch.creator_id.is_some()));
    Ok(tagged(&head, etag, Json(batches::show(batch)?)))
}

/// The rows of a batch in their order.
#[utoipa::path(get, path = paths::template::MEMBER_CHANGE_ROWS, tag = "member-change-batches",
    params(("id" = MemberChangeBatchId, Path), MemberChangeQuery),
    responses((status = 200, body = List<MemberChange>)))]
pub(crate) async fn rows(
    State(app): State<App>,
    Path(id): Path<MemberChangeBatchId>,
    Query(query): Query<MemberChangeQuery>,
) -> ApiResult<Json<List<MemberChange>>> {
    let limit = page_size(query.limit);
    let (seal, place) = CursorScope::of(id.as_str(), &query)?;
    let after = after_row(place.as_deref())?;
    let mut conn = app.db.read().await?;
    let (mut items, total) = batches::rows(&app, &mut conn, &id, &query, after, limit + 1).await?;
    let next_cursor = next(&mut items, limit, |row| seal.cursor(row.row));
    Ok(Json(List { items, meta: ListMeta::exact(next_cursor, u64::from(total)) }))
}
