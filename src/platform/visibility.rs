//! Whether somebody can see the page.

use leptos::prelude::*;

use super::dom;

/// Runs `catch_up` whenever the page comes back into sight, as long as the screen is there: a page that nobody sees
/// asks nothing.
pub(crate) fn on_return(catch_up: impl Fn() + 'static) {
    let sight = window_event_listener_untyped("visibilitychange", move |_| {
        if !dom::document().hidden() {
            catch_up();
        }
    });
    on_cleanup(move || sight.remove());
}
