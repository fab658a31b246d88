//! What IDNA 2008 (RFC 5890 to 5893) forbids in domains, but UTS 46, the mapping of browsers, allows: symbols,
//! punctuation, and some letters and digits. Registries refuse such domains.

use headings::{List, list};

/// Whether a label may be registered (RFC 5891, section 4.2). It is in Unicode, and valid by UTS 46.
pub(super) fn is_allowed(label: &str) -> bool {
    !label.starts_with('-')
        && !label.ends_with('-')
        && !has_reserved_hyphens(label)
        && !has_forbidden(label)
        && fits_context(label)
}

/// Whether the third and fourth characters are hyphens, which only A-labels have.
pub(super) fn has_reserved_hyphens(label: &str) -> bool {
    let mut chars = label.chars().skip(2);
    (chars.next(), chars.next()) == (Some('-'), Some('-'))
}

/// Whether a character is forbidden wherever it stands. Those that UTS 46 maps or refuses itself may be in runs of either kind.
fn has_forbidden(label: &str) -> bool {
    let mut begin = 0x80;
    let mut is_run_forbidden = false;
    list(List::IdnaRuns).split(' ').filter_map(|length| length.parse::<u32>().ok()).any(|length| {
        let run = begin..begin + length;
        begin = run.end;
        is_run_forbidden = !is_run_forbidden;
        // They take turns; the first one is of allowed characters.
        !is_run_forbidden && label.chars().any(|c| run.contains(&u32::from(c)))
    })
}

/// Whether the characters that are allowed only beside certain others are there (RFC 5892, appendix A.3 to A.9). UTS 46
/// has checked the joiners.
fn fits_context(label: &str) -> bool {
    let mut before = None;
    let mut chars = label.chars().peekable();
    while let Some(c) = chars.next() {
        let after = chars.peek().copied();
        let fits = match c {
            // Middle dot: between two l, as in Catalan.
            '\u{b7}' => before == Some('l') && after == Some('l'),
            // Greek numeral sign.
            '\u{375}' => matches!(after, Some('\u{370}'..='\u{3ff}' | '\u{1f00}'..='\u{1fff}')),
            // Hebrew geresh and gershayim.
            '\u{5f3}' | '\u{5f4}' => matches!(before, Some('\u{591}'..='\u{5f4}')),
            // Katakana middle dot.
            '\u{30fb}' => label.chars().any(is_japanese),
            // Arabic-Indic digits, which are not mixed with the extended ones.
            '\u{660}'..='\u{669}' => !label.contains(|other| matches!(other, '\u{6f0}'..='\u{6f9}')),
            _ => true,
        };
        if !fits {
            return false;
        }
        before = Some(c);
    }
    true
}

/// Whether the character is Hiragana, Katakana or Han.
fn is_japanese(c: char) -> bool {
    matches!(
        c,
        '\u{3005}' | '\u{3007}'
            | '\u{3041}'..='\u{3096}'
            | '\u{309d}'..='\u{309f}'
            | '\u{30a1}'..='\u{30fa}'
            | '\u{30fd}'..='\u{30ff}'
            | '\u{31f0}'..='\u{31ff}'
            | '\u{3400}'..='\u{9fff}'
            | '\u{20000}'..='\u{3ffff}'
    )
}

#[cfg(all(test, feature = "idna"))]
mod tests {
    use super::is_allowed;

    #[test]
    fn s13_characters_may_need_others_beside_them() {
        for label in ["col·lecció", "͵α", "א׳", "צה״ל", "ア・イ", "日・本", "a・い", "١٢", "۱۲", "ü-ä", "a-ü"]
        {
            assert!(is_allowed(label), "{label}");
        }
        for label in ["a·a", "l·", "͵a", "׳א", "a・b", "١۲", "-ü", "ü-", "aü--x", "ü©", "i❤", "ü½", "😀"]
        {
            assert!(!is_allowed(label), "{label}");
        }
    }
}
