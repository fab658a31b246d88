//! Changes since everybody was read: asked for page by page, each stored together with the place of the next.

use std::collections::BTreeSet;

use api_types::SyncRunState;

use super::connections;
use super::halt::Halt;
use super::intake::{Intake, once_each};
use super::mapping::{Judged, LeadField, judge_lead, names};
use super::opportunities::Opportunities;
use crate::app::App;
use crate::db::field_sync::runs::{self, NewRun, RunKind, RunRow};
use crate::db::field_sync::{self, people};
use crate::db::{Conn, new_id};
use crate::marketo::Marketo;

/// Asks for changes and deletions until there are no more. Where there are any, a run tells of them.
pub(super) async fn poll(app: &App) -> Result<(), Halt> {
    let marketo = connections::marketo(app).await?;
    changed(app, &marketo).await?;
    deleted(app, &marketo).await?;
    let mut tx = app.db.write().await?;
    field_sync::set_polled(&mut tx, &app.account_id, app.now()).await?;
    if let Some(run) = current(&mut tx, app).await? {
        runs::set_state(&mut tx, &run.id, SyncRunState::Completed, app.now()).await?;
        app.field_sync.forget(&run.id);
    }
    tx.commit().await?;
    Ok(())
}

async fn changed(app: &App, marketo: &Marketo) -> Result<(), Halt> {
    let fields = names(&LeadField::ALL);
    loop {
        let schedule = field_sync::schedule(&mut *app.db.read().await?, &app.account_id).await?;
        let token = schedule.changes_token.ok_or(Halt::Stopped)?;
        let page = marketo.lead_changes(&token, &fields).await?;
        let ids: BTreeSet<u64> = page.items.iter().map(|change| change.lead_id).collect();
        let ids: Vec<u64> = ids.into_iter().collect();
        // A change names some fields only; whoever is not found was deleted since.
        let leads = marketo.leads_by_id(&ids, &fields).await?;
        let judged = once_each(leads.values().map(judge_lead).collect());
        let people = judged.iter().filter_map(|judged| match judged {
            Judged::Qualifies(person) => Some(&**person),
            Judged::Skipped(..) | Judged::Failed(_) => None,
        });
        let opportunities = Opportunities::of(app, people).await;
        let mut tx = app.db.write().await?;
        if !judged.is_empty() {
            let run = ensure_run(&mut tx, app).await?;
            let intake = Intake {
                account_id: &app.account_id,
                run_id: &run.id,
                pass_id: &run.pass_id,
                kind: RunKind::Incremental,
                position: 0,
                record: run.tally.read(),
                opportunities: &opportunities,
                now: app.now(),
            };
            let tally = intake.take(&mut tx, judged).await?;
            app.field_sync.note_read(&run.id, app.elapsed(), run.tally.read() + tally.read());
        }
        field_sync::set_tokens(&mut tx, &app.account_id, Some(&page.next_page_token), None).await?;
        tx.commit().await?;
        if !page.more {
            return Ok(());
        }
    }
}

async fn deleted(app: &App, marketo: &Marketo) -> Result<(), Halt> {
    loop {
        let schedule = field_sync::schedule(&mut *app.db.read().await?, &app.account_id).await?;
        let token = schedule.deletions_token.ok_or(Halt::Stopped)?;
        let page = marketo.deleted_leads(&token).await?;
        let ids: Vec<i64> = page.items.iter().filter_map(|lead| i64::try_from(lead.lead_id).ok()).collect();
        let mut tx = app.db.write().await?;
        let removed = people::delete(&mut tx, &app.account_id, &ids).await?;
        if removed > 0 {
            let run = ensure_run(&mut tx, app).await?;
            if !runs::progress(&mut tx, &run.id, &field_sync::Tally::default(), removed).await? {
                return Err(Halt::Stopped);
            }
        }
        field_sync::set_tokens(&mut tx, &app.account_id, None, Some(&page.next_page_token)).await?;
        tx.commit().await?;
        if !page.more {
            return Ok(());
        }
    }
}

/// The run that tells of this poll.
async fn current(tx: &mut Conn, app: &App) -> Result<Option<RunRow>, Halt> {
    let Some(run) = runs::current(tx, &app.account_id).await? else { return Ok(None) };
    // A run over everybody was started meanwhile, or this one was paused.
    let goes_on = matches!(run.state()?, SyncRunState::Preparing | SyncRunState::Running);
    if goes_on && run.kind()? == RunKind::Incremental { Ok(Some(run)) } else { Err(Halt::Stopped) }
}

async fn ensure_run(tx: &mut Conn, app: &App) -> Result<RunRow, Halt> {
    if let Some(run) = current(tx, app).await? {
        return Ok(run);
    }
    let id = new_id();
    let run = NewRun { id: &id, kind: RunKind::Incremental, started_by: None, after: None };
    runs::insert(tx, &app.account_id, &run, app.now()).await?;
    runs::find(tx, &app.account_id, &id).await?.ok_or(Halt::Stopped)
}
