//! What the browser keeps for the app beyond the page.

use web_sys::Storage;

use super::dom;

/// What this browser keeps for the app; in a private window or a foreign frame it may refuse.
pub(crate) fn local() -> Option<Storage> {
    dom::window().local_storage().ok().flatten()
}
