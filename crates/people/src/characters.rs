//! What the name of a person, a team, a key or a file may consist of. What nobody sees is left out of it, so that a name is
//! what it looks like, and no name passes for an address.

/// What is wrong with a character of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    LineBreak,
    /// Another control character.
    Control,
    /// It changes the order in which text is shown.
    Reordering,
    Invisible,
}

/// What is wrong with the character, wherever in a name it is.
pub const fn flaw(c: char) -> Option<Flaw> {
    Some(match c {
        '\t' | ' '..='~' => return None,
        '\r' | '\n' | '\u{85}' | '\u{2028}' | '\u{2029}' => Flaw::LineBreak,
        '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' => Flaw::Control,
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
            Flaw::Reordering
        }
        '\u{ad}'
        | '\u{115f}'
        | '\u{1160}'
        | '\u{17b4}'
        | '\u{17b5}'
        | '\u{180e}'
        | '\u{200b}'
        | '\u{2060}'..='\u{2065}'
        | '\u{206a}'..='\u{206f}'
        | '\u{2800}'
        | '\u{3164}'
        | '\u{feff}'
        | '\u{ffa0}'
        | '\u{fff0}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e00ff}'
        | '\u{e01f0}'..='\u{e0fff}' => Flaw::Invisible,
        _ => return None,
    })
}

/// Whether the character only changes the look of the one before it: joiners and selectors of a variant, which languages and
/// emoji need, but not Latin letters.
const fn is_modifier(c: char) -> bool {
    matches!(c, '\u{34f}' | '\u{180b}'..='\u{180d}' | '\u{180f}' | '\u{200c}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}'
        | '\u{e0100}'..='\u{e01ef}')
}

/// Whether the character can be modified.
const fn takes_modifier(c: char) -> bool {
    c > '\u{2ff}'
}

/// The name as it is kept: without flaws, with single spaces inside.
pub fn tidy(text: &str) -> String {
    let mut tidy = String::with_capacity(text.len());
    for word in text.split(|c: char| c.is_whitespace() || c.is_control()) {
        let begin = tidy.len();
        for c in word.chars().filter(|&c| flaw(c).is_none()) {
            if is_modifier(c)
                && !tidy.get(begin..).unwrap_or_default().chars().next_back().is_some_and(takes_modifier)
            {
                continue;
            }
            tidy.push(c);
        }
        if tidy.len() > begin {
            tidy.push(' ');
        }
    }
    tidy.truncate(tidy.trim_end().len());
    tidy
}

/// Whether a name has an e-mail address in it: people would take one for the person whose address it is.
pub fn holds_address(name: &str) -> bool {
    if name.is_ascii() && !name.as_bytes().contains(&b'@') {
        return false;
    }
    name.split(char::is_whitespace).any(|word| {
        let word = word.trim_start_matches(is_at);
        word.split_once(is_at).is_some_and(|(_, after)| after.contains(is_dot))
    })
}

/// At signs, also those that normalisation makes one of.
const fn is_at(c: char) -> bool {
    matches!(c, '@' | '\u{fe6b}' | '\u{ff20}')
}

/// Dots of a domain, and characters that normalisation makes dots of.
const fn is_dot(c: char) -> bool {
    matches!(c, '.' | '\u{2024}'..='\u{2026}' | '\u{2488}'..='\u{249b}' | '\u{3002}' | '\u{33c2}' | '\u{33c7}'
        | '\u{33d8}' | '\u{fe12}' | '\u{fe19}' | '\u{fe30}' | '\u{fe52}' | '\u{ff0e}' | '\u{ff61}' | '\u{1f100}')
}

/// The name of a person as it is kept where nobody can be asked, as of a row of a file: empty rather than with an address.
pub fn tidy_without_address(text: &str) -> String {
    let name = tidy(text);
    if holds_address(&name) { String::new() } else { name }
}

/// The name in the one form in which it is stored, beyond [`tidy`]: NFKC.
#[cfg(feature = "normal")]
pub fn normal(text: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    if text.is_ascii() {
        return tidy(text);
    }
    let normal: String = tidy(text).nfkc().filter(|&c| !is_format_of_notation(c)).collect();
    tidy(&normal)
}

/// What two names have in common that mean the same, in any letter case.
#[cfg(feature = "normal")]
pub fn key(name: &str) -> String {
    let mut key = normal(name).to_lowercase();
    key.retain(|c| !is_modifier(c));
    key
}

/// What two names have in common that look the same: letters of other alphabets are those that they look like.
#[cfg(feature = "normal")]
pub fn look(name: &str) -> String {
    let upright: String = normal(name).chars().map(|c| capital_twin(c).unwrap_or(c)).collect();
    key(&upright).chars().map(|c| latin_twin(c).unwrap_or(c)).collect()
}

/// Invisible controls of shorthand and of music. Only the stored form leaves them out: [`flaw`] has those alone that the fast check of
/// rows recognises.
#[cfg(feature = "normal")]
const fn is_format_of_notation(c: char) -> bool {
    matches!(c, '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}')
}

