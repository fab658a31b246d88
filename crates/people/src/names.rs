//! How a person's name is written. The script of the name decides, not the language of the reader: Korean, Japanese and
//! Chinese names have the family name first and no space, 김민준 and 山田太郎.

/// First and last name as their language writes them, as far as they are known; empty for neither.
pub fn full_name(first_name: &str, last_name: &str) -> String {
    let (first, last) = (first_name.trim(), last_name.trim());
    if has_family_name_first(first, last) {
        [last, first].concat()
    } else {
        [first, last].join(" ").trim().to_owned()
    }
}

/// The name in a greeting: the first name; where the family name comes first, the full name, as the given name alone is
/// for friends.
pub fn form_of_address(first_name: &str, last_name: &str) -> String {
    if has_family_name_first(first_name.trim(), last_name.trim()) {
        full_name(first_name, last_name)
    } else {
        first_name.trim().to_owned()
    }
}

/// Everything of the name that a search may contain: the parts, and the full name where it is not one part after the
/// other.
pub fn searchable(first_name: &str, last_name: &str) -> String {
    if has_family_name_first(first_name.trim(), last_name.trim()) {
        format!("{} {first_name} {last_name}", full_name(first_name, last_name))
    } else {
        format!("{first_name} {last_name}")
    }
}

/// Splits a full name into first and last name: "García, Ana" at its comma, else at its first space. A single word is a first
/// name.
pub fn split(full_name: &str) -> (String, String) {
    if let Some((last, first)) = full_name.split_once(',')
        && !is_suffix(first.trim())
    {
        return (first.trim().to_owned(), last.trim().to_owned());
    }
    let Some((start, rest)) = full_name.trim().split_once(char::is_whitespace) else {
        return (full_name.trim().to_owned(), String::new());
    };
    let (start, rest) = (start.to_owned(), rest.trim().to_owned());
    if has_family_name_first(&rest, &start) { (rest, start) } else { (start, rest) }
}

/// Whether what follows the comma of a name belongs to the last name: "Silva, Jr.".
fn is_suffix(text: &str) -> bool {
    let text = text.trim_end_matches('.').to_ascii_lowercase();
    matches!(
        text.as_str(),
        "jr" | "sr" | "ii" | "iii" | "iv" | "phd" | "ph.d" | "md" | "m.d" | "mba" | "esq" | "cpa"
    )
}

/// Whether both parts are given, in a script whose languages put the family name first.
fn has_family_name_first(first_name: &str, last_name: &str) -> bool {
    let fits = |part: &str| {
        !part.is_empty() && part.chars().all(|c| c == ' ' || c == '\u{3000}' || is_east_asian(c))
    };
    fits(first_name) && fits(last_name)
}

/// Hangul, Han, Hiragana and Katakana with the marks that belong to them.
const fn is_east_asian(c: char) -> bool {
    matches!(c,
        '\u{1100}'..='\u{11ff}'        // Hangul Jamo
        | '\u{3005}'..='\u{3007}'      // Iteration mark, closing mark, zero
        | '\u{3041}'..='\u{30ff}'      // Hiragana, Katakana
        | '\u{3131}'..='\u{318e}'      // Hangul Compatibility Jamo
        | '\u{31f0}'..='\u{31ff}'      // Katakana Phonetic Extensions
        | '\u{3400}'..='\u{4dbf}'      // Han, Extension A
        | '\u{4e00}'..='\u{9fff}'      // Han
        | '\u{a960}'..='\u{a97c}'      // Hangul Jamo Extended-A
        | '\u{ac00}'..='\u{d7fb}'      // Hangul Syllables, Jamo Extended-B
        | '\u{f900}'..='\u{faff}'      // Han, Compatibility
        | '\u{ff66}'..='\u{ff9f}'      // Halfwidth Katakana
        | '\u{20000}'..='\u{3ffff}'    // Han, further extensions
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_written_as_their_script_has_them() {
        for (first, last, expected) in [
            ("민준", "김", "김민준"),
            ("太郎", "山田", "山田太郎"),
            ("さくら", "佐々木", "佐々木さくら"),
            ("マリ", "田中", "田中マリ"),
            ("小明", "王", "王小明"),
            ("𠮷", "𠮷田", "𠮷田𠮷"),
            (" 민준 ", "김\u{3000}", "김민준"),
            ("Ana", "López", "Ana López"),
            ("Min-jun", "Kim", "Min-jun Kim"),
            // One part in Latin letters: not a name that is written the East Asian way.
            ("Minjun", "김", "Minjun 김"),
            ("太郎", "Yamada", "太郎 Yamada"),
            ("Анна", "Петрова", "Анна Петрова"),
            ("민준", "", "민준"),
            ("", "김", "김"),
            (" ", "", ""),
        ] {
            assert_eq!(full_name(first, last), expected);
        }
    }

    #[test]
    fn a_greeting_has_the_first_name_or_the_whole_of_an_east_asian_one() {
        for (first, last, expected) in [
            ("민준", "김", "김민준"),
            ("太郎", "山田", "山田太郎"),
            (" Ana ", "López", "Ana"),
            ("민준", "", "민준"),
            ("", "Lee", ""),
        ] {
            assert_eq!(form_of_address(first, last), expected);
        }
    }

    #[test]
    fn a_person_is_found_by_the_name_in_either_order() {
        for typed in ["김민준", "민준 김", "민준", "김"] {
            assert!(searchable("민준", "김").contains(typed), "{typed}");
        }
        assert_eq!(searchable("Ana", "López"), "Ana López");
    }

    #[test]
    fn a_comma_stands_after_the_last_name() {
        for (full, first, last) in [
            ("García López, Ana María", "Ana María", "García López"),
            ("김, 민준", "민준", "김"),
            ("García,", "", "García"),
            (", Ana", "Ana", ""),
        ] {
            assert_eq!(split(full), (first.to_owned(), last.to_owned()), "{full}");
        }
    }

    #[test]
    fn a_full_name_comes_apart_and_together_again() {
        for (full, first, last) in [
            ("Ana López García", "Ana", "López García"),
            (" Ana  de la Cruz ", "Ana", "de la Cruz"),
            ("Liam Silva, Jr.", "Liam", "Silva, Jr."),
            ("Ana", "Ana", ""),
            ("山田 太郎", "太郎", "山田"),
            ("山田\u{3000}太郎", "太郎", "山田"),
            ("김 민준", "민준", "김"),
            ("김민준", "김민준", ""),
            ("김 Minjun", "김", "Minjun"),
            ("  ", "", ""),
        ] {
            assert_eq!(split(full), (first.to_owned(), last.to_owned()), "{full}");
            let together = full_name(first, last);
            let spaceless = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            assert_eq!(spaceless(&together), spaceless(full));
        }
    }
}
