//! Those of the account whom a complete pass did not meet. Most were deleted, or qualify no longer. Who still does was made
//! before the windows of the pass, beyond a time of which nobody is left, and stays.

use super::connections;
use super::ingest::{Ingest, once_each};
use super::mapping::{Available, Judged, judge_lead};
use super::opportunities::Asking;
use super::stop_reason::StopReason;
use crate::clients::marketo::leads::VALUES_MAX;
use crate::db::Conn;
use crate::db::field_sync::runs::{self, RunKind, RunRow};
use crate::db::field_sync::{self, people};
use crate::state::App;

/// In the place of a window's position: before all of them.
const NO_WINDOW: i64 = -1;
/// So many people are looked at in one statement. Nearly all of them were met.
const AT_ONCE: usize = 5_000;

/// Looks them up in Marketo, and marks those as met who qualify, with the values that they have now.
pub(super) async fn look_up(
    app: &App,
    run: &RunRow,
    available: &Available,
    asking: &mut Asking<'_>,
) -> Result<(), StopReason> {
    let schedule = field_sync::schedule(&mut *app.db.read().await?, &app.account_id).await?;
    if schedule.complete_until().is_none() {
        // No pass over this instance was complete before: they are of another one, or of a run that was cancelled.
        return Ok(());
    }
    let mut after = i64::MIN;
    loop {
        let mut conn = app.db.read().await?;
        if !runs::goes_on(&mut conn, &run.id).await? {
            return Err(StopReason::Stopped);
        }
        let looked_at = people::unmet(&mut conn, &app.account_id, &run.pass_id, after, AT_ONCE).await?;
        drop(conn);
        let Some((ids, last)) = looked_at else { return Ok(()) };
        let ids: Vec<u64> = ids.into_iter().filter_map(|id| u64::try_from(id).ok()).collect();
        for ids in ids.chunks(VALUES_MAX) {
            let marketo = connections::marketo(app).await?;
            let found = marketo.leads_by_id(ids, &available.names()).await?;
            let mut there = once_each(found.values().map(judge_lead).collect());
            there.retain(|judged| !matches!(judged, Judged::Skipped(..)));
            if !there.is_empty() {
                keep(app, run, asking, there).await?;
            }
        }
        after = last;
    }
}

/// Stores those who are still there. Their records have numbers that none of the pass had before.
async fn keep(
    app: &App,
    run: &RunRow,
    asking: &mut Asking<'_>,
    there: Vec<Judged>,
) -> Result<(), StopReason> {
    let opportunities = asking.about(&there).await;
    let mut tx = app.db.write().await?;
    let before = find(&mut tx, app, run).await?;
    let ingest = Ingest {
        account_id: &app.account_id,
        run_id: &run.id,
        pass_id: &run.pass_id,
        met_by: &run.pass_id,
        kind: RunKind::Full,
        position: NO_WINDOW,
        record: before.tally.read(),
        opportunities: &opportunities,
        now: app.now(),
    };
    let tally = ingest.take(&mut tx, there).await?;
    let so_far = find(&mut tx, app, run).await?;
    // No window has told of them.
    if let Some(expected) = so_far.expected().and_then(|expected| i64::try_from(expected).ok()) {
        runs::set_expected(&mut tx, &run.id, expected + tally.read()).await?;
    }
    tx.commit().await?;
    app.metrics.synced(&tally);
    app.field_sync.note_read(&run.id, app.elapsed(), so_far.tally.read());
    Ok(())
}

async fn find(conn: &mut Conn, app: &App, run: &RunRow) -> Result<RunRow, StopReason> {
    runs::find(conn, &app.account_id, &run.id).await?.ok_or(StopReason::Stopped)
}
