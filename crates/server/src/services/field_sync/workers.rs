//! The background tasks: one for runs and polls, one for previews.

use std::time::Duration;

use api_types::{Activity, Service, SyncFailure, SyncRunState};
use strum::IntoStaticStr;
use tokio::sync::Notify;

use super::schedule::EXPORTS_KEPT;
use super::stop_reason::StopReason;
use super::{changes, connections, exports, pass};
use crate::db::field_sync::runs::{self, NewRun, RunKind, RunRow};
use crate::db::field_sync::{self, windows};
use crate::db::{self, DbResult, new_id};
use crate::platform::ending::wait_for_end;
use crate::platform::jobs::Job;
use crate::platform::request_id;
use crate::state::App;

/// How long a task sleeps at most, which is also the longest delay of a poll. Also the wait after a failure of the
/// database.
const NAP: Duration = Duration::from_secs(1);
/// How long a run waits at first where Marketo cannot be reached, or the disk is full. Each further wait is twice as long, up to
/// [`runs::LONGEST_WAIT`].
const FIRST_WAIT: Duration = Duration::from_secs(60);
/// How often in a row it waits before it ends: for more than two hours.
const WAITS_MAX: u32 = 12;
/// How often in a row work on a run may fail for what is stored of it.
const TRIES: u32 = 5;

