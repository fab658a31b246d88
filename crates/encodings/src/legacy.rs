//! Detecting legacy encodings, from before Unicode.
//!
//! A part of the text is decoded in each of them and judged by the usual content of tables of people, names and
//! headings: `docs/dialect.md`. Decoding is left to the available decoders, so that short lists are enough here: the browser
//! has its own tables, and a statistical detector would duplicate them.

use headings::{
    List,
    letters::{is_capital, lower},
    list,
};

use crate::{Decoders, Encoding};

/// How many bytes of the text are used.
const SAMPLE: usize = 16 * 1024;

/// The encodings that are tried, with a handicap for the rarer ones.
const CANDIDATES: [(Encoding, f64); 18] = [
    (Encoding::Windows1252, 0.0),
    (Encoding::EucKr, 0.0),
    (Encoding::ShiftJis, 0.0),
    (Encoding::Gb18030, 0.02),
    (Encoding::Windows1250, 0.05),
    (Encoding::Windows1251, 0.02),
    (Encoding::Big5, 0.04),
    (Encoding::Windows1254, 0.04),
    (Encoding::Windows1253, 0.04),
    (Encoding::Windows1255, 0.06),
    (Encoding::Windows1256, 0.06),
    (Encoding::Windows874, 0.2),
    (Encoding::EucJp, 0.06),
    (Encoding::Koi8U, 0.08),
    (Encoding::Iso8859_2, 0.07),
    (Encoding::Windows1257, 0.07),
    (Encoding::Macintosh, 0.1),
    (Encoding::Windows1258, 0.12),
];

/// The letters outside ASCII of the languages of an encoding, in lower case. Languages that are seldom mixed are
/// apart; `None` for encodings of other scripts.
const fn alphabets(encoding: Encoding) -> Option<List> {
    Some(match encoding {
        Encoding::Windows1252 | Encoding::Macintosh => List::WesternLetters,
        Encoding::Windows1250 | Encoding::Iso8859_2 => List::CentralLetters,
        Encoding::Windows1254 => List::TurkishLetters,
        Encoding::Windows1257 => List::BalticLetters,
        Encoding::Windows1258 => List::VietnameseLetters,
        _ => return None,
    })
}

/// The likeliest encoding of a file of which these parts are known; they are not all UTF-8.
#[must_use]
pub fn guess(parts: &[&[u8]], decoders: &dyn Decoders) -> Encoding {
    let mut text = Vec::new();
    for part in parts.iter().filter(|part| !part.is_ascii()) {
        text.extend_from_slice(sample(part));
        text.push(b'\n');
    }
    let sample = text.as_slice();
    let trails = ascii_trails(sample);
    let mut best = (f64::NEG_INFINITY, Encoding::Windows1252);
    for (encoding, handicap) in CANDIDATES {
        let mut text = Vec::new();
        decoders.decoder(encoding).decode(sample, false, &mut text);
        let text = String::from_utf8_lossy(&text);
        let score = plausibility(&text, encoding, handicap) - trail_penalty(encoding, trails);
        if score > best.0 {
            best = (score, encoding);
        }
    }
    best.1
}

/// The part around the first bytes outside ASCII, in whole lines where possible.
fn sample(part: &[u8]) -> &[u8] {
    let first = part.iter().position(|byte| !byte.is_ascii()).unwrap_or_default();
    let line = last_line_break(&part[..first]).map_or(0, |at| at + 1);
    let start = if first - line > SAMPLE { first } else { line };
    let sample = &part[start..part.len().min(start + SAMPLE)];
    match last_line_break(sample) {
        Some(end) if start + sample.len() < part.len() && end > 0 => &sample[..=end],
        _ => sample,
    }
}

/// The share of two-byte characters, if there are any, whose second byte is ASCII.
fn ascii_trails(sample: &[u8]) -> f64 {
    let (mut pairs, mut ascii) = (0_u32, 0_u32);
    let mut bytes = sample.iter();
    while let Some(lead) = bytes.next() {
        if !lead.is_ascii()
            && let Some(trail) = bytes.next()
        {
            pairs += 1;
            ascii += u32::from(trail.is_ascii());
        }
    }
    f64::from(ascii) / f64::from(pairs.max(1))
}

