//! Detecting legacy encodings, from before Unicode.
//!
//! A part of the text is decoded in each of them and judged by the usual content of tables of people: names, and the
//! names of fields. Decoding is left to the available decoders, so that no tables are needed here: the browser has its
//! own, and a statistical detector would duplicate them.

use super::aliases;
use crate::{Decoders, Encoding};

/// The syllables of most Korean names and of the headers above them.
const KOREAN_NAMES: &str = "가강개건게견경고공곽관광교구국권규균근금기길김나남노다담대덕도동두라란래량려련렬령로록류\
    름리린림마만매맹메명모문미민박반방배백범변별병보복봉부비빈빛사상새서석선설섭성세소손솔송수숙순슬승시식신실심아안애\
    양언여연열염영예오옥온완왕요용우욱운웅원위유육윤율은을의이인일임자작장재전정제조종주준중지진차찬창채천철청초최추\
    춘충칠탁탄태택팀표필하학한할함해향허헌혁현형혜호홍화환황회효후훈휘희흠";

/// How many bytes of the text are used.
const SAMPLE: usize = 16 * 1024;

/// The encodings that are tried, with a handicap for the rarer ones.
const CANDIDATES: [(Encoding, f64); 17] = [
    (Encoding::Windows1252, 0.0),
    (Encoding::EucKr, 0.0),
    (Encoding::ShiftJis, 0.0),
    (Encoding::Gb18030, 0.02),
    (Encoding::Windows1250, 0.05),
    (Encoding::Windows1251, 0.02),
    (Encoding::Big5, 0.04),
    (Encoding::Windows1254, 0.06),
    (Encoding::Windows1253, 0.04),
    (Encoding::Windows1255, 0.06),
    (Encoding::Windows1256, 0.06),
    (Encoding::Windows874, 0.3),
    (Encoding::EucJp, 0.06),
    (Encoding::Koi8U, 0.08),
    (Encoding::Windows1257, 0.07),
    (Encoding::Macintosh, 0.1),
    (Encoding::Windows1258, 0.12),
];

/// The likeliest encoding of a file of which these parts are known; they are not all UTF-8.
pub(super) fn guess(parts: &[&[u8]], decoders: &dyn Decoders) -> Encoding {
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
        let words = known_words(&text).min(3) as f64;
        let score = plausibility(&text, encoding) - handicap - trail_penalty(encoding, trails) + 2.0 * words;
        if score > best.0 {
            best = (score, encoding);
        }
    }
    best.1
}

/// The part around the first bytes outside ASCII, in whole lines where possible.
fn sample(part: &[u8]) -> &[u8] {
    let first = part.iter().position(|byte| !byte.is_ascii()).unwrap_or_default();
    let line = memchr::memrchr2(b'\n', b'\r', &part[..first]).map_or(0, |at| at + 1);
    let start = if first - line > SAMPLE { first } else { line };
    let sample = &part[start..part.len().min(start + SAMPLE)];
    match memchr::memrchr2(b'\n', b'\r', sample) {
        Some(end) if start + sample.len() < part.len() && end > 0 => &sample[..=end],
        _ => sample,
    }
}

/// How many words outside ASCII of the text are typical of tables of people.
fn known_words(text: &str) -> usize {
    text.split([',', ';', '\t', '|', '"', '\r', '\n'])
        .take(512)
        .filter(|cell| !cell.is_ascii() && !cell.contains('\u{fffd}') && aliases::is_known_word(cell))
        .count()
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

/// How likely the characters outside ASCII are parts of names, on average: 1 is certain.
fn plausibility(text: &str, encoding: Encoding) -> f64 {
    let (mut sum, mut count) = (0.0, 0_u32);
    let mut before = '\n';
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if !c.is_ascii() {
            let after = chars.peek().copied().unwrap_or('\n');
            sum += weight(c, encoding) + context(before, c, after);
            count += 1;
        }
        before = c;
    }
    sum / f64::from(count.max(1))
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

/// The characters beside it count for or against a character.
fn context(before: char, c: char, after: char) -> f64 {
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
    if c.is_uppercase() && before.is_lowercase() {
        score -= 0.8;
    }
    // Names begin with capitals where there are any.
    if matches!(own, Script::Cyrillic | Script::Greek) && c.is_lowercase() && script(before) != own {
        score -= 0.4;
    }
    if own == Script::Thai {
        score -= thai_misplacement(before, c, after);
    }
    // In Latin script, letters outside ASCII stand alone.
    if own == Script::Latin && !before.is_ascii() && !after.is_ascii() {
        score -= 0.8;
    }
    score
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
        // Half-width katakana: the result of decoding Latin and Korean text as Shift_JIS.
        '\u{ff61}'..='\u{ff9f}' => return -0.6,
        '\u{a0}' | 'ª' | 'º' | '–' | '—' | '‘' | '’' | '“' | '”' | '…' | '€' | '«' | '»' | '¡' | '·'
        | '´' | '®' | '™' => return 0.5,
        '\u{3000}'..='\u{3002}' | '\u{ff01}'..='\u{ff5e}' | '・' | 'ー' => return 0.8,
        _ => {}
    }
    match encoding {
        Encoding::EucKr => match c {
            _ if KOREAN_NAMES.contains(c) => 1.0,
            '\u{ac00}'..='\u{d7a3}' => 0.6,
            _ => 0.1,
        },
        Encoding::ShiftJis | Encoding::EucJp => match (c, encoding) {
            ('\u{3041}'..='\u{30ff}', _) => 1.0,
            ('\u{4e00}'..='\u{9fff}', Encoding::ShiftJis) => 0.9,
            ('\u{4e00}'..='\u{9fff}', _) => 0.75,
            _ => 0.0,
        },
        Encoding::Gb18030 | Encoding::Big5 => match c {
            '\u{4e00}'..='\u{9fff}' => 0.8,
            _ => 0.1,
        },
        Encoding::Windows1252 | Encoding::Macintosh => latin(c, "ýÿðþÐÞÝŠšŽžŸ", ""),
        Encoding::Windows1254 => latin(c, "ÿŠšŸ", "ğışİŞĞ"),
        Encoding::Windows1250 => latin(c, "ôçëëâ", "ąćęłńśźżĄĆĘŁŃŚŹŻčďěňřšťůžČĎĚŇŘŠŤŮŽőűŐŰ"),
        Encoding::Windows1257 => latin(c, "", "ąčęėįšųūžģķļņā"),
        Encoding::Windows1258 => latin(c, "", "ơưăđ"),
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

/// A Latin letter: common, rare in that encoding's languages, or specific to them.
fn latin(c: char, rare: &str, special: &str) -> f64 {
    if script(c) != Script::Latin {
        if matches!(c, '\u{300}'..='\u{323}') { 0.3 } else { -1.0 }
    } else if rare.contains(c) {
        0.5
    } else if special.contains(c) {
        1.0
    } else {
        0.97
    }
}
