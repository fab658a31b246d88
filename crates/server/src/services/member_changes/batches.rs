//! Batches of changes of members: opening them, having them applied or undone, stopping them, and showing them.

use api_types::{
    AuditAction, MemberChange, MemberChangeBatch, MemberChangeBatchId, MemberChangeQuery, MemberChangeState,
    NewMemberChangeBatch, ProblemCode,
};

use crate::db::batches::member_changes::{self as stored, MemberChanges};
use crate::db::batches::{BatchRecord, New};
use crate::db::{self, Conn, DbResult};
use crate::error::ApiResult;
use crate::platform::clock::Millis;
use crate::services::audit;
use crate::services::batches::{self, check_gives, check_new, check_whole};
use crate::services::sessions::Caller;
use crate::state::App;

/// Opens a batch, without rows.
pub(crate) async fn open(
    app: &App,
    conn: &mut Conn,
    caller: &Caller,
    new: &NewMemberChangeBatch,
) -> ApiResult<MemberChangeBatch> {
    check_new(new.file_name.as_deref(), new.expected_rows)?;
    let new = New::<MemberChanges> {
        file_name: new.file_name.as_deref(),
        expected_rows: new.expected_rows,
        is_dry_run: false,
        terms: new.action,
    };
    show(batches::open(app, conn, caller, new).await?)
}

/// Has the changes of a batch that has all its rows carried out. Once the transaction is committed, the job that
/// changes members must be woken.
pub(crate) async fn apply(
    app: &App,
    conn: &mut Conn,
    caller: &Caller,
    id: &MemberChangeBatchId,
) -> ApiResult<MemberChangeBatch> {
    let batch = find(app, conn, id).await?;
    match batch.state()? {
        // Its rows may be on their way out.
        MemberChangeState::Open if batch.is_expired(app.now()) => {
            return Err(ProblemCode::ComparisonExpired.into());
        }
        MemberChangeState::Open => {
            check_whole(&batch)?;
            check_gives(app, caller, makes_admins(app, conn, caller, batch.number, false).await?)?;
            let total = batch.verdicts().change;
            let state = MemberChangeState::Applying;
            // Another person may have compared: what one may not do to oneself is judged for the person who applies it.
            begin(app, conn, caller, id, state, total).await?;
            if total > 0 {
                note(app, conn, caller, AuditAction::MembersUpdated, &batch, total).await?;
            }
        }
        MemberChangeState::Applying | MemberChangeState::Applied => {}
        _ => return Err(ProblemCode::BatchClosed.into()),
    }
    show(find(app, conn, id).await?)
}

/// Stops a batch: what was changed stays changed, nothing else is. One that was not applied is closed.
pub(crate) async fn cancel(
    app: &App,
    conn: &mut Conn,
    caller: &Caller,
    id: &MemberChangeBatchId,
) -> ApiResult<MemberChangeBatch> {
    let batch = find(app, conn, id).await?;
    let state = batch.state()?;
    if matches!(state, MemberChangeState::Open | MemberChangeState::Applying) {
        stored::set_state(conn, id, MemberChangeState::Cancelled).await?;
    }
    if state == MemberChangeState::Applying {
        let (done, total) = batch.progress();
        note(app, conn, caller, AuditAction::WorkStopped, &batch, total - done).await?;
    }
    show(find(app, conn, id).await?)
}

/// Has a batch undone: the values of before are put back where nobody has changed them since. Once the transaction is
/// committed, the job that changes members must be woken.
pub(crate) async fn undo(
    app: &App,
    conn: &mut Conn,
    caller: &Caller,
    id: &MemberChangeBatchId,
) -> ApiResult<MemberChangeBatch> {
    let batch = find(app, conn, id).await?;
    match batch.state()? {
        MemberChangeState::Applied | MemberChangeState::Cancelled if batch.applied() > 0 => {
            check_gives(app, caller, makes_admins(app, conn, caller, batch.number, true).await?)?;
            // Another person goes on with what one who has lost the right began.
            let undone = batch.undone();
            let total = batch.applied().saturating_sub(undone.restored + undone.partly + undone.left);
            begin(app, conn, caller, id, MemberChangeState::Undoing, total).await?;
            note(app, conn, caller, AuditAction::MembersUpdateUndone, &batch, total).await?;
        }
        MemberChangeState::Undoing | MemberChangeState::Undone => {}
        _ => return Err(ProblemCode::BatchClosed.into()),
    }
    show(find(app, conn, id).await?)
}

