//! Tells screens of changes that are made outside of them.

use leptos::prelude::*;

/// How often something has changed.
#[derive(Clone, Copy, Default)]
pub(crate) struct Changes(RwSignal<u32>);

impl Changes {
    /// Notifies of one.
    pub(crate) fn notify(self) {
        self.0.update(|changes| *changes = changes.wrapping_add(1));
    }

    /// Runs `read` at every later one, as long as the caller's scope lives.
    pub(crate) fn on_next(self, read: impl Fn() + 'static) {
        Effect::new(move |seen: Option<u32>| {
            let now = self.0.get();
            if seen.is_some_and(|seen| seen != now) {
                read();
            }
            now
        });
    }
}
