//! Recognises rows that certainly have no problem, without allocating strings. Doubtful rows go to [`super::rules`],
//! which decides.

use std::ops::Range;

use super::{
    Context,
    classes::verdict,
    faults::{self, Faults},
    memo::{self, Entry, Few, Memo},
    rules::{LONGEST_CELL, LONGEST_VALUE},
    said::Said,
    twins::Looks,
};
use crate::{
    Field, Fix, Record, Seed, Target, Verdict,
    address_keys::KeyHash,
    export,
    lanes::{LANES, Lanes},
    text,
};
use values::{email, language, role};

/// The kind of value of a domain; those of fields follow their numbers.
const DOMAIN: u8 = u8::MAX;

/// The longest address that is recognised here, in bytes: a bit for each in a word.
const LONGEST_ADDRESS: usize = u64::BITS as usize;

/// What is certain of a row at a glance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Glance {
    /// There is no problem. With the hash of the address's key, and what the row says.
    Clean(KeyHash, Said),
    /// There are problems, all of which earlier rows had: a bit per code. With the same of the address that the row takes,
    /// if any.
    Faulty(u64, Option<(KeyHash, Said)>),
    /// At most the names have further problems, and no change concerns the row.
    Names(u64, Option<(KeyHash, Said)>),
    /// At most the address has problems, and no change concerns the row. With what the row says.
    Address(Said),
    /// Nothing.
    Doubtful,
}

/// A column in which the same few values occur over and over.
#[derive(Debug)]
struct Repeating {
    field: Field,
    column: usize,
    /// Those that are clean.
    few: Few,
}

/// Checks rows and remembers the results.
#[derive(Debug)]
pub(super) struct Fast {
    /// Some change or default makes every row a special case.
    off: bool,
    /// Some change names a row.
    named: bool,
    /// Some fix may concern any row.
    fixed: bool,
    email: usize,
    names: Vec<usize>,
    full_name: Option<usize>,
    repeating: Vec<Repeating>,
    width: usize,
    seed: Seed,
    clean: Memo,
    pub(super) faults: Faults,
    pub(super) looks: Looks,
}

