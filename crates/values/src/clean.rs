//! Cleaning addresses and names of the text that people write around them.

use std::borrow::Cow;

use people::characters::{Flaw, flaw};

use crate::text::{is_blank, narrow, trimmed};

/// A cell of the address column, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CleanAddress<'a> {
    pub address: Cow<'a, str>,
    /// The display name of `Name <address>`.
    pub name: Option<String>,
    /// What was removed may have said something: invisible characters, or the name before round or square brackets.
    pub doubtful: bool,
}

/// The address in a cell, without white space, brackets, `mailto:`, quotes, separators and unseen characters.
pub fn bare_address(cell: &str) -> Cow<'_, str> {
    clean_address(cell).address
}

/// Extracts an address from the text around it. A text without an address is returned unchanged, to be shown.
pub fn clean_address(cell: &str) -> CleanAddress<'_> {
    let trimmed = trimmed(cell);
    let narrowed: Cow<'_, str> = if trimmed.chars().any(|c| narrow(c) != c || is_unseen(c)) {
        Cow::Owned(trimmed.chars().filter(|&c| !is_unseen(c)).map(narrow).collect())
    } else {
        Cow::Borrowed(trimmed)
    };
    match narrowed {
        Cow::Borrowed(text) => {
            let (address, name, doubtful) = peel(text);
            CleanAddress { address: Cow::Borrowed(address), name, doubtful }
        }
        Cow::Owned(text) => {
            let (address, name, doubtful) = peel(&text);
            let doubtful = doubtful || trimmed.chars().any(is_unseen);
            CleanAddress { address: Cow::Owned(address.to_owned()), name, doubtful }
        }
    }
}

fn peel(text: &str) -> (&str, Option<String>, bool) {
    let mut text = formula_text(text);
    let mut name = None;
    let mut doubtful = false;
    let outer = text.trim_end_matches([',', ';']).trim_end_matches(is_blank);
    if let Some((before, address)) = BRACKETS.iter().find_map(|&brackets| in_brackets(outer, brackets)) {
        let before = before.trim_matches(|c| is_blank(c) || is_quote(c));
        name = (!before.is_empty()).then(|| before.to_owned());
        doubtful = name.is_some() && !outer.ends_with('>');
        text = trimmed(address);
    }
    text = without_scheme(text);
    if text.starts_with(is_quote) && text.ends_with(is_quote) {
        text = trimmed(text.trim_matches(is_quote));
    }
    let without_separator = text.trim_end_matches([',', ';']).trim_end_matches(is_blank);
    if without_separator.matches('@').count() == 1 {
        text = without_separator;
    }
    (text, name, doubtful)
}

/// Brackets that enclose an address after a name.
const BRACKETS: [(char, char); 3] = [('<', '>'), ('(', ')'), ('[', ']')];

/// The text before brackets at the end, and the address in them. Round and square ones may hold something else.
fn in_brackets(text: &str, (open, close): (char, char)) -> Option<(&str, &str)> {
    let (before, address) = text.strip_suffix(close)?.rsplit_once(open)?;
    (!before.contains('@') && (open == '<' || address.contains('@'))).then_some((before, address))
}

/// Whether the character is used as a quote.
fn is_quote(c: char) -> bool {
    matches!(c, '"' | '\'' | '`' | '´' | '«' | '»' | '‹' | '›' | '\u{2018}'..='\u{201f}')
}

/// The address of a `mailto:` link, without its parameters, or behind another word that says what it is.
fn without_scheme(text: &str) -> &str {
    match text.split_once(':') {
        Some((scheme, rest)) if SCHEMES.iter().any(|known| scheme.eq_ignore_ascii_case(known)) => {
            trimmed(rest.split('?').next().unwrap_or_default())
        }
        _ => text,
    }
}

/// The second is of a directory's list of addresses.
const SCHEMES: [&str; 3] = ["mailto", "smtp", "email"];

/// The text of a cell like `="007"`: how programs keep spreadsheets from taking it for a number.
pub fn formula_text(cell: &str) -> &str {
    let inner = cell.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"'));
    inner.filter(|inner| !inner.contains('"')).map_or(cell, trimmed)
}

