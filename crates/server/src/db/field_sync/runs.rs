//! Runs: full readings, polls that found changes, and counts for a preview.

use std::time::Duration;

use api_types::{SyncFailure, SyncKind, SyncRunId, SyncRunState, UserId, WebhookData, WebhookSync};
use serde::{Deserialize, Serialize};
use sqlx::FromRow;

use super::Tally;
use crate::db::{
    AccountId, Builder, Conn, DbResult, count, from_optional_text, from_text, statement, text, webhooks,
};
use crate::platform::clock::Millis;

/// The longest that a run waits at once.
pub(crate) const LONGEST_WAIT: Duration = Duration::from_secs(15 * 60);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RunKind {
    Full,
    Incremental,
    /// Counts the people who would be brought over, and stores none.
    Preview,
}

/// The state of a run; together with the failure, if it failed, it is a [`SyncRunState`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::db) enum Stage {
    Preparing,
    Running,
    Paused,
    Completed,
    Cancelled,
    Failed,
}

fn split(state: SyncRunState) -> (Stage, Option<SyncFailure>) {
    match state {
        SyncRunState::Preparing => (Stage::Preparing, None),
        SyncRunState::Running => (Stage::Running, None),
        SyncRunState::Paused => (Stage::Paused, None),
        SyncRunState::Completed => (Stage::Completed, None),
        SyncRunState::Cancelled => (Stage::Cancelled, None),
        SyncRunState::Failed(failure) => (Stage::Failed, Some(failure)),
    }
}

#[derive(Clone, Debug, FromRow)]
pub(crate) struct RunRow {
    pub(crate) id: SyncRunId,
    kind: String,
    state: String,
    failure: Option<String>,
    pub(crate) pass_id: SyncRunId,
    pub(crate) changes_token: Option<String>,
    oldest_at: Option<i64>,
    fields: Option<String>,
    pub(crate) started_by: Option<String>,
    /// `None` once the person is removed.
    pub(crate) starter_id: Option<UserId>,
    started_at: i64,
    ended_at: Option<i64>,
    expected: Option<i64>,
    #[sqlx(flatten)]
    pub(crate) tally: Tally,
    removed: i64,
    waits_for: Option<String>,
    waits_until: Option<i64>,
    waits: i64,
}

impl RunRow {
    pub(crate) fn kind(&self) -> DbResult<RunKind> {
        from_text(&self.kind)
    }

    /// The kind as shown to users; `None` for a preview.
    pub(crate) fn shown_kind(&self) -> DbResult<Option<SyncKind>> {
        Ok(match self.kind()? {
            RunKind::Full => Some(SyncKind::Full),
            RunKind::Incremental => Some(SyncKind::Incremental),
            RunKind::Preview => None,
        })
    }

    pub(crate) fn state(&self) -> DbResult<SyncRunState> {
        let failure: Option<SyncFailure> = from_optional_text(self.failure.as_deref())?;
        Ok(match from_text(&self.state)? {
            Stage::Preparing => SyncRunState::Preparing,
            Stage::Running => SyncRunState::Running,
            Stage::Paused => SyncRunState::Paused,
            Stage::Completed => SyncRunState::Completed,
            Stage::Cancelled => SyncRunState::Cancelled,
            Stage::Failed => SyncRunState::Failed(failure.unwrap_or(SyncFailure::Unexpected)),
        })
    }

    /// What it waits for, and until when.
    pub(crate) fn waiting(&self, now: Millis) -> DbResult<Option<(SyncFailure, Millis)>> {
        let failure = from_optional_text(self.waits_for.as_deref())?;
        // A clock that was set back does not make it wait longer.
        let waits = |until: &Millis| *until > now && *until <= now.plus(LONGEST_WAIT);
        let goes_on = matches!(self.state()?, SyncRunState::Preparing | SyncRunState::Running);
        Ok(failure.zip(self.waits_until.map(Millis).filter(waits)).filter(|_| goes_on))
    }

    /// How often in a row it has waited.
    pub(crate) fn waits(&self) -> u32 {
        count(self.waits)
    }

