//! Word of people being changed.

use std::cell::Cell;

use leptos::prelude::*;

use crate::platform::lifetime;

thread_local! {
    static CHANGES: Cell<Option<RwSignal<u32>>> = const { Cell::new(None) };
}

fn changes() -> RwSignal<u32> {
    CHANGES.get().unwrap_or_else(|| {
        let changes = lifetime::of_page(|| RwSignal::new(0));
        CHANGES.set(Some(changes));
        changes
    })
}

/// Runs `read` whenever people were changed by what is no part of the screen that shows them: a change that is taken back
/// from its notice, which outlives the screen.
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

/// Says that people were changed.
pub(crate) fn have_changed() {
    changes().update(|changes| *changes = changes.wrapping_add(1));
}
