//! Folding of short texts for comparison: headers, roles, team names.

/// Lower case, outer white space and the byte order mark removed, full-width forms of ASCII made narrow.
pub(crate) fn fold(text: &str) -> String {
    text.trim_matches(is_blank).chars().map(narrow).flat_map(char::to_lowercase).collect()
}

/// White space for people: Unicode's, and the invisible characters that spreadsheets leave behind.
pub(crate) fn is_blank(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}')
}

/// The narrow twin of a full-width form of ASCII (U+FF01 to U+FF5E) or of the ideographic space; else the character.
pub(crate) fn narrow(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '\u{3000}' => ' ',
        _ => c,
    }
}

/// The letter without its accent, for lower-case letters of the product's languages.
#[cfg(feature = "engine")]
pub(crate) fn without_accent(c: char) -> char {
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

/// Whether the text names the team of everyone, in any language of the product.
#[cfg(feature = "engine")]
pub(crate) fn is_everyone(text: &str) -> bool {
    matches!(fold(text).as_str(), "everyone" | "todos" | "모든 사용자" | "全員" | "alle" | "tout le monde")
}

/// Whether the text names the default workspace, in any language of the product.
#[cfg(feature = "engine")]
pub(crate) fn is_default_workspace(text: &str) -> bool {
    matches!(
        fold(text).as_str(),
        "default" | "predeterminado" | "기본값" | "デフォルト" | "standard" | "par défaut" | "padrão"
    )
}

/// The places of the keys in ascending order of the keys; equal ones stay in order.
#[cfg(feature = "engine")]
pub(crate) fn ascending(keys: impl Iterator<Item = u64>) -> Vec<usize> {
    let mut order: Vec<(u64, usize)> = keys.enumerate().map(|(place, key)| (key, place)).collect();
    order.sort_unstable();
    order.into_iter().map(|(_, place)| place).collect()
}
