//! A full pass, from its beginning to its end or to where it is stopped.

use std::path::PathBuf;
use std::time::Duration;

use api_types::{SyncFailure, SyncRunState};

use super::changes::DELETIONS_KEPT;
use super::exports::Next;
use super::file::Fetched;
use super::ingest::Ingest;
use super::mapping::Available;
use super::opportunities::Asking;
use super::stop_reason::StopReason;
use super::windows::{Range, Searched, missing};
use super::{connections, exports, file, population, preview, unmet};
use crate::clients::marketo::leads::Field;
use crate::clients::marketo::{Error, Marketo};
use crate::db;
use crate::db::Conn;
use crate::db::field_sync::people;
use crate::db::field_sync::runs::{self, RunKind, RunRow};
use crate::db::field_sync::windows::{self, WindowRow};
use crate::db::field_sync::{Tally, Tokens};
use crate::platform::clock::Millis;
use crate::platform::portion::Portion;
use crate::state::App;

/// Changes are read from this long before the pass began, in case the two clocks differ.
const MARGIN: Duration = Duration::from_secs(600);
/// How many people are looked at at first for those to be removed.
const FIRST: u32 = 500;
/// How many pages of the index of the search are tidied at first.
const FIRST_PAGES: u32 = 50;
/// The folder for files of exports, below the data folder.
const FOLDER: &str = "exports";

/// Works on a full run, or on a preview's count, until it is complete.
pub(super) async fn drive(app: &App, run: RunRow) -> Result<(), StopReason> {
    let marketo = connections::marketo(app).await?;
    let described = marketo.describe().await?.fields;
    let available = Available::of(&described);
    let run = match run.changes_token {
        Some(_) => run,
        None => begin(app, &marketo, &run, &described, &available).await?,
    };
    available.require_deciding()?;
    if run.kind()? == RunKind::Full {
        let mut conn = app.db.read().await?;
        if began_at(&mut conn, app, &run).await?.plus(DELETIONS_KEPT) <= app.now() {
            // Once it is complete, changes would be polled from too long ago.
            return Err(StopReason::ChangesTooOld);
        }
        if let Some(known) =
            db::field_sync::schedule(&mut conn, &app.account_id).await?.known_missing_fields()?
        {
            available.require_ids_since(&known)?;
        }
    }
    let mut asking = Asking::new(app, run.kind()?);
    let mut losses = exports::Losses::default();
    loop {
        if !runs::goes_on(&mut *app.db.read().await?, &run.id).await? {
            return Err(StopReason::Stopped);
        }
        let windows = plan(app, &run).await?;
        if windows.iter().all(WindowRow::is_done) {
            if run.kind()? == RunKind::Full {
                unmet::look_up(app, &run, &available, &mut asking).await?;
            }
            return complete(app, &run).await;
        }
        // Read each time: an administrator may disconnect, or connect anew, while this goes on.
        let marketo = connections::marketo(app).await?;
        let next = exports::look_after(app, &marketo, &run, &available, &windows, &mut losses).await?;
        match next {
            Next::Read(ready) if ready.1.number_of_records == Some(0) => {
                // A file of nobody may be empty, or none at all.
                let mut tx = app.db.write().await?;
                windows::finish(&mut tx, &run.pass_id, ready.0.position).await?;
                tx.commit().await?;
            }
            Next::Read(ready) => {
                let (window, export) = *ready;
                let fetched = file::fetch(&marketo, &export, path(app, &run, &window)).await;
                match fetched {
                    Ok(fetched) => read(app, &run, &mut asking, &window, &fetched).await?,
                    // Files are kept for a shorter time than their exports' states.
                    Err(StopReason::Marketo(Error::NotFound)) => {
                        losses.note(&window)?;
                        exports::forget(app, &run, &window).await?;
                    }
                    Err(reason) => return Err(reason),
                }
            }
            Next::Wait | Next::WaitForQueue => {
                let span = marketo.pace().span(exports::ASK_EVERY);
                if matches!(next, Next::WaitForQueue) {
                    let mut tx = app.db.write().await?;
                    let until = app.now().plus(span);
                    runs::note_waiting(&mut tx, &run.id, SyncFailure::QueueFull, until).await?;
                    tx.commit().await?;
                }
                let wake = if run.kind()? == RunKind::Preview {
                    &app.field_sync.previews
                } else {
                    &app.field_sync.runs
                };
                let goes_on = || async { runs::goes_on(&mut *app.db.read().await?, &run.id).await };
                exports::wait(span, wake, goes_on).await?;
            }
        }
    }
}

