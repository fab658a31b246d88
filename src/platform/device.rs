//! What the browser knows of the person's device.

use super::dom;

/// The person's languages as the browser knows them, best first.
pub(crate) fn languages() -> Vec<String> {
    dom::window().navigator().languages().iter().filter_map(|tag| tag.as_string()).collect()
}

/// The keys of a command as people of this system know them.
pub(crate) fn shortcut(letter: &str) -> String {
    let is_apple = dom::window()
        .navigator()
        .platform()
        .is_ok_and(|name| name.starts_with("Mac") || name.starts_with("iP"));
    if is_apple { format!("\u{2318}{letter}") } else { format!("Ctrl+{letter}") }
}
