//! The progress of the account's set-up: shown by the rail on every screen, and in full by the setup guide.

use api_types::{Needed, SetupGuide, SetupStepId, StepState};
use leptos::prelude::*;

use crate::api::setup_guide;
use crate::data::{Load, Loader};
use crate::domain::session;
use crate::platform::visibility::on_return;
use crate::platform::{dom, lifetime, spawn, timers};

struct Guide(Loader<SetupGuide>);

impl Default for Guide {
    fn default() -> Self {
        let guide = Loader::new();
        session::on_another_person(move || guide.reset());
        Self(guide)
    }
}

/// The guide as last read. It outlives the screens, so that a number in the rail does not flicker.
pub(crate) fn guide() -> Loader<SetupGuide> {
    lifetime::shared::<Guide>().0
}

/// The state of a step, as last read; reactive.
pub(crate) fn state_of(step: SetupStepId) -> Option<StepState> {
    guide().state.with(|guide| match guide {
        Load::Ready(guide) => guide.steps.iter().find(|found| found.id == step).map(|found| found.state),
        _ => None,
    })
}

/// Whether the guide has been read.
pub(super) fn is_read() -> bool {
    guide().state.with_untracked(|state| matches!(state, Load::Ready(_)))
}

/// What is missing before a step, as last read.
pub(crate) fn missing_before(step: SetupStepId) -> Vec<Needed> {
    guide().state.with_untracked(|guide| match guide {
        Load::Ready(guide) => {
            let step = guide.steps.iter().find(|found| found.id == step);
            step.map(|step| step.blocked_by.clone()).unwrap_or_default()
        }
        _ => Vec::new(),
    })
}

/// The polling interval of the guide while its page is visible, in milliseconds.
const FOLLOW_MS: f64 = 4_000.0;
/// Salesforce is checked on every such poll: once a minute.
const READINGS_PER_CHECK: u32 = 15;

/// Keeps the guide up to date while its screen is mounted: changes of other users appear within five seconds, changes
/// in Salesforce when the user returns to the page and once a minute. A hidden page does not poll.
pub(crate) fn follow() {
    let check = || spawn(guide().keep_up(setup_guide::check()));
    let focus = window_event_listener_untyped("focus", move |_| check());
    on_cleanup(move || focus.remove());
    on_return(check);
    let alive = StoredValue::new(());
    spawn(async move {
        let mut readings = 0u32;
        loop {
            timers::sleep(FOLLOW_MS).await;
            if alive.try_get_value().is_none() {
                return;
            }
            if dom::document().hidden() {
                continue;
            }
            readings = readings.wrapping_add(1);
            if readings.is_multiple_of(READINGS_PER_CHECK) {
                guide().keep_up(setup_guide::check()).await;
            } else {
                refresh().await;
            }
        }
    });
}

/// Reads the guide again. A failure shows only if nothing was read before; earlier data stays.
///
/// The frame calls this on every screen; a screen calls it after an action that may have advanced a step.
pub(crate) async fn refresh() {
    // Only administrators have a guide.
    if !untrack(session::is_admin) {
        return;
    }
    let guide = guide();
    let call = setup_guide::read();
    if is_read() {
        guide.keep_up(call).await;
    } else {
        guide.load(call).await;
    }
}
