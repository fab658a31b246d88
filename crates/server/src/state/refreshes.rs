//! The refreshes of tokens in this process: those under way, and what came of one and is not stored yet.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use crate::platform::secrets::Secret;

/// By connection.
#[derive(Default)]
pub(crate) struct Refreshes {
    gates: Mutex<HashMap<String, Weak<Gate>>>,
    unstored: Mutex<HashMap<String, Unstored>>,
}

type Gate = tokio::sync::Mutex<()>;

/// Tokens that the database did not take. Those that it has are worth nothing where these have replaced them.
pub(crate) struct Unstored {
    pub(crate) access: Secret,
    pub(crate) refresh: Option<Secret>,
    /// How often the connection had been refreshed before.
    pub(crate) refreshes: i64,
}

impl Refreshes {
    pub(crate) fn gate(&self, connection: &str) -> Arc<Gate> {
        let mut gates = locked(&self.gates);
        if let Some(gate) = gates.get(connection).and_then(Weak::upgrade) {
            return gate;
        }
        gates.retain(|_, gate| gate.strong_count() > 0);
        let gate = Arc::new(Gate::default());
        gates.insert(connection.to_owned(), Arc::downgrade(&gate));
        gate
    }

    pub(crate) fn keep(&self, connection: &str, unstored: Unstored) {
        locked(&self.unstored).insert(connection.to_owned(), unstored);
    }

    /// What is still newer than the connection, which has been refreshed so often.
    pub(crate) fn take_unstored(&self, connection: &str, refreshes: i64) -> Option<Unstored> {
        locked(&self.unstored).remove(connection).filter(|unstored| unstored.refreshes == refreshes)
    }
}

/// Nothing is half done under these locks.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s2_what_another_refresh_has_replaced_is_not_stored_over_it() {
        let refreshes = Refreshes::default();
        let tokens = |refreshes| Unstored { access: Secret::new("a".to_owned()), refresh: None, refreshes };
        refreshes.keep("one", tokens(3));
        assert!(refreshes.take_unstored("two", 3).is_none());
        assert!(refreshes.take_unstored("one", 4).is_none());
        assert!(refreshes.take_unstored("one", 3).is_none(), "it is gone");
        refreshes.keep("one", tokens(3));
        assert!(refreshes.take_unstored("one", 3).is_some());
    }
}
