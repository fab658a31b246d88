//! A person's address and names as texts have them.

/// What is looked for in texts.
#[derive(Clone, Debug, Default)]
pub(crate) struct Needles(Vec<Needle>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Needle {
    text: String,
    is_address: bool,
}

impl Needles {
    /// Adds an address, as it is, as addresses of pages have it, and as names of files do.
    pub(crate) fn add_address(&mut self, address: &str) {
        let in_url: String = url::form_urlencoded::byte_serialize(address.as_bytes()).collect();
        self.add(address, true);
        self.add(&in_url, true);
        self.add(&address.replace('@', "_"), true);
    }

    /// Adds a full name, as it is, and as JSON has it.
    pub(crate) fn add_name(&mut self, name: &str) {
        let quoted = serde_json::Value::from(name).to_string();
        self.add(name, false);
        self.add(quoted.trim_matches('"'), false);
    }

    /// Adds those of others.
    pub(super) fn join(&mut self, others: Self) {
        for Needle { text, is_address } in others.0 {
            self.add(&text, is_address);
        }
    }

    fn add(&mut self, text: &str, is_address: bool) {
        let needle = Needle { text: text.trim().to_owned(), is_address };
        if !needle.text.is_empty() && !self.0.contains(&needle) {
            self.0.push(needle);
            // A longer one may contain a shorter one.
            self.0.sort_by_key(|needle| std::cmp::Reverse(needle.text.len()));
        }
    }

    pub(super) fn texts(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|needle| needle.text.as_str())
    }

    /// The text with another one wherever it names the person; `None` if it does not.
    pub(crate) fn replaced(&self, text: &str, by: &str) -> Option<String> {
        let mut new = String::with_capacity(text.len());
        let (mut copied, mut at) = (0, 0);
        while let Some(c) = text[at..].chars().next() {
            let found = self.0.iter().find_map(|needle| needle.length_at(&text[..at], &text[at..]));
            at += match found {
                Some(length) => {
                    new.push_str(&text[copied..at]);
                    new.push_str(by);
                    copied = at + length;
                    length
                }
                None => c.len_utf8(),
            };
        }
        if copied == 0 {
            return None;
        }
        new.push_str(&text[copied..]);
        Some(new)
    }
}

impl Needle {
    /// How long it is at the beginning of a text that follows another one; `None` if it is not there, or is only a part of
    /// another address or name.
    fn length_at(&self, before: &str, text: &str) -> Option<usize> {
        let mut rest = text.chars();
        for wanted in self.text.chars() {
            let found = rest.next()?;
            if found != wanted && !found.to_lowercase().eq(wanted.to_lowercase()) {
                return None;
            }
        }
        let rest = rest.as_str();
        let (before, goes_on) = if self.is_address {
            (before.trim_end_matches(IN_ADDRESSES), rest.starts_with('-') || has_more_labels(rest))
        } else {
            (before, false)
        };
        let goes_on = goes_on || rest.starts_with(is_letter) || before.ends_with(is_letter);
        (!goes_on).then(|| text.len() - rest.len())
    }
}

/// Whether a domain goes on with another label, and not with the end of a file's name.
fn has_more_labels(rest: &str) -> bool {
    let label =
        rest.strip_prefix('.').and_then(|rest| rest.split(|c| !is_letter(c)).next()).unwrap_or_default();
    !label.is_empty() && !ENDS_OF_FILES.contains(&label.to_lowercase().as_str())
}

const ENDS_OF_FILES: &[&str] = &["csv", "tsv", "txt", "xls", "xlsx", "ods", "gz"];

/// What may stand between the letters of an address.
const IN_ADDRESSES: &[char] = &['!', '#', '$', '*', '+', '-', '.', '^', '_', '`', '|', '~'];

/// Whether what is beside it goes on with the same word. Scripts that write words without spaces tell nothing.
fn is_letter(c: char) -> bool {
    c.is_alphanumeric() && c < '\u{2e80}'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r25_a_person_is_found_in_texts_and_nobody_whose_address_or_name_only_contains_theirs() {
        let mut needles = Needles::default();
        needles.add_address("ana@example.com");
        needles.add_name("Ana Díaz");
        needles.add_name("김민준");
        needles.add_name("Bo \"B\" Li");
        for (text, expected) in [
            ("ana@example.com", "X"),
            ("ANA@Example.com (user)", "X (user)"),
            ("<ana@example.com>: no such user.", "<X>: no such user."),
            ("Write to ana@example.com.", "Write to X."),
            ("/users?search=ana%40example.com&x=1", "/users?search=X&x=1"),
            ("from Ana Díaz, ana díaz", "from X, X"),
            ("김민준님", "X님"),
            ("Sales (+ana@example.com)", "Sales (+X)"),
            ("of ana@example.com.csv (3)", "of X.csv (3)"),
            ("of ana_example.com.csv (3)", "of X.csv (3)"),
            (
                r#"{"happened":{"operator_promoted":"ana@example.com"}}"#,
                r#"{"happened":{"operator_promoted":"X"}}"#,
            ),
            (r#"{"inviter":"Bo \"B\" Li"}"#, r#"{"inviter":"X"}"#),
        ] {
            assert_eq!(needles.replaced(text, "X").as_deref(), Some(expected));
        }
        for other in [
            "",
            "mariana@example.com",
            "x.ana@example.com",
            "x+ana@example.com",
            "ana@example.com.au",
            "ana@example.company",
            "ana@example.com-x.org",
            "Ana Díazo",
            "Mariana Díaz",
            "Ana",
        ] {
            assert_eq!(needles.replaced(other, "X"), None, "{other}");
        }
    }
}