impl Fast {
    pub(super) fn new(context: &Context, seed: Seed) -> Self {
        let columns = &context.columns;
        let replaces_text = context.changes.fixes().any(|fix| {
            matches!(
                fix,
                Fix::ReplaceValue { field: Field::Email | Field::FirstName | Field::LastName, .. }
                    | Fix::ReplaceText { field: Field::Email | Field::FirstName | Field::LastName, .. }
            )
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
            named: context.changes.name_rows(),
            fixed: context.changes.fixes().next().is_some(),
            email: columns.of(Target::Email).unwrap_or_default(),
            names: [Target::FirstName, Target::LastName]
                .into_iter()
                .filter_map(|name| columns.of(name))
                .collect(),
            full_name: columns.of(Target::FullName),
            repeating: repeating_fields
                .into_iter()
                .filter_map(|field| {
                    Some(Repeating { field, column: columns.of(field.into())?, few: Few::default() })
                })
                .collect(),
            width: columns.width(),
            seed,
            clean: Memo::default(),
            faults: Faults::default(),
            looks: Looks::default(),
        }
    }

    /// What is certain of a row at a glance.
    #[inline(always)]
    pub(super) fn glance(&mut self, context: &Context, record: &Record<'_>) -> Glance {
        let is_odd = self.off
            || record.width() != self.width
            || record.unclosed_quote
            || record.truncated
            || record.raw().len() > LONGEST_CELL;
        if is_odd || (self.named && context.changes.name(record.number)) {
            return Glance::Doubtful;
        }
        let text = record.surroundings();
        if !self.are_clean_names(text, record) {
            return self.look_at_faults(context, record, false);
        }
        if let Some(column) = self.full_name {
            let Some(name) = record.nearly_plain(column) else { return Glance::Doubtful };
            // Either half may begin with these.
            if !is_clean_name(text, name.clone())
                || text[name].iter().any(|byte| matches!(byte, b'=' | b'+' | b'-' | b'@'))
            {
                return self.look_at_faults(context, record, false);
            }
        }
        let mut said = Said::NOTHING;
        for Repeating { field, column, few } in &mut self.repeating {
            let Some(value) = record.plain(*column) else { return Glance::Doubtful };
            let entry = Few::entry(text, &value);
            if let Some(found) = entry.and_then(|entry| few.find(entry)) {
                said = said.and(found);
                continue;
            }
            let memory = (&mut self.clean, &self.faults, self.seed);
            let Some(found) = clean_value(memory, context, *field, text, value) else {
                return self.look_at_faults(context, record, true);
            };
            said = said.and(found);
            if let Some(entry) = entry {
                few.insert(entry, found);
            }
        }
        match record.plain(self.email).and_then(|address| self.clean_address(context, text, address)) {
            Some(hash) => Glance::Clean(hash, said),
            None => self.look_at_faults(context, record, true),
        }
    }

    /// What is certain of a row that is not clean, at most because of its address, of values that repeat, and of names unless
    /// those are clean.
    #[cold]
    #[inline(never)]
    fn look_at_faults(&mut self, context: &Context, record: &Record<'_>, are_names_clean: bool) -> Glance {
        if self.fixed {
            return Glance::Doubtful;
        }
        self.faults.begin();
        let text = record.surroundings();
        let (mut are_others_clean, mut said) = (are_names_clean, Said::NOTHING);
        for Repeating { field, column, .. } in &self.repeating {
            let Some(value) = record.plain(*column) else { return Glance::Doubtful };
            let memory = (&mut self.clean, &self.faults, self.seed);
            if let Some(found) = clean_value(memory, context, *field, text, value.clone()) {
                said = said.and(found);
                continue;
            }
            are_others_clean = false;
            if value.len() > memo::LONGEST {
                return Glance::Doubtful;
            }
            self.faults.meet(*field, Entry::new(text, value.start, value.len(), *field as u8 + 1));
        }
        let unknown = if are_others_clean { Glance::Address(said) } else { Glance::Doubtful };
        let Some(address) = record.plain(self.email).map(|cell| without_spaces(text, cell)) else {
            return unknown;
        };
        let mut key = LowerAddress::default();
        let mut hash = None;
        let value = match key.read(text, address.clone()) {
            Some(at) => {
                let (start, length) = (at + 1, address.len() - at - 1);
                hash = Some(key.hash(self.seed, address.len()));
                let is_clean = self.is_clean_domain(context, &key.0, start, length);
                (!is_clean)
                    .then(|| (length <= memo::LONGEST).then(|| Entry::new(&key.0, start, length, DOMAIN)))
            }
            // Of several cells, another one may have the address; or it may be in the place of a name.
            None if address.is_empty() && context.columns.addresses().len() > 1 => Some(None),
            None if !are_names_clean && !text[address.clone()].contains(&b'@') => Some(None),
            None => Some(faults::shape(&text[address])),
        };
        match value {
            Some(None) => return unknown,
            Some(Some(value)) => self.faults.meet(Field::Email, value),
            None => {}
        }
        match self.faults.count() {
            Some((mask, found)) => {
                let hash = hash.filter(|_| verdict(mask) != Verdict::Error);
                let taken = hash.map(|hash| (hash, said.and(found)));
                if are_names_clean { Glance::Faulty(mask, taken) } else { Glance::Names(mask, taken) }
            }
            None => unknown,
        }
    }

    #[inline(always)]
    fn are_clean_names(&self, text: &[u8], record: &Record<'_>) -> bool {
        // Doubled quotes are as clean as single ones.
        let name = |column: usize| record.nearly_plain(column);
        if let &[first, second] = self.names.as_slice()
            && second == first + 1
        {
            let (Some(first), Some(second)) = (name(first), name(second)) else { return false };
            let both = first.start..second.end;
            if both.len() <= LONGEST_VALUE
                // Behind an empty one is what ends a cell, with which no name begins.
                && text.get(second.start).is_some_and(|&byte| BEGINS_WELL[usize::from(byte)])
                && BEGINS_WELL[usize::from(text[first.start])]
                && !has_odd_bytes(text, both)
            {
                return true;
            }
        }
        let mut named = 0;
        let are_clean = self.names.iter().all(|&column| {
            name(column).is_some_and(|name| {
                named += usize::from(!name.is_empty());
                is_clean_name(text, name)
            })
        });
        // One name with a comma may be both.
        are_clean && (named != 1 || !self.has_comma(text, record))
    }

    #[cold]
    #[inline(never)]
    fn has_comma(&self, text: &[u8], record: &Record<'_>) -> bool {
        let name = |column: usize| record.nearly_plain(column).unwrap_or_default();
        self.names.iter().any(|&column| text[name(column)].contains(&b','))
    }

    /// ASCII addresses without special cases, except for spaces around them.
    #[inline(always)]
    fn clean_address(&mut self, context: &Context, text: &[u8], cell: Range<usize>) -> Option<KeyHash> {
        let address = without_spaces(text, cell);
        let length = address.len();
        let mut key = LowerAddress::default();
        let at = key.read(text, address)?;
        if !self.is_clean_domain(context, &key.0, at + 1, length - at - 1) {
            return None;
        }
        Some(key.hash(self.seed, length))
    }

    /// Whether the domain, in Unicode and lower case, looks like an earlier one of the file.
    pub(super) fn is_twin(&mut self, domain: &str) -> bool {
        self.looks.is_twin(self.seed, domain)
    }

    /// Whether the domain is no near miss and no look-alike of another one.
    #[inline(always)]
    fn is_clean_domain(&mut self, context: &Context, key: &[u8], start: usize, length: usize) -> bool {
        let domain = &key[start..start + length];
        if length > memo::LONGEST {
            return is_unsuspicious(context, &mut self.looks, self.seed, domain);
        }
        let entry = Entry::new(key, start, length, DOMAIN);
        if self.clean.find(entry).is_some() {
            return true;
        }
        let is_clean =
            !self.faults.contains(entry) && is_unsuspicious(context, &mut self.looks, self.seed, domain);
        if is_clean {
            self.clean.insert(entry, Said::NOTHING);
        }
        is_clean
    }
}

/// What a value says, if it is clean.
fn clean_value(
    (memo, faults, seed): (&mut Memo, &Faults, Seed),
    context: &Context,
    field: Field,
    text: &[u8],
    value: Range<usize>,
) -> Option<Said> {
    let said = |value: &[u8]| {
        let value = std::str::from_utf8(value).ok().filter(|value| is_clean(context, field, value))?;
        let value = if value.is_empty() { context.mapping.default_of(field) } else { value };
        Some(Said::of(context, seed, field, value))
    };
    if value.len() > memo::LONGEST {
        return if value.len() <= LONGEST_VALUE { said(&text[value]) } else { None };
    }
    let entry = Entry::new(text, value.start, value.len(), field as u8 + 1);
    if let Some(said) = memo.find(entry) {
        return Some(said);
    }
    let said = if faults.contains(entry) { None } else { said(&text[value]) }?;
    memo.insert(entry, said);
    Some(said)
}

/// An address in lower case, filled with zeros: room for loads of a whole domain from wherever it begins.
struct LowerAddress([u8; LONGEST_ADDRESS + 3 * LANES]);

impl Default for LowerAddress {
    fn default() -> Self {
        Self([0; LONGEST_ADDRESS + 3 * LANES])
    }
}

impl LowerAddress {
    /// The hash of the address, of that many bytes.
    #[inline(always)]
    fn hash(&self, seed: Seed, length: usize) -> KeyHash {
        let words = self.0.as_chunks().0;
        seed.hash_words(length, &words[..length / 8], words[length / 8])
    }

