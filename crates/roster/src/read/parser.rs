//! An incremental parser of RFC 4180, in the form that programs really write.
//!
//! A quote is special only as the first character of a cell; elsewhere it is an ordinary character. Text after a
//! closing quote belongs to the cell. Records end at CRLF, LF or a lone CR, mixed at will; blank lines are left out.
//!
//! The `csv` crate reads the same fields (`tests/reference.rs` compares them), but a check also needs of each record its
//! position in the text, cells that borrow from the bytes read, bounded memory for any content, and the first quote that
//! is never closed. Looking only at the special bytes is also faster: `examples/reading.rs` reads 1,000,000 rows (66 MB
//! of UTF-8 in memory, in pieces of 256 KiB; x86-64, profile `shipped`, the fastest of 9 runs, both in turn) to fields of
//! bytes, on which checks work, in 53 ms against 92 ms of the crate, 1.7 times as fast; to fields of `str`, whose
//! validation takes most of the time of both, 1.2 times.

use std::{borrow::Cow, ops::Range};

use super::{
    buffer::Buffer,
    scan::{BLOCK, Specials, special_bytes, special_bytes_of_rest},
};
use crate::{Delimiter, lanes::Lanes, text::is_blank};

/// How much of a file may be held in memory.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of one cell; longer ones are truncated while the record is read.
    pub cell: usize,
    /// Bytes of one record, after which its cells are truncated further.
    pub record: usize,
    /// Cells of one record; more are an error.
    pub columns: usize,
}

impl Limits {
    /// The limits for checking a file: memory stays bounded for any content.
    pub const CHECK: Self = Self { cell: 1 << 20, record: 8 << 20, columns: 16_384 };

    /// Nothing is truncated: for printing a file as it is.
    pub const NONE: Self = Self { cell: usize::MAX, record: usize::MAX, columns: usize::MAX };
}

/// Control-Z, which DOS programs write at the end of a file.
const END_OF_FILE: u8 = 0x1a;

/// A record has more cells than [`Limits::columns`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TooManyColumns;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    /// As it stands.
    Plain,
    /// Was in quotes, which are excluded already.
    Quoted,
    /// Was in quotes, with doubled quotes inside: still has to be resolved.
    Escaped,
    /// The same, with text after the quotes, or without an end of them.
    Torn,
}

/// A cell's position in the parser's buffer.
#[derive(Clone, Copy, Debug)]
struct Cell {
    start: usize,
    end: usize,
    shape: Shape,
}

/// One record, borrowed from the parser's buffer.
#[derive(Clone, Copy, Debug)]
pub struct Record<'a> {
    /// The 1-based number among all records of the file.
    pub number: u64,
    /// Its start in the decoded text, in bytes.
    pub position: u64,
    /// A quote was opened in it and never closed, or only by the next quote some lines below, which has text after it.
    pub unclosed_quote: bool,
    /// Parts of it were too long and truncated.
    pub truncated: bool,
    /// Everything in the parser's buffer.
    text: &'a [u8],
    start: usize,
    end: usize,
    cells: &'a [Cell],
}

impl<'a> Record<'a> {
    /// The number of cells, at least one.
    #[must_use]
    pub fn width(&self) -> usize {
        self.cells.len()
    }

    /// Where the cell's value is in [`Self::surroundings`], if it needs no copying: `None` beyond the last cell or with
    /// doubled quotes.
    #[inline]
    pub(crate) fn plain(&self, column: usize) -> Option<Range<usize>> {
        let cell = self.cells.get(column)?;
        matches!(cell.shape, Shape::Plain | Shape::Quoted).then_some(cell.start..cell.end)
    }

    /// The same without its outer quotes, but with quotes inside still doubled; empty beyond the last cell, and `None` where
    /// text follows the quotes.
    #[inline]
    pub(crate) fn nearly_plain(&self, column: usize) -> Option<Range<usize>> {
        let Some(cell) = self.cells.get(column) else { return Some(0..0) };
        match cell.shape {
            Shape::Plain | Shape::Quoted => Some(cell.start..cell.end),
            Shape::Escaped => Some(cell.start + 1..cell.end),
            Shape::Torn => None,
        }
    }

