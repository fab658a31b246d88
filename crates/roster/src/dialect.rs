//! The dialect of a file: encoding, delimiter, header.

use serde::{Deserialize, Serialize};

use encodings::Encoding;

/// The character between cells: one ASCII character that is neither a quote nor a line break. In JSON it is a string
/// of that one character.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Delimiter(u8);

impl Delimiter {
    pub const COMMA: Self = Self(b',');
    pub const SEMICOLON: Self = Self(b';');
    pub const TAB: Self = Self(b'\t');
    pub const PIPE: Self = Self(b'|');

    /// The delimiters that are tried when none is given, the likeliest first.
    pub const SNIFFED: [Self; 4] = [Self::COMMA, Self::SEMICOLON, Self::TAB, Self::PIPE];

    /// A delimiter of that byte, unless it could not separate anything.
    #[must_use]
    pub const fn new(byte: u8) -> Option<Self> {
        if byte.is_ascii() && !matches!(byte, b'"' | b'\r' | b'\n' | 0) { Some(Self(byte)) } else { None }
    }

    #[must_use]
    pub const fn byte(self) -> u8 {
        self.0
    }
}

impl From<Delimiter> for String {
    fn from(delimiter: Delimiter) -> Self {
        char::from(delimiter.0).into()
    }
}

/// A text that is not one usable delimiter character.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a delimiter is one ASCII character, neither a quote nor a line break")]
pub struct NotADelimiter;

impl TryFrom<String> for Delimiter {
    type Error = NotADelimiter;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl std::str::FromStr for Delimiter {
    type Err = NotADelimiter;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.as_bytes() {
            [byte] => Self::new(*byte).ok_or(NotADelimiter),
            _ => Err(NotADelimiter),
        }
    }
}

/// The dialect of a file, detected or given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dialect {
    pub encoding: Encoding,
    /// Whether the file begins with a byte order mark.
    pub bom: bool,
    pub delimiter: Delimiter,
    /// The 1-based number of the header's record; records before it are titles. `None`: the file has no header.
    pub header_row: Option<u64>,
    /// Read quotes as ordinary characters: the way on when a quote is never closed.
    #[serde(default)]
    pub quotes_as_text: bool,
}

impl Dialect {
    /// How many bytes at the beginning of the file are its byte order mark.
    #[must_use]
    pub const fn bom_length(&self) -> u64 {
        match (self.bom, self.encoding) {
            (false, _) => 0,
            (true, Encoding::Utf8) => 3,
            (true, _) => 2,
        }
    }
}

/// The user's choice of the header.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HeaderRow {
    /// There is no header: the first record is a person.
    None,
    /// The record of this 1-based number.
    At(u64),
}

/// The user's overrides; `None` values are detected from the file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Overrides {
    pub encoding: Option<Encoding>,
    pub delimiter: Option<Delimiter>,
    pub header_row: Option<HeaderRow>,
    pub quotes_as_text: bool,
}

impl Overrides {
    /// For a file with a header as [`CsvWriter`](crate::CsvWriter) writes it, as of joined files. Nothing of it has to be
    /// guessed, and guessing may fail: where no row near the beginning has an address, another row may look more like a
    /// header than the header does.
    #[must_use]
    pub const fn written() -> Self {
        Self {
            encoding: Some(Encoding::Utf8),
            delimiter: Some(Delimiter::COMMA),
            header_row: Some(HeaderRow::At(1)),
            quotes_as_text: false,
        }
    }
}
