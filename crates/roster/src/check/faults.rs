//! What was found of values that are not clean at a glance, so that the rules see each of them once: of a file in which every row has a
//! problem, most rows have one that an earlier row had.
//!
//! A role, a team, a workspace or a language has the same problems in every row, and so has the domain of a valid address.
//! What is wrong with other addresses depends on their shape alone, as far as [`shape`] describes them.

use super::{
    Context,
    classes::code_bit,
    memo::{Entry, LONGEST},
    rules::Resolved,
    said::Said,
};
use crate::{Field, Seed};
use values::Problem;

/// How many values are remembered.
const FAULTS: usize = 2048;

/// The kind of value of a shape.
const SHAPE: u8 = u8::MAX - 1;

/// No longer text than this stands for no value: such a text is told by its letters.
const LONGEST_PLACEHOLDER: usize = 8;

/// What was found of a value.
#[derive(Debug)]
struct Fault {
    value: Entry,
    /// A bit per code.
    mask: u64,
    problems: Vec<Problem>,
    said: Said,
    /// In how many rows it was met again.
    rows: u64,
}

/// Values that are not clean at a glance. Few have no problem all the same, as several teams in one cell.
#[derive(Debug, Default)]
pub(super) struct Faults {
    /// By value, ascending.
    known: Vec<Fault>,
    /// The places of those of the row.
    met: Vec<usize>,
    /// Values of the row that are not clean either, of which nothing is known yet.
    unknown: Vec<(Field, Entry)>,
}

impl Faults {
    fn place(&self, value: Entry) -> Result<usize, usize> {
        self.known.binary_search_by_key(&value, |fault| fault.value)
    }

    pub(super) fn contains(&self, value: Entry) -> bool {
        self.place(value).is_ok()
    }

    /// Begins a row, or forgets one of which the rules are not asked.
    pub(super) fn begin(&mut self) {
        self.met.clear();
        self.unknown.clear();
    }

    /// Takes note of a value of the row that is not clean.
    pub(super) fn meet(&mut self, field: Field, value: Entry) {
        match self.place(value) {
            Ok(place) => self.met.push(place),
            Err(_) => self.unknown.push((field, value)),
        }
    }

    /// Counts the row, and gives the codes of its problems and what its values say that are not clean, if all of those are known.
    pub(super) fn count(&mut self) -> Option<(u64, Said)> {
        if !self.unknown.is_empty() {
            return None;
        }
        let (mut mask, mut said) = (0, Said::NOTHING);
        for &place in &self.met {
            let fault = &mut self.known[place];
            fault.rows += 1;
            mask |= fault.mask;
            said = said.and(fault.said);
        }
        Some((mask, said))
    }

    /// Remembers what the rules found of the unknown values of the row that was begun last.
    pub(super) fn learn(&mut self, context: &Context, seed: Seed, found: &Resolved) {
        for (field, value) in self.unknown.drain(..) {
            let own = found.problems.iter().filter(|problem| problem.field == Some(field));
            let problems: Vec<Problem> = own.cloned().collect();
            let mask = problems.iter().fold(0, |mask, problem| mask | code_bit(problem.code));
            // A shape does not say what domain an address has.
            let is_told = value.kind() != SHAPE || found.address.is_none();
            let place = self.known.binary_search_by_key(&value, |fault| fault.value);
            if let Err(place) = place
                && is_told
                && self.known.len() < FAULTS
            {
                let said = Said::of(context, seed, field, found.values.get(field));
                self.known.insert(place, Fault { value, mask, problems, said, rows: 0 });
            }
        }
    }

    /// The problems of rows that the rules did not see, and how many rows have them.
    pub(super) fn rows(&self) -> impl Iterator<Item = (&[Problem], u64)> {
        self.known.iter().map(|fault| (fault.problems.as_slice(), fault.rows))
    }
}

/// What of an address says whether it is one, and whether it can be mended: its signs, and where letters and digits are between
/// them. `None` where letters matter, or there are other signs.
pub(super) fn shape(address: &[u8]) -> Option<Entry> {
    let mut shape = [0; LONGEST];
    let (mut length, mut before, mut has_at) = (0, 0, address.is_empty());
    for &byte in address {
        let sign = match byte {
            b'a'..=b'z' | b'A'..=b'Z' => b'a',
            b'0'..=b'9' => b'0',
            // Two of them may be those of an A-label.
            b'-' if before != b'-' => byte,
            b'@' | b'.' | b'_' | b'+' => byte,
            _ => return None,
        };
        has_at |= byte == b'@';
        // One letter is no top-level domain; more of them are as good as two.
        let sign = if sign == b'a' && matches!(before, b'a' | b'b') { b'b' } else { sign };
        if sign != before || !matches!(sign, b'b' | b'0') {
            *shape.get_mut(length)? = sign;
            length += 1;
        }
        before = sign;
    }
    let is_told = has_at || address.len() > LONGEST_PLACEHOLDER;
    is_told.then(|| Entry::new(&shape, 0, length, SHAPE))
}

#[cfg(test)]
mod tests {
    use super::shape;

    #[test]
    fn addresses_of_one_shape_differ_in_letters_and_digits_alone() {
        let same = |a: &str, b: &str| {
            let shapes = [a, b].map(|text| shape(text.as_bytes()));
            shapes[0].is_some() && shapes[0] == shapes[1]
        };
        for (a, b) in [
            ("ana12@@example.com", "BO7@@web.de"),
            ("ana.gil@x@example.com", "bo.ray@y@web.de"),
            ("@example.com", "@web.de"),
            ("ana@localhost", "bo@intranet"),
            ("ana-gil@", "bo-ray@"),
            ("anagilruiz", "boraylopez"),
        ] {
            assert!(same(a, b), "{a} {b}");
        }
        for (a, b) in [
            ("ana@@example.com", "ana@example.com"),
            ("ana@example.c", "ana@example.com"),
            ("ana@example.7", "ana@example.com"),
            ("ana@example..com", "ana@example.com"),
            ("ana@-example.com", "ana@example-.com"),
            ("ana_gil@", "ana+gil@"),
        ] {
            assert!(!same(a, b), "{a} {b}");
        }
        assert!(shape(b"").is_some(), "a missing address");
        for other in ["none", "NULL", "at", "ana gil@", "ana@xn--0", "ana@ü.de", "<ana@", "mailto:ana@"] {
            assert!(shape(other.as_bytes()).is_none(), "{other}");
        }
    }
}
