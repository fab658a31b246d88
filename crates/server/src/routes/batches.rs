use api_types::{
    Batch, BatchId, BatchRetry, BatchRow, Chunk, ChunkResult, List, ListMeta, NewBatch, PageQuery, RowQuery,
    paths,
};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

use super::lists::{CursorScope, after_row, check_id_cursor, next, page_size};
use crate::error::ApiResult;
use crate::http::extract::{Json, Path, Query};
use crate::http::headers::tagged;
use crate::http::idempotency::{Keyed, KeyedTransaction};
use crate::services::invitations::{self, batches, retries};
use crate::state::App;

/// Opens a batch. Rows follow in chunks.
#[utoipa::path(post, path = paths::BATCHES, tag = "invitation-batches", request_body = NewBatch,
    responses((status = 201, body = Batch)))]
pub(crate) async fn create(
    State(app): State<App>,
    Keyed { body, caller, mut work }: Keyed<NewBatch>,
) -> ApiResult<Response> {
    let shown = batches::open(&app, &mut work.tx, &caller, body).await?;
    let location = format!("{}{}", paths::BASE, paths::batch(&shown.id));
    work.finish(&app, StatusCode::CREATED, Some(location), &shown).await
}

/// Adds up to 1,000 rows, which may make up to 10,000 memberships of teams together. The answer holds the verdict on each
/// row, in order.
#[utoipa::path(post, path = paths::template::BATCH_CHUNKS, tag = "invitation-batches",
    params(("id" = BatchId, Path)), request_body = Chunk, responses((status = 200, body = ChunkResult)))]
pub(crate) async fn chunk(
    State(app): State<App>,
    Path(id): Path<BatchId>,
    Keyed { caller, body, mut work }: Keyed<Chunk>,
) -> ApiResult<Response> {
    let batch = batches::find(&app, &mut work.tx, &id).await?;
    let result =
        invitations::receive(&mut work.tx, &app.account_id, &batch, body, caller.may_give(), app.now())
            .await?;
    let response = work.finish(&app, StatusCode::OK, None, &result).await?;
    app.batch_changed(&id);
    Ok(response)
}

/// Seals the batch: it has all its rows. Mails start; a batch that is `all_or_none` and not all ready is refused.
#[utoipa::path(post, path = paths::template::BATCH_SEAL, tag = "invitation-batches",
    params(("id" = BatchId, Path)), responses((status = 202, body = Batch)))]
pub(crate) async fn seal(
    State(app): State<App>,
    Path(id): Path<BatchId>,
    Keyed { caller, mut work, .. }: Keyed<()>,
) -> ApiResult<Response> {
    let shown = batches::seal(&app, &mut work.tx, &caller, &id).await?;
    finish(work, &app, &shown, StatusCode::ACCEPTED).await
}

/// Stops the batch: waiting mails are not sent and their invitations revoked; those that were sent stay. Of a large
/// batch this goes on after the answer; see `revoking`.
#[utoipa::path(post, path = paths::template::BATCH_CANCEL, tag = "invitation-batches",
    params(("id" = BatchId, Path)), responses((status = 200, body = Batch)))]
pub(crate) async fn cancel(
    State(app): State<App>,
    Path(id): Path<BatchId>,
    Keyed { caller, mut work, .. }: Keyed<()>,
) -> ApiResult<Response> {
    let shown = batches::cancel(&app, &mut work.tx, &caller, &id).await?;
    finish(work, &app, &shown, StatusCode::OK).await
}

/// Undoes the batch: revokes every invitation that was not accepted, sent or not. Of a large batch this goes on after
/// the answer; see `revoking`.
#[utoipa::path(post, path = paths::template::BATCH_REVOKE, tag = "invitation-batches",
    params(("id" = BatchId, Path)), responses((status = 200, body = Batch)))]
pub(crate) async fn revoke(
    State(app): State<App>,
    Path(id): Path<BatchId>,
    Keyed { caller, mut work, .. }: Keyed<()>,
) -> ApiResult<Response> {
    let shown = batches::revoke(&app, &mut work.tx, &caller, &id).await?;
    finish(work, &app, &shown, StatusCode::OK).await
}

/// Sends the failed mails again; on request also those of which it is unknown whether they arrived. Of a large batch this
/// goes on after the answer; see `retrying`.
#[utoipa::path(post, path = paths::template::BATCH_RETRY, tag = "invitation-batches",
    params(("id" = BatchId, Path)), request_body = BatchRetry, responses((status = 200, body = Batch)))]