/// Works until the server ends. Work under way then is left as it is stored.
pub(crate) async fn run(app: App) {
    if let Err(error) = pass::remove_folder(&app).await {
        tracing::error!(%error, "the folder for exports cannot be removed");
    }
    let work = async {
        tokio::join!(
            work(&app, &app.field_sync.runs, Task::Runs),
            work(&app, &app.field_sync.previews, Task::Previews)
        )
    };
    tokio::select! {
        _ = work => {}
        () = wait_for_end(app.ending.clone()) => {}
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
enum Task {
    Runs,
    Previews,
}

async fn work(app: &App, wake: &Notify, task: Task) {
    loop {
        let done = turn(app, task).await;
        let is_of_the_rows = done.as_ref().is_err_and(db::is_of_the_rows);
        let done = app.jobs.note(Job::FieldSync, task.into(), done);
        if done.is_err_and(|times| times >= TRIES) && is_of_the_rows {
            let _ = app.jobs.note(Job::FieldSync, "giving up", give_up(app, task).await);
        }
        if done != Ok(true) {
            tokio::select! {
                () = wake.notified() => {}
                () = tokio::time::sleep(NAP) => {}
            }
        }
    }
}

/// Does the next piece of work; `false` if there is none.
async fn turn(app: &App, task: Task) -> DbResult<bool> {
    let mut conn = app.db.read().await?;
    let run = match task {
        Task::Runs => runs::current(&mut conn, &app.account_id).await?,
        Task::Previews => runs::counting(&mut conn, &app.account_id).await?,
    };
    let due = task == Task::Runs && field_sync::schedule(&mut conn, &app.account_id).await?.is_due(app.now());
    drop(conn);
    match run {
        Some(run) if run.state()? == SyncRunState::Paused || run.waiting(app.now())?.is_some() => Ok(false),
        Some(run) => {
            let done = match run.kind()? {
                RunKind::Full | RunKind::Preview => pass::drive(app, run.clone()).await,
                RunKind::Incremental => changes::poll(app).await,
            };
            settle(app, Some(&run), done).await?;
            Ok(true)
        }
        None if due => {
            let done = changes::poll(app).await;
            settle(app, None, done).await?;
            Ok(true)
        }
        None if task == Task::Runs => tidy(app).await,
        None => Ok(false),
    }
}

/// Ends what is under way, which cannot be stored or read: nothing else would ever be begun.
async fn give_up(app: &App, task: Task) -> DbResult<()> {
    let mut tx = app.db.write().await?;
    runs::give_up(&mut tx, &app.account_id, task == Task::Previews, app.now()).await?;
    tx.commit().await
}

/// Records why work stopped, if that ends a run. `run` is what was worked on; a poll may have begun one.
async fn settle(app: &App, run: Option<&RunRow>, done: Result<(), StopReason>) -> DbResult<()> {
    let reason = match done {
        Ok(()) | Err(StopReason::Stopped) => return Ok(()),
        Err(StopReason::Database(error)) => return Err(error),
        Err(reason) => reason,
    };
    let Some(failure) = reason.failure() else { return Ok(()) };
    tracing::warn!(%reason, "a run of the field sync failed");
    let now = app.now();
    let mut tx = app.db.write().await?;
    if let Some(code) = reason.code() {
        let what = (Service::Marketo, Activity::Syncing);
        db::errors::note(&mut tx, &app.account_id, now, what, &code, &request_id::current()).await?;
    }
    let failed = SyncRunState::Failed(failure);
    let current = match run {
        Some(run) => Some(run.clone()),
        // A full run that was started meanwhile is not the poll's.
        None => match runs::current(&mut tx, &app.account_id).await? {
            Some(run) if run.kind()? == RunKind::Incremental => Some(run),
            _ => None,
        },
    };
    match current {
        Some(run) if runs::goes_on(&mut tx, &run.id).await? => {
            // As it is now: it may have gone on since it was read.
            let run = runs::find(&mut tx, &app.account_id, &run.id).await?.unwrap_or(run);
            match wait_before_next_try(app, &run, failure)? {
                Some(wait) => runs::set_waiting(&mut tx, &run.id, failure, now.plus(wait)).await?,
                None => runs::set_state(&mut tx, &run.id, failed, now).await?,
            }
            app.field_sync.forget(&run.id);
        }
        // An administrator paused or cancelled it just now.
        Some(_) => {}
        None => note_failed_poll(&mut tx, app, failed).await?,
    }
    if run.is_none_or(|run| run.kind().is_ok_and(|kind| kind == RunKind::Incremental)) {
        field_sync::set_polled(&mut tx, &app.account_id, now).await?;
    }
    tx.commit().await
}

/// How long a run waits for a failure that may pass; `None` where it ends. A poll comes again by itself, and a person waits for
/// a preview.
fn wait_before_next_try(app: &App, run: &RunRow, failure: SyncFailure) -> DbResult<Option<Duration>> {
    let may_pass = matches!(failure, SyncFailure::Unreachable | SyncFailure::DiskFailed)
        && run.kind()? == RunKind::Full
        && run.waits() < WAITS_MAX;
    let wait = FIRST_WAIT.saturating_mul(2_u32.saturating_pow(run.waits())).min(runs::LONGEST_WAIT);
    Ok(may_pass.then(|| app.marketo.pace().span(wait)))
}

/// Records a poll that failed before it found anything. A failure like the last one counts as the same, continued.
async fn note_failed_poll(tx: &mut db::Conn, app: &App, failed: SyncRunState) -> DbResult<()> {
    let now = app.now();
    let latest = runs::latest_shown(tx, &app.account_id).await?;
    if let Some(run) = latest
        && run.kind()? == RunKind::Incremental
        && run.state()? == failed
    {
        return runs::goes_on_failing(tx, &run.id, now).await;
    }
    let id = new_id();
    let run = NewRun { id: &id, kind: RunKind::Incremental, started_by: None, after: None };
    runs::insert(tx, &app.account_id, &run, now).await?;
    runs::set_state(tx, &id, failed, now).await
}

/// Releases the exports of runs that will not be continued.
async fn tidy(app: &App) -> DbResult<bool> {
    let before = app.now().minus(EXPORTS_KEPT);
    let given_up = runs::given_up(&mut *app.db.read().await?, &app.account_id, before).await?;
    for pass in &given_up {
        let left = windows::list(&mut *app.db.read().await?, pass).await?;
        let cancelled = async { exports::cancel(&connections::marketo(app).await?, &left).await };
        match cancelled.await {
            Err(StopReason::Database(error)) => return Err(error),
            // Marketo deletes them by itself.
            Err(reason) => tracing::warn!(%reason, "exports that nobody needs were not cancelled"),
            Ok(()) => {}
        }
        let mut tx = app.db.write().await?;
        windows::delete(&mut tx, pass).await?;
        tx.commit().await?;
    }
    Ok(!given_up.is_empty())
}
