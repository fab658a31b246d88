//! Texts of people in a query. There is no other way to put one there.

/// A text in quotes, compared as it is.
pub(super) fn text(text: &str) -> String {
    quoted(text, "'\\")
}

/// The quoted pattern of `LIKE` for everything that contains a text, in which no letter is a wildcard.
pub(super) fn containing(text: &str) -> String {
    let inner = quoted(text, "'\\%_");
    format!("'%{}%'", &inner[1..inner.len() - 1])
}

fn quoted(text: &str, escaped: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('\'');
    for letter in text.chars() {
        match letter {
            // SOQL takes some of them as escapes, and refuses the others. No name has any.
            letter if letter.is_control() => quoted.push(' '),
            letter => {
                if escaped.contains(letter) {
                    quoted.push('\\');
                }
                quoted.push(letter);
            }
        }
    }
    quoted.push('\'');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_and_backslashes_stay_in_the_text() {
        assert_eq!(text("O'Hara"), r"'O\'Hara'");
        assert_eq!(text(r"\' OR Id != '"), r"'\\\' OR Id != \''");
        assert_eq!(text("50%_\n"), "'50%_ '");
        assert_eq!(text(""), "''");
    }

    #[test]
    fn wildcards_stand_for_themselves() {
        assert_eq!(containing("50%"), r"'%50\%%'");
        assert_eq!(containing(r"a_b\"), r"'%a\_b\\%'");
        assert_eq!(containing("O'Hara"), r"'%O\'Hara%'");
    }
}