    pub(crate) fn started_at(&self) -> Millis {
        Millis(self.started_at)
    }

    pub(crate) fn ended_at(&self) -> Option<Millis> {
        self.ended_at.map(Millis)
    }

    pub(crate) fn oldest_at(&self) -> Option<Millis> {
        self.oldest_at.map(Millis)
    }

    pub(crate) fn expected(&self) -> Option<u64> {
        self.expected.and_then(|expected| u64::try_from(expected).ok())
    }

    pub(crate) fn removed(&self) -> u64 {
        u64::try_from(self.removed).unwrap_or(0)
    }

    /// The fields of a preview.
    pub(crate) fn fields(&self) -> DbResult<Option<Vec<api_types::SyncField>>> {
        let fields = self.fields.as_deref().map(serde_json::from_str).transpose();
        fields.map_err(|error| sqlx::Error::Decode(error.into()))
    }
}

const SELECT: &str = "SELECT id, kind, state, failure, pass_id, changes_token, oldest_at, fields, started_by, starter_id,
       started_at, ended_at, expected, created, updated, unchanged, not_in_salesforce, no_salesforce_owner, no_email,
       over_limit, failed, removed, waits_for, waits_until, waits
  FROM sync_runs";

/// A run to be stored. It prepares itself.
pub(crate) struct NewRun<'a> {
    pub(crate) id: &'a SyncRunId,
    pub(crate) kind: RunKind,
    /// The id and the name of the user; `None` for the schedule.
    pub(crate) started_by: Option<(&'a UserId, &'a str)>,
    /// The failed run that it continues.
    pub(crate) after: Option<&'a RunRow>,
}

pub(crate) async fn insert(
    conn: &mut Conn,
    account_id: &AccountId,
    run: &NewRun<'_>,
    now: Millis,
) -> DbResult<()> {
    let after = run.after;
    statement(
        "INSERT INTO sync_runs (id, account_id, kind, state, pass_id, changes_token, oldest_at, started_by,
         starter_id, started_at, expected, created, updated, unchanged, not_in_salesforce, no_salesforce_owner, no_email, over_limit, failed,
         removed)
         VALUES ($1, $2, $3, 'preparing', $4, $5, $6, $7, $8, $9, $10, 0, 0, 0, 0, 0, 0, 0, 0, 0)",
    )
    .bind(run.id)
    .bind(account_id)
    .bind(text(run.kind)?)
    .bind(after.map_or(run.id, |run| &run.pass_id))
    .bind(after.and_then(|run| run.changes_token.as_deref()))
    .bind(after.and_then(|run| run.oldest_at))
    .bind(run.started_by.map(|(_, name)| name))
    .bind(run.started_by.map(|(id, _)| id))
    .bind(now.0)
    .bind(after.and_then(|run| run.expected))
    .execute(&mut *conn)
    .await?;
    if let Some(after) = after {
        add(conn, run.id, &after.tally, 0).await?;
    }
    Ok(())
}

pub(crate) async fn find(
    conn: &mut Conn,
    account_id: &AccountId,
    id: &SyncRunId,
) -> DbResult<Option<RunRow>> {
    let mut select = Builder::new(SELECT);
    select.push(" WHERE account_id = ").push_bind(account_id);
    select.push(" AND id = ").push_bind(id);
    select.build().optional(conn).await
}

/// The run, no preview, that is under way or paused.
pub(crate) async fn current(conn: &mut Conn, account_id: &AccountId) -> DbResult<Option<RunRow>> {
    let mut select = Builder::new(SELECT);
    select.push(" WHERE account_id = ").push_bind(account_id);
    select.push(" AND state IN ('preparing', 'running', 'paused') AND kind <> 'preview'");
    select.push(" ORDER BY id DESC LIMIT 1");
    select.build().optional(conn).await
}

/// The preview that is being counted.
pub(crate) async fn counting(conn: &mut Conn, account_id: &AccountId) -> DbResult<Option<RunRow>> {
    let mut select = Builder::new(SELECT);
    select.push(" WHERE account_id = ").push_bind(account_id);
    select.push(" AND state IN ('preparing', 'running') AND kind = 'preview' ORDER BY id DESC LIMIT 1");
    select.build().optional(conn).await
}

