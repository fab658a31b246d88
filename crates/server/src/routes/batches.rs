use std::collections::BTreeSet;

use api_types::{
    AuditAction, Batch, BatchId, BatchOptions, BatchRetry, BatchRow, BatchState, Chunk, ChunkResult, List,
    ListMeta, NewBatch, PageQuery, ProblemCode, RowQuery, UserId, paths,
};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::invitations::check_draft;
use super::lists::{Seal, after_row, check_id_cursor, next, page_size};
use crate::db::batches::{BatchRecord, Unanswered};
use crate::db::{self, Conn, new_id};
use crate::error::{ApiError, ApiResult};
use crate::http::extract::{Json, Query};
use crate::http::headers::is_known;
use crate::http::idempotency::{Keyed, Work};
use crate::platform::clock::Millis;
use crate::platform::text::clean_line;
use crate::services::audit::{self, Subject};
use crate::services::batch_rows::{Received, check_new};
use crate::services::invitations;
use crate::services::invitations::revocations::{self, Which};
use crate::services::sessions::Caller;
use crate::state::App;

/// Opens a batch. Rows follow in chunks.
#[utoipa::path(post, path = "/invitation-batches", tag = "invitation-batches", request_body = NewBatch,
    responses((status = 201, body = Batch)))]
pub(crate) async fn create(
    State(app): State<App>,
    Keyed { body, caller, mut work }: Keyed<NewBatch>,
) -> ApiResult<Response> {
    check(&body)?;
    check_names(&mut work.tx, &app, &body.options).await?;
    let id = new_id();
    let file_name = body.file_name.as_deref().map(clean_line);
    let batch = db::batches::NewBatch {
        id: &id,
        created_by: caller.id(),
        created_by_name: &caller.user.display_name(),
        source: body.source,
        file_name: file_name.as_deref(),
        options: &body.options,
        dry_run: body.dry_run,
        all_or_none: body.all_or_none,
        expected_rows: body.expected_rows,
    };
    db::batches::insert(&mut work.tx, &app.account_id, &batch, app.now()).await?;
    let batch = find(&mut work.tx, &app, &id).await?;
    let shown = show(&app, &mut work.tx, batch).await?;
    let location = format!("{}{}", paths::BASE, paths::batch(&BatchId(id)));
    work.finish(&app, StatusCode::CREATED, Some(location), &shown).await
}

fn check(batch: &NewBatch) -> ApiResult<()> {
    check_draft(batch.options.message.as_deref(), batch.options.expires_in_days)
        .map_err(|error| prefixed(error, "options"))?;
    check_new(batch.file_name.as_deref(), batch.expected_rows)
}

fn prefixed(error: ApiError, parent: &str) -> ApiError {
    let problem = error.into_problem();
    let field = format!("{parent}.{}", problem.field.unwrap_or_default());
    ApiError::new(problem.code).in_field(&field).detail(problem.detail.unwrap_or_default())
}

async fn check_names(conn: &mut Conn, app: &App, options: &BatchOptions) -> ApiResult<()> {
    use db::teams::name_key;
    let teams = db::teams::list(conn, &app.account_id).await?;
    for name in &options.teams {
        if !teams.iter().any(|team| name_key(&team.name) == name_key(name)) {
            return Err(ApiError::field("options.teams", format!("there is no team {name}")));
        }
    }
    if let Some(name) = &options.workspace {
        let workspaces = db::teams::workspaces(conn, &app.account_id).await?;
        if !workspaces.iter().any(|workspace| name_key(&workspace.name) == name_key(name)) {
            return Err(ApiError::field("options.workspace", format!("there is no workspace {name}")));
        }
    }
    Ok(())
}

/// Adds up to 1,000 rows. The answer holds the verdict on each row, in order.
#[utoipa::path(post, path = "/invitation-batches/{id}/chunks", tag = "invitation-batches",
    params(("id" = BatchId, Path)), request_body = Chunk, responses((status = 200, body = ChunkResult)))]
pub(crate) async fn chunk(
    State(app): State<App>,
    Path(id): Path<String>,
    Keyed { body, mut work, .. }: Keyed<Chunk>,
) -> ApiResult<Response> {
    let batch = find(&mut work.tx, &app, &id).await?;
    let result = invitations::receive(&mut work.tx, &app.account_id, &batch, body, app.now()).await?;
    let response = work.finish(&app, StatusCode::OK, None, &result).await?;
    app.batch_changed(&id);
    Ok(response)
}

