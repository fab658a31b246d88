//! The few things the app asks of the browser directly.

use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use web_sys::{Blob, BlobPropertyBag, Document, HtmlAnchorElement, HtmlElement, Storage, Url, Window};

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

/// What this browser keeps for the app; in a private window or a foreign frame it may refuse.
pub(crate) fn storage() -> Option<Storage> {
    window().local_storage().ok().flatten()
}

pub(crate) fn is_online() -> bool {
    web_sys::window().is_none_or(|window| window.navigator().on_line())
}

/// The person's languages as the browser knows them, best first.
pub(crate) fn languages() -> Vec<String> {
    window().navigator().languages().iter().filter_map(|tag| tag.as_string()).collect()
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

/// The keys of a command as people of this system know them.
pub(crate) fn shortcut(letter: &str) -> String {
    let is_apple =
        window().navigator().platform().is_ok_and(|name| name.starts_with("Mac") || name.starts_with("iP"));
    if is_apple { format!("\u{2318}{letter}") } else { format!("Ctrl+{letter}") }
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

/// Resolves after so many milliseconds.
pub(crate) async fn sleep(milliseconds: f64) {
    let promise = js_sys::Promise::new(&mut |resolve, _| {
        let _ = window().set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, milliseconds as i32);
    });
    let _ = wasm_bindgen_futures::JsFuture::from(promise).await;
}

/// Hands the person a file. The browser asks where to, or puts it among the downloads.
pub(crate) fn download(name: &str, mime: &str, content: &JsValue) {
    let options = BlobPropertyBag::new();
    options.set_type(mime);
    let parts = js_sys::Array::of1(content);
    let Ok(blob) = Blob::new_with_u8_array_sequence_and_options(&parts, &options) else { return };
    let Ok(url) = Url::create_object_url_with_blob(&blob) else { return };
    if let Ok(link) =
        document().create_element("a").and_then(|e| e.dyn_into::<HtmlAnchorElement>().map_err(Into::into))
    {
        link.set_href(&url);
        link.set_download(name);
        link.click();
    }
    let _ = Url::revoke_object_url(&url);
}

/// A random UUID, as idempotency keys want it.
pub(crate) fn random_uuid() -> String {
    window().crypto().map(|crypto| crypto.random_uuid()).unwrap_or_default()
}
