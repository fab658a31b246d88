//! From bytes to records: decoding, parsing, and keeping their positions.

use super::{
    Anchors, FilePosition, Limits,
    buffer::Buffer,
    parser::{Parser, Record, TooManyColumns},
    table::TableDecoder,
    utf16::Utf16Decoder,
};
use crate::Dialect;
use encodings::Encoding;
use encodings::{Decoder, Decoders, REPLACEMENT};

/// Decoding may restart at most this often, in bytes of the file.
const ANCHOR_DISTANCE: u64 = 16 * 1024;

/// Bytes without a line break after which a legacy encoding is decoded anyway.
const LONGEST_LINE: usize = 256 * 1024;

/// Why reading stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadError {
    /// The bytes at or shortly after that offset of the file are invalid in the encoding guessed from its head.
    WrongEncoding { offset: u64 },
    /// A record has more cells than the limit.
    TooManyColumns,
}

impl From<TooManyColumns> for ReadError {
    fn from(_: TooManyColumns) -> Self {
        Self::TooManyColumns
    }
}

enum Input {
    /// UTF-8 is checked where it lies, in the parser's buffer. Bytes behind `checked` there are an unfinished
    /// character.
    Utf8 { checked: usize },
    /// Other encodings wait in `raw` until a line is complete, so that decoding can begin afresh behind it, unless an
    /// escape sequence is in force.
    Legacy { decoder: Box<dyn Decoder>, raw: Buffer, at_line: bool, shifted: bool },
}

/// Reads a file given piece by piece. Pieces may be cut anywhere.
///
/// Call [`Self::space`], fill it, and call [`Self::advance`]; at the end of the file call [`Self::finish`].
///
/// ```
/// # #[cfg(feature = "encodings")] {
/// use roster::{Limits, NativeDecoders, Overrides, Reader, Record, look};
///
/// let file = "Name;Email\n\"Ray;\nAna\";ana@example.com\n".as_bytes();
/// let dialect = look(file, true, &Overrides::default(), &NativeDecoders)?.dialect;
/// let mut names = Vec::new();
/// let mut take = |record: Record<'_>| names.push((record.number, record.cell(0).unwrap_or_default().into_owned()));
/// let mut reader = Reader::new(&dialect, &NativeDecoders, Limits::CHECK, false);
/// for piece in file.chunks(7) {
///     reader.push(piece, &mut take).expect("two columns");
/// }
/// reader.finish(&mut take).expect("two columns");
/// assert_eq!(names, [(1, "Name".to_owned()), (2, "Ray;\nAna".to_owned())]);
/// # }
/// # Ok::<(), roster::Refusal>(())
/// ```
pub struct Reader {
    parser: Parser,
    input: Input,
    encoding: Encoding,
    /// Stop at bytes that the encoding does not allow.
    strict: bool,
    /// How much of the file was decoded so far.
    source: u64,
    /// How much text there is so far.
    text: u64,
    /// Bytes of text still to be skipped before parsing.
    skip: u64,
    anchors: Anchors,
}

impl std::fmt::Debug for Reader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reader")
            .field("encoding", &self.encoding)
            .field("source", &self.source)
            .finish_non_exhaustive()
    }
}

impl Reader {
    /// A reader of a whole file, the byte order mark not included: reading begins at [`Dialect::bom_length`].
    ///
    /// A `strict` reader stops at bytes that the encoding does not allow; others become U+FFFD.
    pub fn new(dialect: &Dialect, decoders: &dyn Decoders, limits: Limits, strict: bool) -> Self {
        let start = FilePosition { source: dialect.bom_length(), skip: 0 };
        Self::at(dialect, decoders, limits, strict, start, 0, 0)
    }

    /// A reader that starts at a position where the text is at `position` and the record after `number` begins.
    pub(crate) fn at(
        dialect: &Dialect,
        decoders: &dyn Decoders,
        limits: Limits,
        strict: bool,
        place: FilePosition,
        position: u64,
        number: u64,
    ) -> Self {
        let mut parser = Parser::new(dialect.delimiter.byte(), !dialect.quotes_as_text, limits);
        parser.resume(position, number);
        let input = match dialect.encoding {
            Encoding::Utf8 => Input::Utf8 { checked: 0 },
            other => Input::Legacy {
                decoder: match other {
                    Encoding::Utf16Le | Encoding::Utf16Be => Box::new(Utf16Decoder::new(other)),
                    _ => Box::new(TableDecoder::new(other, decoders)),
                },
                raw: Buffer::default(),
                at_line: true,
                shifted: false,
            },
        };
        let mut anchors = Anchors::default();
        let text = position - place.skip;
        anchors.push(text, place.source, matches!(input, Input::Utf8 { .. }));
        Self {
            parser,
            input,
            encoding: dialect.encoding,
            strict,
            source: place.source,
            text,
            skip: place.skip,
            anchors,
        }
    }