/// The latest run of a kind.
pub(crate) async fn latest(
    conn: &mut Conn,
    account_id: &AccountId,
    kind: RunKind,
) -> DbResult<Option<RunRow>> {
    let mut select = Builder::new(SELECT);
    select.push(" WHERE account_id = ").push_bind(account_id);
    select.push(" AND kind = ").push_bind(text(kind)?).push(" ORDER BY id DESC LIMIT 1");
    select.build().optional(conn).await
}

/// The latest run that is no preview.
pub(crate) async fn latest_shown(conn: &mut Conn, account_id: &AccountId) -> DbResult<Option<RunRow>> {
    Ok(list(conn, account_id, None, 1).await?.0.pop())
}

/// Whether a run was ever started.
pub(crate) async fn any_started(conn: &mut Conn, account_id: &AccountId) -> DbResult<bool> {
    Ok(latest(conn, account_id, RunKind::Full).await?.is_some())
}

/// Runs, the latest first, and how many there are; previews are not listed. `before` is the last id of the page before.
pub(crate) async fn list(
    conn: &mut Conn,
    account_id: &AccountId,
    before: Option<&SyncRunId>,
    limit: u32,
) -> DbResult<(Vec<RunRow>, u64)> {
    let (total,): (i64,) =
        statement("SELECT COUNT(*) FROM sync_runs WHERE account_id = $1 AND kind <> 'preview'")
            .bind(account_id)
            .one(&mut *conn)
            .await?;
    let mut select = Builder::new(SELECT);
    select.push(" WHERE account_id = ").push_bind(account_id).push(" AND kind <> 'preview'");
    if let Some(before) = before {
        select.push(" AND id < ").push_bind(before);
    }
    select.push(" ORDER BY id DESC LIMIT ").push_bind(i64::from(limit));
    let rows = select.build().all(conn).await?;
    Ok((rows, u64::try_from(total).unwrap_or(0)))
}

/// Full runs that have ended, the latest first. Those of the schedule are too many to be passed over one by one.
pub(crate) async fn ended(conn: &mut Conn, account_id: &AccountId, limit: u32) -> DbResult<Vec<RunRow>> {
    ended_of(account_id, limit).build().all(conn).await
}

fn ended_of(account_id: &AccountId, limit: u32) -> Builder {
    let mut select = Builder::new(SELECT);
    select.push(" WHERE account_id = ").push_bind(account_id);
    select.push(" AND kind = 'full' AND ended_at IS NOT NULL ORDER BY id DESC LIMIT ").push_bind(limit);
    select
}

/// Passes that will not be continued but still have windows: their runs ended, or failed and began before a given time.
pub(crate) async fn given_up(
    conn: &mut Conn,
    account_id: &AccountId,
    began_before: Millis,
) -> DbResult<Vec<SyncRunId>> {
    let rows: Vec<(SyncRunId,)> = statement(
        "SELECT DISTINCT w.pass_id FROM sync_windows w JOIN sync_runs r ON r.pass_id = w.pass_id
          WHERE r.account_id = $1
            AND (r.state IN ('cancelled', 'completed') OR r.id = r.pass_id AND r.state = 'failed' AND r.started_at < $2)
            AND NOT EXISTS (SELECT 1 FROM sync_runs o WHERE o.pass_id = w.pass_id AND o.ended_at IS NULL)",
    )
    .bind(account_id)
    .bind(began_before.0)
    .all(conn)
    .await?;
    Ok(rows.into_iter().map(|(pass,)| pass).collect())
}

/// Counts outcomes, if the run is under way. Does nothing for a run that was paused or ended meanwhile.
#[must_use = "a run that was stopped must not be worked on"]
pub(crate) async fn progress(conn: &mut Conn, id: &SyncRunId, tally: &Tally, removed: i64) -> DbResult<bool> {
    let changed = statement(
        "UPDATE sync_runs SET state = 'running', waits_for = NULL, waits_until = NULL, waits = 0 WHERE id = $1 AND state IN ('preparing', 'running')",
    )
    .bind(id)
    .execute(&mut *conn)
    .await?;
    let goes_on = changed > 0;
    if goes_on {
        add(conn, id, tally, removed).await?;
    }
    Ok(goes_on)
}

