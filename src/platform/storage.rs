//! The browser's storage beyond the life of the page.

use web_sys::Storage;

use super::dom;

/// The local storage; a private window or a foreign frame may deny it.
pub(crate) fn local() -> Option<Storage> {
    dom::window().local_storage().ok().flatten()
}
