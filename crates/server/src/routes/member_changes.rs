use api_types::{
    AuditAction, List, ListMeta, MemberChange, MemberChangeBatch, MemberChangeBatchId, MemberChangeChunk,
    MemberChangeChunkResult, MemberChangeQuery, MemberChangeState, NewMemberChangeBatch, PageQuery,
    ProblemCode, UserId, paths,
};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::lists::{Seal, after_row, check_id_cursor, next, page_size};
use crate::db::member_changes::BatchRow;
use crate::db::{self, Conn, new_id};
use crate::error::{ApiError, ApiResult};
use crate::http::extract::{Json, Query};
use crate::http::headers::is_known;
use crate::http::idempotency::{Keyed, Work};
use crate::platform::clock::Millis;
use crate::platform::text::clean_line;
use crate::services::batch_rows::{Received, check_new};
use crate::services::sessions::Caller;
use crate::services::{audit, member_changes};
use crate::state::App;

/// Opens a batch of changes of members. Rows follow in chunks; nothing changes before the batch is applied.
#[utoipa::path(post, path = "/member-change-batches", tag = "member-change-batches",
    request_body = NewMemberChangeBatch, responses((status = 201, body = MemberChangeBatch)))]
pub(crate) async fn create(
    State(app): State<App>,
    Keyed { body, caller, mut work }: Keyed<NewMemberChangeBatch>,
) -> ApiResult<Response> {
    check_new(body.file_name.as_deref(), body.expected_rows)?;
    let id = new_id();
    let file_name = body.file_name.as_deref().map(clean_line);
    let batch = db::member_changes::NewBatch {
        id: &id,
        created_by: caller.id(),
        created_by_name: &caller.user.display_name(),
        action: body.action,
        file_name: file_name.as_deref(),
        expected_rows: body.expected_rows,
    };
    db::member_changes::insert(&mut work.tx, &app.account_id, &batch, app.now()).await?;
    let shown = show(find(&mut work.tx, &app, &id).await?)?;
    let location = format!("{}{}", paths::BASE, paths::member_change(&shown.id));
    work.finish(&app, StatusCode::CREATED, Some(location), &shown).await
}

/// Adds up to 1,000 rows and compares them with the account. The answer says for each row, in order, what applying the
/// batch would change.
#[utoipa::path(post, path = "/member-change-batches/{id}/chunks", tag = "member-change-batches",
    params(("id" = MemberChangeBatchId, Path)), request_body = MemberChangeChunk,
    responses((status = 200, body = MemberChangeChunkResult)))]
pub(crate) async fn chunk(
    State(app): State<App>,
    Path(id): Path<String>,
    Keyed { body, mut work, .. }: Keyed<MemberChangeChunk>,
) -> ApiResult<Response> {
    let batch = find(&mut work.tx, &app, &id).await?;
    let result = member_changes::receive(&app, &mut work.tx, &batch, body).await?;
    work.finish(&app, StatusCode::OK, None, &result).await
}

/// Carries out the changes of a batch that has all its rows. This goes on after the answer: each row is judged again,
/// and changed if it still may be.
#[utoipa::path(post, path = "/member-change-batches/{id}/apply", tag = "member-change-batches",
    params(("id" = MemberChangeBatchId, Path)), responses((status = 202, body = MemberChangeBatch)))]
pub(crate) async fn apply(
    State(app): State<App>,
    Path(id): Path<String>,
    Keyed { caller, mut work, .. }: Keyed<()>,
) -> ApiResult<Response> {
    let batch = find(&mut work.tx, &app, &id).await?;
    match batch.state()? {
        // Its rows may be on their way out.
        MemberChangeState::Open if batch.is_expired(app.now()) => {
            return Err(ProblemCode::ComparisonExpired.into());
        }
        MemberChangeState::Open => {
            Received::from(&batch).check_whole()?;
            let total = batch.verdicts().change;
            let state = MemberChangeState::Applying;
            // Who compared may be somebody else: what may not be done to oneself is judged for whoever does it.
            begin(&app, &mut work.tx, &caller, &id, state, total).await?;
            if total > 0 {
                note(&app, &mut work.tx, &caller, AuditAction::MembersUpdated, &batch, total).await?;
            }
        }
        MemberChangeState::Applying | MemberChangeState::Applied => {}
        _ => return Err(ProblemCode::BatchClosed.into()),
    }
    finish(work, &app, &id, StatusCode::ACCEPTED).await
}

/// Stops a batch: what was changed stays changed, nothing else is. One that was not applied is closed.
#[utoipa::path(post, path = "/member-change-batches/{id}/cancel", tag = "member-change-batches",
    params(("id" = MemberChangeBatchId, Path)), responses((status = 200, body = MemberChangeBatch)))]
pub(crate) async fn cancel(
    State(app): State<App>,
    Path(id): Path<String>,
    Keyed { mut work, .. }: Keyed<()>,
) -> ApiResult<Response> {
    let batch = find(&mut work.tx, &app, &id).await?;
    if matches!(batch.state()?, MemberChangeState::Open | MemberChangeState::Applying) {
        db::member_changes::set_state(&mut work.tx, &id, MemberChangeState::Cancelled).await?;
    }
    finish(work, &app, &id, StatusCode::OK).await
}

/// Undoes a batch: puts back the values of before where nobody has changed them since. This goes on after the answer;
/// the rows say what was left.
#[utoipa::path(post, path = "/member-change-batches/{id}/undo", tag = "member-change-batches",
    params(("id" = MemberChangeBatchId, Path)), responses((status = 202, body = MemberChangeBatch)))]
