//! Letters in the form in which words are compared, and parts of texts.

use std::slice::SliceIndex;

// Inlined: each crate has them optimised as it needs them.

/// White space in a wide sense: Unicode's, and the invisible characters that spreadsheets leave behind.
#[inline]
#[must_use]
pub fn is_blank(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}')
}

/// The text without blanks at its ends. One function for all crates: none needs it where every row passes.
#[inline(never)]
#[must_use]
pub fn trimmed(text: &str) -> &str {
    text.trim_matches(is_blank)
}

/// The part of a text from one place to another; nothing where no character begins there. Brackets would do the same, and
/// bring along what describes the place in a panic: all that is known of printable characters, 2 kB of the Worker.
#[inline]
#[must_use]
pub fn part(text: &str, range: impl SliceIndex<str, Output = str>) -> &str {
    text.get(range).unwrap_or_default()
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

/// The small letter of a capital, else the character: of the alphabets that are in use today. What the standard library knows of
/// all others is 3 kB of the Worker.
#[must_use]
pub fn lower(c: char) -> char {
    let code = u32::from(c);
    let is_even = code.is_multiple_of(2);
    let small = match code {
        0x41..=0x5a | 0xc0..=0xd6 | 0xd8..=0xde => code + 32,
        // Neither Chinese, Japanese nor Korean has capitals.
        0x2c00..=0xff20 => return c,
        // Pairs of a capital and its small letter.
        0x100..=0x12e
        | 0x132..=0x136
        | 0x14a..=0x176
        | 0x1a0..=0x1a4
        | 0x1de..=0x1ee
        | 0x1f8..=0x21e
        | 0x222..=0x232
        | 0x246..=0x24e
        | 0x3d8..=0x3ee
        | 0x460..=0x480
        | 0x48a..=0x4be
        | 0x4d0..=0x52e
        | 0x1e00..=0x1e94
        | 0x1ea0..=0x1efe
            if is_even =>
        {
            code + 1
        }
        0x139..=0x147 | 0x179..=0x17d | 0x1af | 0x1b3..=0x1b5 | 0x1cd..=0x1db | 0x4c1..=0x4cd if !is_even => {
            code + 1
        }
        // The dot of the Turkish capital is no accent of the small letter.
        0x130 => 0x69,
        0x178 => 0xff,
        // Greek.
        0x386 => 0x3ac,
        0x388..=0x38a => code + 37,
        0x38c => 0x3cc,
        0x38e | 0x38f => code + 63,
        0x391..=0x3a1 | 0x3a3..=0x3ab => code + 32,
        // Cyrillic, Armenian and Georgian.
        0x400..=0x40f => code + 80,
        0x410..=0x42f => code + 32,
        0x4c0 => 0x4cf,
        0x531..=0x556 => code + 48,
        0x10a0..=0x10c5 => code + 7264,
        0x1c90..=0x1cba | 0x1cbd..=0x1cbf => code - 3008,
        0x1e9e => 0xdf,
        0xff21..=0xff3a => code + 32,
        _ => return c,
    };
    char::from_u32(small).unwrap_or(c)
}

/// Whether the character is a capital, as far as [`lower`] knows.
#[must_use]
pub fn is_capital(c: char) -> bool {
    lower(c) != c
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

#[cfg(test)]
mod tests {
    use super::lower;

    #[test]
    fn letters_in_use_have_the_small_letters_of_unicode() {
        for c in '\0'..=char::MAX {
            let small = lower(c);
            assert!(small == c || c == 'İ' || c.to_lowercase().eq([small]), "{c} {small}");
        }
        for capitals in [
            "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
            "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖØÙÚÛÜÝÞŸŒẞ",
            "ĀĂĄĆĈĊČĎĐĒĔĖĘĚĜĞĠĢĤĦĨĪĬĮĴĶĹĻĽĿŁŃŅŇŊŌŎŐŔŖŘŚŜŞŠŢŤŦŨŪŬŮŰŲŴŶŹŻŽȘȚ",
            "ẠẢẤẦẨẪẬẮẰẲẴẶẸẺẼẾỀỂỄỆỈỊỌỎỐỒỔỖỘỚỜỞỠỢỤỦỨỪỬỮỰỲỴỶỸĐƠƯ",
            "ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩΆΈΉΊΌΎΏΪΫ",
            "АБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯІЇЄҐЎЈЉЊЋЂЏЃЅЌӘҒҚҢӨҰҮҺ",
            "ԱԲԳԴԵԶԷԸԹԺԻԼԽԾԿՀՁՂՃՄՅՆՇՈՉՊՋՌՍՎՏՐՑՒՓՔՕՖ",
            "ႠႡႢႣႤႥႦႧႨႩႪႫႬႭႮႯႰႱႲႳႴႵႶႷႸႹႺႻႼႽႾႿჀჁჂჃჄჅ",
            "ＡＢＣＸＹＺ",
        ] {
            assert!(capitals.chars().all(|c| c.to_lowercase().eq([lower(c)])), "{capitals}");
        }
        assert_eq!(lower('İ'), 'i');
    }
}