    /// The bytes that the record is in, for reading more at once than a cell has.
    #[inline]
    pub(crate) fn surroundings(&self) -> &'a [u8] {
        self.text
    }

    /// The cell's value in UTF-8, `None` beyond the last cell.
    #[must_use]
    pub fn bytes(&self, column: usize) -> Option<Cow<'a, [u8]>> {
        let cell = self.cells.get(column)?;
        let raw = &self.text[cell.start..cell.end];
        Some(match cell.shape {
            Shape::Plain | Shape::Quoted => Cow::Borrowed(raw),
            Shape::Escaped | Shape::Torn => Cow::Owned(resolve_quotes(raw)),
        })
    }

    /// The cell's value, `None` beyond the last cell.
    #[must_use]
    pub fn cell(&self, column: usize) -> Option<Cow<'a, str>> {
        Some(match self.bytes(column)? {
            Cow::Borrowed(bytes) => String::from_utf8_lossy(bytes),
            Cow::Owned(bytes) => Cow::Owned(String::from_utf8_lossy(&bytes).into_owned()),
        })
    }

    /// Every cell's value.
    pub fn cells(&self) -> impl ExactSizeIterator<Item = Cow<'a, str>> + use<'a> {
        let record = *self;
        (0..self.cells.len()).map(move |column| record.cell(column).unwrap_or_default())
    }

    /// Whether every cell contains only white space, or Control-Z.
    pub(crate) fn is_empty(&self) -> bool {
        self.cells.iter().all(|cell| {
            let value = &self.text[cell.start..cell.end];
            match value.iter().position(|byte| !matches!(byte, b' ' | b'\t'..=b'\r' | b'"')) {
                None => true,
                Some(at) if value[at].is_ascii() && value[at] != END_OF_FILE => false,
                Some(at) => String::from_utf8_lossy(&value[at..])
                    .chars()
                    .all(|c| is_blank(c) || matches!(c, '"') || c == char::from(END_OF_FILE)),
            }
        })
    }

    /// The length of the longest cell in bytes.
    pub(crate) fn longest(&self) -> usize {
        self.cells.iter().map(|cell| cell.end - cell.start).max().unwrap_or_default()
    }

    /// The record's own bytes, delimiters and quotes included.
    pub(crate) fn raw(&self) -> &'a [u8] {
        &self.text[self.start..self.end]
    }
}

/// The value of a cell that begins with a quote: doubled quotes become one, and text after the closing one is kept.
fn resolve_quotes(raw: &[u8]) -> Vec<u8> {
    let mut value = Vec::with_capacity(raw.len());
    let mut rest = raw.strip_prefix(b"\"").unwrap_or(raw);
    while let Some(quote) = memchr::memchr(b'"', rest) {
        value.extend_from_slice(&rest[..quote]);
        rest = &rest[quote + 1..];
        match rest.strip_prefix(b"\"") {
            Some(after) => {
                value.push(b'"');
                rest = after;
            }
            None => break,
        }
    }
    value.extend_from_slice(rest);
    value
}

#[derive(Clone, Copy, Debug)]
enum State {
    Unquoted,
    /// Inside quotes.
    Quoted,
    /// After a quote inside quotes: the closing one, or the first of a doubled one.
    QuoteSeen {
        at: usize,
    },
}

/// The parser. Text is appended to its buffer; whole records are passed on; an unfinished one stays for the next piece.
#[derive(Debug)]
pub(super) struct Parser {
    delimiter: u8,
    quotes: bool,
    limits: Limits,
    /// The unfinished record and the text after it.
    buffer: Buffer,
    /// How far the buffer was scanned.
    scanned: usize,
    /// Where the unfinished record begins in the buffer.
    record_start: usize,
    /// The same, in the whole text.
    position: u64,
    /// Bytes removed from the unfinished record by truncation.
    cut: u64,
    /// Finished cells of the unfinished record.
    cells: Vec<Cell>,
    /// Where the unfinished cell begins in the buffer.
    cell_start: usize,
    state: State,
    /// Whether the unfinished cell began with a quote, and whether it needs resolving.
    shape: Shape,
    /// Whether there is a line break between the quotes of the unfinished cell.
    broken: bool,
    /// Whether a cell of the unfinished record extends over lines to a quote that has text after it, which probably opens
    /// another cell.
    torn: bool,
    /// Records so far.
    number: u64,
    /// Whether a `sep=` line may still come.
    at_beginning: bool,
}

