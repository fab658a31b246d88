//! Checking parts of one file apart from each other, with the same result as in one go.
//!
//! A part begins behind a line break. Whether that line break ends a record or stands in quotes, only the parts before it
//! tell: a part counts where the check of everything before it has no record open at its end, and is thrown away where it
//! has. All else that depends on earlier rows is joined afterwards (duplicates, seats, numbers of rows), or found in
//! tables that say whether the rows before would have changed a finding (domains that look like each other); where they
//! would have, or where a table is full, the part is thrown away as well, and the caller reads on from there instead.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::index::Start;
use super::names::NamePairs;
use crate::{
    Changes, Dialect, Limits, Record, ValueCount,
    read::{Anchors, parse_text},
    size::SHARED_FROM,
};
use encodings::Encoding;

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
    pub(super) mendable: Vec<u64>,
    /// The first and the last names of the first rows.
    pub(super) names: NamePairs,
    pub(super) loose_names: u64,
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

/// From where on to look for the beginning of each part but the first ([`part_begin`]) when so many readers share that range
/// of a file. Empty where sharing is not worth it. Changes name rows by their numbers, which are not known in a part: with
/// changes, one reader has to read alone.
pub fn part_cuts(range: Range<u64>, changes: &Changes, readers: u64) -> impl Iterator<Item = u64> + use<> {
    let length = range.end.saturating_sub(range.start);
    let is_shared = length >= SHARED_FROM && changes.count() == 0;
    (1..if is_shared { readers } else { 0 }).map(move |part| range.start + length / readers * part)
}

/// How many line breaks are looked behind, and how far.
const TRIED: usize = 32;
const LOOKED_AT: usize = 8 * 1024;

/// Where a part may begin: behind a line break of the bytes, which are of a file from `offset` on. A line break may stand in
/// quotes; the first one is taken behind which records have that many cells, or, where there is none, the first of all. `None`
/// without one whose next character is known, and in encodings where a part cannot be read by itself.
#[must_use]
pub fn part_begin(bytes: &[u8], offset: u64, dialect: &Dialect, width: usize) -> Option<u64> {
    let unit = match dialect.encoding {
        // Escape sequences may last beyond a line.
        Encoding::Iso2022Jp => return None,
        Encoding::Utf16Le | Encoding::Utf16Be => 2,
        _ => 1,
    };
    // Two bytes of a character lie together from an even place of the file on.
    let skipped = usize::from(unit == 2 && offset % 2 == 1);
    let units = bytes.get(skipped..)?.chunks_exact(unit).map(|bytes| match dialect.encoding {
        Encoding::Utf16Le => u16::from_le_bytes([bytes[0], bytes[1]]),
        Encoding::Utf16Be => u16::from_be_bytes([bytes[0], bytes[1]]),
        _ => u16::from(bytes[0]),
    });
    // Only delimiters, quotes and line breaks matter, and those are ASCII.
    let text: Vec<u8> = units.map(|unit| u8::try_from(unit).unwrap_or(b'x')).collect();
    let is_end = |pair: &[u8]| pair[0] == b'\n' || (pair[0] == b'\r' && pair[1] != b'\n');
    let mut begins = (1..text.len()).filter(|&begin| is_end(&text[begin - 1..=begin]));
    let first = begins.next()?;
    let begin = std::iter::once(first)
        .chain(begins.take(TRIED))
        .find(|&begin| has_records(&text[begin..], dialect, width))
        .unwrap_or(first);
    Some(offset + (skipped + begin * unit) as u64)
}

/// Whether the text begins with records of that many cells.
fn has_records(text: &[u8], dialect: &Dialect, width: usize) -> bool {
    let text = &text[..text.len().min(LOOKED_AT)];
    let mut widths = Vec::new();
    let mut push = |record: Record<'_>| widths.push(record.width());
    let is_read =
        parse_text(text, dialect.delimiter, !dialect.quotes_as_text, Limits::CHECK, &mut push).is_ok();
    // The last one may be cut off.
    widths.pop();
    is_read && !widths.is_empty() && widths.iter().all(|&other| other == width)
}
