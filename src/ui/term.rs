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
struct EnglishShown(Cell<bool>);

/// Reads the setting; called once, before the first screen.
pub(super) fn init() {
    lifetime::shared::<EnglishShown>().0.set(storage::kept(KEPT).is_some());
}

/// Whether the English labels are shown, if the screens are in another language.
pub(crate) fn shows_originals() -> bool {
    lifetime::shared::<EnglishShown>().0.get()
}

/// Shows or hides the English labels, at once and from now on in this browser.
pub(crate) fn show_originals(shown: bool) {
    lifetime::shared::<EnglishShown>().0.set(shown);
    storage::keep(KEPT, shown.then_some(""));
    i18n::remount();
}

/// A label: a product term by [`term!`](crate::term), or any text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Term {
    text: String,
    /// The English of a product term.
    english: &'static str,
    /// Whether that is shown: it is wanted, and differs.
    shows_english: bool,
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
        let shows_english = shown && text != english;
        Self { text, english, shows_english }
    }

    /// In the user's language only.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The English of a product term, shown or not; nothing for another text.
    pub(crate) const fn english(&self) -> &'static str {
        self.english
    }

    /// Like [`Term::text`], for a sentence or a file.
    pub(crate) fn into_text(self) -> String {
        self.text
    }

    /// On one line, for places where a text cannot have parts.
    pub(crate) fn in_line(&self) -> String {
        match self.shows_english {
            true => format!("{} ({})", self.text, self.english),
            false => self.text.clone(),
        }
    }
}

impl From<String> for Term {
    fn from(text: String) -> Self {
        Self { text, english: "", shows_english: false }
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
        match self.shows_english {
            true => view! {
                <span class="term">{self.text}" "<span class="original" lang="en">{self.english}</span></span>
            }
            .into_any(),
            false => self.text.into_any(),
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
