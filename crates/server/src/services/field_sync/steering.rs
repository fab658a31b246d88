//! The runs, as administrators start, steer and see them.

use api_types::{
    AuditAction, Needed, ProblemCode, SetupStepId, SkipCount, SyncProblem, SyncRun, SyncRunId, SyncRunState,
    SyncStart, SyncWait,
};

use super::schedule;
use crate::db::field_sync::runs::{self, NewRun, RunKind, RunRow};
use crate::db::field_sync::{self as stored, problems as stored_problems};
use crate::db::{Conn, new_id};
use crate::error::{ApiError, ApiResult};
use crate::services::audit;
use crate::services::sessions::Caller;
use crate::services::setup::order;
use crate::state::{App, rate};

/// The runs, the latest first, and how many there are. `before` is the last id of the page before.
pub(crate) async fn page(
    app: &App,
    conn: &mut Conn,
    before: Option<&SyncRunId>,
    limit: u32,
) -> ApiResult<(Vec<SyncRun>, u64)> {
    let (rows, total) = runs::list(conn, &app.account_id, before, limit).await?;
    let shown = rows.iter().map(|run| show(app, run)).collect::<ApiResult<_>>()?;
    Ok((shown, total))
}

/// Starts a full run. After a failed one, it continues where that stopped.
pub(crate) async fn start(
    app: &App,
    conn: &mut Conn,
    caller: &Caller,
    SyncStart { out_of_order }: SyncStart,
) -> ApiResult<SyncRun> {
    let step = SetupStepId::StartSync;
    let missing = order::check(conn, app, step, out_of_order).await?;
    require_marketo(&missing)?;
    if runs::current(conn, &app.account_id).await?.is_some() {
        return Err(ProblemCode::SyncRunning.into());
    }
    let now = app.now();
    let after = schedule::goes_on_from(conn, &app.account_id, now).await?;
    let id = new_id();
    let name = caller.user.display_name();
    let run = NewRun {
        id: &id,
        kind: RunKind::Full,
        started_by: Some((caller.id(), &name)),
        after: after.as_ref(),
    };
    runs::insert(conn, &app.account_id, &run, now).await?;
    if after.is_none()
        && let Some(expected) = schedule::preview_to_expect(conn, &app.account_id, now).await?
    {
        runs::set_expected(conn, &id, expected).await?;
    }
    order::note(app, conn, caller, step, &missing).await?;
    audit::by_caller(app, conn, caller, AuditAction::SyncStarted, "").await?;
    show(app, &find_any(app, conn, &id).await?)
}

/// A run and its progress.
pub(crate) async fn run(app: &App, conn: &mut Conn, id: &SyncRunId) -> ApiResult<SyncRun> {
    show(app, &find(app, conn, id).await?)
}

/// Pauses a run. Nothing more is written for it; what was read stays.
pub(crate) async fn pause(app: &App, conn: &mut Conn, caller: &Caller, id: &SyncRunId) -> ApiResult<SyncRun> {
    match find(app, conn, id).await?.state()? {
        SyncRunState::Paused => {}
        SyncRunState::Preparing | SyncRunState::Running => {
            runs::set_state(conn, id, SyncRunState::Paused, app.now()).await?;
            audit::by_caller(app, conn, caller, AuditAction::SyncPaused, "").await?;
        }
        _ => return Err(has_ended()),
    }
    run(app, conn, id).await
}

/// Resumes a paused run where it stopped.
pub(crate) async fn resume(
    app: &App,
    conn: &mut Conn,
    caller: &Caller,
    id: &SyncRunId,
) -> ApiResult<SyncRun> {
    let found = find(app, conn, id).await?;
    match found.state()? {
        SyncRunState::Preparing | SyncRunState::Running => {}
        SyncRunState::Paused => {
            let begun = found.tally.read() > 0;
            let state = if begun { SyncRunState::Running } else { SyncRunState::Preparing };
            runs::set_state(conn, id, state, app.now()).await?;
            audit::by_caller(app, conn, caller, AuditAction::SyncResumed, "").await?;
        }
        _ => return Err(has_ended()),
    }
    run(app, conn, id).await
}

