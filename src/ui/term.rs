//! Product terms and controls, with their English label beside them if the user wants it: readers of a guide in one
//! language may see Salesforce or Marketo in another. The setting is kept in this browser.

use std::cell::Cell;

use leptos::prelude::*;

use crate::i18n::{self, Key};
use crate::platform::{lifetime, storage};

/// The storage key of the setting; its presence turns it on.
const KEPT: &str = "original-terms";

/// Whether the English is shown. Not reactive, like all texts.
#[derive(Default)]
struct Shown(Cell<bool>);

/// Reads the setting; called once, before the first screen.
pub(super) fn init() {
    let kept = storage::local().is_some_and(|storage| matches!(storage.get_item(KEPT), Ok(Some(_))));
    lifetime::shared::<Shown>().0.set(kept);
}

/// Whether the English labels are shown, if the screens are in another language.
pub(crate) fn shows_originals() -> bool {
    lifetime::shared::<Shown>().0.get()
}

/// Shows or hides the English labels, at once and from now on in this browser.
pub(crate) fn show_originals(shown: bool) {
    lifetime::shared::<Shown>().0.set(shown);
    if let Some(storage) = storage::local() {
        // If the browser stores nothing, the setting lasts until the page is closed.
        let _ = if shown { storage.set_item(KEPT, "") } else { storage.remove_item(KEPT) };
    }
    i18n::remount();
}

/// A label: a product term by [`term!`](crate::term), or any text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Term {
    text: String,
    /// The English, if it is to be shown and differs.
    original: Option<&'static str>,
}

/// Like [`t!`](crate::t) without placeholders, for what guides refer to by name: screens, tabs, cards, buttons, fields,
/// choices. Unknown keys do not compile.
#[macro_export]
macro_rules! term {
    ($key:literal) => {
        $crate::ui::Term::new(const { $crate::i18n::key($key, &[]) }, const { $crate::i18n::english($key) })
    };
}

impl Term {
    /// See [`term!`](crate::term).
    pub(crate) fn new(key: Key, english: &'static str) -> Self {
        Self::beside(i18n::text(key, &[]), english, shows_originals())
    }

    fn beside(text: String, english: &'static str, shown: bool) -> Self {
        let original = (shown && text != english).then_some(english);
        Self { text, original }
    }

    /// In the user's language only.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Like [`Term::text`], for a sentence or a file.
    pub(crate) fn into_text(self) -> String {
        self.text
    }

    /// On one line, for places where a text cannot have parts.
    pub(crate) fn in_line(&self) -> String {
        match self.original {
            Some(original) => format!("{} ({original})", self.text),
            None => self.text.clone(),
        }
    }
}

impl From<String> for Term {
    fn from(text: String) -> Self {
        Self { text, original: None }
    }
}

impl From<&str> for Term {
    fn from(text: &str) -> Self {
        Self::from(text.to_owned())
    }
}

impl IntoRender for Term {
    type Output = AnyView;

    fn into_render(self) -> AnyView {
        match self.original {
            Some(original) => view! {
                <span class="term">{self.text}" "<span class="original" lang="en">{original}</span></span>
            }
            .into_any(),
            None => self.text.into_any(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn in_line(text: &str, shown: bool) -> String {
        Term::beside(text.to_owned(), "User Management", shown).in_line()
    }

    #[test]
    fn the_english_stands_beside_another_language_where_it_is_wanted() {
        assert_eq!(in_line("사용자 관리", true), "사용자 관리 (User Management)");
        assert_eq!(in_line("사용자 관리", false), "사용자 관리");
    }

    #[test]
    fn the_same_words_are_not_said_twice() {
        assert_eq!(in_line("User Management", true), "User Management");
    }
}
