//! What nobody can guess.

use super::dom;

/// A random UUID, as idempotency keys want it.
pub(crate) fn uuid() -> String {
    dom::window().crypto().map(|crypto| crypto.random_uuid()).unwrap_or_default()
}
