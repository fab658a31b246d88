//! Checking a file: every row once, quickly, with a few bytes of memory each.
//!
//! No text is kept per cell: what remains of a row is its verdict, its problems and, for every few hundred rows, their position
//! in the file, by which rows are read again when they become visible. Duplicates, members and invited people are found by
//! hashes of addresses, in one partition for each value of their first ten bits. The assignment of seats is one row number:
//! the last row that has a seat. Changes are an overlay by row number, and fixes for many rows are rules applied while reading.

mod checker;
mod classes;
mod context;
mod fast;
mod faults;
mod index;
mod memo;
mod names;
mod part;
mod review;
mod rules;
mod said;
mod seen;
#[cfg(test)]
mod tests;
mod twins;
mod values;

pub(crate) use context::{Context, KnownNames};
pub use part::{Part, part_begin, part_cuts};
pub use review::{Needle, Review, Span};

use std::sync::Arc;

use checker::Checker;
use part::PartPlace;

use crate::{
    AddressKeys, Changes, Dialect, Known, Limits, Mapping, ReadError, Reader, Record, Seed,
    read::FilePosition,
};
use encodings::Decoders;

/// A check of a whole file under way.
///
/// Call [`Self::space`], fill it with the file's bytes from [`Dialect::bom_length`] on, and call [`Self::advance`]; at
/// the end of the file call [`Self::finish`]. The crate's first example does so. Several readers can share a file:
///
/// ```
/// # #[cfg(feature = "encodings")] {
/// # use std::sync::Arc;
/// # use roster::{AddressKeys, Changes, Known, NativeDecoders, Overrides, Seed, Verdict, open};
/// use roster::{Check, part_begin};
///
/// let file = "Email,Name\nana@example.com,Ana\nbo@example.com,Bo\nANA@example.com,Ana\n".as_bytes();
/// # let opened = open(file, true, &Overrides::default(), &NativeDecoders)?;
/// # let (dialect, mapping, known, seed) = (opened.dialect, opened.mapping, Known::default(), Seed([1, 2]));
/// # let keys = Arc::new(AddressKeys::empty(seed));
/// let begin = part_begin(&file[30..], 30, &dialect, 2).expect("there is a line break");
/// let (first, second) = file.split_at(begin as usize);
///
/// let mut part = Check::of_part(&dialect, &mapping, &known, &NativeDecoders, false, (seed, begin));
/// part.space(second.len())[..second.len()].copy_from_slice(second);
/// part.advance(second.len()).expect("two columns");
/// let part = part.into_part(begin, true).expect("two columns").expect("the last part");
///
/// let mut check = Check::new(dialect, &mapping, &known, Changes::default(), &NativeDecoders, false, keys);
/// check.space(first.len())[..first.len()].copy_from_slice(first);
/// check.advance(first.len()).expect("two columns");
/// assert!(check.append(&part), "else this reader goes on with the second part itself");
/// let summary = check.finish(file.len() as u64).expect("two columns").summary();
/// assert_eq!((summary.records, summary.verdicts.get(Verdict::Duplicate)), (3, 1));
/// # }
/// # Ok::<(), roster::Refusal>(())
/// ```
#[derive(Debug)]
pub struct Check {
    reader: Reader,
    dialect: Dialect,
    checker: Checker,
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
            checker: Checker::new(context, keys, known.free_seats),
        }
    }

    /// Begins the check of a part of a file, which begins `begin` bytes from the file's own beginning, behind a line break
    /// (see [`part_begin`]). There are no changes, because the numbers of rows are not known. The seed is that of the address
    /// keys of the whole file's check.
    pub fn of_part(
        dialect: &Dialect,
        mapping: &Mapping,
        known: &Known,
        decoders: &dyn Decoders,
        strict: bool,
        (seed, begin): (Seed, u64),
    ) -> Self {
        let dialect = Dialect { header_row: None, ..dialect.clone() };
        let place = FilePosition { source: begin, skip: 0 };
        Self {
            reader: Reader::at(&dialect, decoders, Limits::CHECK, strict, place, begin, 0),
            checker: Checker::new(
                Context::new(None, mapping, known, Changes::default()),
                Arc::new(AddressKeys::empty(seed)),
                known.free_seats,
            ),
            dialect,
        }
    }

    /// The part that began at `begin` ends here. `None` where a record is open at its end, unless it is the last part.
    ///
    /// # Errors
    /// See [`ReadError`].
    pub fn into_part(mut self, begin: u64, is_last: bool) -> Result<Option<Part>, ReadError> {
        if is_last {
            self.read(None)?;
        } else if !self.reader.is_between_records() {
            return Ok(None);
        }
        let place = PartPlace {
            begin,
            end: self.reader.source(),
            text: self.reader.text() - begin,
            records: self.reader.records(),
        };
        Ok(Some(self.checker.into_part(place, self.reader.into_anchors())))
    }

    /// Adds the next part of the file. `false`, and nothing is added, where the part does not count: the check goes on with
    /// the bytes of the part instead, as if nothing had been tried.
    pub fn append(&mut self, part: &Part) -> bool {
        let before = self.reader.records();
        let (text, begin) = (self.reader.text(), self.reader.source());
        let fits = begin == part.place.begin
            && self.reader.is_between_records()
            && self.checker.append(part, before, text.wrapping_sub(begin));
        if fits {
            let PartPlace { end, text, records, .. } = part.place;
            self.reader.skip(end, text, records, &part.anchors);
        }
        fits
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
        self.read(Some(length))
    }

    /// Takes bytes, or the end of the file: by one function, so that the code to parse is there once.
    #[inline(never)]
    fn read(&mut self, length: Option<usize>) -> Result<(), ReadError> {
        let checker = &mut self.checker;
        let sink = |record: Record<'_>| checker.record(&record);
        match length {
            Some(length) => self.reader.advance(length, sink),
            None => self.reader.finish(sink),
        }
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
        self.read(None)?;
        self.checker.finish();
        Ok(Review::new(self.dialect, self.checker, self.reader.into_anchors(), size))
    }
}
