//! The idempotency keys that are being worked on in this process.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use crate::db::idempotency::Scope;

/// The keys that are being worked on in this process.
#[derive(Clone, Default)]
pub(crate) struct InFlight(Arc<Mutex<HashSet<Scope>>>);

impl InFlight {
    pub(crate) fn enter(&self, scope: &Scope) -> Option<Flight> {
        let mut scopes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        scopes.insert(scope.clone()).then(|| Flight { in_flight: self.clone(), scope: scope.clone() })
    }
}

/// Marks a key as being worked on until dropped.
pub(crate) struct Flight {
    in_flight: InFlight,
    scope: Scope,
}

impl Drop for Flight {
    fn drop(&mut self) {
        self.in_flight.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.scope);
    }
}
