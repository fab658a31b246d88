//! Batches of invitations: opening, sealing, stopping and undoing them, sending their mails again, and showing them.
//!
//! Once the transaction of a change is committed, its caller reports the batch as changed, and wakes the job that goes
//! on if the batch is `revoking` or `retrying`.

use api_types::{
    AuditAction, Batch, BatchId, BatchOptions, BatchRow, BatchState, NewBatch, ProblemCode, RowQuery,
    display_name,
};

use super::check_draft;
use super::noted::Noted;
use super::retries;
use super::revocations::{self, Which};
use crate::db::batches::invitations::{self as stored, Invitations, Terms, Unanswered};
use crate::db::batches::{BatchRecord, New};
use crate::db::{self, Conn};
use crate::error::{ApiError, ApiResult};
use crate::platform::clock::Millis;
use crate::services::audit::Actor;
use crate::services::batches::{self, check_gives, check_new, check_team_count, check_whole};
use crate::services::proofs;
use crate::services::sessions::Caller;
use crate::services::workspaces::Workspaces;
use crate::state::App;

/// Opens a batch, without rows.
pub(crate) async fn open(app: &App, conn: &mut Conn, caller: &Caller, new: NewBatch) -> ApiResult<Batch> {
    check(&new)?;
    proofs::require_to_give(app, caller, new.options.role)?;
    check_names(app, conn, &new.options).await?;
    let new = New::<Invitations> {
        file_name: new.file_name.as_deref(),
        expected_rows: new.expected_rows,
        is_dry_run: new.dry_run,
        terms: Terms { source: new.source, all_or_none: new.all_or_none, options: new.options },
    };
    let batch = batches::open(app, conn, caller, new).await?;
    show(app, conn, batch).await
}

fn check(batch: &NewBatch) -> ApiResult<()> {
    check_draft(batch.options.message.as_deref(), batch.options.expires_in_days)
        .map_err(|error| prefixed(error, "options"))?;
    check_team_count(&batch.options.teams).map_err(|error| error.in_field("options.teams"))?;
    check_new(batch.file_name.as_deref(), batch.expected_rows)
}

fn prefixed(error: ApiError, parent: &str) -> ApiError {
    let problem = error.into_problem();
    let field = format!("{parent}.{}", problem.field.unwrap_or_default());
    ApiError::new(problem.code).in_field(&field).detail(problem.detail.unwrap_or_default())
}

async fn check_names(app: &App, conn: &mut Conn, options: &BatchOptions) -> ApiResult<()> {
    use db::teams::name_key;
    let teams = db::teams::list(conn, &app.account_id).await?;
    for name in &options.teams {
        if !teams.iter().any(|team| name_key(&team.name) == name_key(name)) {
            return Err(ApiError::field("options.teams", format!("there is no team {name}")));
        }
    }
    if let Some(name) = &options.workspace
        && Workspaces::read(conn, &app.account_id).await?.said(name).is_none()
    {
        return Err(ApiError::field("options.workspace", format!("there is no workspace {name}")));
    }
    Ok(())
}

/// Seals the batch: it has all its rows. Its mails start; one that is `all_or_none` and not all ready is refused.
pub(crate) async fn seal(app: &App, conn: &mut Conn, caller: &Caller, id: &BatchId) -> ApiResult<Batch> {
    let batch = find(app, conn, id).await?;
    match batch.state()? {
        BatchState::Open => {
            check_whole(&batch)?;
            check_gives(
                app,
                caller,
                db::invitations::makes_admins(conn, &app.account_id, batch.number).await?,
            )?;
            let rows = batch.expected_rows();
            let refused = batch.terms().all_or_none && batch.verdicts().ready != rows;
            let state = if refused { BatchState::Refused } else { BatchState::Sealed };
            stored::close(conn, id, state, app.now()).await?;
            if refused {
                revocations::begin(conn, id, Which::Pending, app.now()).await?;
            } else if batch.verdicts().ready > 0 {
                let noted = Noted::of(conn, &batch).await?;
                noted.write(app, conn, Actor::Caller(caller), AuditAction::UsersInvited).await?;
            }
            // A batch without a ready row has nothing to wait for.
            db::mails::settle_batches(conn, app.now()).await?;
        }
        BatchState::Sealed | BatchState::Refused => {}
        BatchState::Cancelled => return Err(ProblemCode::BatchClosed.into()),
    }
    find_and_show(app, conn, id).await
}

/// Stops the batch: waiting mails are not sent and their invitations revoked; those that were sent stay.
pub(crate) async fn cancel(app: &App, conn: &mut Conn, caller: &Caller, id: &BatchId) -> ApiResult<Batch> {
    let batch = find(app, conn, id).await?;
    if matches!(batch.state()?, BatchState::Open | BatchState::Sealed) {
        stored::close(conn, id, BatchState::Cancelled, app.now()).await?;
        begin_to_revoke(app, conn, caller, &batch, Which::Unsent).await?;
    }
    find_and_show(app, conn, id).await
}