/// Ends a run for good. People whom it has stored stay.
pub(crate) async fn cancel(
    app: &App,
    conn: &mut Conn,
    caller: &Caller,
    id: &SyncRunId,
) -> ApiResult<SyncRun> {
    let found = find(app, conn, id).await?;
    match found.state()? {
        SyncRunState::Cancelled => {}
        SyncRunState::Preparing | SyncRunState::Running | SyncRunState::Paused => {
            runs::set_state(conn, id, SyncRunState::Cancelled, app.now()).await?;
            if found.kind()? == RunKind::Incremental {
                // The remaining changes wait for the next scheduled poll.
                stored::set_polled(conn, &app.account_id, app.now()).await?;
            }
            audit::by_caller(app, conn, caller, AuditAction::SyncCancelled, "").await?;
        }
        SyncRunState::Completed | SyncRunState::Failed(_) => return Err(has_ended()),
    }
    run(app, conn, id).await
}

fn has_ended() -> ApiError {
    ApiError::new(ProblemCode::Conflict).detail("the run has ended")
}

/// The people whom a run could not bring over, with their positions, and how many there are. `after` is the last
/// position of the page before.
pub(crate) async fn problems(
    app: &App,
    conn: &mut Conn,
    id: &SyncRunId,
    after: Option<(i64, i64)>,
    limit: u32,
) -> ApiResult<(Vec<((i64, i64), SyncProblem)>, u64)> {
    let run = find(app, conn, id).await?;
    Ok(stored_problems::list(conn, &run.pass_id, after, limit).await?)
}

/// Fails without a connection to Marketo, which cannot be overridden.
pub(super) fn require_marketo(missing: &[Needed]) -> ApiResult<()> {
    if missing.contains(&Needed::Step(SetupStepId::ConnectMarketo)) {
        return Err(order::refusal(missing.to_vec()));
    }
    Ok(())
}

/// A run that is no preview.
async fn find(app: &App, conn: &mut Conn, id: &SyncRunId) -> ApiResult<RunRow> {
    let run = find_any(app, conn, id).await?;
    if run.shown_kind()?.is_some() { Ok(run) } else { Err(ApiError::not_found()) }
}

pub(super) async fn find_any(app: &App, conn: &mut Conn, id: &SyncRunId) -> ApiResult<RunRow> {
    runs::find(conn, &app.account_id, id).await?.ok_or_else(ApiError::not_found)
}

pub(super) fn show(app: &App, run: &RunRow) -> ApiResult<SyncRun> {
    let state = run.state()?;
    let read = number(run.tally.read());
    let per_minute = match state {
        // What a server knows that led before is old.
        SyncRunState::Running if app.this_server.leads() => app.field_sync.per_minute(&run.id, app.elapsed()),
        _ => None,
    };
    Ok(SyncRun {
        kind: run.shown_kind()?.ok_or(ProblemCode::NotFound)?,
        state,
        started_at: run.started_at().timestamp(),
        ended_at: run.ended_at().map(|at| at.timestamp()),
        started_by: run.started_by.clone(),
        started_by_id: run.starter_id.clone(),
        expected: run.expected(),
        read,
        created: number(run.tally.created),
        updated: number(run.tally.updated),
        unchanged: number(run.tally.unchanged),
        skipped: skipped(run),
        failed: number(run.tally.failed),
        removed: run.removed(),
        people_per_minute: per_minute,
        seconds_left: rate::seconds_left(run.expected(), read, per_minute),
        waiting: waiting(app, run)?,
        id: run.id.clone(),
    })
}

/// What a run that goes on waits for.
fn waiting(app: &App, run: &RunRow) -> ApiResult<Option<SyncWait>> {
    let waiting = run.waiting(app.now())?;
    Ok(waiting.map(|(failure, until)| SyncWait { failure, until: until.timestamp() }))
}

pub(super) fn skipped(run: &RunRow) -> Vec<SkipCount> {
    let counts = run.tally.skipped().into_iter();
    counts.map(|(reason, people)| SkipCount { reason, people: number(people) }).collect()
}

/// A count from the database, where none is negative.
pub(super) fn number(count: i64) -> u64 {
    u64::try_from(count).unwrap_or(0)
}