    /// Whether everything read so far was passed on, and what follows has the same records and text as if nothing were
    /// before it but some record.
    pub(crate) fn is_between_records(&self) -> bool {
        let all_decoded = match &self.input {
            Input::Utf8 { checked } => *checked == 0,
            Input::Legacy { raw, at_line, shifted, .. } => raw.len() == 0 && *at_line && !*shifted,
        };
        all_decoded && self.parser.is_between_records()
    }

    /// Goes on behind a part that another reader has read from here on, whose text was counted from its place in the file.
    pub(crate) fn skip(&mut self, end: u64, text: u64, records: u64, anchors: &Anchors) {
        self.anchors.append(anchors, self.text.wrapping_sub(self.source));
        self.text += text;
        self.source = end;
        self.parser.resume(self.text, self.parser.number() + records);
        if let Input::Utf8 { .. } = self.input {
            self.anchors.push(self.text, self.source, true);
        }
    }

    /// How much text there is so far.
    pub(crate) fn text(&self) -> u64 {
        self.text
    }

    /// Room for the next `length` bytes of the file.
    pub fn space(&mut self, length: usize) -> &mut [u8] {
        self.incoming().space(length)
    }

    /// Where bytes of the file go.
    fn incoming(&mut self) -> &mut Buffer {
        match &mut self.input {
            Input::Utf8 { .. } => self.parser.buffer(),
            Input::Legacy { raw, .. } => raw,
        }
    }

