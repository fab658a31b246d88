//! What Action Field Sync keeps in memory.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use api_types::SyncRunId;
use tokio::sync::Notify;

use super::rate::Rate;

/// Wakes the workers, and measures their speed.
#[derive(Default)]
pub(crate) struct FieldSync {
    /// Wakes the runs, and the counting for a preview.
    pub(crate) runs: Notify,
    pub(crate) previews: Notify,
    /// By the id of the run.
    rates: Mutex<HashMap<SyncRunId, Rate>>,
}

impl FieldSync {
    /// Tells the workers that there is something to do, or no longer.
    pub(crate) fn wake(&self) {
        self.runs.notify_one();
        self.previews.notify_one();
    }

    /// How many people a minute a run reads.
    pub(crate) fn per_minute(&self, run: &SyncRunId, now: Duration) -> Option<u64> {
        self.rates().get(run)?.per_minute(now)
    }

    pub(crate) fn note_read(&self, run: &SyncRunId, now: Duration, read: i64) {
        let read = u64::try_from(read).unwrap_or(0);
        self.rates().entry(run.clone()).or_default().note(now, read);
    }

    pub(crate) fn forget(&self, run: &SyncRunId) {
        self.rates().remove(run);
    }

    fn rates(&self) -> MutexGuard<'_, HashMap<SyncRunId, Rate>> {
        // A rate is only an estimate: after a panic of its holder it is still usable.
        self.rates.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
