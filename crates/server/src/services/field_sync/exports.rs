//! The queue of exports: kept filled, never over the limit.

use std::collections::HashMap;
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};

use super::mapping::{Available, LeadField};
use super::stop_reason::StopReason;
use crate::clients::marketo::exports::{Export, Filter, Range, STATUS_EVERY, Status};
use crate::clients::marketo::{Error, Marketo};
use crate::db::DbResult;
use crate::db::field_sync::runs::{self, RunKind, RunRow};
use crate::db::field_sync::windows::{self, WindowRow};
use crate::platform::clock::Millis;
use crate::state::App;

/// How often the state of exports is polled; the longest delay until a finished file is found. Marketo changes it once a minute
/// and asks not to be polled more often.
pub(super) const ASK_EVERY: Duration = STATUS_EVERY;
/// The most exports of this API user that wait or run at once. Marketo runs two and lets ten wait, for all users and all kinds
/// of exports together; some are left to others.
const ACTIVE_MAX: usize = 8;

/// How often in a row the export of one window may be lost before the run fails.
const LOST_MAX: u32 = 5;

/// How often exports were lost, by the position of their windows.
#[derive(Default)]
pub(super) struct Losses(HashMap<i64, u32>);

impl Losses {
    pub(super) fn note(&mut self, window: &WindowRow) -> Result<(), StopReason> {
        let lost = self.0.entry(window.position).or_default();
        *lost += 1;
        if *lost < LOST_MAX {
            return Ok(());
        }
        Err(Error::Unexpected("an export is lost again and again").into())
    }
}

/// How many exports of one pass wait or run. The next ones should be waiting when the two that run are done.
fn at_once(kind: RunKind) -> usize {
    match kind {
        RunKind::Preview => 2,
        RunKind::Full | RunKind::Incremental => 6,
    }
}

/// The columns of a pass's exports, by REST name.
fn columns(kind: RunKind, available: &Available) -> Vec<&'static str> {
    match kind {
        RunKind::Preview => available.names_among(LeadField::DECIDING),
        RunKind::Full | RunKind::Incremental => available.names(),
    }
}

/// Waits until the state of exports may be polled again. Whatever is written, by any server, wakes this: it may be that
/// a person stops the run, which ends the wait, but it is no reason to ask Marketo sooner.
pub(super) async fn wait<G: Future<Output = DbResult<bool>>>(
    span: Duration,
    wake: &Notify,
    goes_on: impl Fn() -> G,
) -> Result<(), StopReason> {
    let asked_next = Instant::now() + span;
    loop {
        tokio::select! {
            () = sleep_until(asked_next) => return Ok(()),
            () = wake.notified() => {
                if !goes_on().await? {
                    return Err(StopReason::Stopped);
                }
            }
        }
    }
}

/// What a pass does next.
pub(super) enum Next {
    /// One of its exports can be read, the first in the order of the windows.
    Read(Box<(WindowRow, Export)>),
    /// They wait or run.
    Wait,
    /// None of them is in the queue, which those of others have filled.
    WaitForQueue,
}

/// Looks after the exports of a pass: notes which are done, and creates new ones.
pub(super) async fn look_after(
    app: &App,
    marketo: &Marketo,
    run: &RunRow,
    available: &Available,
    windows: &[WindowRow],
    losses: &mut Losses,
) -> Result<Next, StopReason> {
    let kind = run.kind()?;
    let active = marketo.active_exports().await?;
    let mut ready = None;
    let mut own = 0;
    let mut is_queued = false;
    let mut missing = Vec::new();
    for window in windows.iter().filter(|window| !window.is_done()) {
        let Some(id) = &window.export_id else {
            missing.push(window);
            continue;
        };
        match active.iter().find(|export| export.id == *id) {
            Some(export) => {
                own += 1;
                is_queued |= export.status != Status::Created || queue(marketo, id).await?;
            }
            None if ready.is_some() && window.records().is_some() => {}
            None => match finished(app, marketo, run, window, id).await? {
                Finished::Done(export) if ready.is_none() => ready = Some((window.clone(), export)),
                Finished::Done(_) => {}
                Finished::NotYet => {
                    own += 1;
                    is_queued = true;
                }
                Finished::Gone => {
                    losses.note(window)?;
                    missing.push(window);
                }
            },
        }
    }
    // An export that was created but never queued, as when a server stops in between, takes no place in the queue.
    let queued = active.iter().filter(|export| export.status != Status::Created).count();
    let room = at_once(kind).saturating_sub(own).min(ACTIVE_MAX.saturating_sub(queued));
    for window in missing.into_iter().take(room) {
        if !make(app, marketo, run, window, available).await? {
            break;
        }
        is_queued = true;
    }
    Ok(match ready {
        Some(ready) => Next::Read(Box::new(ready)),
        None if is_queued => Next::Wait,
        None => Next::WaitForQueue,
    })
}

