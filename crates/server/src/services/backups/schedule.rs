//! Backups that a server makes by itself.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::making::{self, Order};
use super::record::{self, Record};
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
    loop {
        tokio::select! {
            () = make_due(&app, &order, &stop) => {}
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

/// What a server backs up, if anything.
fn order(app: &App) -> Option<Order> {
    let config = &app.config;
    Some(Order {
        source: Source { place: config.place(), secret_keys: config.services.secret_keys.clone() },
        to: config.backups.to.clone()?,
        recipients: config.backups.recipients.clone(),
    })
}

async fn make_due(app: &App, order: &Order, stop: &Arc<AtomicBool>) {
    let (config, now) = (&app.config, app.now());
    let every = config.backups.every();
    // What cannot be read keeps no backup from being made.
    if !is_due(&record::last(&config.data).unwrap_or_default(), every, now) {
        return;
    }
    let made = async {
        let made = making::make(order, now, stop).await?;
        let deleted = names::prune(&order.to, &made.account, config.backups.keep())?;
        tracing::info!(file = %made.file.display(), bytes = made.bytes, deleted, "a backup was made");
        Ok::<_, StartError>(())
    };
    // Whoever looks at the log or at the metrics is told; nothing else depends on it.
    let _ = app.jobs.note(Job::Backups, "backup", made.await);
}

/// Whether a backup is to be made now. After a failure, it is tried again sooner.
fn is_due(record: &Record, every: Duration, now: Millis) -> bool {
    let last = record.success.as_ref().map(record::Success::at);
    if last.is_some_and(|last| !last.is_past(every, now)) {
        return false;
    }
    match record.failure.as_ref().map(record::Failure::at) {
        Some(failed) if last.is_none_or(|last| last < failed) => failed.is_past(AGAIN_AFTER.min(every), now),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::record::{Failure, Success};
    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);
    const NOW: Millis = Millis(1_795_000_000_000);

    #[test]
    fn n1_a_backup_is_due_in_time_and_soon_after_one_that_failed() {
        let due = |success: Option<Duration>, failure: Option<Duration>| {
            let ago = |ago: Duration| NOW.minus(ago).0;
            let success = success.map(|time| Success {
                at: ago(time),
                file: String::new(),
                bytes: 0,
                rows: 0,
                is_encrypted: false,
            });
            let failure = failure.map(|time| Failure { at: ago(time), why: String::new() });
            is_due(&Record { success, failure, rehearsal: None }, 24 * HOUR, NOW)
        };
        assert!(due(None, None), "the first one");
        assert!(!due(Some(23 * HOUR), None) && due(Some(24 * HOUR), None));
        assert!(!due(Some(25 * HOUR), Some(HOUR / 5)) && due(Some(25 * HOUR), Some(HOUR / 4)));
        assert!(!due(None, Some(HOUR / 5)) && due(None, Some(HOUR / 4)));
        assert!(!due(Some(HOUR), Some(2 * HOUR)), "it has succeeded since");
    }
}
