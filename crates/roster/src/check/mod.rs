//! Checking a file: every row once, quickly, with a few bytes of memory each.

mod checker;
mod classes;
mod context;
mod fast;
mod memo;
mod review;
mod rules;
mod seen;
#[cfg(test)]
mod tests;
mod twins;
mod values;

pub(crate) use context::{Context, KnownNames};
pub use review::{Found, Needle, Review, Span};

use std::sync::Arc;

use checker::Checker;

use crate::{AddressKeys, Changes, Decoders, Dialect, Known, Limits, Mapping, ReadError, Reader, Record};

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
