//! Backups that a server makes by itself.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::making::{self, Made, Order};
use super::record::{self, Failure, Outcomes, Success};
use super::{Source, names};
use crate::error::StartError;
use crate::platform::clock::Millis;
use crate::platform::ending::wait_for_end;
use crate::platform::jobs::Job;
use crate::state::App;

/// How often the server looks whether a backup is due.
const LOOK_EVERY: Duration = Duration::from_secs(60);
/// How long after one that failed.
const AGAIN_AFTER: Duration = Duration::from_secs(15 * 60);

/// Makes backups until the server ends, where a folder for them is named.
pub(crate) async fn run(app: App) {
    let Some(order) = order(&app) else { return wait_for_end(app.ending.clone()).await };
    let stop = Arc::new(AtomicBool::new(false));
    let mut known = Known::of(&app.config.data);
    loop {
        tokio::select! {
            () = make_due(&app, &order, &stop, &mut known) => {}
            () = wait_for_end(app.ending.clone()) => {
                // What runs on a thread of its own sees it.
                stop.store(true, Ordering::Relaxed);
                return;
            }
        }
        tokio::select! {
            () = tokio::time::sleep(LOOK_EVERY) => {}
            () = wait_for_end(app.ending.clone()) => return,
        }
    }
}

/// What is noted of the schedule's backups, kept here as well: where it cannot be noted, as on a full disk, a backup each minute would
/// push out all earlier ones.
struct Known(Outcomes);

impl Known {
    fn of(data: &Path) -> Self {
        // What cannot be read keeps no backup from being made.
        Self(record::last(data).unwrap_or_default().schedule)
    }

    fn succeeded(&mut self, data: &Path, success: Success) {
        self.0.success = Some(success.clone());
        record::note(data, |record| record.schedule.success = Some(success));
    }

    fn failed(&mut self, data: &Path, failure: Failure) {
        self.0.failure = Some(failure.clone());
        record::note(data, |record| record.schedule.failure = Some(failure));
    }
}

/// What a server backs up, if anything.
fn order(app: &App) -> Option<Order> {
    let config = &app.config;
    Some(Order {
        source: Source { place: config.place(), secret_keys: config.services.secret_keys.clone() },
        to: config.backups.to.clone()?,
        recipients: config.backups.recipients.clone(),
    })
}

async fn make_due(app: &App, order: &Order, stop: &Arc<AtomicBool>, known: &mut Known) {
    let now = app.now();
    if !is_due(&known.0, app.config.backups.every(), now) {
        return;
    }
    let made = making::make(order, now, stop).await;
    match &made {
        Ok(Some(made)) => known.succeeded(&app.config.data, made.success.clone()),
        // The command, or another server, makes one. It is looked again soon.
        Ok(None) => return,
        Err(error) => known.failed(&app.config.data, Failure { at: now.0, why: error.to_string() }),
    }
    let done = made.and_then(|made| made.map_or(Ok(()), |made| prune(app, order, &made)));
    // Whoever looks at the log or at the metrics is told; nothing else depends on it.
    let _ = app.jobs.note(Job::Backups, "backup", done);
}

/// Deletes the backups for which there is no room any more.
fn prune(app: &App, order: &Order, made: &Made) -> Result<(), StartError> {
    let deleted = names::prune(&order.to, &made.account, app.config.backups.keep(), &made.file)?;
    tracing::info!(file = %made.file.display(), bytes = made.bytes, deleted, "a backup was made");
    Ok(())
}

/// Whether a backup is to be made now. After a failure, it is tried again sooner.
fn is_due(known: &Outcomes, every: Duration, now: Millis) -> bool {
    let last = known.success.as_ref().map(Success::at);
    if last.is_some_and(|last| !last.is_past(every, now)) {
        return false;
    }
    match known.failure.as_ref().map(Failure::at) {
        Some(failed) if last.is_none_or(|last| last < failed) => failed.is_past(AGAIN_AFTER.min(every), now),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);
    const NOW: Millis = Millis(1_795_000_000_000);

    fn made(at: i64) -> Success {
        Success { at, file: String::new(), bytes: 0, rows: 0, is_encrypted: false }
    }

    #[test]
    fn n1_a_backup_is_due_in_time_and_soon_after_one_that_failed() {
        let due = |success: Option<Duration>, failure: Option<Duration>| {
            let ago = |ago: Duration| NOW.minus(ago).0;
            let success = success.map(|time| made(ago(time)));
            let failure = failure.map(|time| Failure { at: ago(time), why: String::new() });
            is_due(&Outcomes { success, failure }, 24 * HOUR, NOW)
        };
        assert!(due(None, None), "the first one");
        assert!(!due(Some(23 * HOUR), None) && due(Some(24 * HOUR), None));
        assert!(!due(Some(25 * HOUR), Some(HOUR / 5)) && due(Some(25 * HOUR), Some(HOUR / 4)));
        assert!(!due(None, Some(HOUR / 5)) && due(None, Some(HOUR / 4)));
        assert!(!due(Some(HOUR), Some(2 * HOUR)), "it has succeeded since");
    }

    #[test]
    fn n1_a_backup_that_cannot_be_noted_is_not_made_again_at_once() {
        let data = tempfile::tempdir().unwrap();
        let mut known = Known::of(data.path());
        // Nothing can be written there.
        std::fs::create_dir(data.path().join("backups.json")).unwrap();
        known.succeeded(data.path(), made(NOW.0));
        assert!(!is_due(&known.0, 24 * HOUR, NOW));
        known.0.success = None;
        known.failed(data.path(), Failure { at: NOW.0, why: String::new() });
        assert!(!is_due(&known.0, 24 * HOUR, NOW));
    }

    #[test]
    fn n1_what_the_command_makes_is_no_backup_of_the_schedule() {
        let data = tempfile::tempdir().unwrap();
        let mut known = Known::of(data.path());
        known.failed(data.path(), Failure { at: NOW.minus(2 * HOUR).0, why: String::new() });
        record::note(data.path(), |record| record.by_command.success = Some(made(NOW.minus(HOUR).0)));
        let noted = record::last(data.path()).unwrap();
        assert!(noted.schedule.is_failing() && is_due(&noted.schedule, 24 * HOUR, NOW));
        assert_eq!(noted.latest(), noted.by_command.success.as_ref());
    }
}
