//! Parsing the text of the address box: which part of it is complete.

use roster::email::{is_line_end, is_separator};

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
            _ if is_line_end(c) => {
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
            _ if is_separator(c) => {
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

/// The addresses of a table, one a line; `None` for a text that is no table. They are what stands in the column that most
/// often has one, so that a mistyped address is shown and not lost.
pub(super) fn addresses_of_table(text: &str) -> Option<String> {
    let rows: Vec<Vec<&str>> =
        text.lines().filter(|line| !line.trim().is_empty()).map(|line| line.split('\t').collect()).collect();
    let width = rows.iter().map(Vec::len).max().filter(|width| *width > 1)?;
    let count = |column: usize| {
        rows.iter().filter(|row| row.get(column).is_some_and(|cell| cell.contains('@'))).count()
    };
    let best = (0..width).rev().max_by_key(|column| count(*column)).filter(|column| count(*column) > 0)?;
    // Several addresses side by side are a list.
    if rows.iter().any(|row| row.iter().filter(|cell| cell.contains('@')).count() > 1) {
        return None;
    }
    let header = usize::from(rows.first().is_some_and(|row| row.iter().all(|cell| !cell.contains('@'))));
    let cells =
        rows.iter().skip(header).filter_map(|row| row.get(best)).filter(|cell| !cell.trim().is_empty());
    Some(cells.fold(String::new(), |addresses, cell| addresses + cell + "\n"))
}

/// An address with its name, as it can be typed.
pub(super) fn whole(name: Option<&str>, address: &str) -> String {
    match name {
        Some(name) => {
            let name = name.replace('\\', "\\\\").replace('"', "\\\"");
            format!("\"{name}\" <{address}>")
        }
        None => address.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_edited_with_its_name() {
        let address = "ann@example.com";
        assert_eq!(whole(None, address), address);
        let typed = whole(Some(r#"Lee, Ann "Al" \ Bo"#), address);
        assert_eq!(typed, r#""Lee, Ann \"Al\" \\ Bo" <ann@example.com>"#);
        assert_eq!(complete(&typed), typed.len());
    }

    #[test]
    fn of_a_table_the_column_of_addresses_counts() {
        let table = "First\tEmail\tTeam\r\nAnn\tann@example.com\tSales\nBo\tbo.example.com\t\n\nCy\tcy@example.com\tSales";
        assert_eq!(
            addresses_of_table(table).as_deref(),
            Some("ann@example.com\nbo.example.com\ncy@example.com\n")
        );
        assert_eq!(addresses_of_table("ann@example.com\tAnn").as_deref(), Some("ann@example.com\n"));
        for list in ["ann@example.com, bo@example.com", "ann@example.com\tbo@example.com", "Ann\tSmith", ""] {
            assert_eq!(addresses_of_table(list), None, "{list}");
        }
    }

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
}