    /// Copies the address. Returns where its `@` is, unless the address has special cases: stricter than the rule, and
    /// without A-labels.
    ///
    /// Every word has a bit for each byte of the address, the lowest for the first.
    #[inline(always)]
    fn read(&mut self, text: &[u8], address: Range<usize>) -> Option<usize> {
        let length = address.len();
        if length == 0 || length > LONGEST_ADDRESS {
            return None;
        }
        let mut found = Found::default();
        // Most have two windows.
        found.window(&mut self.0, text, address.start, 0);
        found.window(&mut self.0, text, address.start, LANES);
        for begin in (2 * LANES..length).step_by(LANES) {
            found.window(&mut self.0, text, address.start, begin);
        }
        let Found { names, dots, hyphens, mut ats, fine } = found;
        // The rest of the last word.
        self.0[length..length + 8].fill(0);
        let all = u64::MAX >> (LONGEST_ADDRESS - length);
        ats &= all;
        let at = ats.trailing_zeros() as usize;
        if ats == 0 || ats & (ats - 1) != 0 || fine & all != all {
            return None;
        }
        let local = ats - 1;
        let domain = all & !(local | ats);
        let others = all & !(names | dots | hyphens | ats);
        // Of the local part: the first byte, the last one, and dots beside each other.
        let is_local = names & 1 != 0
            && (names | hyphens | others) & (ats >> 1) != 0
            && self.0[at - 1] != b'\''
            && dots & (dots << 1) & all == 0;
        // The domain: more than one label, of which none begins or ends with a hyphen or has two in a row; the last has two
        // letters or more.
        let is_domain = others & domain == 0
            && names & (ats << 1) != 0
            && dots & domain != 0
            && hyphens & domain & ((dots | hyphens) << 1) == 0
            && dots & domain & (hyphens << 1) == 0
            && self.0[length - 1].is_ascii_lowercase()
            && names >> (length - 2) & 1 != 0;
        (is_local && is_domain).then_some(at)
    }
}

/// A bit for each byte of an address, the lowest for the first, and for some bytes behind it.
#[derive(Default)]
struct Found {
    names: u64,
    dots: u64,
    hyphens: u64,
    ats: u64,
    /// These and the other bytes that a local part may have.
    fine: u64,
}

impl Found {
    /// Copies bytes of the address, which begins at `start`, and looks at them.
    #[inline(always)]
    fn window(&mut self, copy: &mut [u8], text: &[u8], start: usize, begin: usize) {
        let (lanes, letters) = Lanes::load(text, start + begin).lower();
        copy[begin..begin + LANES].copy_from_slice(&lanes.bytes());
        let put = |lanes: Lanes| u64::from(lanes.bits()) << begin;
        let name = letters.or(lanes.is_in(b'0', b'9'));
        let (dot, hyphen, at) = (lanes.is(b'.'), lanes.is(b'-'), lanes.is(b'@'));
        let other = lanes.is(b'_').or(lanes.is(b'+')).or(lanes.is(b'\''));
        self.names |= put(name);
        self.dots |= put(dot);
        self.hyphens |= put(hyphen);
        self.ats |= put(at);
        self.fine |= put(name.or(dot).or(hyphen).or(at).or(other));
    }
}

/// The cell without white space at its ends.
#[inline(always)]
fn without_spaces(text: &[u8], cell: Range<usize>) -> Range<usize> {
    let mut cell = cell;
    if !cell.is_empty() && text[cell.start] > b' ' && text[cell.end - 1] > b' ' {
        return cell;
    }
    while cell.start < cell.end && text[cell.start].is_ascii_whitespace() {
        cell.start += 1;
    }
    while cell.start < cell.end && text[cell.end - 1].is_ascii_whitespace() {
        cell.end -= 1;
    }
    cell
}

fn is_unsuspicious(context: &Context, looks: &mut Looks, seed: Seed, domain: &[u8]) -> bool {
    let own_domains = &context.known.own_domains;
    std::str::from_utf8(domain).is_ok_and(|domain| {
        email::probably_meant(domain, own_domains).is_none()
            && !email::is_lookalike(domain, own_domains)
            && context.known.is_domain_allowed(domain)
            && !looks.is_twin(seed, domain)
    })
}

/// Whether a role, teams, workspace or language is understood and no fix changes it.
fn is_clean(context: &Context, field: Field, value: &str) -> bool {
    if text::trimmed(value).len() != value.len()
        || value.chars().any(char::is_control)
        || text::has(value, '\u{fffd}')
        || matches!(export::unescape(value), std::borrow::Cow::Owned(_))
    {
        return false;
    }
    let replaced = |part: &str| {
        context.changes.fixes().any(|fix| match fix {
            Fix::ReplaceValue { field: fixed, from, .. } => {
                *fixed == field && text::fold(from) == text::fold(part)
            }
            Fix::ReplaceText { field: fixed, find, .. } => {
                *fixed == field && text::contains_in_any_case(part, find)
            }
            _ => false,
        })
    };
    if value.is_empty() {
        let default = context.mapping.default_of(field);
        return !replaced("") && (default.is_empty() || is_clean(context, field, default));
    }
    match field {
        Field::Role => {
            role::parse(value).is_some_and(|role| context.known.is_role_allowed(role)) && !replaced(value)
        }
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
            b' ' | b'=' | b'+' | b'-' => Byte::FineInside,
            // A formula, or an address.
            b'@' => Byte::Bad,
            b'\'' => Byte::Apostrophe,
            // C1 controls and the soft hyphen; the Arabic letter mark; full-width forms and U+FFFD; tags.
            0xc2 | 0xd8 | 0xef | 0xf3 => Byte::Bad,
            // White space, and what is invisible, of Hangul, Khmer and Mongolian; general punctuation and the blank of
            // Braille; the ideographic space and a filler of Hangul.
            0xe1..=0xe3 => Byte::Suspicious,
            _ => Byte::Fine,
        };
        byte += 1;
    }
    table
};