/// In Big5, many characters contain an ASCII byte; the common ones of the other encodings contain none.
fn trail_penalty(encoding: Encoding, ascii_trails: f64) -> f64 {
    match encoding {
        Encoding::Gb18030 | Encoding::EucKr | Encoding::EucJp => 0.6 * ascii_trails,
        Encoding::Big5 if ascii_trails < 0.1 => 0.3,
        _ => 0.0,
    }
}

/// How likely the characters outside ASCII are parts of names, on average: 1 is certain. The handicap counts less the
/// more characters there are.
fn plausibility(text: &str, encoding: Encoding, handicap: f64) -> f64 {
    let alphabets: Vec<&str> = alphabets(encoding).into_iter().flat_map(|own| list(own).split(' ')).collect();
    let mut by_alphabet = vec![0.0; alphabets.len()];
    let (mut sum, mut count, mut words) = (0.0, 0_u32, 0_u32);
    let mut before = '\n';
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if !c.is_ascii() {
            let after = chars.peek().copied().unwrap_or('\n');
            sum += weight(c, encoding) + context(before, c, after, encoding);
            count += 1;
            words += u32::from(script(before) != script(c));
            if script(c) == Script::Latin || is_tone_mark(c) {
                let letter = lower(c);
                for (sum, alphabet) in by_alphabet.iter_mut().zip(&alphabets) {
                    *sum += if has(alphabet, letter) { 0.0 } else { -0.6 };
                }
            }
        }
        // A tone mark belongs to the letter before it.
        if !is_tone_mark(c) {
            before = c;
        }
    }
    let count = f64::from(count.max(1));
    let best_alphabet = by_alphabet.into_iter().reduce(f64::max).unwrap_or_default();
    let length = count / f64::from(words.max(1));
    (sum + best_alphabet) / count - handicap * 5.0 / (4.0 + count) - short_words(encoding, length)
}