/// Undoes the batch: revokes every invitation that was not accepted, sent or not.
pub(crate) async fn revoke(app: &App, conn: &mut Conn, caller: &Caller, id: &BatchId) -> ApiResult<Batch> {
    let batch = find(app, conn, id).await?;
    begin_to_revoke(app, conn, caller, &batch, Which::Pending).await?;
    if batch.state()? == BatchState::Open {
        stored::close(conn, id, BatchState::Cancelled, app.now()).await?;
    } else {
        db::batches::touch(conn, id).await?;
    }
    find_and_show(app, conn, id).await
}

/// Sends the failed mails again; on request also those of which it is unknown whether they arrived.
pub(crate) async fn retry(
    app: &App,
    conn: &mut Conn,
    caller: &Caller,
    id: &BatchId,
    include_unknown: bool,
) -> ApiResult<Batch> {
    let batch = find(app, conn, id).await?;
    if batch.state()? != BatchState::Sealed || batch.revoking().is_some() {
        return Err(ProblemCode::BatchClosed.into());
    }
    check_gives(app, caller, db::invitations::makes_admins(conn, &app.account_id, batch.number).await?)?;
    let which = if include_unknown { retries::Which::FailedOrUnknown } else { retries::Which::Failed };
    if retries::begin(app, conn, caller, id, which).await? {
        let noted = Noted::of(conn, &batch).await?;
        noted.write(app, conn, Actor::Caller(caller), AuditAction::InvitationResent).await?;
    }
    app.retry_mail();
    find_and_show(app, conn, id).await
}

/// Begins to revoke invitations of a batch, and notes it if there are any: a mail that has gone stays, and so does its
/// person.
async fn begin_to_revoke(
    app: &App,
    conn: &mut Conn,
    caller: &Caller,
    batch: &BatchRecord<Invitations>,
    which: Which,
) -> ApiResult<()> {
    let noted = Noted::of(conn, batch).await?;
    let people = revocations::begin(conn, &batch.id, which, app.now()).await?;
    if people == 0 {
        return Ok(());
    }
    let noted = noted.with_people(people);
    Ok(noted.write(app, conn, Actor::Caller(caller), AuditAction::InvitationsRevoked).await?)
}

/// [`batches::page`] of this kind, which no id has to say.
pub(crate) async fn page(
    app: &App,
    conn: &mut Conn,
    before: Option<BatchId>,
    limit: u32,
) -> ApiResult<(Vec<BatchRecord<Invitations>>, u64)> {
    batches::page(app, conn, before, limit).await
}

/// Up to `limit` rows of a batch in their order, beginning after `after`, and how many match the query.
pub(crate) async fn rows(
    app: &App,
    conn: &mut Conn,
    id: &BatchId,
    query: &RowQuery,
    after: Option<u32>,
    limit: u32,
) -> ApiResult<(Vec<BatchRow>, u32)> {
    let batch = find(app, conn, id).await?;
    let now = app.now();
    let total = db::rows::invitations::matching(conn, &batch, query, now).await?;
    let rows = match total {
        0 => Vec::new(),
        _ => db::rows::invitations::list(conn, batch.number, query, after, limit, now).await?,
    };
    Ok((rows, total))
}

async fn find_and_show(app: &App, conn: &mut Conn, id: &BatchId) -> ApiResult<Batch> {
    let batch = find(app, conn, id).await?;
    show(app, conn, batch).await
}

pub(crate) async fn find(app: &App, conn: &mut Conn, id: &BatchId) -> ApiResult<BatchRecord<Invitations>> {
    let batch = batches::find(app, conn, id).await?;
    // Some of its rows may be gone already.
    if batch.is_expired(app.now()) { Err(ApiError::not_found()) } else { Ok(batch) }
}

/// So many people name a batch without a file.
const PEOPLE_NAMED: u32 = 2;

/// A batch as the API shows it.
pub(crate) async fn show(app: &App, conn: &mut Conn, batch: BatchRecord<Invitations>) -> ApiResult<Batch> {
    let Unanswered { waiting, expired } = stored::unanswered(conn, &batch, app.now()).await?;
    let first_people = match batch.file_name {
        Some(_) => Vec::new(),
        None => stored::first_rows(conn, batch.number, PEOPLE_NAMED).await?,
    };
    let mut shown = Batch {
        revoking: batch.revoking(),
        retrying: batch.retrying(),
        cancel_code: batch.cancel_code()?,
        source: batch.terms().source,
        options: batch.options().clone(),
        state: batch.state()?,
        dry_run: batch.is_dry_run(),
        all_or_none: batch.terms().all_or_none,
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
        id: batch.id,
        file_name: batch.file_name,
        first_people: first_people
            .iter()
            .map(|(email, first_name, last_name)| display_name(first_name, last_name, email))
            .collect(),
        created_by: batch.created_by_name,
        created_by_id: batch.creator_id,
        mail_trouble: None,
        next_try_at: None,
    };
    if shown.state == BatchState::Sealed && !shown.is_settled() {
        shown.mail_trouble = app.mail_monitor.state().trouble.map(|trouble| trouble.shown());
        if shown.deliveries.sending == 0 {
            let next = db::mails::deferred_until(conn, batch.number, app.now()).await?;
            shown.next_try_at = next.map(Millis::timestamp);
        }
    }
    Ok(shown)
}
