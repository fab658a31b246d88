//! Checking a file: every row once, quickly, with a few bytes of memory each.

mod classes;
mod context;
mod fast;
mod review;
mod rules;
mod seen;
mod twins;

pub(crate) use context::{Context, KnownNames};
pub use review::{Found, Needle, Review, Span};

use std::sync::Arc;

use classes::{Class, Classes};
use fast::Fast;
use seen::{Match, Seen};

use crate::{
    AddressKeys, Changes, Decoders, Dialect, Known, Limits, Mapping, ProblemCode, ReadError, Reader, Record,
    ValueCount, text,
};

/// The positions of every this many records are kept.
const INDEX_STEP: u64 = 64;

/// How many different unknown values are counted.
const VALUES: usize = 1000;

/// The bit of a code in a combination of codes.
pub(crate) const fn code_bit(code: ProblemCode) -> u64 {
    1 << code as u8
}

const _: () = assert!(ProblemCode::ALL.len() <= 64, "a combination of codes has 64 bits");

/// Unknown values and how many rows have them, by the folded value: a fix for one spelling is one for all.
#[derive(Debug, Default)]
struct ValueCounts(Vec<(String, ValueCount)>);

impl ValueCounts {
    /// Counts the row's unknown values in or out.
    fn count(&mut self, resolved: &rules::Resolved, present: bool) {
        for problem in &resolved.problems {
            let (
                Some(field),
                ProblemCode::UnknownRole
                | ProblemCode::UnknownTeam
                | ProblemCode::UnknownWorkspace
                | ProblemCode::UnknownLanguage,
            ) = (problem.field, problem.code)
            else {
                continue;
            };
            let folded = text::fold(&problem.value);
            let place = self.0.binary_search_by(|(other, count)| {
                other.as_str().cmp(&folded).then(count.code.cmp(&problem.code))
            });
            match (place, present) {
                (Ok(place), true) => self.0[place].1.rows += 1,
                (Ok(place), false) => self.0[place].1.rows = self.0[place].1.rows.saturating_sub(1),
                (Err(place), true) if self.0.len() < VALUES => {
                    let value = problem.value.clone();
                    self.0.insert(place, (folded, ValueCount { code: problem.code, field, value, rows: 1 }));
                }
                (Err(_), _) => {}
            }
        }
    }
}

/// A check of a whole file under way.
///
/// Call [`Self::space`], fill it with the file's bytes from [`Dialect::bom_length`] on, and call [`Self::advance`]; at
/// the end of the file call [`Self::finish`].
#[derive(Debug)]
pub struct Check {
    reader: Reader,
    dialect: Dialect,
    checker: Checker,
}

#[derive(Debug)]
struct Checker {
    context: Context,
    fast: Fast,
    keys: Arc<AddressKeys>,
    free_seats: Option<u64>,
    seen: Seen,
    classes: Classes,
    /// Where every [`INDEX_STEP`]th record begins in the text.
    starts: Vec<u64>,
    values: ValueCounts,
    unclosed_quote: Option<u64>,
}

impl Check {
    /// Begins a check.
    ///
    /// A `strict` check stops at bytes that the encoding does not allow; for use while the encoding is a guess. The
    /// keys hold the addresses that the account knows. Where they are empty, their seed should be random and new for
    /// every check.
    pub fn new(
        dialect: Dialect,
        mapping: &Mapping,
        known: &Known,
        changes: Changes,
        decoders: &dyn Decoders,
        strict: bool,
        keys: Arc<AddressKeys>,
    ) -> Self {
        let context = Context::new(dialect.header_row, mapping, known, changes);
        Self {
            reader: Reader::new(&dialect, decoders, Limits::CHECK, strict),
            dialect,
            checker: Checker {
                fast: Fast::new(&context, keys.seed()),
                context,
                keys,
                free_seats: known.free_seats,
                seen: Seen::default(),
                classes: Classes::default(),
                starts: Vec::new(),
                values: ValueCounts::default(),
                unclosed_quote: None,
            },
        }
    }

    /// Room for the next `length` bytes of the file.
    pub fn space(&mut self, length: usize) -> &mut [u8] {
        self.reader.space(length)
    }

    /// Takes the first `length` bytes of the space.
    ///
    /// # Errors
    /// See [`ReadError`]; the check can no longer be used then.
    pub fn advance(&mut self, length: usize) -> Result<(), ReadError> {
        let checker = &mut self.checker;
        self.reader.advance(length, |record| checker.record(&record))
    }

    /// How many records were read so far.
    pub fn records(&self) -> u64 {
        self.reader.records()
    }

    /// The file, of `size` bytes, ends here.
    ///
    /// # Errors
    /// See [`ReadError`].
    pub fn finish(mut self, size: u64) -> Result<Review, ReadError> {
        let checker = &mut self.checker;
        self.reader.finish(|record| checker.record(&record))?;
        let mut checker = self.checker;
        let classes = &mut checker.classes;
        checker.seen.compare(&checker.keys, |row, found| match found {
            Match::EarlierRow => classes.mark(row.into(), ProblemCode::DuplicateAddress, true),
            Match::Account(standing) => classes.stand(row.into(), Some(standing)),
        });
        classes.seat(checker.free_seats);
        Ok(Review::new(self.dialect, checker, self.reader.into_anchors(), size))
    }
}

impl Checker {
    #[inline]
    fn record(&mut self, record: &Record<'_>) {
        if record.number % INDEX_STEP == 1 {
            self.starts.push(record.position);
        }
        let class = if record.number <= self.context.header_row || record.is_empty() {
            Class::NOBODY
        } else if let Some(hash) = self.fast.clean_row(&self.context, record) {
            self.seen.push(hash, row_number(record));
            Class::READY
        } else {
            self.resolve(record)
        };
        self.classes.push(class);
    }

    #[cold]
    fn resolve(&mut self, record: &Record<'_>) -> Class {
        let mut resolved = rules::resolve(&self.context, record);
        if let Some(address) = &resolved.address {
            let domain = address.readable_domain();
            if self.fast.is_twin(&domain) && self.context.twins.insert(&domain) {
                resolved = rules::resolve(&self.context, record);
            }
        }
        if record.unclosed_quote {
            self.unclosed_quote.get_or_insert(record.number);
        }
        if let Some(key) = resolved.taken_key() {
            self.seen.push(self.keys.seed().hash(key.as_bytes()), row_number(record));
        }
        self.values.count(&resolved, true);
        self.classes.class(resolved.mask())
    }
}

/// Row numbers beyond four billion would need files of a hundred gigabytes; they share the last one.
fn row_number(record: &Record<'_>) -> u32 {
    u32::try_from(record.number).unwrap_or(u32::MAX)
}
