//! The page: its elements, the keyboard focus, and when changes are painted.

use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use web_sys::{Document, HtmlElement, Window};

/// # Panics
/// Outside a browser's page.
pub(crate) fn window() -> Window {
    web_sys::window().expect("the app runs in a page")
}

/// # Panics
/// Outside a browser's page.
pub(crate) fn document() -> Document {
    window().document().expect("the app runs in a page")
}

/// Moves the focus to an element, which need not be reachable by Tab.
pub(crate) fn focus(id: &str) {
    if let Some(element) = document().get_element_by_id(id).and_then(|e| e.dyn_into::<HtmlElement>().ok()) {
        let _ = element.focus();
    }
}

/// Whether no element has the focus, for example after the focused one is gone.
pub(crate) fn is_focus_lost() -> bool {
    let focused = document().active_element();
    // A dialog focuses its title when it has no better place for the focus.
    focused.is_none_or(|element| {
        matches!(element.tag_name().as_str(), "BODY" | "DIALOG") || element.id() == "dialog-title"
    })
}

/// Whether an element matches a selector.
pub(crate) fn is_there(selector: &str) -> bool {
    document().query_selector(selector).is_ok_and(|found| found.is_some())
}

/// Whether a text field has the focus.
pub(crate) fn is_typing() -> bool {
    is_there(
        "input:not([type=checkbox], [type=radio], [type=file]):focus, textarea:focus, [contenteditable]:focus",
    )
}

/// Moves the focus to an element after the next paint, if no element would have it then.
pub(crate) fn keep_focus(id: &'static str) {
    after_paint(move || {
        if is_focus_lost() {
            focus(id);
        }
    });
}

/// Runs `then` when the browser has painted the changes so far.
pub(crate) fn after_paint(then: impl FnOnce() + 'static) {
    let callback = Closure::once_into_js(then);
    let _ = window().request_animation_frame(callback.unchecked_ref());
}
