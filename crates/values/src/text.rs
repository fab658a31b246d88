//! Folding of short texts for comparison: headers, roles, team names.

pub use headings::letters::{has_word, is_blank, narrow, part, trimmed, without_accent};
use headings::{List, letters::lower as small, list};

/// Lower case, outer white space and the byte order mark removed, full-width forms of ASCII made narrow.
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return trimmed(text).to_ascii_lowercase();
    }
    trimmed(text).chars().map(narrow).map(small).collect()
}

/// Like [`fold`], also without accents and white space.
pub fn plain(text: &str) -> String {
    if text.is_ascii() {
        let letters = text.bytes().filter(|byte| !is_blank(char::from(*byte)));
        return letters.map(|byte| char::from(byte.to_ascii_lowercase())).collect();
    }
    let letters = text.chars().filter(|&c| !is_blank(c)).map(narrow);
    letters.map(small).map(without_accent).collect()
}

/// Lower case, letter by letter: for searching, where context-dependent forms at the end of a word must not matter.
pub fn lower(text: &str) -> String {
    text.chars().map(small).collect()
}

/// Whether the character occurs in the text. The general search of `str` would add a kilobyte of code.
pub fn has(text: &str, sought: char) -> bool {
    text.chars().any(|c| c == sought)
}

/// Where a text stands in another, in any case of the letters A to Z. An empty one is nowhere.
fn place_in_any_case(text: &str, sought: &str) -> Option<usize> {
    let mut places = text.as_bytes().windows(sought.len().max(1));
    places.position(|place| place.eq_ignore_ascii_case(sought.as_bytes()))
}

/// Whether a text stands in another, in any case of the letters A to Z.
pub fn contains_in_any_case(text: &str, sought: &str) -> bool {
    place_in_any_case(text, sought).is_some()
}

/// The text with another one in the place of each sought one. Indexing would add three kilobytes of code, for the panic.
pub fn replaced_in_any_case(text: &str, sought: &str, by: &str) -> String {
    let (mut replaced, mut rest) = (String::new(), text);
    while let Some(at) = place_in_any_case(rest, sought) {
        replaced.push_str(rest.get(..at).unwrap_or_default());
        replaced.push_str(by);
        rest = rest.get(at + sought.len()..).unwrap_or_default();
    }
    replaced.push_str(rest);
    replaced
}

/// The text with repetitions of the letter reduced to one.
pub fn single(text: &str, letter: char) -> String {
    let mut before = None;
    if !has(text, letter) {
        return text.to_owned();
    }
    text.chars().filter(|&c| before.replace(c) != Some(letter) || c != letter).collect()
}

/// Whether the text stands for no value: `N/A`, a lone hyphen, an error of a spreadsheet. "Na" and "Null" are names of people.
#[must_use]
pub fn is_placeholder(text: &str) -> bool {
    const ERRORS: &str = "#n/a #ref! #value! #name? #null! #div/0! #num! #error!";
    const NONE: &str = "n/a n.a. n/a. none - -- --- ? ?? ???";
    const LONGEST: usize = 8;
    matches!(text.as_bytes(), [b'#' | b'?' | b'-' | b'n' | b'N', ..])
        && text.len() <= LONGEST
        && text.is_ascii()
        && (text == "NULL" || has_word(ERRORS, &plain(text)) || has_word(NONE, &plain(text)))
}

/// Whether the text names the team of everyone, in any language of the product.
pub fn is_everyone(text: &str) -> bool {
    has_word(list(List::Everyone), &plain(text))
}

/// Whether the text names the default workspace, in any language of the product.
pub fn is_default_workspace(text: &str) -> bool {
    has_word(list(List::DefaultWorkspace), &plain(text))
}

#[cfg(test)]
mod tests {
    use super::{is_default_workspace, is_everyone, is_placeholder};

    #[test]
    fn what_stands_for_no_value_is_told_from_names() {
        for text in ["N/A", "n/a", "#N/A", "#REF!", "-", "--", "None", "NULL", "?", "#DIV/0!"] {
            assert!(is_placeholder(text), "{text}");
        }
        for text in ["", " ", "Na", "Null", "Nona", "N", "Ana", "A-", "#1", "없음"] {
            assert!(!is_placeholder(text), "{text}");
        }
    }

    #[test]
    fn everyone_and_default_are_understood_without_accents() {
        for text in ["Everyone", "모든 사용자", "Tout le monde", "Todos os usuários", "todos os usuarios"]
        {
            assert!(is_everyone(text), "{text}");
        }
        for text in ["Par défaut", "Par defaut", "Padrão", "padrao", "기본값"] {
            assert!(is_default_workspace(text), "{text}");
        }
        for text in ["", "Alles", "Default 2"] {
            assert!(!is_everyone(text) && !is_default_workspace(text), "{text}");
        }
    }
}