    /// Takes the first `length` bytes of the space and passes on the records that end in them.
    ///
    /// # Errors
    /// See [`ReadError`]; the reader can no longer be used then.
    pub fn advance(&mut self, length: usize, mut sink: impl FnMut(Record<'_>)) -> Result<(), ReadError> {
        self.incoming().fill(length);
        self.go_on(false, &mut sink)
    }

    /// Copies the bytes in and passes on the records that end in them.
    ///
    /// # Errors
    /// See [`Self::advance`].
    pub fn push(&mut self, bytes: &[u8], sink: impl FnMut(Record<'_>)) -> Result<(), ReadError> {
        self.space(bytes.len()).copy_from_slice(bytes);
        self.advance(bytes.len(), sink)
    }

    /// The file ends here.
    ///
    /// # Errors
    /// See [`Self::advance`].
    pub fn finish(&mut self, mut sink: impl FnMut(Record<'_>)) -> Result<(), ReadError> {
        self.go_on(true, &mut sink)?;
        self.parser.finish(&mut sink)?;
        Ok(())
    }

    /// How many bytes of the file were read.
    pub fn source(&self) -> u64 {
        self.source
    }

    /// How many records were passed on.
    pub fn records(&self) -> u64 {
        self.parser.number()
    }

    /// The anchors found so far.
    pub(crate) fn into_anchors(self) -> Anchors {
        self.anchors
    }

    fn go_on(&mut self, last: bool, sink: &mut impl FnMut(Record<'_>)) -> Result<(), ReadError> {
        match self.input {
            Input::Utf8 { .. } => self.check_utf8(last)?,
            Input::Legacy { .. } => self.decode(last)?,
        }
        let end = match self.input {
            Input::Utf8 { checked } => checked,
            Input::Legacy { .. } => self.parser.buffer().len(),
        };
        let end = self.leave_out(end);
        let before = self.parser.buffer().len();
        self.parser.scan(end, sink)?;
        self.parser.compact();
        let dropped = before - self.parser.buffer().len();
        if let Input::Utf8 { checked } = &mut self.input {
            *checked = end - dropped.min(end);
        }
        Ok(())
    }

    /// Skips the text before the requested position; returns where the rest ends in the buffer.
    fn leave_out(&mut self, end: usize) -> usize {
        if self.skip == 0 {
            return end;
        }
        let drop = usize::try_from(self.skip).unwrap_or(usize::MAX).min(end);
        self.parser.buffer().remove(0..drop);
        self.skip -= drop as u64;
        end - drop
    }

    fn check_utf8(&mut self, last: bool) -> Result<(), ReadError> {
        let Input::Utf8 { checked } = &mut self.input else { return Ok(()) };
        let buffer = self.parser.buffer();
        let from = *checked;
        let fresh = &buffer.filled()[from..];
        let (valid, broken) = match simdutf8::compat::from_utf8(fresh) {
            Ok(_) => (fresh.len(), false),
            Err(error) => (error.valid_up_to(), error.error_len().is_some() || last),
        };
        if !broken {
            *checked = from + valid;
            self.source += valid as u64;
            self.text += valid as u64;
            return Ok(());
        }
        if self.strict {
            return Err(ReadError::WrongEncoding { offset: self.source + valid as u64 });
        }
        // From here to the end of the piece, the text is longer than its bytes.
        let unfinished = if last { 0 } else { unfinished_character(fresh) };
        let taken = fresh.len() - unfinished;
        let text = String::from_utf8_lossy(&fresh[..taken]).into_owned();
        self.anchors.push(self.text, self.source, false);
        buffer.replace(from..from + taken, text.as_bytes());
        *checked = from + text.len();
        self.source += taken as u64;
        self.text += text.len() as u64;
        self.anchors.push(self.text, self.source, true);
        Ok(())
    }

    fn decode(&mut self, last: bool) -> Result<(), ReadError> {
        let Input::Legacy { decoder, raw, at_line, shifted } = &mut self.input else { return Ok(()) };
        let line_end = line_end(raw.filled(), self.encoding);
        let taken = match raw.len() {
            length if last => length,
            // Whole units of UTF-16, which line breaks are looked for in.
            length if line_end == 0 && length > LONGEST_LINE => length & !1,
            _ => line_end,
        };
        if taken == 0 && !last {
            return Ok(());
        }
        if *at_line
            && !*shifted
            && self.anchors.last_source().is_none_or(|source| self.source - source >= ANCHOR_DISTANCE)
        {
            self.anchors.push(self.text, self.source, false);
        }
        *at_line = taken == line_end;
        if self.encoding == Encoding::Iso2022Jp {
            *shifted = is_shifted(&raw.filled()[..taken], *shifted);
        }
        let buffer = self.parser.buffer();
        let before = buffer.len();
        buffer.append(|buffer| decoder.decode(&raw.filled()[..taken], last, buffer));
        let text = &buffer.filled()[before..];
        if self.strict
            && memchr::memchr_iter(REPLACEMENT[0], text).any(|at| text[at..].starts_with(REPLACEMENT))
        {
            return Err(ReadError::WrongEncoding { offset: self.source });
        }
        self.text += text.len() as u64;
        self.source += taken as u64;
        raw.remove(0..taken);
        Ok(())
    }
}

/// The length of a character at the end of which more bytes may follow.
fn unfinished_character(bytes: &[u8]) -> usize {
    for length in 1..=bytes.len().min(3) {
        let tail = &bytes[bytes.len() - length..];
        if tail[0] & 0xc0 != 0x80 {
            return match std::str::from_utf8(tail) {
                Err(error) if error.error_len().is_none() => length,
                _ => 0,
            };
        }
    }
    0
}

/// Whether an escape sequence of ISO-2022-JP other than that of ASCII is in force behind the bytes.
fn is_shifted(bytes: &[u8], before: bool) -> bool {
    memchr::memrchr(0x1b, bytes).map_or(before, |at| !bytes[at..].starts_with(b"\x1b(B"))
}

/// Behind the last line break. In every encoding here such a byte, or pair of bytes, is a line break wherever it
/// stands.
fn line_end(raw: &[u8], encoding: Encoding) -> usize {
    let wide = |high_first: bool| {
        let units = raw.as_chunks::<2>().0;
        let found = units.iter().rposition(|&[a, b]| {
            let (high, low) = if high_first { (a, b) } else { (b, a) };
            high == 0 && matches!(low, b'\n' | b'\r')
        });
        found.map_or(0, |unit| 2 * unit + 2)
    };
    match encoding {
        Encoding::Utf16Le => wide(false),
        Encoding::Utf16Be => wide(true),
        _ => memchr::memrchr2(b'\n', b'\r', raw).map_or(0, |at| at + 1),
    }
}