/// What counts against letters of an encoding that fill words of that length on average. Two bytes are a word of
/// Chinese or Japanese, but seldom one of an alphabet.
fn short_words(encoding: Encoding, length: f64) -> f64 {
    match encoding {
        Encoding::Windows1251
        | Encoding::Koi8U
        | Encoding::Windows1253
        | Encoding::Windows1255
        | Encoding::Windows1256
        | Encoding::Windows874 => 0.3 * (3.0 - length).max(0.0),
        _ => 0.0,
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Script {
    Latin,
    Greek,
    Cyrillic,
    Hebrew,
    Arabic,
    Thai,
    /// Hangul, kana and ideographs: texts mix these scripts.
    EastAsian,
    None,
}

const fn script(c: char) -> Script {
    match c {
        'a'..='z'
        | 'A'..='Z'
        | '\u{c0}'..='\u{d6}'
        | '\u{d8}'..='\u{f6}'
        | '\u{f8}'..='\u{24f}'
        | '\u{1e00}'..='\u{1eff}' => Script::Latin,
        '\u{370}'..='\u{3ff}' => Script::Greek,
        '\u{400}'..='\u{52f}' => Script::Cyrillic,
        '\u{5d0}'..='\u{5f4}' => Script::Hebrew,
        '\u{620}'..='\u{6ff}' => Script::Arabic,
        '\u{e01}'..='\u{e5b}' => Script::Thai,
        '\u{3041}'..='\u{30ff}'
        | '\u{3400}'..='\u{9fff}'
        | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}' => Script::EastAsian,
        _ => Script::None,
    }
}

/// Whether the character is a small letter of an alphabet with capitals.
fn is_small(c: char) -> bool {
    matches!(script(c), Script::Latin | Script::Greek | Script::Cyrillic) && !is_capital(c)
}

/// The characters beside it count for or against a character.
fn context(before: char, c: char, after: char, encoding: Encoding) -> f64 {
    if is_tone_mark(c) {
        return if is_vowel(before) { 0.0 } else { -1.0 };
    }
    if is_punctuation_in_place(before, c, after) {
        return 0.5;
    }
    if is_half_width_word(before, c, after) {
        return 1.40;
    }
    let own = script(c);
    let mut score = 0.0;
    for neighbour in [before, after] {
        let other = script(neighbour);
        score -= match (own, other) {
            (_, Script::None) => 0.0,
            // A symbol inside a word.
            (Script::None, _) if !matches!(c, '’' | '´' | '·' | 'º' | 'ª' | '‘') => 0.5,
            (Script::None, _) => 0.0,
            (own, other) if own == other => 0.0,
            _ => 0.6,
        };
    }
    // pEÑA: capitals follow capitals.
    if is_capital(c) && is_small(before) {
        score -= 0.8;
    }
    // ВАПе: small letters follow one capital.
    if is_capital(c) && is_capital(before) && is_small(after) {
        score -= 0.4;
    }
    // Names begin with capitals where there are any.
    if matches!(own, Script::Cyrillic | Script::Greek) && is_small(c) && script(before) != own {
        score -= 0.4;
    }
    if own == Script::Greek && is_greek_misplaced(before, c, after) {
        score -= 0.8;
    }
    if own == Script::Thai {
        score -= thai_misplacement(before, c, after);
    }
    if own == Script::Latin {
        // Names in other letters begin with capitals too, but there are headers.
        if is_small(c) && script(before) != own {
            score -= 0.2;
        }
        // Letters outside ASCII stand alone.
        if !before.is_ascii() && !is_tone_mark(c) {
            score -= if after.is_ascii() { 0.2 } else { 0.8 };
        }
        score -= misplacement(before, c, after, encoding);
    }
    score
}

/// Whether a sign other than a letter stands where it is used: O’Brien, Mª José, “Bob”, 10 €, 20 °C.
fn is_punctuation_in_place(before: char, c: char, after: char) -> bool {
    let (follows_word, precedes_word) = (before.is_alphanumeric(), after.is_alphanumeric());
    match c {
        '’' => follows_word,
        'ª' | 'º' | '”' | '»' | '®' | '™' | '…' => follows_word && !precedes_word,
        '“' | '‘' | '«' | '¡' | '¿' => !follows_word && precedes_word,
        '–' | '—' | '•' => !follows_word && after == ' ',
        '€' | '£' | '§' | '©' | '½' | '°' => {
            !before.is_alphabetic() && (c == '°' || !after.is_alphabetic())
        }
        _ => false,
    }
}

/// Whether a half-width katakana stands among others, or for a form of company: ｻﾄｳ, ｶ)ﾔﾏﾀﾞ. Names are spelled so for machines.
fn is_half_width_word(before: char, c: char, after: char) -> bool {
    let is_kana = |c: char| matches!(c, '\u{ff61}'..='\u{ff9f}');
    let is_apart = |c: char| is_kana(c) || c.is_ascii();
    is_kana(c)
        && is_apart(before)
        && is_apart(after)
        && (is_kana(before) || is_kana(after) || before == '(' || after == ')')
}

/// The tone marks of Vietnamese that are characters of their own.
const fn is_tone_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{323}')
}

/// Consonants stand beside vowels, and most vowels beside consonants: it tells apart letters that are the same byte in
/// two encodings, as ø and ř.
fn misplacement(before: char, c: char, after: char, encoding: Encoding) -> f64 {
    let is_western = matches!(encoding, Encoding::Windows1252 | Encoding::Macintosh);
    let is_wrong = match lower(c) {
        'ñ' => !is_vowel(after),
        'ń' => is_vowel(after),
        // Portuguese. Estonian and Vietnamese have it elsewhere too.
        'ã' if is_western => script(after) == Script::Latin && !is_vowel(after),
        // Italian, at the end of words.
        'ì' | 'ò' | 'ù' if is_western => script(after) == Script::Latin,
        'õ' if is_western => !is_vowel(after),
        'á' | 'é' | 'í' | 'ó' | 'ú' | 'ã' | 'õ' | 'ï' | 'ë' => false,
        'è' if lower(before) == 'i' => is_vowel(after),
        'ý' => script(after) == Script::Latin,
        'ğ' => !is_vowel(before),
        _ if is_vowel(c) => [before, after].into_iter().any(|c| is_vowel(c) && c != 'y'),
        _ => !is_vowel(before) && !is_vowel(after),
    };
    if is_wrong { 0.3 } else { 0.0 }
}

fn last_line_break(text: &[u8]) -> Option<usize> {
    text.iter().rposition(|byte| matches!(byte, b'\n' | b'\r'))
}

/// The general search of `str` would add a kilobyte of code.
fn has(text: &str, sought: char) -> bool {
    text.chars().any(|c| c == sought)
}

fn is_vowel(c: char) -> bool {
    has(list(List::Vowels), lower(c))
}

