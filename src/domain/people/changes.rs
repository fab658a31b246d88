//! Notifications that people have changed.

use leptos::prelude::*;

use crate::platform::lifetime;

/// How often people have changed.
#[derive(Default)]
struct Changes(RwSignal<u32>);

fn changes() -> RwSignal<u32> {
    lifetime::shared::<Changes>().0
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
