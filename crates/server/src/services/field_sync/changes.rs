//! Polling changes, merges and deletions since the last full run, page by page. Each page is stored together with the token of the next.

use std::collections::BTreeSet;
use std::time::Duration;

use api_types::{SyncRunId, SyncRunState};

use super::connections;
use super::ingest::{Ingest, once_each};
use super::mapping::{Available, Judged, judge_lead};
use super::opportunities::{Asking, Opportunities};
use super::schedule::goes_on_from;
use super::stop_reason::StopReason;
use crate::db::field_sync::runs::{self, NewRun, RunKind, RunRow};
use crate::db::field_sync::{self, Schedule, Tally, Tokens, people};
use crate::db::{Conn, new_id};
use crate::platform::clock::Millis;
use crate::state::App;

/// Polls all of them until there are no more. If there are any, a run reports them.
pub(super) async fn poll(app: &App) -> Result<(), StopReason> {
    let mut conn = app.db.read().await?;
    let run = runs::current(&mut conn, &app.account_id).await?;
    let schedule = field_sync::schedule(&mut conn, &app.account_id).await?;
    drop(conn);
    let began = app.now();
    // Not `is_past`: a clock that was set back is no reason to read everybody.
    if schedule.complete_until().is_some_and(|at| at.plus(DELETIONS_KEPT) <= began) {
        return Err(StopReason::ChangesTooOld);
    }
    let available = Available::of(&connections::marketo(app).await?.describe().await?.fields);
    available.require_deciding()?;
    let known = schedule.known_missing_fields()?.unwrap_or_default();
    available.require_ids_since(&known)?;
    if known != available.missing() {
        let mut tx = app.db.write().await?;
        if field_sync::schedule(&mut tx, &app.account_id).await?.changes_token != schedule.changes_token {
            return Err(StopReason::Stopped);
        }
        field_sync::set_missing_fields(&mut tx, &app.account_id, &available.missing()).await?;
        tx.commit().await?;
    }
    let asking = Asking::new(app, RunKind::Incremental);
    let mut poll = Poll { app, available, began, asking, run: run.map(|run| run.id) };
    poll.changed().await?;
    poll.merged().await?;
    poll.deleted().await?;
    poll.end().await
}

/// Why a poll cannot go on that finds no token of deletions or merges: it was reset with the others when an administrator
/// connected another instance meanwhile, or a sync of before knew none.
fn without_token(schedule: &Schedule) -> StopReason {
    match schedule.changes_token {
        None => StopReason::Stopped,
        Some(_) => StopReason::ChangesTooOld,
    }
}

/// How long Marketo is certain to know of deletions.
pub(super) const DELETIONS_KEPT: Duration = Duration::from_secs(14 * 24 * 3600);

struct Poll<'a> {
    app: &'a App,
    available: Available,
    began: Millis,
    asking: Asking<'a>,
    /// The run that reports the changes, once there is one.
    run: Option<SyncRunId>,
}