async fn add(conn: &mut Conn, id: &SyncRunId, tally: &Tally, removed: i64) -> DbResult<()> {
    let mut update = Builder::new("UPDATE sync_runs SET ");
    tally.push_addition(&mut update);
    update.push(", removed = removed + ").push_bind(removed);
    update.push(" WHERE id = ").push_bind(id);
    update.build().execute(conn).await?;
    Ok(())
}

/// Whether a run is under way.
pub(crate) async fn goes_on(conn: &mut Conn, id: &SyncRunId) -> DbResult<bool> {
    let (found,): (i64,) =
        statement("SELECT COUNT(*) FROM sync_runs WHERE id = $1 AND state IN ('preparing', 'running')")
            .bind(id)
            .one(conn)
            .await?;
    Ok(found > 0)
}

/// Sets the state of a run, and the end time of one that ends.
pub(crate) async fn set_state(
    conn: &mut Conn,
    id: &SyncRunId,
    state: SyncRunState,
    now: Millis,
) -> DbResult<()> {
    let (stage, failure) = split(state);
    let ended = matches!(stage, Stage::Completed | Stage::Cancelled | Stage::Failed);
    statement(
        "UPDATE sync_runs SET state = $1, failure = $2, ended_at = $3, waits_for = NULL, waits_until = NULL, waits = 0
          WHERE id = $4",
    )
        .bind(text(stage)?)
        .bind(failure.map(text).transpose()?)
        .bind(ended.then_some(now.0))
        .bind(id)
        .execute(&mut *conn)
        .await?;
    tell(conn, std::slice::from_ref(id), stage, failure, now).await
}

/// Notes that a failed run would have failed again by now, of which nobody is told another time.
pub(crate) async fn goes_on_failing(conn: &mut Conn, id: &SyncRunId, now: Millis) -> DbResult<()> {
    statement("UPDATE sync_runs SET ended_at = $1 WHERE id = $2").bind(now.0).bind(id).execute(conn).await?;
    Ok(())
}

/// Tells other systems of full runs that were completed, and of any that failed, but previews.
async fn tell(
    conn: &mut Conn,
    ids: &[SyncRunId],
    stage: Stage,
    failure: Option<SyncFailure>,
    now: Millis,
) -> DbResult<()> {
    if !matches!(stage, Stage::Completed | Stage::Failed) {
        return Ok(());
    }
    for id in ids {
        let run: Option<(AccountId, String)> =
            statement("SELECT account_id, kind FROM sync_runs WHERE id = $1")
                .bind(id)
                .optional(&mut *conn)
                .await?;
        let Some((account_id, kind)) = run else { continue };
        let run = WebhookSync { run_id: id.clone(), failure };
        let event = match (from_text(&kind)?, stage) {
            (RunKind::Full, Stage::Completed) => WebhookData::SyncCompleted(run),
            (RunKind::Full | RunKind::Incremental, Stage::Failed) => WebhookData::SyncFailed(run),
            _ => continue,
        };
        webhooks::outbox::tell(conn, &account_id, &[event], now).await?;
    }
    Ok(())
}

/// Has a run wait for a failure to pass.
pub(crate) async fn set_waiting(
    conn: &mut Conn,
    id: &SyncRunId,
    failure: SyncFailure,
    until: Millis,
) -> DbResult<()> {
    statement("UPDATE sync_runs SET waits_for = $1, waits_until = $2, waits = waits + 1 WHERE id = $3")
        .bind(text(failure)?)
        .bind(until.0)
        .bind(id)
        .execute(conn)
        .await?;
    Ok(())
}

