//! The keyboard's way through the frame.

use api_types::panel::{FocusDirection, PanelMessage};
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use web_sys::HtmlElement;

use super::connection;
use crate::platform::{device, dom};

/// What Tab stops at.
const STOPS: &str = "a[href], button:not([disabled]), input:not([disabled]), select:not([disabled]), \
    textarea:not([disabled]), summary, [tabindex=\"0\"]";

fn stops() -> Vec<HtmlElement> {
    let Ok(found) = dom::document().query_selector_all(STOPS) else { return Vec::new() };
    let all = (0..found.length()).filter_map(|at| found.get(at)?.dyn_into::<HtmlElement>().ok());
    // Without a box it is hidden.
    all.filter(|element| element.offset_parent().is_some() && element.tab_index() >= 0).collect()
}

/// Moves the focus into the panel, at the end where Tab would enter it.
pub(super) fn enter(direction: FocusDirection) {
    let stops = stops();
    let at = match direction {
        FocusDirection::Forward => stops.first(),
        FocusDirection::Backward => stops.last(),
    };
    if let Some(element) = at {
        let _ = element.focus();
    }
}

/// Tells the host when Tab leaves the panel, which the browser does by itself.
pub(super) fn follow() {
    let listener = window_event_listener(leptos::ev::keydown, |event| {
        if device::key(&event) != "Tab" || event.default_prevented() || dom::is_there("dialog[open]") {
            return;
        }
        let (direction, end) = match event.shift_key() {
            true => (FocusDirection::Backward, stops().into_iter().next()),
            false => (FocusDirection::Forward, stops().pop()),
        };
        let at = dom::document().active_element();
        if end.is_some_and(|end| at.is_some_and(|at| *end == at)) {
            connection::say(&PanelMessage::FocusOut { direction });
        }
    });
    on_cleanup(move || listener.remove());
}