#[inline(always)]
fn is_clean_name(text: &[u8], name: Range<usize>) -> bool {
    name.is_empty()
        || name.len() <= LONGEST_VALUE
            && begins_well(text, &name)
            && (!has_odd_bytes(text, name.clone()) || is_clean_odd_name(&text[name]))
}

/// The bytes with which a name begins, and neither what stands for no name nor what ends a cell.
const BEGINS_WELL: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < table.len() {
        let is_letter = !(byte as u8).is_ascii() || (byte as u8).is_ascii_alphanumeric();
        table[byte] = is_letter && !matches!(byte as u8, b'N' | b'n');
        byte += 1;
    }
    table
};

/// Whether the name is empty or begins with neither a formula nor white space, nor stands for no name.
#[inline(always)]
fn begins_well(text: &[u8], name: &Range<usize>) -> bool {
    name.is_empty() || BEGINS_WELL[usize::from(text[name.start])] || is_name_all_the_same(&text[name.clone()])
}

/// Whether a name is clean that begins otherwise than most.
#[cold]
#[inline(never)]
fn is_name_all_the_same(name: &[u8]) -> bool {
    match name {
        [b'N' | b'n', b'/' | b'.' | b'U', ..] | [b'N' | b'n', b'o' | b'O', b'n' | b'N', ..] => is_other(name),
        [b'N' | b'n', ..] => true,
        [b'#' | b'?', ..] => is_other(name),
        [first, ..] => NAME_BYTES[usize::from(*first)] != Byte::FineInside,
        [] => true,
    }
}

