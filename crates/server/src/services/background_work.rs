//! What goes on in the background and what has ended, of every kind, as the API shows it.

use api_types::limits::PAGE_MAX;
use api_types::{
    BackgroundWork, BatchState, MemberChangeState, SyncKind, SyncRunState, Work, WorkState, WorkSubject,
};

use crate::db::batches::invitations::Invitations;
use crate::db::batches::member_changes::MemberChanges;
use crate::db::batches::{self, BatchKind, BatchRecord};
use crate::db::field_sync::runs::{self, RunRow};
use crate::db::{AccountId, Conn};
use crate::error::ApiResult;
use crate::platform::clock::Millis;
use crate::state::App;

/// Which kinds of work are listed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Kinds {
    pub(crate) invitations: bool,
    pub(crate) member_changes: bool,
    pub(crate) syncs: bool,
}

/// The work of these kinds that is under way, and up to `limit` of what has ended. Comparisons that were not applied,
/// dry runs and what the schedule syncs are left out.
pub(crate) async fn list(app: &App, conn: &mut Conn, kinds: Kinds, limit: u32) -> ApiResult<BackgroundWork> {
    let account = &app.account_id;
    let (mut under_way, mut ended) = (Vec::new(), Vec::new());
    if kinds.invitations {
        let has_mail_trouble = app.mail_monitor.state().trouble.is_some();
        let work = |batch| of_invitations(batch, has_mail_trouble);
        add(conn, account, limit, work, &mut under_way, &mut ended).await?;
    }
    if kinds.member_changes {
        add(conn, account, limit, of_changes, &mut under_way, &mut ended).await?;
    }
    if kinds.syncs {
        if let Some(run) = runs::current(conn, account).await?
            && is_shown(&run)?
        {
            under_way.push(of_run(run)?);
        }
        for run in runs::ended(conn, account, limit).await? {
            ended.push(of_run(run)?);
        }
    }
    Ok(BackgroundWork { under_way: latest(under_way, PAGE_MAX), ended: latest(ended, limit) })
}

/// Adds the batches of a kind, as `work` shows them.
async fn add<K: BatchKind>(
    conn: &mut Conn,
    account: &AccountId,
    limit: u32,
    work: impl Fn(BatchRecord<K>) -> ApiResult<Work>,
    under_way: &mut Vec<Work>,
    ended: &mut Vec<Work>,
) -> ApiResult<()> {
    for batch in batches::under_way(conn, account, PAGE_MAX).await? {
        under_way.push(work(batch)?);
    }
    for batch in batches::ended(conn, account, limit).await? {
        ended.push(work(batch)?);
    }
    Ok(())
}

/// The latest first: ids of every kind begin with their time.
fn latest(mut works: Vec<Work>, limit: u32) -> Vec<Work> {
    works.sort_by(|one, other| other.subject.id().cmp(one.subject.id()));
    works.truncate(limit as usize);
    works
}

/// What the schedule does comes and goes, except where it was paused.
fn is_shown(run: &RunRow) -> ApiResult<bool> {
    Ok(run.shown_kind()? == Some(SyncKind::Full) || run.state()? == SyncRunState::Paused)
}

fn of_invitations(batch: BatchRecord<Invitations>, has_mail_trouble: bool) -> ApiResult<Work> {
    let (verdicts, mails, revoking) = (batch.verdicts(), batch.deliveries(), batch.revoking());
    let is_all_revoked =
        batch.revoked() > 0 && batch.accepted().saturating_add(batch.revoked()) >= verdicts.ready;
    let state = match batch.state()? {
        _ if revoking.is_some() => WorkState::Undoing,
        BatchState::Open => WorkState::Receiving,
        BatchState::Sealed if batch.own.settled_at.is_none() && has_mail_trouble => WorkState::Waiting,
        BatchState::Sealed if batch.own.settled_at.is_none() => WorkState::Running,
        BatchState::Sealed if is_all_revoked => WorkState::Undone,
        BatchState::Sealed => WorkState::Completed,
        BatchState::Cancelled => WorkState::Cancelled,
        BatchState::Refused => WorkState::Refused,
    };
    let tried = mails.sent + mails.failed + mails.unknown;
    let whole = mails.mails();
    let (done, total, trouble) = match (state, revoking) {
        (_, Some(revoking)) => (revoking.done, revoking.total, 0),
        (WorkState::Receiving, _) => (verdicts.total(), batch.expected_rows(), 0),
        (WorkState::Undone, _) => (batch.revoked(), verdicts.ready, 0),
        (WorkState::Cancelled | WorkState::Refused, _) => (tried, whole, mails.failed + mails.unknown),
        _ => (tried, whole - mails.cancelled, mails.failed + mails.unknown),
    };
    let ended_at = batch.own.settled_at.filter(|_| !state.is_under_way());
    Ok(Work {
        subject: WorkSubject::Invitations { source: batch.terms().source, id: batch.id },
        file_name: batch.file_name,
        state,
        done: done.into(),
        total: Some(total.into()),
        trouble: trouble.into(),
        started_at: Millis(batch.created_at).timestamp(),
        ended_at: ended_at.map(|at| Millis(at).timestamp()),
        started_by: Some(batch.created_by_name),
        started_by_id: batch.creator_id,
    })
}

fn of_changes(batch: BatchRecord<MemberChanges>) -> ApiResult<Work> {
    let state = match batch.state()? {
        MemberChangeState::Open => WorkState::Receiving,
        MemberChangeState::Applying => WorkState::Running,
        MemberChangeState::Applied => WorkState::Completed,
        MemberChangeState::Cancelled => WorkState::Cancelled,
        MemberChangeState::Undoing => WorkState::Undoing,
        MemberChangeState::Undone => WorkState::Undone,
    };
    let (undone, (done, total)) = (batch.undone(), batch.progress());
    let applied = batch.applied();
    let action = *batch.terms();
    let own = batch.own;
    let (trouble, started_at, by, by_id) = match state {
        WorkState::Undoing | WorkState::Undone => {
            (undone.partly + undone.left, own.undone_at, own.undone_by_name, own.undoer_id)
        }
        _ => (done.saturating_sub(applied), batch.sealed_at, batch.created_by_name, batch.creator_id),
    };
    Ok(Work {
        subject: WorkSubject::MemberChanges { action, id: batch.id },
        file_name: batch.file_name,
        state,
        done: done.into(),
        total: Some(total.into()),
        trouble: trouble.into(),
        started_at: Millis(started_at.unwrap_or(batch.created_at)).timestamp(),
        ended_at: None,
        started_by: Some(by),
        started_by_id: by_id,
    })
}

fn of_run(run: RunRow) -> ApiResult<Work> {
    let state = match run.state()? {
        SyncRunState::Preparing => WorkState::Preparing,
        SyncRunState::Running => WorkState::Running,
        SyncRunState::Paused => WorkState::Paused,
        SyncRunState::Completed => WorkState::Completed,
        SyncRunState::Cancelled => WorkState::Cancelled,
        SyncRunState::Failed(_) => WorkState::Failed,
    };
    let number = |count: i64| u64::try_from(count).unwrap_or_default();
    Ok(Work {
        state,
        done: number(run.tally.read()),
        total: run.expected(),
        trouble: number(run.tally.failed),
        started_at: run.started_at().timestamp(),
        ended_at: run.ended_at().map(|at| at.timestamp()),
        file_name: None,
        started_by: run.started_by.clone(),
        started_by_id: run.starter_id.clone(),
        subject: WorkSubject::Sync { id: run.id },
    })
}
