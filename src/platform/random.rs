//! Unpredictable values.

use super::dom;

/// A random UUID, as used for idempotency keys.
pub(crate) fn uuid() -> String {
    dom::window().crypto().map(|crypto| crypto.random_uuid()).unwrap_or_default()
}