/// Stores from which token on changes are polled afterwards, how far back the pass has to look, and which fields there are.
async fn begin(
    app: &App,
    marketo: &Marketo,
    run: &RunRow,
    described: &[Field],
    available: &Available,
) -> Result<RunRow, StopReason> {
    let since = run.started_at().minus(MARGIN).timestamp();
    let token = marketo.paging_token(since.as_str()).await?;
    let population = population::find_oldest_lead(marketo, available).await?;
    let fields = match run.kind()? {
        RunKind::Preview => Some(preview::described(app, described, &population.some).await),
        RunKind::Full | RunKind::Incremental => None,
    };
    let mut tx = app.db.write().await?;
    runs::set_beginning(&mut tx, &run.id, &token, population.oldest).await?;
    if let Some(fields) = fields {
        runs::set_fields(&mut tx, &run.id, &fields).await?;
    }
    if !runs::goes_on(&mut tx, &run.id).await? {
        return Err(StopReason::Stopped);
    }
    // An id of Salesforce that is lost is known once a preview has shown it: until then no run goes on without it.
    let known = db::field_sync::schedule(&mut tx, &app.account_id).await?.known_missing_fields()?;
    let is_shown = run.kind()? == RunKind::Preview;
    if is_shown || known.is_none_or(|known| available.require_ids_since(&known).is_ok()) {
        db::field_sync::set_missing_fields(&mut tx, &app.account_id, &available.missing()).await?;
    }
    let begun = runs::find(&mut tx, &app.account_id, &run.id).await?.ok_or(StopReason::Stopped)?;
    tx.commit().await?;
    Ok(begun)
}

/// The windows of the pass, with those that turn out to be missing.
async fn plan(app: &App, run: &RunRow) -> Result<Vec<WindowRow>, StopReason> {
    let known = windows::list(&mut *app.db.read().await?, &run.pass_id).await?;
    let searched = known.iter().map(|window| {
        let (starts_at, ends_at) = window.range();
        Searched { range: Range { starts_at, ends_at }, people: window.records() }
    });
    let missing = missing(&searched.collect::<Vec<_>>(), run.oldest_at(), run.started_at());
    if missing.is_empty() {
        return Ok(known);
    }
    let mut tx = app.db.write().await?;
    if !runs::goes_on(&mut tx, &run.id).await? {
        return Err(StopReason::Stopped);
    }
    let next = known.last().map_or(0, |window| window.position + 1);
    for (position, range) in (next..).zip(missing) {
        let ends = (range.starts_at, range.ends_at);
        windows::insert(&mut tx, &app.account_id, &run.pass_id, position, ends).await?;
    }
    let planned = windows::list(&mut tx, &run.pass_id).await?;
    tx.commit().await?;
    Ok(planned)
}

/// Reads the export of a window from where reading stopped.
async fn read(
    app: &App,
    run: &RunRow,
    asking: &mut Asking<'_>,
    window: &WindowRow,
    fetched: &Fetched,
) -> Result<(), StopReason> {
    let kind = run.kind()?;
    let mut chunks = file::read(fetched, window.records_done());
    let mut record = i64::try_from(window.records_done()).unwrap_or(i64::MAX);
    while let Some(chunk) = chunks.recv().await {
        let chunk = chunk?;
        let records = i64::try_from(chunk.people.len()).unwrap_or(i64::MAX);
        let opportunities = asking.about(&chunk.people).await;
        let ingest = Ingest {
            account_id: &app.account_id,
            run_id: &run.id,
            pass_id: &run.pass_id,
            met_by: &run.pass_id,
            kind,
            position: window.position,
            record,
            opportunities: &opportunities,
            now: app.now(),
        };
        let mut tx = app.db.write().await?;
        let tally = ingest.take(&mut tx, chunk.people).await?;
        windows::progress(&mut tx, &run.pass_id, window.position, records, &tally).await?;
        if chunk.last {
            windows::finish(&mut tx, &run.pass_id, window.position).await?;
        }
        let so_far = runs::find(&mut tx, &app.account_id, &run.id).await?.ok_or(StopReason::Stopped)?;
        tx.commit().await?;
        if kind != RunKind::Preview {
            app.metrics.synced(&tally);
        }
        app.field_sync.note_read(&run.id, app.elapsed(), so_far.tally.read());
        record += records;
    }
    Ok(())
}

