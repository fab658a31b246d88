//! Checks whether the server can do its work.
//!
//! Callers are anonymous and may ask often: a result is kept for a few seconds, and only one check runs at a time.

use std::path::Path;
use std::time::Duration;

use api_types::{CheckState, Readiness};

use crate::db::{self, DbResult};
use crate::platform::disk;
use crate::state::App;

/// How long a result is kept.
const KEPT: Duration = Duration::from_secs(5);
/// The mail server belongs to a third party, and is asked less often.
const MAIL_KEPT: Duration = Duration::from_secs(30);
/// A check that takes longer has failed.
const LIMIT: Duration = Duration::from_secs(2);

/// The state of the server, at most a few seconds old.
pub(crate) async fn look(app: &App) -> Readiness {
    let mut seen = app.probes.seen.lock().await;
    let now = app.elapsed();
    let is_fresh = |at: Duration, kept: Duration| now.saturating_sub(at) < kept;
    if let Some((at, readiness)) = &seen.readiness
        && is_fresh(*at, KEPT)
    {
        return readiness.clone();
    }
    let greets = match seen.mail {
        Some((at, CheckState::Ok)) if is_fresh(at, MAIL_KEPT) => CheckState::Ok,
        _ => {
            let state = CheckState::from(within_limit(app.probes.mail_server.greets()).await == Some(true));
            seen.mail = Some((now, state));
            state
        }
    };
    let writer = CheckState::from(within_limit(write(app)).await.is_some_and(is_yes));
    // After the write, which makes readers forget what they have read.
    let reader = CheckState::from(within_limit(app.db.is_readable()).await.is_some_and(is_yes));
    let waits = within_limit(mail_waits_in_vain(app)).await.is_some_and(is_yes);
    let mail = CheckState::from(greets == CheckState::Ok && !waits);
    let disk = CheckState::from(has_room(&app.config.data, app.config.disk_reserve_mb));
    let failing = app.jobs.failing().iter().map(|job| job.into_str().to_owned()).collect();
    let readiness = Readiness::of(writer, reader, disk, mail, failing);
    if !readiness.ready {
        tracing::warn!(?readiness, "not ready");
    }
    seen.readiness = Some((now, readiness.clone()));
    readiness
}

async fn within_limit<T>(work: impl Future<Output = T>) -> Option<T> {
    tokio::time::timeout(LIMIT, work).await.ok()
}

fn is_yes(answer: DbResult<bool>) -> bool {
    answer.unwrap_or_else(|error| {
        tracing::warn!(%error, "the database failed a check");
        false
    })
}

/// Waits for the write connection, as every change does, and reads and writes a row. Returns whether there is one.
///
/// # Errors
/// When the database takes no write.
pub(crate) async fn write(app: &App) -> DbResult<bool> {
    let mut tx = app.db.write().await?;
    let is_there = db::accounts::rewrite(&mut tx, &app.account_id).await?;
    tx.commit().await?;
    Ok(is_there)
}

/// Whether mails wait because the mail server takes none. Where none wait it is not tried, and may be well again.
async fn mail_waits_in_vain(app: &App) -> DbResult<bool> {
    if app.mail_monitor.state().trouble.is_none() {
        return Ok(false);
    }
    Ok(db::mails::oldest_waiting(&mut *app.db.read().await?).await?.is_some())
}

/// Whether the disk of a folder has that much room, where that can be known.
pub(crate) fn has_room(folder: &Path, reserve_mb: u64) -> bool {
    match disk::free(folder) {
        Some(bytes) => bytes >= reserve_mb.saturating_mul(1_000_000),
        None => folder.is_dir(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disk_has_room_for_what_is_reserved_or_not() {
        let folder = tempfile::tempdir().unwrap();
        assert!(has_room(folder.path(), 0));
        assert!(!has_room(folder.path(), u64::MAX));
    }
}