pub(crate) async fn undo(
    State(app): State<App>,
    Path(id): Path<String>,
    Keyed { caller, mut work, .. }: Keyed<()>,
) -> ApiResult<Response> {
    let batch = find(&mut work.tx, &app, &id).await?;
    match batch.state()? {
        MemberChangeState::Applied | MemberChangeState::Cancelled if batch.applied() > 0 => {
            let total = batch.applied();
            begin(&app, &mut work.tx, &caller, &id, MemberChangeState::Undoing, total).await?;
            note(&app, &mut work.tx, &caller, AuditAction::MembersUpdateUndone, &batch, total).await?;
        }
        MemberChangeState::Undoing | MemberChangeState::Undone => {}
        _ => return Err(ProblemCode::BatchClosed.into()),
    }
    finish(work, &app, &id, StatusCode::ACCEPTED).await
}

/// Begins the work that a state stands for, for the caller.
async fn begin(
    app: &App,
    tx: &mut Conn,
    caller: &Caller,
    id: &str,
    state: MemberChangeState,
    total: u32,
) -> ApiResult<()> {
    let by = (caller.id(), caller.user.display_name());
    Ok(db::member_changes::begin(tx, id, state, (by.0, &by.1), total, app.now()).await?)
}

/// Notes what is done to a batch, by the name of its file and the number of people.
async fn note(
    app: &App,
    tx: &mut Conn,
    caller: &Caller,
    action: AuditAction,
    batch: &BatchRow,
    people: u32,
) -> ApiResult<()> {
    let subject = format!("{} ({people})", batch.file_name.as_deref().unwrap_or_default());
    Ok(audit::by_caller(app, tx, caller, action, subject.trim_start()).await?)
}

async fn finish(mut work: Work, app: &App, id: &str, status: StatusCode) -> ApiResult<Response> {
    let shown = show(find(&mut work.tx, app, id).await?)?;
    let response = work.finish(app, status, None, &shown).await?;
    app.member_changes.notify_one();
    Ok(response)
}

/// The batches, the latest first.
#[utoipa::path(get, path = "/member-change-batches", tag = "member-change-batches", params(PageQuery),
    responses((status = 200, body = List<MemberChangeBatch>)))]
pub(crate) async fn list(
    State(app): State<App>,
    Query(query): Query<PageQuery>,
) -> ApiResult<Json<List<MemberChangeBatch>>> {
    let limit = page_size(query.limit);
    check_id_cursor(query.cursor.as_deref())?;
    let mut conn = app.db.read().await?;
    let (mut rows, total) =
        db::member_changes::list(&mut conn, &app.account_id, query.cursor.as_deref(), limit + 1).await?;
    let next_cursor = next(&mut rows, limit, |row| row.id.clone());
    let items = rows.into_iter().map(show).collect::<ApiResult<_>>()?;
    Ok(Json(List { items, meta: ListMeta::exact(next_cursor, total) }))
}

/// A batch and its progress. With `If-None-Match`, 304 while nothing has changed.
#[utoipa::path(get, path = "/member-change-batches/{id}", tag = "member-change-batches",
    params(("id" = MemberChangeBatchId, Path)),
    responses((status = 200, body = MemberChangeBatch), (status = 304)))]
pub(crate) async fn get(
    State(app): State<App>,
    Path(id): Path<String>,
    head: HeaderMap,
) -> ApiResult<Response> {
    let batch = find(&mut *app.db.read().await?, &app, &id).await?;
    // Whoever compared may be removed without a change.
    let etag = format!("\"{}-{}\"", batch.revision, u8::from(batch.creator_id.is_some()));
    if is_known(&head, &etag) {
        return Ok((StatusCode::NOT_MODIFIED, [(header::ETAG, etag)]).into_response());
    }
    Ok(([(header::ETAG, etag)], Json(show(batch)?)).into_response())
}

/// The rows of a batch in their order.
#[utoipa::path(get, path = "/member-change-batches/{id}/rows", tag = "member-change-batches",
    params(("id" = MemberChangeBatchId, Path), MemberChangeQuery),
    responses((status = 200, body = List<MemberChange>)))]
pub(crate) async fn rows(
    State(app): State<App>,
    Path(id): Path<String>,
    Query(query): Query<MemberChangeQuery>,
) -> ApiResult<Json<List<MemberChange>>> {
    let limit = page_size(query.limit);
    let (seal, place) = Seal::of(&id, &query)?;
    let after = after_row(place.as_deref())?;
    let mut conn = app.db.read().await?;
    let batch = find(&mut conn, &app, &id).await?;
    let mut items = db::member_changes::page(&mut conn, batch.number, &query, after, limit + 1).await?;
    let next_cursor = next(&mut items, limit, |row| seal.cursor(row.row));
    Ok(Json(List { items, meta: ListMeta::exact(next_cursor, u64::from(batch.matching(&query))) }))
}

async fn find(conn: &mut Conn, app: &App, id: &str) -> ApiResult<BatchRow> {
    db::member_changes::find(conn, &app.account_id, id).await?.ok_or_else(ApiError::not_found)
}

/// A batch as the API shows it.
fn show(batch: BatchRow) -> ApiResult<MemberChangeBatch> {
    Ok(MemberChangeBatch {
        action: batch.action()?,
        state: batch.state()?,
        expected_rows: batch.expected_rows(),
        next_chunk: batch.next_chunk(),
        verdicts: batch.verdicts(),
        done: batch.done(),
        total: batch.total(),
        applied: batch.applied(),
        undone: batch.undone(),
        created_at: Millis(batch.created_at).timestamp(),
        applied_at: batch.applied_at.map(|at| Millis(at).timestamp()),
        undone_at: batch.undone_at.map(|at| Millis(at).timestamp()),
        id: MemberChangeBatchId(batch.id),
        file_name: batch.file_name,
        created_by: batch.created_by_name,
        created_by_id: batch.creator_id.map(UserId),
    })
}
