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
/// After this time without a press, or a quarter of a short session, what is read is not read for the person.
const IDLE_MS: u64 = 60_000;
/// The other tabs need not know of each call.
const TELL_EVERY_MS: u64 = 10_000;

/// All times are in milliseconds, instants since 1970.
#[derive(Default)]
struct Clock {
    /// How long the session lives without use.
    span: Cell<u64>,
    /// When it ends unless it is used before.
    idle_at: Cell<u64>,
    /// When it ends in any case.
    ends_at: Cell<u64>,
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
    // Opening the page counts as a press.
    press();
    // They listen as long as the page lives.
    window_event_listener(ev::keydown, move |_| press());
    window_event_listener(ev::pointerdown, move |_| press());
    let Ok(tabs) = BroadcastChannel::new(&format!("msi-session-used{}", base_path())) else { return };
    let hear = Closure::<dyn Fn()>::new(prolong);
    tabs.set_onmessage(Some(hear.as_ref().unchecked_ref()));
    hear.forget();
    clock().tabs.replace(Some(tabs));
}

/// Takes the times of an answer that reports the session.
pub(super) fn take(session: &Session) {
    let (clock, now) = (clock(), timers::now());
    let idle = session.idle_seconds * 1_000;
    // The clock of this machine may be wrong, so only differences between the server's instants count.
    let beyond = match (timers::until(&session.expires_at.0), timers::until(&session.idle_expires_at.0)) {
        (Some(whole), Some(idle)) => (whole - idle).max(0) as u64,
        _ => 0,
    };
    // The longest that was reported is the whole time: most answers come with the use itself.
    clock.span.set(clock.span.get().max(idle));
    clock.idle_at.set(now + idle);
    clock.ends_at.set(now + idle + beyond);
}

/// Whether the person has pressed nothing for a while.
pub(super) fn is_idle() -> bool {
    let clock = clock();
    // Without a session there is no span, and nothing to keep alive.
    let while_ago = IDLE_MS.min(clock.span.get() / 4);
    timers::now().abs_diff(clock.pressed_at.get()) > while_ago
}

/// A call has kept the session alive.
pub(super) fn used() {
    prolong();
    let (clock, now) = (clock(), timers::now());
    if now.saturating_sub(clock.told_at.get()) >= TELL_EVERY_MS {
        clock.told_at.set(now);
        tell();
    }
}

/// Tells the other tabs that the session was kept alive.
pub(super) fn tell() {
    if let Some(tabs) = &*clock().tabs.borrow() {
        let _ = tabs.post_message(&JsValue::NULL);
    }
}

fn prolong() {
    let clock = clock();
    clock.idle_at.set(timers::now() + clock.span.get());
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

/// `idle` and `whole` are what is left of the time without use and of the longest time, `span` is the former at its
/// beginning, `pressed` the time since the last press; all in milliseconds.
fn judge(idle: f64, whole: f64, span: f64, pressed: f64) -> Ending {
    let warn = WARN_MS.min(span / 2.0);
    let left = idle.min(whole);
    if left <= 0.0 {
        Ending::Over
    } else if whole <= warn {
        Ending::Final(left)
    } else if idle > warn {
        Ending::Far((idle - warn).min(whole - warn))
    } else if pressed <= warn {
        Ending::Extend
    } else {
        Ending::Soon(idle)
    }
}

/// The end of a session that is alive.
pub(super) fn ending() -> Ending {
    let (clock, now) = (clock(), timers::now());
    let left = |at: u64| at as f64 - now as f64;
    // A press in the future was before the clock was set back.
    let pressed = if clock.pressed_at.get() > now { f64::INFINITY } else { -left(clock.pressed_at.get()) };
    judge(left(clock.idle_at.get()), left(clock.ends_at.get()), clock.span.get() as f64, pressed)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: f64 = 60_000.0;
    const LONG_AGO: f64 = f64::INFINITY;

    #[test]
    fn a11_the_end_is_said_two_minutes_before_and_of_short_sessions_at_half_their_time() {
        let span = 30.0 * MINUTE;
        assert_eq!(judge(span, 600.0 * MINUTE, span, LONG_AGO), Ending::Far(28.0 * MINUTE));
        assert_eq!(judge(2.0 * MINUTE, 600.0 * MINUTE, span, LONG_AGO), Ending::Soon(2.0 * MINUTE));
        assert_eq!(judge(MINUTE, 600.0 * MINUTE, MINUTE, LONG_AGO), Ending::Far(0.5 * MINUTE));
        assert_eq!(judge(0.5 * MINUTE, 600.0 * MINUTE, MINUTE, LONG_AGO), Ending::Soon(0.5 * MINUTE));
        assert_eq!(judge(0.0, 600.0 * MINUTE, span, LONG_AGO), Ending::Over);
    }

    #[test]
    fn a11_a_person_at_work_is_not_asked_unless_the_session_ends_in_any_case() {
        let span = 30.0 * MINUTE;
        assert_eq!(judge(2.0 * MINUTE, 600.0 * MINUTE, span, MINUTE), Ending::Extend);
        assert_eq!(judge(2.0 * MINUTE, 600.0 * MINUTE, span, 27.0 * MINUTE), Ending::Soon(2.0 * MINUTE));
        assert_eq!(judge(20.0 * MINUTE, 3.0 * MINUTE, span, 0.0), Ending::Far(MINUTE));
        assert_eq!(judge(20.0 * MINUTE, MINUTE, span, 0.0), Ending::Final(MINUTE));
        assert_eq!(judge(0.5 * MINUTE, MINUTE, span, 0.0), Ending::Final(0.5 * MINUTE));
        assert_eq!(judge(20.0 * MINUTE, -1.0, span, 0.0), Ending::Over);
    }
}