enum Finished {
    Done(Export),
    /// It was queued after the others were listed.
    NotYet,
    /// It failed or is no longer kept; what was read of it is discarded.
    Gone,
}

async fn finished(
    app: &App,
    marketo: &Marketo,
    run: &RunRow,
    window: &WindowRow,
    id: &str,
) -> Result<Finished, StopReason> {
    let export = match marketo.export_status(id).await {
        Ok(export) => export,
        Err(Error::NotFound) => return gone(app, run, window).await,
        Err(error) => return Err(error.into()),
    };
    match export.status {
        Status::Completed => {}
        Status::Created | Status::Queued | Status::Processing => return Ok(Finished::NotYet),
        Status::Failed | Status::Cancelled => return gone(app, run, window).await,
    }
    if let Some(records) = export.number_of_records.and_then(|records| i64::try_from(records).ok())
        && window.records().is_none()
    {
        let mut tx = app.db.write().await?;
        windows::set_records(&mut tx, &run.pass_id, window.position, records).await?;
        expect(&mut tx, run).await?;
        tx.commit().await?;
    }
    Ok(Finished::Done(export))
}

/// Once the number of people of every window is known, stores that of the run.
async fn expect(tx: &mut crate::db::Conn, run: &RunRow) -> Result<(), StopReason> {
    let all = windows::list(tx, &run.pass_id).await?;
    let records: Option<u64> = all.iter().map(WindowRow::records).sum();
    if let Some(records) = records.and_then(|records| i64::try_from(records).ok()) {
        runs::set_expected(tx, &run.id, records).await?;
    }
    Ok(())
}

async fn gone(app: &App, run: &RunRow, window: &WindowRow) -> Result<Finished, StopReason> {
    forget(app, run, window).await?;
    Ok(Finished::Gone)
}

/// Forgets the export of a window, and what was read of it, so that it is made anew.
pub(super) async fn forget(app: &App, run: &RunRow, window: &WindowRow) -> Result<(), StopReason> {
    let mut tx = app.db.write().await?;
    if !runs::progress(&mut tx, &run.id, &window.tally.negated(), 0).await? {
        return Err(StopReason::Stopped);
    }
    windows::reset(&mut tx, &run.pass_id, window.position).await?;
    tx.commit().await?;
    Ok(())
}

/// Creates the export of a window and queues it; `false` when the queue is full.
async fn make(
    app: &App,
    marketo: &Marketo,
    run: &RunRow,
    window: &WindowRow,
    available: &Available,
) -> Result<bool, StopReason> {
    let (starts_at, ends_at) = window.range();
    let date = |at: Millis| at.timestamp().0;
    let filter = Filter::CreatedAt(Range { start_at: date(starts_at), end_at: date(ends_at) });
    let export = match marketo.create_export(&columns(run.kind()?, available), &filter).await {
        Err(Error::QueueFull) => return Ok(false),
        export => export?,
    };
    let mut tx = app.db.write().await?;
    if !runs::goes_on(&mut tx, &run.id).await? {
        return Err(StopReason::Stopped);
    }
    windows::set_export(&mut tx, &run.pass_id, window.position, &export.id).await?;
    tx.commit().await?;
    queue(marketo, &export.id).await
}

async fn queue(marketo: &Marketo, id: &str) -> Result<bool, StopReason> {
    match marketo.enqueue_export(id).await {
        Ok(_) => Ok(true),
        Err(Error::QueueFull) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Cancels the exports that wait or run of a pass that will not be continued.
pub(super) async fn cancel(marketo: &Marketo, windows: &[WindowRow]) -> Result<(), StopReason> {
    let open = windows.iter().filter(|window| !window.is_done() && window.records().is_none());
    for id in open.filter_map(|window| window.export_id.as_deref()) {
        marketo.cancel_export(id).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn r12_whoever_wakes_a_run_does_not_have_marketo_asked_sooner() {
        let (wake, looked) = (Notify::new(), Cell::new(0));
        let goes_on = async || {
            looked.set(looked.get() + 1);
            DbResult::Ok(true)
        };
        let wakes = async {
            loop {
                wake.notify_one();
                tokio::time::sleep(Duration::from_secs(7)).await;
            }
        };
        let began = Instant::now();
        tokio::select! {
            done = wait(ASK_EVERY, &wake, goes_on) => assert!(done.is_ok()),
            () = wakes => {}
        }
        assert_eq!(began.elapsed(), ASK_EVERY);
        assert!(looked.get() >= 8, "{}", looked.get());
    }

    #[tokio::test(start_paused = true)]
    async fn r11_a_run_that_is_stopped_waits_no_longer() {
        let (wake, began) = (Notify::new(), Instant::now());
        wake.notify_one();
        let stopped = wait(ASK_EVERY, &wake, async || DbResult::Ok(false)).await;
        assert!(matches!(stopped, Err(StopReason::Stopped)));
        assert_eq!(began.elapsed(), Duration::ZERO);
    }
}
