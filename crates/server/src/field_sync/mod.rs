//! Action Field Sync: brings people from Marketo into the sales account, and keeps them up to date.
//!
//! A run over everybody is a pass over windows of time, each of which Marketo writes into an export. What a window
//! holds is stored in transactions of [`CHUNK`] people, together with the counts of the run and the place in the file:
//! a server that stops at any point has stored a chunk whole or not at all, and goes on from there. Afterwards
//! [`changes`] are asked for on a schedule, from the moment on in which the pass began.
//!
//! After a complete pass the account holds the people who qualify, and nobody else.

mod changes;
mod connections;
mod exports;
mod file;
mod halt;
mod intake;
mod lanes;
pub(crate) mod mapping;
mod opportunities;
mod pass;
mod population;
mod preview;
mod rate;
mod schedule;
mod windows;

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;

pub(crate) use lanes::run;
pub(crate) use preview::fields as preview_fields;
pub(crate) use rate::seconds_left;
pub(crate) use schedule::{goes_on_from, preview_to_expect};

use rate::Rate;

/// People stored in one transaction.
const CHUNK: usize = 1_000;

/// What the sync keeps in memory.
#[derive(Default)]
pub(crate) struct FieldSync {
    /// Wakes the runs, and the counting for a preview.
    runs: Notify,
    previews: Notify,
    /// By the id of the run.
    rates: Mutex<HashMap<String, Rate>>,
}

impl FieldSync {
    /// Tells whoever works that there is something to do, or no longer.
    pub(crate) fn wake(&self) {
        self.runs.notify_one();
        self.previews.notify_one();
    }

    /// How many people a minute a run reads.
    pub(crate) fn per_minute(&self, run: &str, now: Duration) -> Option<u64> {
        self.rates().get(run)?.per_minute(now)
    }

    fn note_read(&self, run: &str, now: Duration, read: i64) {
        let read = u64::try_from(read).unwrap_or(0);
        self.rates().entry(run.to_owned()).or_default().note(now, read);
    }

    fn forget(&self, run: &str) {
        self.rates().remove(run);
    }

    fn rates(&self) -> MutexGuard<'_, HashMap<String, Rate>> {
        // A rate is a hint: one whose holder panicked is as good as any.
        self.rates.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