/// Notes what a run that is under way waits for, without end: it does not count among those that have failed.
pub(crate) async fn note_waiting(
    conn: &mut Conn,
    id: &SyncRunId,
    failure: SyncFailure,
    until: Millis,
) -> DbResult<()> {
    statement(
        "UPDATE sync_runs SET waits_for = $1, waits_until = $2 WHERE id = $3 AND state IN ('preparing', 'running')",
    )
    .bind(text(failure)?)
    .bind(until.0)
    .bind(id)
    .execute(conn)
    .await?;
    Ok(())
}

/// Ends what is under way of runs or of previews as failed, without reading it.
pub(crate) async fn give_up(
    conn: &mut Conn,
    account_id: &AccountId,
    of_previews: bool,
    now: Millis,
) -> DbResult<()> {
    let given_up: Vec<(SyncRunId,)> = statement(
        "UPDATE sync_runs SET state = $1, failure = $2, ended_at = $3
          WHERE account_id = $4 AND state IN ('preparing', 'running') AND CASE kind WHEN 'preview' THEN 1 ELSE 0 END = $5
          RETURNING id",
    )
    .bind(text(Stage::Failed)?)
    .bind(text(SyncFailure::Unexpected)?)
    .bind(now.0)
    .bind(account_id)
    .bind(of_previews)
    .all(&mut *conn)
    .await?;
    let ids: Vec<SyncRunId> = given_up.into_iter().map(|(id,)| id).collect();
    tell(conn, &ids, Stage::Failed, Some(SyncFailure::Unexpected), now).await
}

/// Ends every run that is under way or paused, makes failed ones impossible to continue, and takes previews back that have been
/// counted: all of them are about another instance. Returns whether a run was under way that was no preview.
pub(crate) async fn abandon(conn: &mut Conn, account_id: &AccountId, now: Millis) -> DbResult<bool> {
    let was_running = current(conn, account_id).await?.is_some();
    statement(
        "UPDATE sync_runs SET state = 'cancelled', ended_at = $1, waits_for = NULL, waits_until = NULL, waits = 0
          WHERE account_id = $2 AND state IN ('preparing', 'running', 'paused')",
    )
    .bind(now.0)
    .bind(account_id)
    .execute(&mut *conn)
    .await?;
    statement("UPDATE sync_runs SET changes_token = NULL WHERE account_id = $1 AND state = 'failed'")
        .bind(account_id)
        .execute(&mut *conn)
        .await?;
    statement("UPDATE sync_runs SET state = 'cancelled' WHERE account_id = $1 AND kind = 'preview'")
        .bind(account_id)
        .execute(conn)
        .await?;
    Ok(was_running)
}

/// Stores the start of a pass: the token from which its changes are read, and when the oldest known person was created.
pub(crate) async fn set_beginning(
    conn: &mut Conn,
    id: &SyncRunId,
    changes_token: &str,
    oldest: Option<Millis>,
) -> DbResult<()> {
    statement("UPDATE sync_runs SET changes_token = $1, oldest_at = $2 WHERE id = $3")
        .bind(changes_token)
        .bind(oldest.map(|at| at.0))
        .bind(id)
        .execute(conn)
        .await?;
    Ok(())
}

pub(crate) async fn set_expected(conn: &mut Conn, id: &SyncRunId, expected: i64) -> DbResult<()> {
    statement("UPDATE sync_runs SET expected = $1 WHERE id = $2")
        .bind(expected)
        .bind(id)
        .execute(conn)
        .await?;
    Ok(())
}

pub(crate) async fn set_fields(
    conn: &mut Conn,
    id: &SyncRunId,
    fields: &[api_types::SyncField],
) -> DbResult<()> {
    let fields = serde_json::to_string(fields).map_err(|error| sqlx::Error::Encode(error.into()))?;
    statement("UPDATE sync_runs SET fields = $1 WHERE id = $2").bind(fields).bind(id).execute(conn).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::test::{check_plan, plan, sqlite_database};

    #[tokio::test]
    async fn p7_full_runs_that_have_ended_are_found_by_their_own_index() {
        let (db, account, _folder) = sqlite_database().await;
        let steps = plan(&mut db.read().await.unwrap(), &ended_of(&account, 20)).await;
        check_plan(&steps);
        assert!(steps[0].contains("sync_runs_full"), "{steps:?}");
    }
}
