//! Distances in time, which run: one timer for all of them, by the minute, and by the second for what is near. Nothing of it
//! is announced, except for the end of a wait.

use leptos::ev::MouseEvent;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::announce;
use crate::i18n::{self, Message};
use crate::platform::{dom, lifetime, spawn, timers};
use crate::t;

const SECOND_MS: f64 = 1_000.0;
const MINUTE_MS: u64 = 60_000;
/// What is this near is followed by the second: the last minute is counted, and the one before it ends within a minute.
const NEAR_MS: i64 = 121_000;

/// Changes with every second, and with every minute.
struct Clock {
    second: RwSignal<u64>,
    minute: Memo<u64>,
}

impl Default for Clock {
    fn default() -> Self {
        let second = RwSignal::new(timers::now());
        spawn(async move {
            loop {
                timers::sleep(SECOND_MS).await;
                second.set(timers::now());
            }
        });
        // For the rest of the visit.
        let _ = window_event_listener_untyped("beforeprint", |_| write_dates_for_print());
        Self { second, minute: Memo::new(move |_| second.get() / MINUTE_MS) }
    }
}

impl Clock {
    fn follow_minutes(&self) {
        // Read, not only tracked: a memo that was never read does not notice changes.
        self.minute.with(|_| ());
    }

    /// Makes what reads it run again when a distance in time has another text.
    fn follow(&self, at: &str) {
        self.follow_minutes();
        if timers::until(at).is_some_and(|left| (0..NEAR_MS).contains(&left)) {
            self.second.track();
        }
    }
}

/// How long ago something was, from an RFC 3339 time; reactive.
pub(crate) fn ago_in_words(at: &str) -> String {
    lifetime::shared::<Clock>().follow_minutes();
    i18n::ago(at).unwrap_or_else(|| t!("common.just_now"))
}

/// In how much time something will be, from an RFC 3339 time; reactive.
pub(crate) fn until_in_words(at: &str) -> String {
    lifetime::shared::<Clock>().follow(at);
    i18n::until(at)
}

/// How long ago something was; date and time of day are shown on request.
pub(crate) fn ago(at: &str) -> AnyView {
    let (time, exact) = (at.to_owned(), at.to_owned());
    view! {
        <time class="moment" datetime=at.to_owned() on:mouseenter=move |event| show_exact(&event, &exact)>
            {move || ago_in_words(&time)}
        </time>
    }
    .into_any()
}

/// What is said of something ahead, by `words` for the time until then; date and time of day are shown on request.
pub(crate) fn until(at: &str, words: impl Fn(String) -> String + Send + 'static) -> AnyView {
    let (time, exact) = (at.to_owned(), at.to_owned());
    view! {
        <time datetime=at.to_owned() aria-live="off" on:mouseenter=move |event| show_exact(&event, &exact)>
            {move || words(until_in_words(&time))}
        </time>
    }
    .into_any()
}

/// On paper, dates take the place of how long ago something was: `style/print.css` shows them.
fn write_dates_for_print() {
    let Ok(moments) = dom::document().query_selector_all("time.moment") else { return };
    for moment in (0..moments.length()).filter_map(|at| moments.get(at)?.dyn_into::<HtmlElement>().ok()) {
        let at = moment.get_attribute("datetime").unwrap_or_default();
        let _ = moment.set_attribute("data-exact", &i18n::date_time(&at));
    }
}

/// Written only under the pointer: the browser's formatter of dates takes a phone, which has none, as long as a whole list does.
fn show_exact(event: &MouseEvent, at: &str) {
    event_target::<HtmlElement>(event).set_title(&i18n::date_time(at));
}

/// A message. The time to wait that it names runs, and that it is over is announced. A timer of its own, of what the first load
/// has anyway, is a tenth of what following the clock would add to it.
pub(crate) fn waiting(message: Message) -> AnyView {
    let Some(words) = message.wait() else { return String::from(message).into_any() };
    let text = message.text().to_owned();
    let words = RwSignal::new(words);
    spawn(async move {
        while !message.is_over() {
            timers::sleep(SECOND_MS).await;
            if words.try_set(message.wait().unwrap_or_default()).is_some() {
                return;
            }
        }
        announce(words.get_untracked());
    });
    view! { {text}{i18n::sentence_gap()}<span aria-live="off">{move || words.get()}</span> }.into_any()
}