/// Seals the batch: it has all its rows. Mails start; a batch that is `all_or_none` and not all ready is refused.
#[utoipa::path(post, path = "/invitation-batches/{id}/seal", tag = "invitation-batches",
    params(("id" = BatchId, Path)), responses((status = 202, body = Batch)))]
pub(crate) async fn seal(
    State(app): State<App>,
    Path(id): Path<String>,
    Keyed { caller, mut work, .. }: Keyed<()>,
) -> ApiResult<Response> {
    let batch = find(&mut work.tx, &app, &id).await?;
    match batch.state()? {
        BatchState::Open => {
            Received::from(&batch).check_whole()?;
            let rows = batch.expected_rows();
            let refused = batch.is_all_or_none() && batch.verdicts().ready != rows;
            let state = if refused { BatchState::Refused } else { BatchState::Sealed };
            db::batches::close(&mut work.tx, &id, state, app.now()).await?;
            if refused {
                revocations::begin(&mut work.tx, &id, Which::Pending, app.now()).await?;
            } else if batch.verdicts().ready > 0 {
                let noted = Noted::of(&mut work.tx, &batch).await?;
                noted.write(&app, &mut work.tx, &caller, AuditAction::UsersInvited).await?;
            }
            // A batch without a ready row has nothing to wait for.
            db::mails::settle_batches(&mut work.tx, app.now()).await?;
        }
        BatchState::Sealed | BatchState::Refused => {}
        BatchState::Cancelled => return Err(ProblemCode::BatchClosed.into()),
    }
    finish(work, &app, &id, StatusCode::ACCEPTED).await
}

/// Stops the batch: waiting mails are not sent and their invitations revoked; those that were sent stay. Of a large
/// batch this goes on after the answer; see `revoking`.
#[utoipa::path(post, path = "/invitation-batches/{id}/cancel", tag = "invitation-batches",
    params(("id" = BatchId, Path)), responses((status = 200, body = Batch)))]
pub(crate) async fn cancel(
    State(app): State<App>,
    Path(id): Path<String>,
    Keyed { caller, mut work, .. }: Keyed<()>,
) -> ApiResult<Response> {
    let batch = find(&mut work.tx, &app, &id).await?;
    if matches!(batch.state()?, BatchState::Open | BatchState::Sealed) {
        db::batches::close(&mut work.tx, &id, BatchState::Cancelled, app.now()).await?;
        begin_to_revoke(&app, &mut work.tx, &caller, &batch, Which::Unsent).await?;
    }
    finish(work, &app, &id, StatusCode::OK).await
}

/// Undoes the batch: revokes every invitation that was not accepted, sent or not. Of a large batch this goes on after
/// the answer; see `revoking`.
#[utoipa::path(post, path = "/invitation-batches/{id}/revoke", tag = "invitation-batches",
    params(("id" = BatchId, Path)), responses((status = 200, body = Batch)))]
pub(crate) async fn revoke(
    State(app): State<App>,
    Path(id): Path<String>,
    Keyed { caller, mut work, .. }: Keyed<()>,
) -> ApiResult<Response> {
    let batch = find(&mut work.tx, &app, &id).await?;
    begin_to_revoke(&app, &mut work.tx, &caller, &batch, Which::Pending).await?;
    if batch.state()? == BatchState::Open {
        db::batches::close(&mut work.tx, &id, BatchState::Cancelled, app.now()).await?;
    } else {
        db::batches::touch(&mut work.tx, &id).await?;
    }
    finish(work, &app, &id, StatusCode::OK).await
}

/// Sends the failed mails again; on request also those of which it is unknown whether they arrived.
#[utoipa::path(post, path = "/invitation-batches/{id}/retry", tag = "invitation-batches",
    params(("id" = BatchId, Path)), request_body = BatchRetry, responses((status = 200, body = Batch)))]
