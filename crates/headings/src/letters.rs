//! Letters in the form in which words are compared.

// Inlined: each crate has them optimised as it needs them.

/// White space in a wide sense: Unicode's, and the invisible characters that spreadsheets leave behind.
#[inline]
#[must_use]
pub fn is_blank(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}')
}

/// The narrow form of a full-width form of ASCII (U+FF01 to U+FF5E) or of the ideographic space; else the character.
#[inline]
#[must_use]
pub fn narrow(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '\u{3000}' => ' ',
        _ => c,
    }
}

/// The letter without its accent, for lower-case letters of the product's languages.
#[inline]
#[must_use]
pub fn without_accent(c: char) -> char {
    match c {
        'á' | 'à' | 'â' | 'ä' | 'ã' | 'å' => 'a',
        'é' | 'è' | 'ê' | 'ë' => 'e',
        'í' | 'ì' | 'î' | 'ï' => 'i',
        'ó' | 'ò' | 'ô' | 'ö' | 'õ' => 'o',
        'ú' | 'ù' | 'û' | 'ü' => 'u',
        'ñ' => 'n',
        'ç' => 'c',
        _ => c,
    }
}

/// Whether the word, which contains no space, is in the list.
#[inline]
#[must_use]
pub fn has_word(words: &str, word: &str) -> bool {
    let (mut rest, word) = (words.as_bytes(), word.as_bytes());
    loop {
        if rest.starts_with(word) && matches!(rest.get(word.len()), None | Some(b' ')) {
            return true;
        }
        match rest.iter().position(|&byte| byte == b' ') {
            Some(space) => rest = &rest[space + 1..],
            None => return false,
        }
    }
}
