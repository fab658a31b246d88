use leptos::prelude::*;

use super::{Icon, IconName};

/// A person or an account by its initials, beside its name: it says nothing to screen readers.
#[component]
pub(crate) fn Avatar(#[prop(into)] name: String) -> impl IntoView {
    let initials = initials(&name);
    let face = match initials.is_empty() {
        true => view! { <Icon name=IconName::Person /> }.into_any(),
        false => initials.into_any(),
    };
    view! { <span class="avatar" aria-hidden="true" translate="no">{face}</span> }
}

/// The first letters of the first and the last word of a name, or of an address.
fn initials(name: &str) -> String {
    let (words, separators): (&str, &[char]) = match name.split_once('@') {
        // Without its domain, which many have in common.
        Some((local, _)) if !local.contains(char::is_whitespace) => (local, &['.', '_', '-', '+']),
        _ => (name, &[' ', '\u{a0}', '\u{3000}', '\t']),
    };
    let mut letters = words.split(separators).filter_map(first_letter);
    let first = letters.next().unwrap_or_default();
    let last = letters.next_back().unwrap_or_default();
    // Two syllables or signs are as wide as four letters, and one is what people write.
    if is_wide(&first) { first } else { first + &last }
}

/// The first letter or digit of a word as an upper-case letter, with the marks that belong to it.
fn first_letter(word: &str) -> Option<String> {
    let start = word.find(char::is_alphanumeric)?;
    let mut rest = word[start..].chars();
    let upper = rest.next()?.to_uppercase();
    Some(upper.chain(rest.take_while(|letter| is_mark(*letter)).take(4)).collect())
}

/// Whether a character only changes the one before it: accents and vowel signs of the common scripts.
fn is_mark(letter: char) -> bool {
    matches!(letter, '\u{300}'..='\u{36f}' | '\u{591}'..='\u{5c7}' | '\u{610}'..='\u{61a}' | '\u{64b}'..='\u{65f}'
        | '\u{900}'..='\u{903}' | '\u{93a}'..='\u{94f}' | '\u{981}'..='\u{983}' | '\u{9bc}'..='\u{9cd}'
        | '\u{b82}' | '\u{bbe}'..='\u{bcd}' | '\u{e31}' | '\u{e34}'..='\u{e3a}' | '\u{e47}'..='\u{e4e}'
        | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{200d}' | '\u{20d0}'..='\u{20ff}'
        | '\u{3099}' | '\u{309a}' | '\u{1161}'..='\u{11ff}' | '\u{fe00}'..='\u{fe0f}' | '\u{fe20}'..='\u{fe2f}')
}

/// Whether a letter is a syllable or a sign of East Asia.
fn is_wide(letter: &str) -> bool {
    letter.chars().next().is_some_and(|letter| {
        matches!(letter, '\u{1100}'..='\u{11ff}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}'
            | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_are_the_first_letters_of_the_first_and_the_last_name() {
        for (name, expected) in [
            ("Ana Ruiz", "AR"),
            ("ana maría  de la ruiz", "AR"),
            ("Ana", "A"),
            ("(Ana) \"Ruiz\"", "AR"),
            ("김 민수", "김"),
            ("김민수", "김"),
            ("山田 太郎", "山"),
            ("", ""),
            ("🙂 ?", ""),
        ] {
            assert_eq!(initials(name), expected, "{name}");
        }
    }

    #[test]
    fn an_address_has_those_of_its_local_part() {
        assert_eq!(initials("marta.nunez+crm@example.com"), "MC");
        assert_eq!(initials("admin@example.com"), "A");
        assert_eq!(initials("@example.com"), "");
    }

    #[test]
    fn a_letter_keeps_its_marks_and_is_never_cut() {
        assert_eq!(initials("e\u{301}mile zola"), "E\u{301}Z");
        assert_eq!(initials("ßen"), "SS");
        assert_eq!(initials("\u{202e}gnp exe"), "GE");
        assert_eq!(initials("\u{915}\u{94d}\u{937}"), "\u{915}\u{94d}");
        assert_eq!(initials("\u{1100}\u{1161}\u{11a8}"), "\u{1100}\u{1161}\u{11a8}");
    }
}
