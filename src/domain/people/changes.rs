//! Notifications that people have changed.

use std::cell::Cell;

use leptos::prelude::*;

use crate::platform::lifetime;

thread_local! {
    static CHANGES: Cell<Option<RwSignal<u32>>> = const { Cell::new(None) };
}

fn changes() -> RwSignal<u32> {
    CHANGES.get().unwrap_or_else(|| {
        let changes = lifetime::in_app_scope(|| RwSignal::new(0));
        CHANGES.set(Some(changes));
        changes
    })
}

/// Runs `read` whenever people were changed outside the screen that shows them: by the undo of a notice, which outlives
/// the screen.
pub(crate) fn on_change(read: impl Fn() + 'static) {
    let changes = changes();
    Effect::new(move |seen: Option<u32>| {
        let now = changes.get();
        if seen.is_some_and(|seen| seen != now) {
            read();
        }
        now
    });
}

/// Notifies that people have changed.
pub(crate) fn have_changed() {
    changes().update(|changes| *changes = changes.wrapping_add(1));
}
