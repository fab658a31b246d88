//! The refreshes of tokens that are under way in this process.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

/// The refreshes under way in this process, by connection.
#[derive(Default)]
pub(crate) struct Refreshes(Mutex<HashMap<String, Weak<Gate>>>);

type Gate = tokio::sync::Mutex<()>;

impl Refreshes {
    pub(crate) fn gate(&self, connection: &str) -> Arc<Gate> {
        let mut gates = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(gate) = gates.get(connection).and_then(Weak::upgrade) {
            return gate;
        }
        gates.retain(|_, gate| gate.strong_count() > 0);
        let gate = Arc::new(Gate::default());
        gates.insert(connection.to_owned(), Arc::downgrade(&gate));
        gate
    }
}
