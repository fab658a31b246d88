//! The words of a header: normalised, and split by separators, letter case, digits and script.

use crate::letters;

/// A part of a header that is written as one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Part {
    /// Normalised: lower case without accents.
    pub text: String,
    /// Inside brackets, after other words.
    pub bracketed: bool,
    /// A dot follows: perhaps an abbreviation.
    pub dotted: bool,
}

/// The scripts between which a word ends. Japanese mixes its own within words.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Script {
    Digit,
    Lower,
    Upper,
    Hangul,
    Japanese,
}

/// The parts of the header, in order.
pub(super) fn parts(header: &str) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    let (mut text, mut depth) = (String::new(), 0_u32);
    let letters = compose(header);
    let letters = &letters[numbering(&letters)..];
    let mut before = None;
    for (at, &c) in letters.iter().enumerate() {
        let script = script(c);
        let next = letters.get(at + 1).and_then(|&next| self::script(next));
        if ends_before(before, script, next) && !text.is_empty() {
            parts.push(Part { text: std::mem::take(&mut text), bracketed: depth > 0, dotted: c == '.' });
        }
        match c {
            '(' | '[' | '{' | '【' => depth += 1,
            ')' | ']' | '}' | '】' => depth = depth.saturating_sub(1),
            _ if script.is_some() => push_plain(&mut text, c),
            _ => {}
        }
        before = script;
    }
    if !text.is_empty() {
        parts.push(Part { text, bracketed: depth > 0, dotted: false });
    }
    if parts.iter().all(|part| part.bracketed) {
        parts.iter_mut().for_each(|part| part.bracketed = false);
    }
    join_spaced(parts)
}

/// The length of the number in front of a question: "1. Email", "Q3 - First name".
fn numbering(letters: &[char]) -> usize {
    let begin = usize::from(matches!(letters.first(), Some('Q' | 'q')));
    let digits = letters[begin..].iter().take_while(|c| c.is_ascii_digit()).count();
    let end = begin + digits;
    let sign = letters[end..].iter().find(|&&c| c != ' ');
    if digits > 0 && matches!(sign, Some('.' | ')' | ':' | '-' | '–' | '、')) { end } else { 0 }
}

/// Whether a word ends before a letter of this script.
fn ends_before(before: Option<Script>, script: Option<Script>, next: Option<Script>) -> bool {
    use Script::{Lower, Upper};
    match (before, script) {
        (Some(Upper), Some(Lower)) => false,
        // The last capital of several begins the next word: SMTPAddress.
        (Some(Upper), Some(Upper)) => next == Some(Lower),
        (before, script) => before != script,
    }
}

fn script(c: char) -> Option<Script> {
    match c {
        '0'..='9' => Some(Script::Digit),
        '가'..='힣' => Some(Script::Hangul),
        'ぁ'..='ヿ' if c.is_alphabetic() => Some(Script::Japanese),
        '々' | '㐀'..='鿿' => Some(Script::Japanese),
        _ if letters::is_capital(c) => Some(Script::Upper),
        _ if c.is_alphanumeric() => Some(Script::Lower),
        _ => None,
    }
}

/// Adds the letter in lower case, without its accent.
fn push_plain(text: &mut String, c: char) {
    let c = letters::lower(c);
    match c {
        'ß' => text.push_str("ss"),
        'æ' => text.push_str("ae"),
        'œ' => text.push_str("oe"),
        'ł' => text.push('l'),
        'ø' => text.push('o'),
        'ą' => text.push('a'),
        'ę' => text.push('e'),
        'ć' => text.push('c'),
        'ń' => text.push('n'),
        'ś' => text.push('s'),
        'ź' | 'ż' => text.push('z'),
        'º' => text.push('o'),
        'ı' => text.push('i'),
        'ğ' => text.push('g'),
        'ş' => text.push('s'),
        'ё' => text.push('е'),
        'й' => text.push('и'),
        // Vietnamese has letters with two accents.
        'ă' | 'ạ'..='ặ' => text.push('a'),
        'đ' => text.push('d'),
        'ẹ'..='ệ' => text.push('e'),
        'ĩ' | 'ỉ' | 'ị' => text.push('i'),
        'ơ' | 'ọ'..='ợ' => text.push('o'),
        'ũ' | 'ư' | 'ụ'..='ự' => text.push('u'),
        'ý' | 'ỳ'..='ỹ' => text.push('y'),
        // Accents of a decomposed text.
        '\u{300}'..='\u{36f}' => {}
        _ => text.push(letters::without_accent(c)),
    }
}

