//! What the browser knows about the user's device.

use super::dom;

/// The user's languages according to the browser, best first.
pub(crate) fn languages() -> Vec<String> {
    dom::window().navigator().languages().iter().filter_map(|tag| tag.as_string()).collect()
}

/// The keys of a command as named on this system.
pub(crate) fn shortcut(letter: &str) -> String {
    let is_apple = dom::window()
        .navigator()
        .platform()
        .is_ok_and(|name| name.starts_with("Mac") || name.starts_with("iP"));
    if is_apple { format!("\u{2318}{letter}") } else { format!("Ctrl+{letter}") }
}
