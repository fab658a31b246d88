//! Whether the console is light or dark, as chosen in this browser. `public/boot.js` applies the choice before the first
//! paint.

use super::{dom, storage};
use strum::VariantArray;

/// The storage key of the choice, and the attribute of the document that the style reads.
const KEPT: &str = "msi-theme";
const MARK: &str = "data-theme";

#[derive(Clone, Copy, Debug, PartialEq, Eq, VariantArray)]
pub(crate) enum Theme {
    System,
    Light,
    Dark,
}

impl Theme {
    pub(crate) const ALL: [Self; Self::VARIANTS.len()] = *Self::VARIANTS.first_chunk().unwrap();

    /// Its name in the storage and in the document; the system's has none.
    const fn name(self) -> Option<&'static str> {
        match self {
            Self::System => None,
            Self::Light => Some("light"),
            Self::Dark => Some("dark"),
        }
    }
}

/// The theme of the document.
pub(crate) fn current() -> Theme {
    let marked = dom::document().document_element().and_then(|root| root.get_attribute(MARK));
    Theme::ALL.into_iter().find(|theme| theme.name() == marked.as_deref()).unwrap_or(Theme::System)
}

/// Applies a theme at once, and from now on in this browser.
pub(crate) fn choose(theme: Theme) {
    if let Some(root) = dom::document().document_element() {
        let _ = match theme.name() {
            Some(name) => root.set_attribute(MARK, name),
            None => root.remove_attribute(MARK),
        };
    }
    storage::keep(KEPT, theme.name());
}
