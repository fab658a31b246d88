//! When unfinished work is stored: once it rests, and at once where the page may be about to end.

use leptos::prelude::*;

use crate::data::Latest;
use crate::platform::{spawn, timers};

/// Changes within this time are stored together.
const RESTS_FOR_MS: f64 = 300.0;

/// The page may not return after any of these events. After the first it has some time left, as sealing takes.
const LEAVING: [&str; 3] = ["beforeunload", "pagehide", "visibilitychange"];

/// Calls `keep` after changes. `has_changed` tracks the work and returns whether it differs from what is stored.
pub(crate) fn keep_at_rest<F: Future<Output = ()> + 'static>(
    has_changed: impl Fn() -> bool + 'static,
    keep: impl Fn() -> F + Copy + 'static,
) {
    let latest = Latest::new();
    let is_due = StoredValue::new(false);
    Effect::new(move |_| {
        if !has_changed() {
            return;
        }
        is_due.set_value(true);
        let turn = latest.begin();
        spawn(async move {
            timers::sleep(RESTS_FOR_MS).await;
            if turn.is_some_and(|turn| turn.counts()) {
                keep_if_due(is_due, keep).await;
            }
        });
    });
    for leaving in LEAVING {
        window_event_listener_untyped(leaving, move |_| {
            spawn(keep_if_due(is_due, keep));
        });
    }
}

async fn keep_if_due<F: Future<Output = ()>>(is_due: StoredValue<bool>, keep: impl Fn() -> F) {
    if is_due.try_update_value(std::mem::take) == Some(true) {
        keep().await;
    }
}
