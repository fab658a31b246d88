//! What the browser knows about the user's device.

use super::{dom, storage};

/// The storage key of the language that was chosen before sign-in.
const LANGUAGE: &str = "msi-language";

/// The user's languages, best first: the one chosen in this browser, then those that the browser names.
pub(crate) fn languages() -> Vec<String> {
    let named = dom::window().navigator().languages();
    storage::kept(LANGUAGE).into_iter().chain(named.iter().filter_map(|tag| tag.as_string())).collect()
}

/// Puts a language before those that the browser names, or none.
pub(crate) fn prefer_language(tag: Option<&str>) {
    storage::keep(LANGUAGE, tag);
}

/// The keys of a command as named on this system.
pub(crate) fn shortcut(letter: &str) -> String {
    let is_apple = dom::window()
        .navigator()
        .platform()
        .is_ok_and(|name| name.starts_with("Mac") || name.starts_with("iP"));
    if is_apple { format!("\u{2318}{letter}") } else { format!("Ctrl+{letter}") }
}