impl Poll<'_> {
    async fn changed(&mut self) -> Result<(), StopReason> {
        let app = self.app;
        let fields = self.available.names();
        loop {
            // Read for each page: an administrator may disconnect meanwhile.
            let marketo = connections::marketo(app).await?;
            let schedule = field_sync::schedule(&mut *app.db.read().await?, &app.account_id).await?;
            let token = schedule.changes_token.ok_or(StopReason::Stopped)?;
            let page = marketo.lead_changes(&token, &fields).await?;
            let ids: BTreeSet<u64> = page.items.iter().map(|change| change.lead_id).collect();
            let ids: Vec<u64> = ids.into_iter().collect();
            // A change names some fields only; people who are not found were deleted since.
            let leads = marketo.leads_by_id(&ids, &fields).await?;
            let judged = once_each(leads.values().map(judge_lead).collect());
            let opportunities = self.asking.about(&judged).await;
            let mut tx = app.db.write().await?;
            // The token differs when an administrator connected to another instance meanwhile.
            if field_sync::schedule(&mut tx, &app.account_id).await?.changes_token.as_ref() != Some(&token) {
                return Err(StopReason::Stopped);
            }
            let mut tally = Tally::default();
            if !judged.is_empty() {
                tally = self.take(&mut tx, judged, &opportunities).await?;
            }
            let tokens = Tokens { changes: Some(&page.next_page_token), ..Tokens::default() };
            field_sync::set_tokens(&mut tx, &app.account_id, tokens).await?;
            tx.commit().await?;
            app.metrics.synced(&tally);
            if !page.more {
                return Ok(());
            }
        }
    }

    async fn take(
        &mut self,
        tx: &mut Conn,
        judged: Vec<Judged>,
        opportunities: &Opportunities,
    ) -> Result<Tally, StopReason> {
        let (app, now) = (self.app, self.app.now());
        let run = self.ensure_run(tx).await?;
        // A failed pass that may be continued does not read again the people whom it has met: they are marked for it
        // too.
        let unfinished = goes_on_from(tx, &app.account_id, now).await?;
        let ingest = Ingest {
            account_id: &app.account_id,
            run_id: &run.id,
            pass_id: &run.pass_id,
            met_by: unfinished.as_ref().map_or(&run.pass_id, |unfinished| &unfinished.pass_id),
            kind: RunKind::Incremental,
            position: 0,
            record: run.tally.read(),
            opportunities,
            now,
        };
        let tally = ingest.take(tx, judged).await?;
        app.field_sync.note_read(&run.id, app.elapsed(), run.tally.read() + tally.read());
        Ok(tally)
    }

    async fn deleted(&mut self) -> Result<(), StopReason> {
        let app = self.app;
        loop {
            let marketo = connections::marketo(app).await?;
            let schedule = field_sync::schedule(&mut *app.db.read().await?, &app.account_id).await?;
            let token = schedule.deletions_token.clone().ok_or_else(|| without_token(&schedule))?;
            let page = marketo.deleted_leads(&token).await?;
            let ids: Vec<i64> =
                page.items.iter().filter_map(|lead| i64::try_from(lead.lead_id).ok()).collect();
            let mut tx = app.db.write().await?;
            if field_sync::schedule(&mut tx, &app.account_id).await?.deletions_token.as_ref() != Some(&token)
            {
                return Err(StopReason::Stopped);
            }
            self.remove(&mut tx, &ids).await?;
            let tokens = Tokens { deletions: Some(&page.next_page_token), ..Tokens::default() };
            field_sync::set_tokens(&mut tx, &app.account_id, tokens).await?;
            tx.commit().await?;
            if !page.more {
                return Ok(());
            }
        }
    }

    /// People who were merged into others: they are gone, but were not deleted. Who stays may have taken over their values.
    async fn merged(&mut self) -> Result<(), StopReason> {
        let app = self.app;
        loop {
            let marketo = connections::marketo(app).await?;
            let schedule = field_sync::schedule(&mut *app.db.read().await?, &app.account_id).await?;
            let token = schedule.merges_token.clone().ok_or_else(|| without_token(&schedule))?;
            let page = marketo.merged_leads(&token).await?;
            let losers = page.items.iter().flat_map(|merge| &merge.losers);
            let ids: Vec<i64> = losers.filter_map(|id| i64::try_from(*id).ok()).collect();
            let stay: Vec<u64> = page.items.iter().map(|merge| merge.lead_id).collect();
            let stay = marketo.leads_by_id(&stay, &self.available.names()).await?;
            let judged = once_each(stay.values().map(judge_lead).collect());
            let opportunities = self.asking.about(&judged).await;
            let mut tx = app.db.write().await?;
            if field_sync::schedule(&mut tx, &app.account_id).await?.merges_token.as_ref() != Some(&token) {
                return Err(StopReason::Stopped);
            }
            self.remove(&mut tx, &ids).await?;
            let mut tally = Tally::default();
            if !judged.is_empty() {
                tally = self.take(&mut tx, judged, &opportunities).await?;
            }
            let tokens = Tokens { merges: Some(&page.next_page_token), ..Tokens::default() };
            field_sync::set_tokens(&mut tx, &app.account_id, tokens).await?;
            tx.commit().await?;
            app.metrics.synced(&tally);
            if !page.more {
                return Ok(());
            }
        }
    }

    async fn remove(&mut self, tx: &mut Conn, ids: &[i64]) -> Result<(), StopReason> {
        let removed = people::delete(tx, &self.app.account_id, ids).await?;
        if removed == 0 {
            return Ok(());
        }
        let run = self.ensure_run(tx).await?;
        if runs::progress(tx, &run.id, &Tally::default(), removed).await? {
            Ok(())
        } else {
            Err(StopReason::Stopped)
        }
    }

    async fn end(&mut self) -> Result<(), StopReason> {
        let app = self.app;
        let mut tx = app.db.write().await?;
        if field_sync::schedule(&mut tx, &app.account_id).await?.changes_token.is_none() {
            return Err(StopReason::Stopped);
        }
        field_sync::set_polled(&mut tx, &app.account_id, app.now()).await?;
        field_sync::set_complete_until(&mut tx, &app.account_id, self.began).await?;
        if let Some(run) = self.current(&mut tx).await? {
            runs::set_state(&mut tx, &run.id, SyncRunState::Completed, app.now()).await?;
            app.field_sync.forget(&run.id);
        }
        tx.commit().await?;
        Ok(())
    }

    /// The run that reports this poll.
    async fn current(&mut self, tx: &mut Conn) -> Result<Option<RunRow>, StopReason> {
        let Some(run) = runs::current(tx, &self.app.account_id).await? else {
            // There was one: an administrator cancelled it.
            return if self.run.is_some() { Err(StopReason::Stopped) } else { Ok(None) };
        };
        // A full run was started meanwhile, or this one was paused.
        let goes_on = matches!(run.state()?, SyncRunState::Preparing | SyncRunState::Running);
        if goes_on && run.kind()? == RunKind::Incremental { Ok(Some(run)) } else { Err(StopReason::Stopped) }
    }

    async fn ensure_run(&mut self, tx: &mut Conn) -> Result<RunRow, StopReason> {
        let app = self.app;
        let run = match self.current(tx).await? {
            Some(run) => run,
            None => {
                let id = new_id();
                let run = NewRun { id: &id, kind: RunKind::Incremental, started_by: None, after: None };
                runs::insert(tx, &app.account_id, &run, app.now()).await?;
                runs::find(tx, &app.account_id, &id).await?.ok_or(StopReason::Stopped)?
            }
        };
        self.run = Some(run.id.clone());
        Ok(run)
    }
}
