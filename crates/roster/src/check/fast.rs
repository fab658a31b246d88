//! Recognises rows that certainly have no problem, without allocating strings. Doubtful rows go to [`super::rules`],
//! which decides.

use super::{
    Context,
    rules::{LONGEST_CELL, LONGEST_VALUE},
    twins::Looks,
};
use crate::{Field, Fix, Record, Seed, Target, address_keys::KeyHash, email, export, language, role, text};

/// How many values of a column are remembered, so that each is checked once.
const MEMO: usize = 512;

/// How many domains are remembered.
const DOMAINS: usize = 4096;

/// Checks rows and remembers the results.
#[derive(Debug)]
pub(super) struct Fast {
    /// Some change or default makes every row a special case.
    off: bool,
    email: usize,
    names: Vec<usize>,
    full_name: Option<usize>,
    /// Columns in which the same few values occur over and over.
    repeating: Vec<(Field, usize)>,
    width: usize,
    seed: Seed,
    memo: Vec<Option<(Field, Box<[u8]>)>>,
    domains: Vec<[u8; 32]>,
    looks: Looks,
    key: Vec<u8>,
}

impl Fast {
    pub(super) fn new(context: &Context, seed: Seed) -> Self {
        let columns = &context.columns;
        let replaces_text = context.changes.fixes().any(|fix| {
            matches!(fix, Fix::ReplaceValue { field: Field::Email | Field::FirstName | Field::LastName, .. })
        });
        let defaults_text = [Field::Email, Field::FirstName, Field::LastName]
            .iter()
            .any(|&field| !context.mapping.default_of(field).is_empty());
        // A default without a column has one value for all rows: not clean means that no row is.
        let repeating_fields = [Field::Role, Field::Teams, Field::Workspace, Field::Language];
        let bad_default = repeating_fields
            .into_iter()
            .any(|field| !is_clean(context, field, context.mapping.default_of(field)));
        Self {
            off: replaces_text || defaults_text || bad_default || columns.of(Target::Email).is_none(),
            email: columns.of(Target::Email).unwrap_or_default(),
            names: [Target::FirstName, Target::LastName]
                .into_iter()
                .filter_map(|name| columns.of(name))
                .collect(),
            full_name: columns.of(Target::FullName),
            repeating: repeating_fields
                .into_iter()
                .filter_map(|field| Some((field, columns.of(field.into())?)))
                .collect(),
            width: columns.width(),
            seed,
            memo: vec![None; MEMO],
            domains: vec![[0; 32]; DOMAINS],
            looks: Looks::default(),
            key: Vec::with_capacity(256),
        }
    }

    /// The hash of the address's key, when the row is certainly without a problem.
    #[inline]
    pub(super) fn clean_row(&mut self, context: &Context, record: &Record<'_>) -> Option<KeyHash> {
        let is_odd = self.off
            || record.width() != self.width
            || record.unclosed_quote
            || record.truncated
            || record.raw().len() > LONGEST_CELL;
        if is_odd || context.changes.is_edited(record.number) {
            return None;
        }
        for index in 0..self.names.len() {
            // Doubled quotes are as clean as single ones.
            if !is_clean_name(record.nearly_plain(self.names[index])) {
                return None;
            }
        }
        if let Some(column) = self.full_name {
            let name = record.nearly_plain(column);
            // Either half may begin with these.
            if !is_clean_name(name) || name.iter().any(|byte| matches!(byte, b'=' | b'+' | b'-' | b'@')) {
                return None;
            }
        }
        for index in 0..self.repeating.len() {
            let (field, column) = self.repeating[index];
            if !self.is_clean_value(context, field, record.plain(column)?) {
                return None;
            }
        }
        self.clean_address(context, record.plain(self.email)?)
    }

    #[inline]
    fn is_clean_value(&mut self, context: &Context, field: Field, value: &[u8]) -> bool {
        if value.len() > LONGEST_VALUE {
            return false;
        }
        let mut slot = field as usize * 61 + value.len();
        for byte in value.iter().take(4).chain(value.iter().rev().take(4)) {
            slot = slot.wrapping_mul(31).wrapping_add(usize::from(*byte));
        }
        slot %= MEMO;
        if let Some((known_field, known)) = &self.memo[slot]
            && *known_field == field
            && **known == *value
        {
            return true;
        }
        let is_clean = std::str::from_utf8(value).is_ok_and(|value| is_clean(context, field, value));
        if is_clean {
            self.memo[slot] = Some((field, value.into()));
        }
        is_clean
    }

    /// Plain ASCII addresses without special cases, except for spaces around them.
    #[inline]
    fn clean_address(&mut self, context: &Context, cell: &[u8]) -> Option<KeyHash> {
        let address = cell.trim_ascii();
        if address.len() > 254 {
            return None;
        }
        self.key.clear();
        self.key.extend_from_slice(address);
        self.key.make_ascii_lowercase();
        let at = memchr::memchr(b'@', &self.key)?;
        let (local, domain) = (&self.key[..at], &self.key[at + 1..]);
        if !is_clean_local(local) || !is_clean_domain(domain) {
            return None;
        }
        if !self.is_clean_domain_name(context, at + 1) {
            return None;
        }
        Some(self.seed.hash(&self.key))
    }