/// The flaws in the characters of a name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NameFlaws {
    pub control: bool,
    pub line_break: bool,
    pub bidi: bool,
    pub invisible: bool,
    pub undecodable: bool,
    pub formula: bool,
}

/// Whether the character is invisible, or reorders text, and has no place in an address.
pub fn is_unseen(c: char) -> bool {
    matches!(flaw(c), Some(Flaw::Reordering | Flaw::Invisible))
}

/// Finds the flaws in the characters of a value.
pub fn flaws(value: &str) -> NameFlaws {
    let mut flaws = NameFlaws { formula: is_formula_like(value), ..NameFlaws::default() };
    for c in value.chars() {
        match flaw(c) {
            Some(Flaw::LineBreak) => flaws.line_break = true,
            Some(Flaw::Control) => flaws.control = true,
            Some(Flaw::Reordering) => flaws.bidi = true,
            Some(Flaw::Invisible) => flaws.invisible = true,
            None => flaws.undecodable |= c == '\u{fffd}',
        }
    }
    flaws
}

/// Whether a spreadsheet would take the cell for a formula.
pub fn is_formula_like(value: &str) -> bool {
    let value = value.trim_start_matches(is_blank);
    match narrow(value.chars().next().unwrap_or(' ')) {
        '=' | '@' => true,
        // A lone hyphen or plus is a usual placeholder for no value.
        '+' | '-' => value.chars().count() > 1,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{clean_address, is_formula_like};

    #[test]
    fn addresses_are_extracted_from_the_text_around_them() {
        for (cell, address, doubtful) in [
            ("ana@example.com", "ana@example.com", false),
            (" \u{a0}ana@example.com\t", "ana@example.com", false),
            ("\u{feff}ana@example.com", "ana@example.com", false),
            ("Ana <ana@example.com>", "ana@example.com", false),
            ("\"García, Ana\" <ana@example.com>;", "ana@example.com", false),
            ("<ana@example.com>", "ana@example.com", false),
            ("MAILTO:ana@example.com", "ana@example.com", false),
            ("ana＠ｅxample．com", "ana@example.com", false),
            ("'ana@example.com'", "ana@example.com", false),
            ("ana@example.com;", "ana@example.com", false),
            ("“ana@example.com”", "ana@example.com", false),
            ("« ana@example.com »", "ana@example.com", false),
            ("`ana@example.com`", "ana@example.com", false),
            ("\"ana@example.com\"", "ana@example.com", false),
            ("=\"ana@example.com\"", "ana@example.com", false),
            ("Ana Gil (ana@example.com)", "ana@example.com", true),
            ("Ana Gil [ana@example.com]", "ana@example.com", true),
            ("Mailto: ana@example.com?subject=Hi", "ana@example.com", false),
            ("\u{2060}ana@exam\u{ad}ple.com\u{200e}", "ana@example.com", true),
            ("ana@[127.0.0.1]", "ana@[127.0.0.1]", false),
            ("ana@example.com (work)", "ana@example.com (work)", false),
            ("\"a b\"@example.com", "\"a b\"@example.com", false),
            ("a@example.com; b@example.com", "a@example.com; b@example.com", false),
            ("a@example.com <b@example.com>", "a@example.com <b@example.com>", false),
            ("nothing", "nothing", false),
            ("", "", false),
        ] {
            let clean = clean_address(cell);
            assert_eq!((clean.address.as_ref(), clean.doubtful), (address, doubtful), "{cell}");
        }
        assert_eq!(clean_address("\"García, Ana\" <ana@example.com>").name.as_deref(), Some("García, Ana"));
    }

    #[test]
    fn s1_formulas_are_recognised() {
        for cell in ["=1+1", "+34 600", "-2", "@SUM(A1)", " =1", "＝1"] {
            assert!(is_formula_like(cell), "{cell}");
        }
        for cell in ["", "-", "Ana", "a=b"] {
            assert!(!is_formula_like(cell), "{cell}");
        }
    }
}
