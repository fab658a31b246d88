//! Checking parts of one file apart from each other, with the same result as in one go.
//!
//! A part begins behind a line break. Whether that line break ends a record or stands in quotes, only the parts before it
//! tell: a part counts where the check of everything before it has no record open at its end, and is thrown away where it
//! has. All else that depends on earlier rows is joined afterwards (duplicates, seats, numbers of rows), or found in
//! tables that say whether the rows before would have changed a finding (domains that look like each other); where they
//! would have, or where a table is full, the part is thrown away as well, and whoever checks goes on reading instead.

use serde::{Deserialize, Serialize};

use super::index::Start;
use crate::{ValueCount, read::Anchors};

/// Where a part is in the file, and how much it has.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct PartPlace {
    /// Where it begins, both in the file and, provisionally, in the text.
    pub begin: u64,
    /// Where it ends in the file.
    pub end: u64,
    /// The length of its text.
    pub text: u64,
    pub records: u64,
}

/// What the check of a part of a file found, to be joined to that of the parts before it by
/// [`Check::append`](super::Check::append). Records are counted from where it begins.
#[derive(Debug, Serialize, Deserialize)]
pub struct Part {
    pub(super) place: PartPlace,
    pub(super) starts: Vec<Start>,
    pub(super) anchors: Anchors,
    /// The combination of codes and standing per class.
    pub(super) masks: Vec<u64>,
    /// How many addresses each segment has.
    pub(super) segments: Vec<u32>,
    /// The appearance of a domain, and the domain.
    pub(super) looks: Vec<(u64, u64)>,
    pub(super) twins: Vec<String>,
    pub(super) values: Vec<(String, ValueCount)>,
    pub(super) unclosed_quote: Option<u64>,
    #[serde(skip)]
    pub(super) rows: Vec<u8>,
}

impl Part {
    /// The class of each record in two bytes, then the addresses in sixteen bytes each. Not serialised with the rest: bytes
    /// move between threads as they are.
    pub fn take_rows(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.rows)
    }

    /// Puts back what [`Self::take_rows`] took.
    #[must_use]
    pub fn with_rows(self, rows: Vec<u8>) -> Self {
        Self { rows, ..self }
    }
}

/// Behind the first line break of the bytes, which are of a file from `offset` on: where a part may begin. `None` without
/// one, and where what follows it is not known.
#[must_use]
pub fn part_begin(bytes: &[u8], offset: u64, encoding: crate::Encoding) -> Option<u64> {
    use crate::Encoding;
    let unit = match encoding {
        // Escape sequences may last beyond a line.
        Encoding::Iso2022Jp => return None,
        Encoding::Utf16Le | Encoding::Utf16Be => 2,
        _ => 1,
    };
    // Two bytes of a character lie together from an even place of the file on.
    let skipped = usize::from(unit == 2 && offset % 2 == 1);
    let mut units = bytes.get(skipped..)?.chunks_exact(unit).map(|bytes| match encoding {
        Encoding::Utf16Le => u16::from_le_bytes([bytes[0], bytes[1]]),
        Encoding::Utf16Be => u16::from_be_bytes([bytes[0], bytes[1]]),
        _ => u16::from(bytes[0]),
    });
    let is = |unit: u16, byte: u8| unit == u16::from(byte);
    let line_break = units.position(|unit| is(unit, b'\n') || is(unit, b'\r'))?;
    let follows = units.next()?;
    let was_return = {
        let at = skipped + line_break * unit;
        bytes[at..at + unit].contains(&b'\r')
    };
    let length = line_break + 1 + usize::from(was_return && is(follows, b'\n'));
    Some(offset + (skipped + length * unit) as u64)
}