/// The part of Unicode's NFKC that occurs in headers: forms of other widths, decomposed Korean and Japanese.
fn compose(header: &str) -> Vec<char> {
    let mut letters: Vec<char> = Vec::new();
    for c in
        header.chars().filter(|c| !matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{ad}'))
    {
        let before = letters.last().copied().unwrap_or_default();
        let is_after_kana = matches!(before, 'ぁ'..='ヿ');
        let c = match c {
            '－' | '―' | '−' if is_after_kana => 'ー',
            _ => wide_kana(letters::narrow(c)),
        };
        let joined = match c {
            '\u{3099}' if is_after_kana => char::from_u32(before as u32 + 1),
            '\u{309a}' if is_after_kana => char::from_u32(before as u32 + 2),
            'ᅡ'..='ᅵ' | 'ᆨ'..='ᇂ' => join_jamo(before, c),
            '\u{300}'..='\u{36f}' => continue,
            _ => None,
        };
        if let Some(joined) = joined {
            letters.pop();
            letters.push(joined);
        } else {
            letters.push(c);
        }
    }
    letters
}

/// The usual form of half-width kana and their voice marks.
fn wide_kana(c: char) -> char {
    const WIDE: &str = "ヲァィゥェォャュョッーアイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン\u{3099}\u{309a}";
    match c {
        'ｦ'..='ﾟ' => WIDE.chars().nth(c as usize - 'ｦ' as usize).unwrap_or(c),
        _ => c,
    }
}

/// The Korean syllable of a begun one and its next letter.
fn join_jamo(before: char, c: char) -> Option<char> {
    let (before, c) = (before as u32, c as u32);
    match (before, c) {
        (0x1100..=0x1112, 0x1161..=0x1175) => {
            char::from_u32(0xac00 + ((before - 0x1100) * 21 + c - 0x1161) * 28)
        }
        (0xac00..=0xd7a3, 0x11a8..=0x11c2) if (before - 0xac00).is_multiple_of(28) => {
            char::from_u32(before + c - 0x11a7)
        }
        _ => None,
    }
}

/// East Asian headers are sometimes spaced out letter by letter.
fn join_spaced(parts: Vec<Part>) -> Vec<Part> {
    let is_single = |part: &Part| !part.text.is_ascii() && part.text.chars().count() == 1 && !part.bracketed;
    if parts.len() < 2 || !parts.iter().all(is_single) {
        return parts;
    }
    let text = parts.into_iter().map(|part| part.text).collect();
    vec![Part { text, bracketed: false, dotted: false }]
}

#[cfg(test)]
mod tests {
    use super::parts;

    fn texts(header: &str) -> Vec<String> {
        parts(header).into_iter().map(|part| part.text).collect()
    }

    #[test]
    fn words_end_at_separators_case_digits_and_script() {
        for (header, words) in [
            ("First_Name", &["first", "name"][..]),
            ("userPrincipalName", &["user", "principal", "name"]),
            ("SMTPAddress2", &["smtp", "address", "2"]),
            ("Nom de l’équipe", &["nom", "de", "l", "equipe"]),
            ("MarketoワークスペースID", &["marketo", "ワークスペース", "id"]),
            ("이름(First)", &["이름", "first"]),
            ("1. Email", &["email"]),
            ("Q3 - First name", &["first", "name"]),
            ("2 FA", &["2", "fa"]),
        ] {
            assert_eq!(texts(header), words, "{header}");
        }
    }

    #[test]
    fn other_forms_of_letters_are_composed() {
        assert_eq!(texts("ﾌﾘｶﾞﾅ"), ["フリガナ"]);
        assert_eq!(texts("Ｅｍａｉｌ"), ["email"]);
        assert_eq!(texts("Pre\u{301}nom"), ["prenom"]);
        assert_eq!(texts("\u{110b}\u{1175}\u{1105}\u{1173}\u{11b7}"), ["이름"]);
        assert_eq!(texts("氏　名"), ["氏名"]);
        assert_eq!(texts("メ－ル"), ["メール"]);
        for (header, words) in [
            ("KULLANICI ADI", &["kullanici", "adi"][..]),
            ("Kullanıcı şifresi", &["kullanici", "sifresi"]),
            ("Họ và tên đệm", &["ho", "va", "ten", "dem"]),
            ("Ho\u{323} va\u{300} te\u{302}n", &["ho", "va", "ten"]),
            ("Ngôn ngữ", &["ngon", "ngu"]),
            ("Рабочий приём", &["рабочии", "прием"]),
            ("Løntype på norsk", &["lontype", "pa", "norsk"]),
        ] {
            assert_eq!(texts(header), words, "{header}");
        }
    }

    #[test]
    fn brackets_and_dots_are_noted() {
        let found = parts("Vorn. (Kind)");
        assert!(found[0].dotted && !found[0].bracketed);
        assert!(found[1].bracketed && !found[1].dotted);
        assert!(!parts("[Email]")[0].bracketed);
    }
}
