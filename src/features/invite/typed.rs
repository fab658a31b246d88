//! Parsing the text of the address box: which part of it is complete, and the parts of a name.

/// The number of bytes of the text that are complete addresses, with or without a name, so that they can become chips
/// while the rest is still being typed.
///
/// Separators end an address; a space does so only after a word with an `@`, because names contain spaces too.
pub(super) fn complete(text: &str) -> usize {
    let mut end = 0;
    let (mut in_quotes, mut in_angle, mut has_at) = (false, false, false);
    for (at, c) in text.char_indices() {
        let after = at + c.len_utf8();
        match c {
            '\n' | '\r' => {
                (in_quotes, in_angle, has_at) = (false, false, false);
                end = after;
            }
            '"' if !in_angle => in_quotes = !in_quotes,
            _ if in_quotes => {}
            '>' if in_angle => {
                (in_angle, has_at) = (false, false);
                end = after;
            }
            _ if in_angle => {}
            '<' => in_angle = true,
            ',' | ';' | '\t' | '，' | '；' | '、' => {
                has_at = false;
                end = after;
            }
            '@' => has_at = true,
            _ if c.is_whitespace() => {
                if has_at {
                    end = after;
                }
                has_at = false;
            }
            _ => {}
        }
    }
    end
}

/// First and last name of a display name: `Ana María García`, `García, Ana María` or `Ana`.
pub(super) fn split_name(name: &str) -> (Option<String>, Option<String>) {
    let some = |part: &str| Some(part.trim().to_owned()).filter(|part| !part.is_empty());
    if let Some((last, first)) = name.split_once(',') {
        return (some(first), some(last));
    }
    match name.trim().rsplit_once(char::is_whitespace) {
        Some((first, last)) => (some(first), some(last)),
        None => (some(name), None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_still_being_typed_stays_in_the_box() {
        for (complete_part, rest) in [
            ("", "ana"),
            ("", "ana@example.com"),
            ("ana@example.com,", " bo"),
            ("ana@example.com;", ""),
            ("ana@example.com ", "bo"),
            ("", "Ana María "),
            ("", "Ana María <ana@exa mple"),
            ("Ana <ana@example.com>", ""),
            ("", "\"García, Ana\" <ana@example.com"),
            ("\"García, Ana\" <ana@example.com>", " "),
            ("ana@example.com\n", "Bo "),
            ("\"never closed, \n", "x"),
            ("ana@example.com、", "bo"),
        ] {
            let text = format!("{complete_part}{rest}");
            assert_eq!(&text[..complete(&text)], complete_part, "{text:?}");
        }
    }

    #[test]
    fn names_are_split_as_people_write_them() {
        let split = |name| {
            let (first, last) = split_name(name);
            (first.unwrap_or_default(), last.unwrap_or_default())
        };
        assert_eq!(split("Ana María García"), ("Ana María".into(), "García".into()));
        assert_eq!(split("García López, Ana"), ("Ana".into(), "García López".into()));
        assert_eq!(split(" Ana "), ("Ana".into(), String::new()));
        assert_eq!(split("García,"), (String::new(), "García".into()));
    }
}
