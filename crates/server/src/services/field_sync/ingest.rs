//! Storing what was read: people, counts and problems in one transaction.

use std::collections::HashMap;

use api_types::{SkipReason, SyncOutcome, SyncRunId, limits};

use super::mapping::Judged;
use super::opportunities::Opportunities;
use super::stop_reason::StopReason;
use crate::db::field_sync::people::Person;
use crate::db::field_sync::people::{self, KnownPerson, StoredPerson, fingerprint};
use crate::db::field_sync::problems::Problem;
use crate::db::field_sync::runs::{self, RunKind};
use crate::db::field_sync::{self, Tally, problems};
use crate::db::{AccountId, Conn, DbResult};
use crate::platform::clock::Millis;

/// The run that stores the people.
pub(super) struct Ingest<'a> {
    pub(super) account_id: &'a AccountId,
    pub(super) run_id: &'a SyncRunId,
    pub(super) pass_id: &'a SyncRunId,
    /// The pass that counts as having met them, so that it does not delete them at its end.
    pub(super) met_by: &'a SyncRunId,
    pub(super) kind: RunKind,
    /// The window they come from; 0 for a poll.
    pub(super) position: i64,
    /// The number of the first record.
    pub(super) record: i64,
    pub(super) opportunities: &'a Opportunities,
    pub(super) now: Millis,
}

/// The writes for a chunk.
#[derive(Default)]
struct Sorted {
    tally: Tally,
    store: Vec<StoredPerson>,
    unchanged: Vec<i64>,
    /// People who failed, and are left unchanged.
    kept: Vec<i64>,
    /// People who no longer qualify.
    gone: Vec<i64>,
    problems: Vec<(i64, Problem)>,
}

impl Ingest<'_> {
    /// Stores a chunk, and returns the outcome. Nothing is written for a run that was stopped.
    pub(super) async fn take(&self, tx: &mut Conn, chunk: Vec<Judged>) -> Result<Tally, StopReason> {
        let sorted = match self.kind {
            RunKind::Preview => count(chunk),
            RunKind::Full | RunKind::Incremental => self.sort(tx, chunk).await?,
        };
        let removed = match self.kind {
            RunKind::Incremental => people::delete(tx, self.account_id, &sorted.gone).await?,
            // People who do not occur in a pass are removed at its end.
            RunKind::Full | RunKind::Preview => 0,
        };
        if !runs::progress(tx, self.run_id, &sorted.tally, removed).await? {
            return Err(StopReason::Stopped);
        }
        if self.kind != RunKind::Preview {
            self.write(tx, &sorted).await?;
        }
        Ok(sorted.tally)
    }

    async fn write(&self, tx: &mut Conn, sorted: &Sorted) -> DbResult<()> {
        let Self { account_id, pass_id, met_by, now, .. } = *self;
        people::upsert(tx, account_id, met_by, &sorted.store, now).await?;
        let unchanged = Some(SyncOutcome::Unchanged);
        people::touch(tx, account_id, met_by, &sorted.unchanged, unchanged, now).await?;
        people::touch(tx, account_id, met_by, &sorted.kept, None, now).await?;
        problems::insert(tx, account_id, (pass_id, self.position), &sorted.problems).await
    }

    async fn sort(&self, tx: &mut Conn, chunk: Vec<Judged>) -> DbResult<Sorted> {
        let mut sorted = Sorted::default();
        let ids = chunk.iter().filter_map(|judged| match judged {
            Judged::Qualifies(person) => Some(person.marketo_id),
            _ => None,
        });
        let known = people::known(tx, self.account_id, ids).await?;
        let there = field_sync::schedule(tx, self.account_id).await?.people();
        let mut free = limits::PEOPLE_MAX.saturating_sub(there);
        let mut came = 0;
        for (record, judged) in (self.record..).zip(chunk) {
            match judged {
                Judged::Skipped(id, reason) => {
                    *sorted.tally.skip(reason) += 1;
                    sorted.gone.push(id);
                }
                Judged::Failed(problem) => {
                    sorted.tally.failed += 1;
                    sorted.kept.push(problem.marketo_id);
                    sorted.problems.push((record, problem));
                }
                Judged::Qualifies(person) => {
                    let before = known.get(&person.marketo_id);
                    if before.is_none() {
                        if free == 0 {
                            *sorted.tally.skip(SkipReason::OverLimit) += 1;
                            continue;
                        }
                        free -= 1;
                        came += 1;
                    }
                    self.settle(*person, before, &mut sorted);
                }
            }
        }
        people::came(tx, self.account_id, came).await?;
        Ok(sorted)
    }

    fn settle(&self, mut person: Person, before: Option<&KnownPerson>, sorted: &mut Sorted) {
        let opportunity = before.and_then(|known| known.opportunity_id.as_deref());
        person.salesforce_opportunity_id = self.opportunities.find(&person, opportunity);
        let fingerprint = fingerprint(&person);
        let changed = before.is_none_or(|known| known.fingerprint != fingerprint);
        // A window that is read again contains people whom the pass has met: their earlier outcome counts.
        let met = before.filter(|known| self.kind == RunKind::Full && known.pass_id == *self.pass_id);
        let outcome = match (before, met) {
            (None, _) => SyncOutcome::Created,
            (_, Some(met)) if met.outcome == SyncOutcome::Created || !changed => met.outcome,
            _ if changed => SyncOutcome::Updated,
            _ => SyncOutcome::Unchanged,
        };
        match outcome {
            SyncOutcome::Created => sorted.tally.created += 1,
            SyncOutcome::Updated => sorted.tally.updated += 1,
            SyncOutcome::Unchanged => sorted.tally.unchanged += 1,
        }
        if changed || outcome != SyncOutcome::Unchanged {
            sorted.store.push(StoredPerson { person, fingerprint, outcome });
        } else {
            sorted.unchanged.push(person.marketo_id);
        }
    }
}

/// Counts who qualifies, as created.
fn count(chunk: Vec<Judged>) -> Sorted {
    let mut tally = Tally::default();
    for judged in chunk {
        match judged {
            Judged::Skipped(_, reason) => *tally.skip(reason) += 1,
            Judged::Qualifies(_) => tally.created += 1,
            Judged::Failed(_) => tally.failed += 1,
        }
    }
    Sorted { tally, ..Sorted::default() }
}

/// People of a chunk by their ids, each once: the last one counts.
pub(super) fn once_each(chunk: Vec<Judged>) -> Vec<Judged> {
    let id = |judged: &Judged| match judged {
        Judged::Qualifies(person) => person.marketo_id,
        Judged::Skipped(id, _) => *id,
        Judged::Failed(problem) => problem.marketo_id,
    };
    let last: HashMap<i64, usize> =
        chunk.iter().enumerate().map(|(index, judged)| (id(judged), index)).collect();
    let kept = chunk.into_iter().enumerate().filter(|(index, judged)| last.get(&id(judged)) == Some(index));
    kept.map(|(_, judged)| judged).collect()
}
