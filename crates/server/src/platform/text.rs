//! Text as it may be stored and sent, sorted and searched.

use unicode_normalization::char::decompose_canonical;

/// A name, or a line of a mail, made safe for a header: line breaks become spaces; control characters and those that
/// reorder text are removed.
pub(crate) fn clean_line(name: &str) -> String {
    let spaced = name.trim().chars().map(|c| if matches!(c, '\r' | '\n' | '\t') { ' ' } else { c });
    let reorders = |c: char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{061c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    spaced.filter(|&c| !c.is_control() && !reorders(c)).collect()
}

/// A text as names are sorted and lists are searched by it: in lower case, and Latin letters without their accents, so that "jose" finds
/// José. Other scripts keep their marks: there they tell letters apart.
pub(crate) fn unaccented(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.to_lowercase().chars() {
        match c {
            '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' => decompose_canonical(c, |part| match part {
                part if is_accent(part) => {}
                'ß' => plain.push_str("ss"),
                'æ' => plain.push_str("ae"),
                'œ' => plain.push_str("oe"),
                'ø' => plain.push('o'),
                'ł' => plain.push('l'),
                'đ' => plain.push('d'),
                'ı' => plain.push('i'),
                _ => plain.push(part),
            }),
            _ if is_accent(c) && plain.ends_with(|before: char| before.is_ascii_lowercase()) => {}
            _ => plain.push(c),
        }
    }
    plain
}

const fn is_accent(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s8_names_cannot_break_a_header_or_reorder_text() {
        assert_eq!(clean_line(" Ana\r\nBcc: x\u{202e}\0 "), "Ana  Bcc: x");
    }

    #[test]
    fn u7_names_are_searched_without_accents_and_in_lower_case() {
        for (name, expected) in [
            ("José María Núñez", "jose maria nunez"),
            ("Jose\u{301} Jo\u{308}rg", "jose jorg"),
            ("Ade\u{301}bayo\u{323}\u{300} Ọ̀ṣun", "adebayo osun"),
            ("Łukasz Dvořák", "lukasz dvorak"),
            ("Weiß, Ægir, Œuvre, Ǽ", "weiss, aegir, oeuvre, ae"),
            ("Nguyễn Đức Thịnh", "nguyen duc thinh"),
            ("İpek Işık", "ipek isik"),
            ("Søren Ångström", "soren angstrom"),
            // Elsewhere a mark makes another letter.
            ("Андрей", "андрей"),
            ("김민준 パク", "김민준 パク"),
            (
                "\u{1100}\u{1175}\u{11b7} \u{f9e1} \u{9af}\u{9bc}",
                "\u{1100}\u{1175}\u{11b7} \u{f9e1} \u{9af}\u{9bc}",
            ),
            ("a_b%@Example.com", "a_b%@example.com"),
        ] {
            assert_eq!(unaccented(name), expected, "{name}");
            assert_eq!(unaccented(expected), expected, "{name}, once more");
        }
    }
}
