//! What IDNA 2008 (RFC 5890 to 5893) forbids in domains, but UTS 46, the mapping of browsers, allows: symbols,
//! punctuation, and some letters and digits. Registries refuse such domains.

/// The lengths of runs of characters, from U+0080 on: allowed and forbidden ones in turn. Characters that UTS 46 maps or
/// refuses itself may be in either. The test below derives them as RFC 5892 says.
#[rustfmt::skip]
pub(super) const RUNS: [u16; 456] = [
    33, 22, 4, 36, 24, 1, 458, 4, 12, 26, 1, 1, 1, 17, 246, 2, 138, 1, 5, 3, 207, 6, 41, 8, 45, 1, 1, 1, 2, 1,
    2, 1, 63, 10, 11, 5, 32, 1, 41, 4, 102, 1, 9, 1, 10, 1, 22, 16, 230, 7, 1, 2, 48, 16, 30, 2, 40, 1, 219, 2,
    10, 1, 129, 10, 1, 1, 120, 11, 111, 9, 119, 1, 1, 16, 110, 16, 119, 9, 4, 1, 202, 5, 4, 7, 17, 10, 122, 13,
    62, 1, 15, 1, 10, 39, 128, 10, 2, 11, 2, 6, 10, 11, 1, 1, 1, 1, 1, 4, 71, 1, 56, 8, 1, 57, 74, 6, 78, 50,
    43, 2, 3, 256, 352, 32, 16, 16, 96, 1, 620, 2, 44, 5, 75, 6, 68, 11, 148, 3, 1, 4, 20, 32, 304, 6, 148, 38,
    30, 2, 128, 7, 1, 8, 14, 1, 143, 2, 10, 17, 9, 12, 124, 4, 59, 5, 62, 12, 54, 16, 3, 1, 828, 127, 17, 174,
    1, 53, 1, 2731, 181, 7, 13, 7, 112, 15, 129, 47, 1, 469, 3, 34, 4, 14, 1, 4, 95, 1, 239, 16, 32, 48, 88,
    440, 6592, 64, 22160, 64, 46, 2, 269, 3, 96, 4, 10, 1, 103, 10, 2, 37, 9, 3, 102, 3, 156, 4, 4, 16, 52, 12,
    78, 2, 40, 3, 1, 1, 49, 2, 47, 33, 65, 14, 15, 2, 124, 4, 23, 3, 100, 2, 16, 2, 105, 5, 10, 86, 43, 1,
    11204, 8798, 420, 622, 37, 46, 653, 253, 228, 31, 32, 13, 20, 1, 8, 6, 79, 1, 48, 88, 327, 40, 704, 9, 23,
    9, 39, 57, 27, 5, 22, 10, 31, 1, 124, 2, 2, 64, 64, 32, 29, 3, 29, 35, 8, 1, 34, 21, 57, 7, 24, 8, 24, 8,
    25, 103, 250, 6, 110, 1, 31, 242, 45, 3, 25, 2, 5, 9, 68, 10, 42, 31, 22, 42, 21, 27, 103, 31, 85, 7, 126,
    4, 48, 2, 79, 4, 4, 1, 13, 1, 1, 35, 56, 6, 107, 7, 292, 13, 106, 5, 10, 4, 104, 1, 250, 23, 105, 3, 28, 32,
    57, 7, 122, 6, 251, 133, 42, 21, 69, 12, 146, 1, 92, 8, 83, 3, 1, 18, 80, 10, 215, 15, 81, 15, 10, 24, 645,
    9, 67, 13, 112, 64, 1024, 128, 208, 2624, 97, 15, 14958, 2, 133, 11, 55, 9, 4, 12, 11, 8, 522, 3, 272, 59,
    295, 1, 17, 12, 19612, 1, 2, 4705, 80, 768, 3, 8, 2, 2, 1, 32, 64, 1856, 55, 4, 50, 8, 1, 14, 1, 22, 101,
    1024, 591, 321, 111, 465, 303, 193, 519, 9, 142, 5794,
];

/// Whether a label may be registered (RFC 5891, section 4.2). It is in Unicode, and valid by UTS 46.
pub(super) fn is_allowed(label: &str) -> bool {
    !label.starts_with('-')
        && !label.ends_with('-')
        && !has_reserved_hyphens(label)
        && !label.chars().any(is_forbidden)
        && fits_context(label)
}

/// Whether the third and fourth characters are hyphens, which only A-labels have.
pub(super) fn has_reserved_hyphens(label: &str) -> bool {
    let mut chars = label.chars().skip(2);
    (chars.next(), chars.next()) == (Some('-'), Some('-'))
}

fn is_forbidden(c: char) -> bool {
    let Some(mut rest) = u32::from(c).checked_sub(0x80) else { return false };
    for (index, &length) in RUNS.iter().enumerate() {
        match rest.checked_sub(length.into()) {
            Some(behind) => rest = behind,
            None => return index % 2 == 1,
        }
    }
    false
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
