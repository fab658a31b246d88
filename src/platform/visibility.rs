//! Whether the page is visible.

use leptos::prelude::*;

use super::dom;

/// Runs `catch_up` whenever the page becomes visible again, as long as the screen is mounted: hidden pages do not poll.
pub(crate) fn on_return(catch_up: impl Fn() + 'static) {
    let sight = window_event_listener_untyped("visibilitychange", move |_| {
        if !dom::document().hidden() {
            catch_up();
        }
    });
    on_cleanup(move || sight.remove());
}
