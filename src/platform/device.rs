//! What the browser knows about the user's device.

use web_sys::KeyboardEvent;

use super::{dom, storage};

/// The storage key of the language that was chosen before sign-in.
const LANGUAGE: &str = "msi-language";

/// The user's languages, best first: the one chosen before sign-in, then those that the browser names.
pub(crate) fn languages() -> Vec<String> {
    storage::kept(LANGUAGE).into_iter().chain(named_languages()).collect()
}

/// The languages that the browser names, best first.
pub(crate) fn named_languages() -> Vec<String> {
    dom::window().navigator().languages().iter().filter_map(|tag| tag.as_string()).collect()
}

/// Whether a language was chosen before sign-in.
pub(crate) fn has_chosen_language() -> bool {
    storage::kept(LANGUAGE).is_some()
}

/// Puts a language before those that the browser names, or none.
pub(crate) fn prefer_language(tag: Option<&str>) {
    storage::keep(LANGUAGE, tag);
}

/// What the browser says that it is.
pub(crate) fn user_agent() -> String {
    dom::window().navigator().user_agent().unwrap_or_default()
}

/// Whether commands are given with the Command key, as on Apple's systems, and not with Ctrl.
pub(crate) fn has_command_key() -> bool {
    let system = dom::window().navigator().platform();
    system.is_ok_and(|name| name.starts_with("Mac") || name.starts_with("iP"))
}

/// The name of a key, as in `KeyboardEvent.key`.
pub(crate) fn key(event: &KeyboardEvent) -> String {
    key_of(event.key(), &event.code())
}

/// WebKit on Linux has no name for Tab with Shift, but says where it is on the keyboard.
fn key_of(key: String, code: &str) -> String {
    match (key.as_str(), code) {
        ("Unidentified", "Tab") => code.to_owned(),
        _ => key,
    }
}

/// The Latin letter of a key, in lower case, also on keyboards of other scripts.
pub(crate) fn letter(event: &KeyboardEvent) -> Option<char> {
    letter_of(&event.key(), &event.code())
}

/// What is typed counts where it is a Latin letter: its place on the keyboard differs between layouts.
fn letter_of(key: &str, code: &str) -> Option<char> {
    let only = |text: &str| {
        let mut letters = text.chars();
        letters.next().filter(|_| letters.next().is_none())
    };
    only(key)
        .filter(char::is_ascii_alphabetic)
        .or_else(|| only(code.strip_prefix("Key")?))
        .map(|letter| letter.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn u2_tab_with_shift_is_known_by_its_place() {
        assert_eq!(key_of("Unidentified".to_owned(), "Tab"), "Tab");
        assert_eq!(key_of("Unidentified".to_owned(), "KeyA"), "Unidentified");
        assert_eq!(key_of("ArrowDown".to_owned(), "Tab"), "ArrowDown");
    }

    #[test]
    fn u2_a_shortcut_is_pressed_on_keyboards_of_every_script() {
        assert_eq!(letter_of("z", "KeyZ"), Some('z'));
        assert_eq!(letter_of("Z", "KeyZ"), Some('z'));
        assert_eq!(letter_of("z", "KeyY"), Some('z'), "a German keyboard");
        assert_eq!(letter_of("я", "KeyZ"), Some('z'), "a Russian keyboard");
        assert_eq!(letter_of("ㅋ", "KeyZ"), Some('z'), "a Korean keyboard");
        assert_eq!(letter_of("Process", "KeyZ"), Some('z'), "a key that an input method takes");
        assert_eq!(letter_of("?", "Slash"), None);
        assert_eq!(letter_of("Enter", "Enter"), None);
    }
}
