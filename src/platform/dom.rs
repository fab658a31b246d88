//! The page: its elements, where the keyboard is, and when what changed is drawn.

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

/// Moves the keyboard to an element, which need not be reachable by Tab.
pub(crate) fn focus(id: &str) {
    if let Some(element) = document().get_element_by_id(id).and_then(|e| e.dyn_into::<HtmlElement>().ok()) {
        let _ = element.focus();
    }
}

/// Whether the keyboard is nowhere in particular, as after the element that had it is gone.
pub(crate) fn is_focus_lost() -> bool {
    let focused = document().active_element();
    // The title is where a dialog puts the focus that has no better place.
    focused.is_none_or(|element| {
        matches!(element.tag_name().as_str(), "BODY" | "DIALOG") || element.id() == "dialog-title"
    })
}

/// Whether there is an element that fits a selector.
pub(crate) fn is_there(selector: &str) -> bool {
    document().query_selector(selector).is_ok_and(|found| found.is_some())
}

/// Whether what is typed goes into a field.
pub(crate) fn is_typing() -> bool {
    is_there(
        "input:not([type=checkbox], [type=radio], [type=file]):focus, textarea:focus, [contenteditable]:focus",
    )
}

/// Moves the keyboard to an element after the next paint, where it would be nowhere then.
pub(crate) fn keep_focus(id: &'static str) {
    after_paint(move || {
        if is_focus_lost() {
            focus(id);
        }
    });
}

/// Runs `then` when the browser has drawn what changed until now.
pub(crate) fn after_paint(then: impl FnOnce() + 'static) {
    let callback = Closure::once_into_js(then);
    let _ = window().request_animation_frame(callback.unchecked_ref());
}
