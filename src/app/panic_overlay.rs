//! The failure screen. Plain DOM: after a panic nothing else can be relied on.

use crate::platform::dom;

/// Shows the failure screen of `index.html` instead of a frozen page.
pub(crate) fn install() {
    std::panic::set_hook(Box::new(|info| {
        let location =
            info.location().map_or_else(String::new, |place| format!("{}:{}", place.file(), place.line()));
        // The panic message may contain what the user typed; the location is enough to find the bug.
        show(&location);
        web_sys::console::error_1(&format!("panic at {location}").into());
    }));
}

/// Reveals the static failure screen and hides the app.
pub(crate) fn show(detail: &str) {
    let document = dom::document();
    if let Some(body) = document.body() {
        let children = body.children();
        for index in 0..children.length() {
            if let Some(child) = children.item(index) {
                let failure = child.id() == "failure";
                let _ = child.toggle_attribute_with_force("hidden", !failure);
            }
        }
    }
    if let Some(element) = document.get_element_by_id("failure-detail") {
        element.set_text_content(Some(detail));
    }
    for (id, text) in [
        ("failure-title", crate::t!("panic.title")),
        ("failure-text", crate::t!("panic.text")),
        ("failure-reload", crate::t!("panic.reload")),
    ] {
        // Without a catalogue, the English text of index.html stays.
        if let Some(element) = document.get_element_by_id(id).filter(|_| crate::i18n::is_loaded()) {
            element.set_text_content(Some(&text));
        }
    }
}
