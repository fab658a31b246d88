//! Text as it is searched.

use headings::letters::without_accent;

/// In lower case and without the accents of the product's languages, so that "prufen" finds *Prüfen*; the server searches its
/// lists like this, too.
pub(crate) fn unaccented(text: &str) -> String {
    text.to_lowercase().chars().map(without_accent).collect()
}