    /// Whether the domain, in Unicode and lower case, looks like an earlier one of the file.
    pub(super) fn is_twin(&mut self, domain: &str) -> bool {
        self.looks.is_twin(self.seed, domain)
    }

    /// Whether the domain is no near miss and no look-alike of another one.
    #[inline]
    fn is_clean_domain_name(&mut self, context: &Context, start: usize) -> bool {
        let domain = &self.key[start..];
        let mut name = [0; 32];
        if domain.len() > 31 {
            return is_unsuspicious(context, &mut self.looks, self.seed, domain);
        }
        name[0] = domain.len() as u8;
        name[1..=domain.len()].copy_from_slice(domain);
        let mut slot = 0_u64;
        for word in name.as_chunks::<8>().0 {
            slot = (slot.rotate_left(27) ^ u64::from_le_bytes(*word)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        }
        let slot = (slot >> 52) as usize % DOMAINS;
        if self.domains[slot] == name {
            return true;
        }
        let is_clean = is_unsuspicious(context, &mut self.looks, self.seed, domain);
        if is_clean {
            self.domains[slot] = name;
        }
        is_clean
    }
}

fn is_unsuspicious(context: &Context, looks: &mut Looks, seed: Seed, domain: &[u8]) -> bool {
    let own_domains = &context.known.own_domains;
    std::str::from_utf8(domain).is_ok_and(|domain| {
        email::probably_meant(domain, own_domains).is_none()
            && !email::is_lookalike(domain, own_domains)
            && !looks.is_twin(seed, domain)
    })
}

/// Whether a role, teams, workspace or language is understood and no fix changes it.
fn is_clean(context: &Context, field: Field, value: &str) -> bool {
    if value.trim_matches(text::is_blank).len() != value.len()
        || value.chars().any(char::is_control)
        || value.contains('\u{fffd}')
        || matches!(export::unescape(value), std::borrow::Cow::Owned(_))
    {
        return false;
    }
    let replaced = |part: &str| {
        context.changes.fixes().any(|fix| {
            matches!(fix, Fix::ReplaceValue { field: fixed, from, .. }
                if *fixed == field && text::fold(from) == text::fold(part))
        })
    };
    if value.is_empty() {
        let default = context.mapping.default_of(field);
        return !replaced("") && (default.is_empty() || is_clean(context, field, default));
    }
    match field {
        Field::Role => role::parse(value).is_some() && !replaced(value),
        Field::Teams => {
            context.known.team(value).is_some()
                && !replaced(value)
                && (context.known.teams_are_known() || !value.contains([';', '|', '；']))
        }
        Field::Workspace => context.known.workspace(value).is_some() && !replaced(value),
        Field::Language => language::parse(value).is_some() && !replaced(value),
        Field::Email | Field::FirstName | Field::LastName => false,
    }
}

/// What a byte may do in a name.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Byte {
    Fine,
    /// Fine, but not at the beginning: a formula or white space begins so.
    FineInside,
    /// Fine inside a word: where a piece begins, it may be no part of the text.
    Apostrophe,
    /// The lead of characters of which some are not fine.
    Suspicious,
    Bad,
}

const NAME_BYTES: [Byte; 256] = {
    let mut table = [Byte::Fine; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = match byte as u8 {
            0..=0x1f | 0x7f => Byte::Bad,
            b' ' | b'=' | b'+' | b'-' | b'@' => Byte::FineInside,
            b'\'' => Byte::Apostrophe,
            // C1 controls and the soft hyphen; the Arabic letter mark; full-width forms and U+FFFD; tags.
            0xc2 | 0xd8 | 0xef | 0xf3 => Byte::Bad,
            // U+1680 and U+180E; general punctuation; the ideographic space.
            0xe1..=0xe3 => Byte::Suspicious,
            _ => Byte::Fine,
        };
        byte += 1;
    }
    table
};

#[inline]
fn is_clean_name(name: &[u8]) -> bool {
    let Some((&first, _)) = name.split_first() else { return true };
    if name.len() > LONGEST_VALUE || NAME_BYTES[usize::from(first)] == Byte::FineInside {
        return false;
    }
    name.iter().enumerate().all(|(index, &byte)| match NAME_BYTES[usize::from(byte)] {
        Byte::Fine | Byte::FineInside => true,
        Byte::Apostrophe => index > 0 && !matches!(name[index - 1], b',' | b';' | b'|'),
        Byte::Suspicious => !matches!(
            (byte, name.get(index + 1)),
            (0xe1, Some(0x9a | 0xa0)) | (0xe2, Some(0x80 | 0x81)) | (0xe3, Some(0x80)) | (_, None)
        ),
        Byte::Bad => false,
    })
}

const LOCAL_BYTES: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        table[byte as usize] =
            byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-' | b'+' | b'\'');
        byte += 1;
    }
    table
};

