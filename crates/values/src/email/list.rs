//! Lists of addresses that people paste.

use serde::{Deserialize, Serialize};

use super::separator::is_separator;
use crate::{
    clean::bare_address,
    text::{is_blank, part},
};

/// One address of a pasted list, not checked yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The display name of `Name <address>`, without quotes.
    pub name: Option<String>,
    /// The text in the place of the address.
    pub address: String,
}

/// Splits a pasted list at commas, semicolons, white space and line breaks; understands `Name <address>`,
/// `"Last, First" <address>` and `mailto:address`.
///
/// Words before an angle bracket are a display name; elsewhere each word is an entry of its own, so that a mistyped
/// address is shown and not lost.
#[must_use]
pub fn split_list(text: &str) -> Vec<Entry> {
    let mut entries = Vec::new();
    let mut words: Vec<String> = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if is_separator(first) {
            flush(&mut words, &mut entries);
            rest = part(rest, first.len_utf8()..);
        } else if is_blank(first) {
            rest = part(rest, first.len_utf8()..);
        } else if let Some(inner) = rest.strip_prefix('<') {
            let end = inner.find(['>', '\n', '\r']).unwrap_or(inner.len());
            let name = take_name(&mut words, &mut entries);
            let address = bare_address(part(inner, ..end)).into_owned();
            entries.push(Entry { name, address });
            let behind = part(inner, end..);
            rest = behind.strip_prefix('>').unwrap_or(behind);
        } else if let Some((name, after)) = quoted(rest) {
            words.push(name);
            rest = after;
        } else {
            let end = rest.find(|c| is_separator(c) || is_blank(c) || c == '<').unwrap_or(rest.len());
            words.push(part(rest, ..end).to_owned());
            rest = part(rest, end..);
        }
    }
    flush(&mut words, &mut entries);
    entries
}

/// The text in quotes at the beginning, backslash escapes resolved, when it is a display name; `"a b"@example.com` is
/// not. What follows it is returned too.
fn quoted(text: &str) -> Option<(String, &str)> {
    let mut name = String::new();
    let mut chars = text.chars();
    let close = match chars.next()? {
        quote @ ('"' | '\'') => quote,
        '“' => '”',
        '„' => '“',
        '‘' => '’',
        '«' => '»',
        _ => return None,
    };
    while let Some(c) = chars.next() {
        match c {
            '\\' => name.push(chars.next()?),
            '\n' => return None,
            _ if c != close => name.push(c),
            // An apostrophe inside a name is the same character.
            '\'' | '’' if chars.as_str().starts_with(char::is_alphabetic) => name.push(c),
            _ => {
                let after = chars.as_str();
                return after.trim_start_matches(is_blank).starts_with('<').then_some((name, after));
            }
        }
    }
    None
}

/// Makes an entry of each word.
fn flush(words: &mut Vec<String>, entries: &mut Vec<Entry>) {
    for word in words.drain(..) {
        entries.push(Entry { name: None, address: bare_address(&word).into_owned() });
    }
}

/// The words since the last address, as the display name of the next one.
fn take_name(words: &mut Vec<String>, entries: &mut Vec<Entry>) -> Option<String> {
    let name_begins = words.iter().rposition(|word| word.contains('@')).map_or(0, |last| last + 1);
    let name: Vec<String> = words.drain(name_begins..).collect();
    flush(words, entries);
    let name = name.join(" ");
    let name = name.trim_matches(|c| is_blank(c) || c == '\'');
    (!name.is_empty()).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::{Entry, split_list};

    fn entry(name: Option<&str>, address: &str) -> Entry {
        Entry { name: name.map(str::to_owned), address: address.to_owned() }
    }

    #[test]
    fn any_separator_splits() {
        for text in [
            "a@x.example,b@x.example",
            "a@x.example; b@x.example;",
            "a@x.example b@x.example",
            "a@x.example\tb@x.example",
            "a@x.example\r\n\r\nb@x.example\n",
            "a@x.example、b@x.example",
            "<a@x.example> mailto:b@x.example",
            "(a@x.example), “b@x.example”",
        ] {
            assert_eq!(split_list(text), [entry(None, "a@x.example"), entry(None, "b@x.example")], "{text}");
        }
    }

    #[test]
    fn display_names_are_kept() {
        assert_eq!(
            split_list(
                "Ana María <a@x.example>, \"García, \\\"Bo\\\"\" <b@x.example> c@x.example d e@ Zoë <z@x.example>"
            ),
            [
                entry(Some("Ana María"), "a@x.example"),
                entry(Some("García, \"Bo\""), "b@x.example"),
                entry(None, "c@x.example"),
                entry(None, "d"),
                entry(None, "e@"),
                entry(Some("Zoë"), "z@x.example"),
            ]
        );
    }

    #[test]
    fn names_in_any_quotes_may_hold_separators() {
        for (open, close) in [('"', '"'), ('\'', '\''), ('“', '”'), ('„', '“'), ('‘', '’'), ('«', '»')]
        {
            let text = format!("{open}García, Ana{close} <a@x.example>, b@x.example");
            let expected = [entry(Some("García, Ana"), "a@x.example"), entry(None, "b@x.example")];
            assert_eq!(split_list(&text), expected, "{text}");
        }
    }

    #[test]
    fn separators_may_be_mixed() {
        let names = [Some("García, Ana; Jr"), None, Some("Bo"), None, Some("Li, Cy"), None];
        let expected: Vec<Entry> = names
            .iter()
            .zip(["a", "b", "c", "d", "e", "f"])
            .map(|(name, local)| entry(*name, &format!("{local}@x.example")))
            .collect();
        for text in [
            "\"García, Ana; Jr\" <a@x.example>, b@x.example; Bo <c@x.example>,d@x.example;\"Li, Cy\" <e@x.example> f@x.example",
            "\"García, Ana; Jr\"<a@x.example>;b@x.example,Bo <c@x.example>;;d@x.example\t'Li, Cy' <e@x.example>,\nf@x.example;",
            "“García, Ana; Jr” <a@x.example> b@x.example、Bo <c@x.example>；d@x.example，\"Li, Cy\" <mailto:e@x.example>; , f@x.example",
        ] {
            assert_eq!(split_list(text), expected, "{text}");
        }
    }

    #[test]
    fn broken_input_is_kept_and_shown() {
        assert_eq!(split_list("<a@x.example"), [entry(None, "a@x.example")]);
        assert_eq!(split_list("\"a b\"@x.example"), [entry(None, "\"a"), entry(None, "b\"@x.example")]);
        assert_eq!(split_list(" ,;\n"), []);
    }
}
