//! The keys and tokens whose use is being stored, so that many requests of one write once.

use std::collections::HashSet;
use std::hash::Hash;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Uses that are being stored, by what is used.
pub(crate) struct Uses<T>(Mutex<HashSet<T>>);

impl<T> Default for Uses<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T: Eq + Hash> Uses<T> {
    fn lock(&self) -> MutexGuard<'_, HashSet<T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether no task stores the use of this one yet. If so, the caller does.
    pub(crate) fn begin(&self, used: T) -> bool {
        self.lock().insert(used)
    }

    pub(crate) fn is_being_stored(&self, used: &T) -> bool {
        self.lock().contains(used)
    }

    pub(crate) fn end(&self, used: &T) {
        self.lock().remove(used);
    }
}