pub(crate) async fn retry(
    State(app): State<App>,
    Path(id): Path<String>,
    Keyed { body, caller, mut work }: Keyed<BatchRetry>,
) -> ApiResult<Response> {
    let batch = find(&mut work.tx, &app, &id).await?;
    if batch.state()? != BatchState::Sealed || batch.revoking().is_some() {
        return Err(ProblemCode::BatchClosed.into());
    }
    db::mails::retry(&mut work.tx, &id, body.include_unknown, app.now()).await?;
    let noted = Noted::of(&mut work.tx, &batch).await?;
    noted.write(&app, &mut work.tx, &caller, AuditAction::InvitationResent).await?;
    db::batches::unsettle(&mut work.tx, &id).await?;
    app.mail_monitor.retry();
    finish(work, &app, &id, StatusCode::OK).await
}

/// Sends all mails again that were given up while the mail server failed, of every batch, and tries the mail server at
/// once.
#[utoipa::path(post, path = "/mail/retry", tag = "invitation-batches", responses((status = 204)))]
pub(crate) async fn retry_all(
    State(app): State<App>,
    Keyed { caller, mut work, .. }: Keyed<()>,
) -> ApiResult<Response> {
    let mails = db::mails::retry_given_up(&mut work.tx, &app.account_id, app.now()).await?;
    let batches: BTreeSet<&String> = mails.iter().collect();
    for batch in &batches {
        db::batches::unsettle(&mut work.tx, batch).await?;
    }
    if !mails.is_empty() {
        let subject = format!("({})", mails.len());
        audit::by_caller(&app, &mut work.tx, &caller, AuditAction::InvitationResent, &subject).await?;
    }
    let response = work.finish(&app, StatusCode::NO_CONTENT, None, &()).await?;
    for batch in batches {
        app.batch_changed(batch);
    }
    app.mail_monitor.retry();
    Ok(response)
}

/// Begins to revoke invitations of a batch, and notes it if there are any: a mail that has gone stays, and so does its
/// person.
async fn begin_to_revoke(
    app: &App,
    tx: &mut Conn,
    caller: &Caller,
    batch: &BatchRecord,
    which: Which,
) -> ApiResult<()> {
    let noted = Noted::of(tx, batch).await?;
    let people = revocations::begin(tx, &batch.id, which, app.now()).await?;
    if people == 0 {
        return Ok(());
    }
    Noted { people, ..noted }.write(app, tx, caller, AuditAction::InvitationsRevoked).await
}

/// What is noted of a batch, read while the people are as they were before.
struct Noted {
    /// Of the file, else the address of the first person.
    name: String,
    /// How many people it is about.
    people: u32,
    /// The only person of the batch.
    person: Option<String>,
    is_dry_run: bool,
}

impl Noted {
    /// About everybody who is ready.
    async fn of(tx: &mut Conn, batch: &BatchRecord) -> ApiResult<Self> {
        let people = batch.verdicts().ready;
        let (email, user) = db::batches::first_ready(tx, &batch.id).await?.unwrap_or_default();
        Ok(Self {
            name: batch.file_name.clone().unwrap_or(email),
            people,
            person: user.filter(|_| people == 1),
            is_dry_run: batch.is_dry_run(),
        })
    }

    /// A dry run changes nothing and is not noted.
    async fn write(self, app: &App, tx: &mut Conn, caller: &Caller, action: AuditAction) -> ApiResult<()> {
        if self.is_dry_run {
            return Ok(());
        }
        let subject = format!("{} ({})", self.name, self.people);
        let subject = Subject::maybe_user(self.person.as_deref(), subject.trim_start());
        Ok(audit::by_caller(app, tx, caller, action, subject).await?)
    }
}

async fn finish(mut work: Work, app: &App, id: &str, status: StatusCode) -> ApiResult<Response> {
    let batch = find(&mut work.tx, app, id).await?;
    let shown = show(app, &mut work.tx, batch).await?;
    let response = work.finish(app, status, None, &shown).await?;
    app.batch_changed(id);
    if shown.revoking.is_some() {
        app.revocations.notify_one();
    }
    Ok(response)
}

/// The batches, the latest first. Dry runs are not listed.
#[utoipa::path(get, path = "/invitation-batches", tag = "invitation-batches", params(PageQuery),
    responses((status = 200, body = List<Batch>)))]