impl Parser {
    pub(super) fn new(delimiter: u8, quotes: bool, limits: Limits) -> Self {
        Self {
            delimiter,
            quotes,
            limits,
            buffer: Buffer::default(),
            scanned: 0,
            record_start: 0,
            position: 0,
            cut: 0,
            cells: Vec::new(),
            cell_start: 0,
            state: State::Unquoted,
            shape: Shape::Plain,
            broken: false,
            torn: false,
            number: 0,
            at_beginning: true,
        }
    }

    /// Continues in the middle of a text, where the record after `number` begins at `position`.
    pub(super) fn resume(&mut self, position: u64, number: u64) {
        self.position = position;
        self.number = number;
        self.at_beginning = position == 0;
    }

    /// Whether no record is unfinished, and there was one before.
    pub(super) fn is_between_records(&self) -> bool {
        self.buffer.len() == 0
            && self.cells.is_empty()
            && matches!(self.state, State::Unquoted)
            && !self.at_beginning
    }

    /// The buffer: text is appended to it before [`Self::scan`]. What was scanned must not be changed.
    pub(super) fn buffer(&mut self) -> &mut Buffer {
        &mut self.buffer
    }

    /// Records so far.
    pub(super) fn number(&self) -> u64 {
        self.number
    }

    /// Scans the buffer up to `end` and passes on every record that ends there.
    #[inline(never)]
    pub(super) fn scan(
        &mut self,
        end: usize,
        sink: &mut impl FnMut(Record<'_>),
    ) -> Result<(), TooManyColumns> {
        let delimiter = Lanes::all(self.delimiter);
        let mut block = self.scanned;
        while block < end {
            let text = &self.buffer.filled()[block..end];
            let Specials { mut delimiters, mut others } = match text.first_chunk() {
                Some(text) => special_bytes(text, delimiter),
                None => special_bytes_of_rest(text, delimiter),
            };
            loop {
                // Before the next other special byte, delimiters end cells or are in quotes.
                let before = (others & others.wrapping_neg()).wrapping_sub(1);
                if !matches!(self.state, State::Quoted) {
                    self.delimiters(block, delimiters & before);
                }
                delimiters &= !before;
                if others == 0 {
                    break;
                }
                let at = block + others.trailing_zeros() as usize;
                self.special(at, end, sink)?;
                others &= others - 1;
                if self.record_start > at + 1 {
                    // The line feed that follows belongs to the same line break.
                    others &= others.wrapping_sub(1);
                }
            }
            block += BLOCK;
        }
        if self.cells.len() >= self.limits.columns {
            return Err(TooManyColumns);
        }
        self.scanned = end;
        self.shorten();
        Ok(())
    }

    /// Ends the last record.
    pub(super) fn finish(&mut self, sink: &mut impl FnMut(Record<'_>)) -> Result<(), TooManyColumns> {
        let unclosed = matches!(self.state, State::Quoted);
        self.close_quote(self.scanned);
        self.end_record(self.scanned, unclosed, sink)
    }

    /// Drops finished records from the buffer, which makes room for the next piece.
    pub(super) fn compact(&mut self) {
        let done = self.record_start;
        if done == 0 {
            return;
        }
        self.buffer.remove(0..done);
        self.scanned -= done;
        self.cell_start -= done;
        for cell in &mut self.cells {
            cell.start -= done;
            cell.end -= done;
        }
        self.record_start = 0;
        if let State::QuoteSeen { at } = &mut self.state {
            *at -= done;
        }
    }

    /// Delimiters that are not in quotes, by their bits in a block.
    #[inline(always)]
    fn delimiters(&mut self, block: usize, delimiters: u64) {
        if delimiters == 0 {
            return;
        }
        let at = block + delimiters.trailing_zeros() as usize;
        if let State::QuoteSeen { at: quote } = self.state {
            if quote + 1 != at {
                self.close_quote(at);
            }
            self.state = State::Unquoted;
        }
        self.end_cell(at);
        let mut rest = delimiters & (delimiters - 1);
        let mut start = self.cell_start;
        while rest != 0 {
            let end = block + rest.trailing_zeros() as usize;
            self.cells.push(Cell { start, end, shape: Shape::Plain });
            start = end + 1;
            rest &= rest - 1;
        }
        self.cell_start = start;
    }

    /// A quote, a carriage return or a line feed.
    #[inline]
    fn special(
        &mut self,
        at: usize,
        end: usize,
        sink: &mut impl FnMut(Record<'_>),
    ) -> Result<(), TooManyColumns> {
        // A line feed that belongs to a line break at the end of the block before.
        if at < self.record_start {
            return Ok(());
        }
        let byte = self.buffer.surroundings()[at];
        match self.state {
            State::Unquoted => {}
            State::Quoted => {
                if byte == b'"' {
                    self.state = State::QuoteSeen { at };
                } else {
                    self.broken = true;
                }
                return Ok(());
            }
            State::QuoteSeen { at: quote } => {
                if quote + 1 != at {
                    self.close_quote(at);
                } else if byte == b'"' {
                    self.shape = Shape::Escaped;
                    self.state = State::Quoted;
                    return Ok(());
                }
                self.state = State::Unquoted;
            }
        }
        if byte == b'"' {
            if at == self.cell_start && self.quotes {
                self.shape = Shape::Quoted;
                self.state = State::Quoted;
                self.broken = false;
            }
            return Ok(());
        }
        self.end_record(at, false, sink)?;
        if byte == b'\r' && at + 1 < end && self.buffer.surroundings()[at + 1] == b'\n' {
            self.position += 1;
            self.record_start += 1;
            self.cell_start += 1;
        }
        Ok(())
    }

    /// Treats the last quote as the closing one, or the end as one.
    #[cold]
    fn close_quote(&mut self, at: usize) {
        match self.state {
            State::QuoteSeen { at: quote } if quote + 1 != at => {
                self.shape = Shape::Torn;
                let behind = &self.buffer.filled()[quote + 1..at];
                self.torn |= self.broken && !behind.trim_ascii().is_empty();
            }
            State::Quoted => self.shape = Shape::Torn,
            State::QuoteSeen { .. } | State::Unquoted => {}
        }
        self.state = State::Unquoted;
    }

    #[inline]
    fn end_cell(&mut self, at: usize) {
        let quote = usize::from(self.shape == Shape::Quoted);
        self.cells.push(Cell { start: self.cell_start + quote, end: at - quote, shape: self.shape });
        self.cell_start = at + 1;
        self.shape = Shape::Plain;
    }

    #[inline]
    fn end_record(
        &mut self,
        at: usize,
        unclosed_quote: bool,
        sink: &mut impl FnMut(Record<'_>),
    ) -> Result<(), TooManyColumns> {
        let (start, end) = (self.record_start, at);
        if start < end {
            self.end_cell(at);
            if self.cells.len() > self.limits.columns {
                return Err(TooManyColumns);
            }
            let text = self.buffer.surroundings();
            if !(self.at_beginning && is_separator_line(&text[start..end])) {
                self.number += 1;
                sink(Record {
                    number: self.number,
                    position: self.position,
                    unclosed_quote: unclosed_quote || self.torn,
                    truncated: self.cut > 0,
                    text,
                    start,
                    end,
                    cells: &self.cells,
                });
            }
            self.at_beginning = false;
            self.cells.clear();
        }
        self.position += (at + 1 - self.record_start) as u64 + self.cut;
        self.cut = 0;
        self.torn = false;
        self.record_start = at + 1;
        self.cell_start = at + 1;
        Ok(())
    }

    /// Truncates the unfinished cell to the limit, however long it continues.
    fn shorten(&mut self) {
        let length = self.scanned.saturating_sub(self.cell_start);
        let held = self.scanned.saturating_sub(self.record_start);
        let keep = if length > self.limits.cell {
            self.limits.cell
        } else if held > self.limits.record {
            // A small remainder, so that a great many long cells stay bounded too.
            self.limits.cell.min(64)
        } else {
            return;
        };
        let mut from = self.cell_start + keep;
        while from > self.cell_start && self.buffer.filled().get(from).is_some_and(|byte| byte & 0xc0 == 0x80)
        {
            from -= 1;
        }
        let to = match self.state {
            // The last quote is kept: the next byte decides its meaning.
            State::QuoteSeen { at } if at + 1 == self.scanned => at.max(from),
            State::QuoteSeen { at } => {
                let behind = &self.buffer.filled()[at + 1..self.scanned];
                if behind.trim_ascii().is_empty() {
                    // What follows white space decides whether the cell is torn.
                    from = from.max(at + 2);
                } else {
                    self.close_quote(self.scanned);
                }
                self.scanned
            }
            State::Unquoted | State::Quoted => self.scanned,
        };
        if to <= from {
            return;
        }
        let removed = to - from;
        self.buffer.remove(from..to);
        self.scanned -= removed;
        self.cut += removed as u64;
        if let State::QuoteSeen { at } = &mut self.state
            && *at >= from
        {
            *at -= removed;
        }
    }
}

/// Parses a text that is complete, or truncated anywhere. Returns whether the last record did not end in a line break.
///
/// # Errors
/// A record has too many cells: it and the following ones are not passed on.
pub(crate) fn parse_text(
    text: &[u8],
    delimiter: Delimiter,
    quotes: bool,
    limits: Limits,
    mut sink: &mut dyn FnMut(Record<'_>),
) -> Result<bool, TooManyColumns> {
    let mut parser = Parser::new(delimiter.byte(), quotes, limits);
    parser.buffer().append(|buffer| buffer.extend_from_slice(text));
    parser.scan(text.len(), &mut sink)?;
    let is_open = parser.record_start < parser.buffer.len();
    parser.finish(&mut sink)?;
    Ok(is_open)
}

/// Excel's own first line, `sep=;`, which names the delimiter and is no record.
pub(crate) fn is_separator_line(text: &[u8]) -> bool {
    text.len() == 5 && text[..4].eq_ignore_ascii_case(b"sep=") && text[4].is_ascii()
}

#[cfg(test)]
mod tests {
    use super::{Limits, Parser};

    const LIMITS: Limits = Limits { cell: 1000, record: 8000, columns: 16 };

    #[test]
    fn s3_a_cell_that_does_not_end_is_not_held() {
        for (beginning, filler) in
            [("", b'x'), ("\"a", b'x'), ("\"a\"", b'x'), ("\"a\nb\"", b' '), ("\"a\" x\"", b' ')]
        {
            let mut parser = Parser::new(b',', true, LIMITS);
            parser.buffer().append(|text| text.extend(beginning.bytes()));
            let mut records = Vec::new();
            for _ in 0..100 {
                parser.buffer().append(|text| text.resize(text.len() + (1 << 16), filler));
                let end = parser.buffer().len();
                assert!(parser.scan(end, &mut |_| unreachable!("the cell goes on")).is_ok());
                assert!(parser.buffer().len() <= LIMITS.cell + 8, "{beginning:?}: {}", parser.buffer().len());
            }
            parser.buffer().append(|text| text.extend(b"z,2\n1,3\n"));
            let end = parser.buffer().len();
            let each = &mut |record: super::Record<'_>| {
                records.push((
                    record.cell(1).unwrap_or_default().into_owned(),
                    record.truncated,
                    record.unclosed_quote,
                ));
            };
            assert!(parser.scan(end, each).is_ok() && parser.finish(each).is_ok());
            let is_open = beginning == "\"a";
            let is_torn = beginning.contains('\n');
            let expected = [("2".to_owned(), true, is_torn), ("3".to_owned(), false, false)];
            if is_open {
                assert_eq!(records.len(), 1, "one record up to the end");
            } else {
                assert_eq!(records, expected, "{beginning:?}");
            }
        }
    }
}
