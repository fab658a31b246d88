//! When the session ends, as far as this browser knows: by its answers, and by the calls that kept it alive since.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use api_types::Session;
use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use web_sys::BroadcastChannel;

use crate::platform::address::base_path;
use crate::platform::{lifetime, timers};

/// The earliest warning before a session ends, and at least half of the time without use is left undisturbed.
const WARN_MS: f64 = 120_000.0;
/// The other tabs need not know of each call.
const TELL_EVERY_MS: u64 = 10_000;

/// All times are in milliseconds, instants since 1970.
#[derive(Default)]
struct Clock {
    /// How long the session lives without use.
    idle: Cell<f64>,
    /// When it ends in any case.
    ends_at: Cell<u64>,
    used_at: Cell<u64>,
    /// The last press of a key or button in this tab.
    pressed_at: Cell<u64>,
    told_at: Cell<u64>,
    tabs: RefCell<Option<BroadcastChannel>>,
}

fn clock() -> Rc<Clock> {
    lifetime::shared()
}

/// Follows the person's presses, and the calls of this browser's other tabs. Called once.
pub(super) fn init() {
    let press = || clock().pressed_at.set(timers::now());
    // They listen as long as the page lives.
    window_event_listener(ev::keydown, move |_| press());
    window_event_listener(ev::pointerdown, move |_| press());
    let Ok(tabs) = BroadcastChannel::new(&format!("msi-session-used{}", base_path())) else { return };
    let hear = Closure::<dyn Fn()>::new(|| clock().used_at.set(timers::now()));
    tabs.set_onmessage(Some(hear.as_ref().unchecked_ref()));
    hear.forget();
    clock().tabs.replace(Some(tabs));
}

/// Takes the times of an answer that reports the session.
pub(super) fn take(session: &Session) {
    let now = timers::now();
    let idle = session.idle_seconds as f64 * 1_000.0;
    // The clock of this machine may be wrong, so only differences between the server's instants count.
    let beyond = match (timers::until(&session.expires_at.0), timers::until(&session.idle_expires_at.0)) {
        (Some(whole), Some(idle)) => (whole - idle).max(0) as u64,
        _ => 0,
    };
    let clock = clock();
    clock.idle.set(idle);
    clock.ends_at.set(now + idle as u64 + beyond);
    clock.used_at.set(now);
}

/// A call has kept the session alive.
pub(super) fn used() {
    let (clock, now) = (clock(), timers::now());
    clock.used_at.set(now);
    if now.saturating_sub(clock.told_at.get()) >= TELL_EVERY_MS {
        clock.told_at.set(now);
        if let Some(tabs) = &*clock.tabs.borrow() {
            let _ = tabs.post_message(&JsValue::NULL);
        }
    }
}

/// What is to be done about the end of the session.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Ending {
    /// Nothing for so many milliseconds.
    Far(f64),
    /// The person is at work without calls: one keeps the session alive.
    Extend,
    /// It ends in so many milliseconds, unless the person says that they are there.
    Soon(f64),
    /// It ends in so many milliseconds in any case.
    Final(f64),
    Over,
}

/// `idle` and `whole` are what is left of the time without use and of the longest time, `span` the former at its
/// beginning; all in milliseconds.
fn judge(idle: f64, whole: f64, span: f64, is_at_work: bool) -> Ending {
    let warn = WARN_MS.min(span / 2.0);
    if idle.min(whole) <= 0.0 {
        Ending::Over
    } else if whole <= warn {
        Ending::Final(whole)
    } else if idle > warn {
        Ending::Far((idle - warn).min(whole - warn))
    } else if is_at_work {
        Ending::Extend
    } else {
        Ending::Soon(idle)
    }
}

/// The end of a session that is alive.
pub(super) fn ending() -> Ending {
    let (clock, now) = (clock(), timers::now());
    let left = |at: u64| at as f64 - now as f64;
    let (used, span) = (clock.used_at.get(), clock.idle.get());
    judge(left(used) + span, left(clock.ends_at.get()), span, clock.pressed_at.get() > used)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: f64 = 60_000.0;

    #[test]
    fn a11_the_end_is_said_two_minutes_before_and_of_short_sessions_at_half_their_time() {
        let span = 30.0 * MINUTE;
        assert_eq!(judge(span, 600.0 * MINUTE, span, false), Ending::Far(28.0 * MINUTE));
        assert_eq!(judge(2.0 * MINUTE, 600.0 * MINUTE, span, false), Ending::Soon(2.0 * MINUTE));
        assert_eq!(judge(MINUTE, 600.0 * MINUTE, MINUTE, false), Ending::Far(0.5 * MINUTE));
        assert_eq!(judge(0.5 * MINUTE, 600.0 * MINUTE, MINUTE, false), Ending::Soon(0.5 * MINUTE));
        assert_eq!(judge(0.0, 600.0 * MINUTE, span, false), Ending::Over);
    }

    #[test]
    fn a11_a_person_at_work_is_not_asked_unless_the_session_ends_in_any_case() {
        let span = 30.0 * MINUTE;
        assert_eq!(judge(2.0 * MINUTE, 600.0 * MINUTE, span, true), Ending::Extend);
        assert_eq!(judge(20.0 * MINUTE, 3.0 * MINUTE, span, true), Ending::Far(MINUTE));
        assert_eq!(judge(20.0 * MINUTE, MINUTE, span, true), Ending::Final(MINUTE));
        assert_eq!(judge(20.0 * MINUTE, -1.0, span, true), Ending::Over);
    }
}
