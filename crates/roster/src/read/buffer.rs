//! Bytes on their way through the parser.

use std::ops::Range;

use super::scan::BLOCK;

/// Bytes that are filled in behind and removed in front. What is behind the filled ones stays as it was, so that space
/// is not cleared again and again, and that a few bytes behind the last ones may be loaded with them.
#[derive(Debug, Default)]
pub(super) struct Buffer {
    bytes: Vec<u8>,
    filled: usize,
}

impl Buffer {
    pub(super) fn filled(&self) -> &[u8] {
        &self.bytes[..self.filled]
    }

    pub(super) fn len(&self) -> usize {
        self.filled
    }

    /// The filled bytes and whatever is behind them.
    #[inline]
    pub(super) fn surroundings(&self) -> &[u8] {
        &self.bytes
    }

    /// Room for further bytes.
    pub(super) fn space(&mut self, length: usize) -> &mut [u8] {
        let end = self.filled + length;
        if self.bytes.len() < end + BLOCK {
            self.bytes.resize(end + BLOCK, 0);
        }
        &mut self.bytes[self.filled..end]
    }

    /// Takes the first `length` bytes of the space.
    pub(super) fn fill(&mut self, length: usize) {
        self.filled += length;
    }

    /// Appends what the function writes behind the filled bytes.
    pub(super) fn append(&mut self, write: impl FnOnce(&mut Vec<u8>)) {
        self.bytes.truncate(self.filled);
        write(&mut self.bytes);
        self.filled = self.bytes.len();
    }

    pub(super) fn remove(&mut self, range: Range<usize>) {
        let removed = range.len();
        self.bytes.copy_within(range.end..self.filled, range.start);
        self.filled -= removed;
    }

    /// Replaces filled bytes.
    pub(super) fn replace(&mut self, range: Range<usize>, text: &[u8]) {
        self.bytes.truncate(self.filled);
        self.bytes.splice(range, text.iter().copied());
        self.filled = self.bytes.len();
    }
}