pub(crate) async fn list(
    State(app): State<App>,
    Query(query): Query<PageQuery>,
) -> ApiResult<Json<List<Batch>>> {
    let limit = page_size(query.limit);
    check_id_cursor(query.cursor.as_deref())?;
    let mut conn = app.db.read().await?;
    let (mut rows, total) =
        db::batches::list(&mut conn, &app.account_id, query.cursor.as_deref(), limit + 1).await?;
    let next_cursor = next(&mut rows, limit, |row| row.id.clone());
    let mut items = Vec::with_capacity(rows.len());
    for batch in rows {
        items.push(show(&app, &mut conn, batch).await?);
    }
    Ok(Json(List { items, meta: ListMeta::exact(next_cursor, total) }))
}

/// A batch and its progress. With `If-None-Match`, 304 while nothing has changed.
#[utoipa::path(get, path = "/invitation-batches/{id}", tag = "invitation-batches",
    params(("id" = BatchId, Path)), responses((status = 200, body = Batch), (status = 304)))]
pub(crate) async fn get(
    State(app): State<App>,
    Path(id): Path<String>,
    head: HeaderMap,
) -> ApiResult<Response> {
    let mut conn = app.db.read().await?;
    let batch = find(&mut conn, &app, &id).await?;
    let revision = batch.revision;
    let shown = show(&app, &mut conn, batch).await?;
    // Invitations expire, and whoever sent them is removed, without a change.
    let is_there = u8::from(shown.created_by_id.is_some());
    let etag = format!("\"{revision}-{}-{}-{is_there}\"", shown.waiting, shown.expired);
    if is_known(&head, &etag) {
        return Ok((StatusCode::NOT_MODIFIED, [(header::ETAG, etag)]).into_response());
    }
    Ok(([(header::ETAG, etag)], Json(shown)).into_response())
}

/// The rows of a batch in their order.
#[utoipa::path(get, path = "/invitation-batches/{id}/rows", tag = "invitation-batches",
    params(("id" = BatchId, Path), RowQuery), responses((status = 200, body = List<BatchRow>)))]
pub(crate) async fn rows(
    State(app): State<App>,
    Path(id): Path<String>,
    Query(query): Query<RowQuery>,
) -> ApiResult<Json<List<BatchRow>>> {
    let limit = page_size(query.limit);
    let (seal, place) = Seal::of(&id, &query)?;
    let after = after_row(place.as_deref())?;
    let mut conn = app.db.read().await?;
    let batch = find(&mut conn, &app, &id).await?;
    let now = app.now();
    let total = db::rows::matching(&mut conn, &batch, &query, now).await?;
    let mut items = match total {
        0 => Vec::new(),
        _ => db::rows::list(&mut conn, &batch.id, &query, after, limit + 1, now).await?,
    };
    let next_cursor = next(&mut items, limit, |row| seal.cursor(row.result.row));
    Ok(Json(List { items, meta: ListMeta::exact(next_cursor, u64::from(total)) }))
}

pub(super) async fn find(conn: &mut Conn, app: &App, id: &str) -> ApiResult<BatchRecord> {
    db::batches::find(conn, &app.account_id, id).await?.ok_or_else(ApiError::not_found)
}

/// A batch as the API shows it.
pub(super) async fn show(app: &App, conn: &mut Conn, batch: BatchRecord) -> ApiResult<Batch> {
    let Unanswered { waiting, expired } = db::batches::unanswered(conn, &batch, app.now()).await?;
    let mut shown = Batch {
        revoking: batch.revoking(),
        source: batch.source()?,
        options: batch.options()?,
        state: batch.state()?,
        dry_run: batch.is_dry_run(),
        all_or_none: batch.is_all_or_none(),
        expected_rows: batch.expected_rows(),
        next_chunk: batch.next_chunk(),
        verdicts: batch.verdicts(),
        deliveries: batch.deliveries(),
        accepted: batch.accepted(),
        revoked: batch.revoked(),
        waiting,
        expired,
        created_at: Millis(batch.created_at).timestamp(),
        sealed_at: batch.sealed_at.map(|at| Millis(at).timestamp()),
        id: BatchId(batch.id),
        file_name: batch.file_name,
        created_by: batch.created_by_name,
        created_by_id: batch.created_by.map(UserId),
        mail_trouble: None,
    };
    if shown.state == BatchState::Sealed && !shown.is_settled() {
        shown.mail_trouble = app.mail_monitor.state().trouble.map(|trouble| trouble.shown());
    }
    Ok(shown)
}
