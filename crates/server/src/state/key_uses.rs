//! The API keys whose use is being stored, so that many requests of one key write once.

use std::collections::HashSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

#[derive(Default)]
pub(crate) struct KeyUses(Mutex<HashSet<String>>);

impl KeyUses {
    fn lock(&self) -> MutexGuard<'_, HashSet<String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether no task stores the use of this key yet. If so, the caller does.
    pub(crate) fn begin(&self, id: &str) -> bool {
        self.lock().insert(id.to_owned())
    }

    pub(crate) fn end(&self, id: &str) {
        self.lock().remove(id);
    }
}