/// Whether applying a batch, or undoing it (`undone`), makes administrators. Through a key, each row is judged by itself.
async fn makes_admins(
    app: &App,
    conn: &mut Conn,
    caller: &Caller,
    number: i64,
    undone: bool,
) -> DbResult<bool> {
    Ok(caller.key().is_none() && stored::makes_admins(conn, &app.account_id, number, undone).await?)
}

/// Begins the work that a state stands for, for the caller.
async fn begin(
    app: &App,
    conn: &mut Conn,
    caller: &Caller,
    id: &MemberChangeBatchId,
    state: MemberChangeState,
    total: u32,
) -> ApiResult<()> {
    let by = (caller.id(), caller.user.display_name());
    let key = caller.key().map(|key| &key.id);
    Ok(stored::begin(conn, id, state, (by.0, &by.1), key, total, app.now()).await?)
}

/// Notes what is done to a batch, by the name of its file and the number of people.
async fn note(
    app: &App,
    conn: &mut Conn,
    caller: &Caller,
    action: AuditAction,
    batch: &BatchRecord<MemberChanges>,
    people: u32,
) -> ApiResult<()> {
    let subject = format!("{} ({people})", batch.file_name.as_deref().unwrap_or_default());
    Ok(audit::by_caller(app, conn, caller, action, subject.trim_start()).await?)
}

/// [`batches::page`] of this kind, which no id has to say.
pub(crate) async fn page(
    app: &App,
    conn: &mut Conn,
    before: Option<MemberChangeBatchId>,
    limit: u32,
) -> ApiResult<(Vec<BatchRecord<MemberChanges>>, u64)> {
    batches::page(app, conn, before, limit).await
}

/// Up to `limit` rows of a batch in their order, beginning after `after`, and how many match the query.
pub(crate) async fn rows(
    app: &App,
    conn: &mut Conn,
    id: &MemberChangeBatchId,
    query: &MemberChangeQuery,
    after: Option<u32>,
    limit: u32,
) -> ApiResult<(Vec<MemberChange>, u32)> {
    let batch = find(app, conn, id).await?;
    let rows = db::rows::member_changes::list(conn, batch.number, query, after, limit).await?;
    Ok((rows, batch.matching(query)))
}

pub(crate) async fn find(
    app: &App,
    conn: &mut Conn,
    id: &MemberChangeBatchId,
) -> ApiResult<BatchRecord<MemberChanges>> {
    batches::find(app, conn, id).await
}

/// A batch as the API shows it.
pub(crate) fn show(batch: BatchRecord<MemberChanges>) -> ApiResult<MemberChangeBatch> {
    let (done, total) = batch.progress();
    Ok(MemberChangeBatch {
        action: *batch.terms(),
        state: batch.state()?,
        cancel_code: batch.cancel_code()?,
        expected_rows: batch.expected_rows(),
        next_chunk: batch.next_chunk(),
        verdicts: batch.verdicts(),
        done,
        total,
        applied: batch.applied(),
        undone: batch.undone(),
        created_at: Millis(batch.created_at).timestamp(),
        applied_at: batch.sealed_at.map(|at| Millis(at).timestamp()),
        undone_at: batch.own.undone_at.map(|at| Millis(at).timestamp()),
        id: batch.id,
        file_name: batch.file_name,
        created_by: batch.created_by_name,
        created_by_id: batch.creator_id,
    })
}
