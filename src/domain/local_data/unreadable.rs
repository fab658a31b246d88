//! Rows that do not open: their key is not in use any more, as after the server got another.

use std::cell::Cell;

use crate::platform::lifetime;
use crate::t;
use crate::ui::{Tone, notify};

#[derive(Default)]
struct Said(Cell<bool>);

/// Says once that they were removed.
pub(crate) fn say() {
    if !lifetime::shared::<Said>().0.replace(true) {
        notify(Tone::Warning, t!("draft.unreadable"));
    }
}