/// The Latin letter that a capital of another alphabet looks like, where its small letter looks like none, or another one.
#[cfg(feature = "normal")]
const fn capital_twin(c: char) -> Option<char> {
    Some(match c {
        'Η' | 'Н' => 'H',
        'Μ' => 'M',
        'Ν' => 'N',
        'Υ' | 'Ү' => 'Y',
        'Ζ' => 'Z',
        _ => return None,
    })
}

/// The Latin letter that a small letter of another alphabet looks like.
pub const fn latin_twin(c: char) -> Option<char> {
    Some(match c {
        'а' | 'α' => 'a',
        'в' | 'β' => 'b',
        'с' | 'ϲ' => 'c',
        'ԁ' => 'd',
        'е' | 'є' | 'ε' => 'e',
        'һ' => 'h',
        'і' | 'ι' | 'ї' => 'i',
        'ј' | 'ϳ' => 'j',
        'к' | 'κ' => 'k',
        'ӏ' => 'l',
        'м' => 'm',
        'п' | 'η' | 'ո' => 'n',
        'о' | 'ο' | 'σ' | 'օ' => 'o',
        'р' | 'ρ' => 'p',
        'ԛ' => 'q',
        'г' => 'r',
        'ѕ' => 's',
        'т' | 'τ' => 't',
        'υ' | 'ս' => 'u',
        'ѵ' | 'ν' => 'v',
        'ԝ' | 'ω' => 'w',
        'х' | 'χ' => 'x',
        'у' | 'γ' => 'y',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s8_a19_names_have_nothing_that_nobody_sees() {
        for (text, expected) in [
            (" Ana\r\nBcc: x\u{202e}y \u{200b}\0 z\t", "Ana Bcc: xy z"),
            ("\u{200b}", ""),
            ("\u{3164}", ""),
            ("Sales\u{206a}\u{2065}\u{fff0}\u{e0fff}", "Sales"),
            ("\u{200d}", ""),
            ("A\u{200d}na\u{fe0f}", "Ana"),
            ("Ana\u{a0}\u{3000} Ruiz", "Ana Ruiz"),
            // Joiners and selectors belong to these.
            ("می\u{200c}خواهم", "می\u{200c}خواهم"),
            ("葛\u{e0100}", "葛\u{e0100}"),
            ("👩\u{200d}💻 Sales", "👩\u{200d}💻 Sales"),
        ] {
            assert_eq!(tidy(text), expected, "{text:?}");
            assert_eq!(tidy(expected), expected);
        }
    }

    #[test]
    fn a19_an_address_is_no_name() {
        for name in [
            "ana@example.com",
            "@ana@example.com",
            "Ana <ana@example.com>",
            "ana＠example．com",
            "ana﹫example。jp",
            "ana@example⒈com",
            "x ana@mail.example.com y",
        ] {
            assert!(holds_address(name), "{name}");
            assert_eq!(tidy_without_address(name), "");
        }
        for name in ["", "Ana", "Ana B.", "Sales @ Madrid", "@home", "R@D", "J. R. @ work.", "김민준"] {
            assert!(!holds_address(name), "{name}");
        }
        assert_eq!(tidy_without_address(" Ana  B. "), "Ana B.");
    }

    #[test]
    #[cfg(feature = "normal")]
    fn a19_names_are_normal_and_normalising_hides_no_address() {
        use unicode_normalization::UnicodeNormalization;
        for (text, expected) in
            [("Ａｎａ", "Ana"), ("ﬁn", "fin"), ("김", "김"), ("e\u{301}", "é"), ("ﾀﾅｶ", "タナカ")]
        {
            assert_eq!(normal(text), expected);
        }
        for at in ['@', '\u{fe6b}', '\u{ff20}'] {
            let changed = |c: &char| !std::iter::once(*c).nfkc().eq([*c]);
            for c in ('\0'..=char::MAX).filter(changed) {
                let text = format!("ana{at}example{c}com");
                assert_eq!(holds_address(&tidy(&text)), holds_address(&normal(&text)), "{c:?}");
            }
        }
    }

    #[test]
    #[cfg(feature = "normal")]
    fn a19_twins_are_known_by_what_they_look_like() {
        for (one, other) in [
            ("Sales", "ＳＡＬＥＳ"),
            ("Sales", "Ѕаlеѕ"),
            ("Sales  EMEA", "sales\u{200b} emea"),
            ("Sales", "Sales\u{1bca0}\u{1d173}"),
            ("EMEA", "EΜEA"),
            ("HR", "НR"),
            ("HR", "ΗR"),
            ("NYZ", "ΝΥΖ"),
        ] {
            assert_eq!(look(one), look(other));
        }
        for (one, other) in [("Sales", "Sale"), ("Bar", "Bär"), ("Ali", "All"), ("Продажи", "Закупки")]
        {
            assert_ne!(look(one), look(other));
        }
    }
}