/// Removes the people whom the pass did not meet, in portions. Until all are gone the run goes on: after a restart it comes
/// here again, and a person can stop it.
async fn tidy(app: &App, run: &RunRow) -> Result<(), StopReason> {
    let mut portion = Portion::of(FIRST);
    let mut after = Some(i64::MIN);
    while let Some(last) = after {
        let mut tx = app.db.write().await?;
        let tidied = portion.timed(async |people| {
            if !runs::goes_on(&mut tx, &run.id).await? {
                return Err(StopReason::Stopped);
            }
            let tidied = people::delete_others(&mut tx, &app.account_id, &run.pass_id, last, people).await?;
            if tidied.removed > 0
                && !runs::progress(&mut tx, &run.id, &Tally::default(), tidied.removed).await?
            {
                return Err(StopReason::Stopped);
            }
            tx.commit().await?;
            Ok(tidied)
        });
        after = tidied.await?.last;
    }
    let mut portion = Portion::of(FIRST_PAGES);
    let mut goes_on = true;
    while goes_on {
        let mut tx = app.db.write().await?;
        let merged = portion.timed(async |pages| {
            let more = people::tidy_search(&mut tx, pages).await?;
            tx.commit().await?;
            db::DbResult::Ok(more)
        });
        goes_on = merged.await?;
    }
    Ok(())
}

/// Completes the pass: from here on the account holds the people whom it met, and changes are polled.
async fn complete(app: &App, run: &RunRow) -> Result<(), StopReason> {
    if run.kind()? == RunKind::Full {
        tidy(app, run).await?;
    }
    let mut tx = app.db.write().await?;
    if !runs::goes_on(&mut tx, &run.id).await? {
        return Err(StopReason::Stopped);
    }
    if run.kind()? == RunKind::Full {
        let token = run.changes_token.as_deref();
        let tokens = Tokens { changes: token, deletions: token, merges: token };
        db::field_sync::set_tokens(&mut tx, &app.account_id, tokens).await?;
        let began = began_at(&mut tx, app, run).await?;
        db::field_sync::set_complete_until(&mut tx, &app.account_id, began).await?;
        db::field_sync::set_polled(&mut tx, &app.account_id, app.now()).await?;
    }
    windows::delete(&mut tx, &run.pass_id).await?;
    runs::set_state(&mut tx, &run.id, SyncRunState::Completed, app.now()).await?;
    tx.commit().await?;
    app.field_sync.forget(&run.id);
    Ok(())
}

/// When the pass of a run began, which is when its first run did.
async fn began_at(conn: &mut Conn, app: &App, run: &RunRow) -> Result<Millis, StopReason> {
    let first = runs::find(conn, &app.account_id, &run.pass_id).await?;
    Ok(first.as_ref().unwrap_or(run).started_at())
}

fn folder(app: &App) -> PathBuf {
    app.config.data.join(FOLDER)
}

fn path(app: &App, run: &RunRow, window: &WindowRow) -> PathBuf {
    folder(app).join(format!("{}-{}.csv", run.id, window.position))
}

/// Removes the folder for files, which the first of them makes: a server that stopped may have left some.
pub(super) async fn remove_folder(app: &App) -> std::io::Result<()> {
    match tokio::fs::remove_dir_all(folder(app)).await {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