/// In Greek, capitals have an accent only at the beginning of a word, and one form of sigma is only at the end.
fn is_greek_misplaced(before: char, c: char, after: char) -> bool {
    match c {
        '\u{386}'..='\u{38f}' | '\u{3aa}' | '\u{3ab}' => script(before) == Script::Greek,
        'ς' => script(after) == Script::Greek,
        _ => false,
    }
}

/// Thai vowels and tone marks follow consonants.
fn thai_misplacement(before: char, c: char, after: char) -> f64 {
    let is_consonant = |c: char| matches!(c, '\u{e01}'..='\u{e2e}');
    let is_mark = |c: char| matches!(c, '\u{e31}' | '\u{e34}'..='\u{e3a}' | '\u{e47}'..='\u{e4e}');
    let is_wrong = match c {
        '\u{e40}'..='\u{e44}' => !is_consonant(after),
        '\u{e3f}' | '\u{e4f}'..='\u{e5b}' | '\u{e2f}' => true,
        '\u{e30}' | '\u{e32}' | '\u{e33}' => !is_consonant(before) && !is_mark(before),
        c if is_mark(c) => !is_consonant(before) && !is_mark(before),
        _ => false,
    };
    if is_wrong { 2.0 } else { 0.0 }
}

/// How likely a character is in a text of that encoding.
fn weight(c: char, encoding: Encoding) -> f64 {
    match c {
        '\u{fffd}' => return -10.0,
        '\u{80}'..='\u{9f}' | '\u{e000}'..='\u{f8ff}' => return -5.0,
        // Half-width katakana, alone: the result of decoding Latin and Korean text as Shift_JIS.
        '\u{ff61}'..='\u{ff9f}' => return -0.6,
        '\u{a0}' | 'ª' | 'º' | '–' | '—' | '‘' | '’' | '“' | '”' | '…' | '€' | '«' | '»' | '¡' | '·'
        | '´' | '®' | '™' | '¿' | '•' | '°' | '£' | '§' | '©' | '½' => return 0.5,
        // Rare and obsolete letters of Thai.
        'ฃ' | 'ฅ' | 'ฆ' | 'ฌ' | 'ฏ' | 'ฑ' | 'ฒ' | 'ฤ' | 'ฦ' | 'ฬ' | '๏'..='๛' => {
            return 0.3;
        }
        '\u{3000}'..='\u{3002}' | '\u{ff01}'..='\u{ff5e}' | '・' | 'ー' => return 0.8,
        _ => {}
    }
    let is_ideograph = matches!(c, '\u{4e00}'..='\u{9fff}');
    match encoding {
        Encoding::EucKr => match c {
            _ if has(list(List::KoreanNames), c) => 1.0,
            '\u{ac00}'..='\u{d7a3}' => 0.6,
            _ => 0.1,
        },
        Encoding::ShiftJis | Encoding::EucJp => match c {
            '\u{3041}'..='\u{30ff}' => 1.0,
            _ if has(list(List::JapaneseNames), c) => 1.0,
            _ if is_ideograph && encoding == Encoding::ShiftJis => 0.8,
            _ if is_ideograph => 0.6,
            _ => 0.0,
        },
        Encoding::Gb18030 | Encoding::Big5 => match c {
            _ if has(list(List::ChineseNames), c) => 1.0,
            _ if is_ideograph => 0.6,
            _ => 0.1,
        },
        _ if alphabets(encoding).is_some() => match c {
            _ if is_tone_mark(c) && encoding == Encoding::Windows1258 => 1.0,
            _ if script(c) != Script::Latin => -1.0,
            // Icelandic is rarer than Turkish, which has the same bytes.
            'ð' | 'þ' | 'ý' | 'Ð' | 'Þ' | 'Ý' if encoding == Encoding::Windows1252 => 0.85,
            _ => 1.0,
        },
        _ => match script(c) {
            Script::Cyrillic if matches!(c, '\u{410}'..='\u{44f}' | 'Ё' | 'ё' | 'і' | 'ї' | 'є' | 'І') => {
                1.0
            }
            Script::Greek | Script::Hebrew | Script::Thai => 1.0,
            Script::Arabic if matches!(c, '\u{621}'..='\u{64a}') => 1.0,
            _ => -0.5,
        },
    }
}