pub(crate) async fn retry(
    State(app): State<App>,
    Path(id): Path<BatchId>,
    Keyed { body, caller, mut work }: Keyed<BatchRetry>,
) -> ApiResult<Response> {
    let shown = batches::retry(&app, &mut work.tx, &caller, &id, body.include_unknown).await?;
    finish(work, &app, &shown, StatusCode::OK).await
}

/// Sends all mails again that were given up while the mail server failed, of every batch, but for those that give a higher
/// role than the caller may; and tries the mail server at once. If they are many, this goes on after the answer: their
/// batches are `retrying`.
#[utoipa::path(post, path = paths::MAIL_RETRY, tag = "invitation-batches", responses((status = 204)))]
pub(crate) async fn retry_all(
    State(app): State<App>,
    Keyed { caller, mut work, .. }: Keyed<()>,
) -> ApiResult<Response> {
    let batches = retries::begin_all(&app, &mut work.tx, &caller).await?;
    let response = work.finish(&app, StatusCode::NO_CONTENT, None, &()).await?;
    for batch in &batches {
        app.batch_changed(batch);
    }
    app.retry_mail();
    app.retries.notify_one();
    Ok(response)
}

async fn finish(work: KeyedTransaction, app: &App, shown: &Batch, status: StatusCode) -> ApiResult<Response> {
    let response = work.finish(app, status, None, shown).await?;
    app.batch_changed(&shown.id);
    if shown.revoking.is_some() {
        app.revocations.notify_one();
    }
    if shown.retrying.is_some() {
        app.retries.notify_one();
    }
    Ok(response)
}

/// The batches, the latest first. Dry runs are not listed.
#[utoipa::path(get, path = paths::BATCHES, tag = "invitation-batches", params(PageQuery),
    responses((status = 200, body = List<Batch>)))]
pub(crate) async fn list(
    State(app): State<App>,
    Query(query): Query<PageQuery>,
) -> ApiResult<Json<List<Batch>>> {
    let limit = page_size(query.limit);
    check_id_cursor(query.cursor.as_deref())?;
    let mut conn = app.db.read().await?;
    let (mut rows, total) = batches::page(&app, &mut conn, query.cursor.map(BatchId), limit + 1).await?;
    let next_cursor = next(&mut rows, limit, |row| row.id.to_string());
    let mut items = Vec::with_capacity(rows.len());
    for batch in rows {
        items.push(batches::show(&app, &mut conn, batch).await?);
    }
    Ok(Json(List { items, meta: ListMeta::exact(next_cursor, total) }))
}

/// A batch and its progress. With `If-None-Match`, 304 while nothing has changed.
#[utoipa::path(get, path = paths::template::BATCH, tag = "invitation-batches",
    params(("id" = BatchId, Path)), responses((status = 200, body = Batch), (status = 304)))]
pub(crate) async fn get(
    State(app): State<App>,
    Path(id): Path<BatchId>,
    head: HeaderMap,
) -> ApiResult<Response> {
    let mut conn = app.db.read().await?;
    let batch = batches::find(&app, &mut conn, &id).await?;
    let revision = batch.revision;
    let shown = batches::show(&app, &mut conn, batch).await?;
    // Invitations expire, and their sender may be removed, without a change of the batch.
    let is_there = u8::from(shown.created_by_id.is_some());
    let etag = format!("\"{revision}-{}-{}-{is_there}\"", shown.waiting, shown.expired);
    Ok(tagged(&head, etag, Json(shown)))
}

/// The rows of a batch in their order.
#[utoipa::path(get, path = paths::template::BATCH_ROWS, tag = "invitation-batches",
    params(("id" = BatchId, Path), RowQuery), responses((status = 200, body = List<BatchRow>)))]
pub(crate) async fn rows(
    State(app): State<App>,
    Path(id): Path<BatchId>,
    Query(query): Query<RowQuery>,
) -> ApiResult<Json<List<BatchRow>>> {
    let limit = page_size(query.limit);
    let (seal, place) = CursorScope::of(id.as_str(), &query)?;
    let after = after_row(place.as_deref())?;
    let mut conn = app.db.read().await?;
    let (mut items, total) = batches::rows(&app, &mut conn, &id, &query, after, limit + 1).await?;
    let next_cursor = next(&mut items, limit, |row| seal.cursor(row.result.row));
    Ok(Json(List { items, meta: ListMeta::exact(next_cursor, u64::from(total)) }))
}