#[cold]
#[inline(never)]
fn is_other(name: &[u8]) -> bool {
    std::str::from_utf8(name).is_ok_and(|name| !text::is_placeholder(text::trimmed(name)))
}

/// Whether there are bytes for which it matters where they are, or which are bad anywhere.
#[inline(always)]
fn has_odd_bytes(text: &[u8], part: Range<usize>) -> bool {
    let mut begin = part.start;
    while begin < part.end {
        let lanes = Lanes::load(text, begin);
        let bad = lanes.is_in(0, 0x1f).or(lanes.is(0x7f)).or(lanes.is(0xc2)).or(lanes.is(0xd8));
        let doubtful = lanes
            .is(b'\'')
            .or(lanes.is(b'@'))
            .or(lanes.is_in(0xe1, 0xe3))
            .or(lanes.is(0xef))
            .or(lanes.is(0xf3));
        if bad.or(doubtful).bits() & first_bits(part.end - begin) != 0 {
            return true;
        }
        begin += LANES;
    }
    false
}

/// The lowest bits, as many as that or all of the sixteen.
#[inline(always)]
fn first_bits(count: usize) -> u32 {
    0xffff >> (LANES - count.min(LANES))
}

#[cold]
fn is_clean_odd_name(name: &[u8]) -> bool {
    name.iter().enumerate().all(|(index, &byte)| match NAME_BYTES[usize::from(byte)] {
        Byte::Fine | Byte::FineInside => true,
        Byte::Apostrophe => index > 0 && !matches!(name[index - 1], b',' | b';' | b'|'),
        Byte::Suspicious => !matches!(
            (byte, name.get(index + 1)),
            (0xe1, Some(0x85 | 0x9a | 0x9e | 0xa0))
                | (0xe2, Some(0x80 | 0x81 | 0xa0))
                | (0xe3, Some(0x80 | 0x85))
                | (_, None)
        ),
        Byte::Bad => false,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Fast, Glance};
    use crate::{
        Changes, Delimiter, Field, Fix, Known, Limits, Mapping, Role, Seed, Target,
        check::{
            Context,
            classes::code_bit,
            rules::{self, Resolved},
            said::Said,
        },
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
            "a@@example.com",
            "+a@gmial.com",
            "@example.com",
            "ana@example",
            "anagilruiz",
            "",
        ]);
        let value = prop::sample::select(vec![
            "",
            "User",
            "User\0",
            "\0",
            "admin",
            "EMEA",
            "emea; EMEA",
            "Everyone",
            "Nobody",
            "María",
            "García, Ana",
            "N/A",
            "-",
            "none",
            "#REF!",
            "ana@example.com (work)",
            "ana at example.com",
            "a@gmail.com; b@example.com",
            "EMEA team",
        ]);
        prop_oneof![any, address.prop_map(str::to_owned), value.prop_map(str::to_owned)]
    }

    #[test]
    fn text_after_the_closing_quote_is_never_certain() {
        let mapping = Mapping {
            targets: vec![Target::Email, Target::FirstName, Target::LastName],
            ..Mapping::default()
        };
        let context = Context::new(None, &mapping, &Known::default(), Changes::default());
        let mut fast = Fast::new(&context, Seed([3, 4]));
        for names in ["\"\"=1+1,Ruiz", "\"a,\"'=1,Ruiz", "Ana,\"\"=1", "\"Ana\"x,Ruiz"] {
            let text = format!("ana@example.com,{names}");
            parse_text(text.as_bytes(), Delimiter::COMMA, true, Limits::CHECK, &mut |record| {
                assert!(matches!(fast.glance(&context, &record), Glance::Names(..)), "{names}");
            })
            .unwrap();
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(10_000))]
        #[test]
        fn rows_that_are_certainly_clean_have_no_problem_and_the_same_key_by_the_rules(
            cells in prop::collection::vec(cell(), 4..7),
            full_name in any::<bool>(),
            second_address in any::<bool>(),
            only_users in any::<bool>(),
            only_some in any::<bool>(),
            replaced in prop::sample::select(vec![None, Some("EMEA"), Some("User"), Some("")]),
            default in prop::sample::select(vec![None, Some("Admin"), Some("Boss")]),
        ) {
            let quoted: Vec<String> = cells.iter().map(|cell| format!("\"{}\"", cell.replace('"', "\"\""))).collect();
            let name = if full_name { Target::FullName } else { Target::FirstName };
            let mut mapping = Mapping { targets: vec![Target::Email, name, Target::Role, Target::Teams, if second_address { Target::Email } else { Target::Ignore }], ..Mapping::default() };
            if let Some(default) = default {
                mapping.defaults.push((Field::Role, default.to_owned()));
            }
            let known = Known {
                teams: Some(vec!["EMEA".to_owned()]),
                workspaces: None,
                default_workspace: None,
                own_domains: vec!["acme-works.com".to_owned()],
                roles: only_users.then(|| vec![Role::User]),
                allowed_domains: only_some.then(|| vec!["example.com".to_owned()]),
                free_seats: None,
            };
            let mut changes = Changes::default();
            if let Some(from) = replaced {
                for field in [Field::Role, Field::Teams] {
                    changes.fix(Fix::ReplaceValue { field, from: from.to_owned(), to: "Nobody".to_owned() });
                    changes.fix(Fix::ReplaceText { field, find: from.to_owned(), by: "o".to_owned() });
                }
            }
            let context = Context::new(None, &mapping, &known, changes);
            let seed = Seed([3, 4]);
            let mut fast = Fast::new(&context, seed);
            parse_text(quoted.join(",").as_bytes(), Delimiter::COMMA, true, Limits::CHECK, &mut |record| {
                // Twice: the second time from memory.
                for _ in 0..2 {
                    let resolved = rules::resolve(&context, &record);
                    let said = |found: &Resolved| Said::of_row(seed, found);
                    let taken = |found: &Resolved| found.taken_key().map(|key| (seed.hash(key.as_bytes()), said(found)));
                    let glance = fast.glance(&context, &record);
                    match glance {
                        Glance::Faulty(mask, hash) => {
                            assert_eq!(mask, resolved.mask(), "{:?}", resolved.problems);
                            assert_eq!(hash, taken(&resolved));
                            continue;
                        }
                        Glance::Names(mask, hash) => {
                            let names = rules::resolve_names(&context, &record);
                            let all = names.iter().fold(mask, |mask, problem| mask | code_bit(problem.code));
                            assert_eq!(all, resolved.mask(), "{:?}", resolved.problems);
                            assert!(names.iter().all(|problem| resolved.problems.contains(problem)));
                            if let Some(taken) = taken(&resolved) {
                                assert_eq!(hash, Some(taken));
                            }
                            continue;
                        }
                        Glance::Clean(hash, found) => {
                            assert_eq!(found, said(&resolved));
                            assert!(resolved.problems.is_empty(), "{:?}", resolved.problems);
                            let key = resolved.taken_key().unwrap_or_default();
                            assert_eq!(hash, seed.hash(key.as_bytes()));
                        }
                        Glance::Address(found) => {
                            assert_eq!(found, said(&resolved));
                            if let Some(address) = rules::resolve_address(&context, &record) {
                                assert_eq!(address.problems, resolved.problems);
                                assert_eq!(address.taken_key(), resolved.taken_key());
                            }
                        }
                        Glance::Doubtful => {}
                    }
                    fast.faults.learn(&context, seed, &resolved);
                }
            }).unwrap();
        }
    }
}