/// A local part without special cases; stricter than the rule.
#[inline]
fn is_clean_local(local: &[u8]) -> bool {
    let (Some(&first), Some(&last)) = (local.first(), local.last()) else { return false };
    let mut before = b'.';
    local.len() <= 64
        && first.is_ascii_alphanumeric()
        && last != b'.'
        && last != b'\''
        && local.iter().all(|&byte| {
            let fine = LOCAL_BYTES[usize::from(byte)] && !(byte == b'.' && before == b'.');
            before = byte;
            fine
        })
}

/// A domain in lower case without special cases and without A-labels; stricter than the rule.
#[inline]
fn is_clean_domain(domain: &[u8]) -> bool {
    let mut label = 0;
    let mut dots = 0;
    let mut before = b'.';
    for &byte in domain {
        match byte {
            b'.' => {
                if before == b'.' || before == b'-' || label > 63 {
                    return false;
                }
                dots += 1;
                label = 0;
            }
            b'-' => {
                if before == b'.' || before == b'-' {
                    return false;
                }
                label += 1;
            }
            b'a'..=b'z' | b'0'..=b'9' => label += 1,
            _ => return false,
        }
        before = byte;
    }
    dots > 0 && label > 1 && label <= 63 && before.is_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Fast;
    use crate::{
        Changes, Delimiter, Field, Fix, Known, Limits, Mapping, Seed, Target,
        check::{Context, rules},
        read::parse_text,
    };

    fn cell() -> impl Strategy<Value = String> {
        let part = prop::sample::select(vec![
            "a",
            "Ana",
            "김",
            "Nguyễn",
            "é",
            " ",
            "\u{a0}",
            "\u{3000}",
            "\u{202e}",
            "\u{200b}",
            "\u{ad}",
            "\u{fffd}",
            "＝",
            "=",
            "-",
            "+",
            "@",
            ".",
            "..",
            ",",
            "\"\"",
            "\n",
            "\0",
            "\u{85}",
            "user",
            "gmial.com",
            "gmail.com",
            "example",
            "com",
            "xn--0",
            "User",
            "관리자",
            "Boss",
            "EMEA",
            "; ",
            "Everyone",
            "\u{1680}",
            "\u{2028}",
            "'",
            ";'=",
            "|'-",
            "1",
            "A",
            "--",
        ]);
        let any = prop::collection::vec(part, 0..5).prop_map(|parts| parts.concat());
        let address = prop::sample::select(vec![
            "ana@example.com",
            "ANA@Example.com",
            " ana@example.com",
            "a.b-c+d@mail.example.co",
            "a@gmial.com",
            "a@b",
            "a@example.c",
            "a@1.2.3.4",
            "a@-x.com",
            "o'neil@example.com",
            "+a@example.com",
            "a@ex--ample.com",
            "a@acme-wroks.com",
            "a@acrne-works.com",
        ]);
        let value = prop::sample::select(vec![
            "",
            "User",
            "admin",
            "EMEA",
            "emea; EMEA",
            "Everyone",
            "Nobody",
            "María",
        ]);
        prop_oneof![any, address.prop_map(str::to_owned), value.prop_map(str::to_owned)]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]
        #[test]
        fn rows_that_are_certainly_clean_have_no_problem_and_the_same_key_by_the_rules(
            cells in prop::collection::vec(cell(), 4..7),
            full_name in any::<bool>(),
            replaced in prop::sample::select(vec![None, Some("EMEA"), Some("User"), Some("")]),
            default in prop::sample::select(vec![None, Some("Admin"), Some("Boss")]),
        ) {
            let quoted: Vec<String> = cells.iter().map(|cell| format!("\"{}\"", cell.replace('"', "\"\""))).collect();
            let name = if full_name { Target::FullName } else { Target::FirstName };
            let mut mapping = Mapping { targets: vec![Target::Email, name, Target::Role, Target::Teams, Target::Ignore], ..Mapping::default() };
            if let Some(default) = default {
                mapping.defaults.push((Field::Role, default.to_owned()));
            }
            let known = Known {
                teams: Some(vec!["EMEA".to_owned()]),
                workspaces: None,
                own_domains: vec!["acme-works.com".to_owned()],
                free_seats: None,
            };
            let mut changes = Changes::default();
            if let Some(from) = replaced {
                for field in [Field::Role, Field::Teams] {
                    changes.fix(Fix::ReplaceValue { field, from: from.to_owned(), to: "Nobody".to_owned() });
                }
            }
            let context = Context::new(None, &mapping, &known, changes);
            let seed = Seed([3, 4]);
            let mut fast = Fast::new(&context, seed);
            parse_text(quoted.join(",").as_bytes(), Delimiter::COMMA, true, Limits::CHECK, &mut |record| {
                // Twice: the second time from memory.
                for _ in 0..2 {
                    if let Some(hash) = fast.clean_row(&context, &record) {
                        let resolved = rules::resolve(&context, &record);
                        assert!(resolved.problems.is_empty(), "{:?}", resolved.problems);
                        let key = resolved.address.map(|address| address.key()).unwrap_or_default();
                        assert_eq!(hash, seed.hash(key.as_bytes()));
                    }
                }
            }).unwrap();
        }
    }
}
