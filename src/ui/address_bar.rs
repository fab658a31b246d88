//! The browser's address, where the router has not set it.

use std::cell::RefCell;
use std::rc::Rc;

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_location;
use leptos_router::location::Location;
use wasm_bindgen::JsValue;

use crate::platform::{dom, lifetime};

/// The router's address, without its origin; `None` once the router has gone.
fn wanted(location: &Location) -> Option<String> {
    let search = location.search.try_get_untracked()?;
    let mark = if search.is_empty() { "" } else { "?" };
    Some(location.pathname.try_get_untracked()? + mark + &search + &location.hash.try_get_untracked()?)
}

/// The browser's, without its origin.
fn shown() -> Option<String> {
    let location = dom::window().location();
    Some(location.pathname().ok()? + &location.search().ok()? + &location.hash().ok()?)
}

/// Runs now, and whenever the router leads elsewhere.
fn at_each_address(location: &Location, mut heard: impl FnMut() + 'static) {
    let location = location.clone();
    Effect::new(move |_| {
        location.pathname.track();
        location.search.track();
        location.hash.track();
        heard();
    });
}

/// The browser's address, as it was last while the router's did not change.
pub(super) fn kept_address() -> StoredValue<String> {
    let href = || dom::window().location().href().unwrap_or_default();
    let kept = StoredValue::new(href());
    at_each_address(&use_location(), move || {
        // That of a followed link is set only once its screen is there.
        dom::after_paint(move || {
            kept.try_set_value(href());
        });
    });
    kept
}

/// Options for going from this screen to where it leads, so that Back does not lead here again: its entry is replaced. That of a
/// followed link is made only once its screen is there, and before that the entry is another screen's.
pub(crate) fn instead_of_here() -> NavigateOptions {
    let here = use_location().pathname.get_untracked();
    let replace = dom::window().location().pathname().is_ok_and(|shown| shown == here);
    NavigateOptions { replace, ..NavigateOptions::default() }
}

/// The address to which the browser has led last: by loading the page, by Back or Forward, or by an address that was entered.
#[derive(Default)]
struct ByBrowser(RefCell<Option<String>>);

fn by_browser() -> Rc<ByBrowser> {
    lifetime::shared()
}

/// The browser has led to its address.
pub(super) fn led_by_browser() {
    by_browser().0.replace(shown());
}

/// Makes the entries that the router leaves out. After Back, Forward, and entries that were replaced, it mistakes a new entry for the
/// current one: it compares with what it has navigated to last. What the browser itself has led to is left as it is, for a screen takes
/// what is secret out of its address.
pub(crate) fn keep_address() {
    led_by_browser();
    let location = use_location();
    let router = location.clone();
    at_each_address(&location, move || {
        let Some(now) = wanted(&router) else { return };
        if by_browser().0.borrow().as_ref() == Some(&now) {
            return;
        }
        by_browser().0.replace(None);
        let router = router.clone();
        dom::after_paint(move || {
            let is_wanted = wanted(&router).is_some_and(|wanted| wanted == now);
            if is_wanted
                && shown().is_some_and(|shown| shown != now)
                && let Ok(history) = dom::window().history()
            {
                let _ = history.push_state_with_url(&JsValue::NULL, "", Some(&now));
            }
        });
    });
}
