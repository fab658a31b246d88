//! Examining the head of a file: its kind, its dialect, and the mapping of its columns.

mod columns;
mod detect;
mod kind;
mod sniff;

use crate::{ColumnInfo, Dialect, Mapping, Overrides, Refusal};
use encodings::Decoders;

/// How many bytes of a file [`open`] needs, or all of a smaller file.
pub const HEAD_SIZE: usize = 256 * 1024;

/// The findings from the head of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    pub dialect: Dialect,
    /// The head contains evidence for the encoding, or the user chose it: later contradictions count as damage.
    /// Otherwise the encoding is only a guess, and the check reads strictly.
    pub encoding_certain: bool,
    pub columns: Vec<ColumnInfo>,
    pub mapping: Mapping,
    /// The first records, titles and header included, at most 20.
    pub head: Vec<Vec<String>>,
    /// The head contains a record with more cells than a check allows.
    pub too_many_columns: bool,
}

/// Examines the head of a file.
///
/// `head` is the beginning of the file, `complete` says that it is all of it.
///
/// ```
/// use roster::{Confidence, NativeDecoders, Overrides, Refusal, open};
///
/// let open = |file: &[u8]| open(file, true, &Overrides::default(), &NativeDecoders);
/// let opened = open("메일,이름\na@example.com,지은\n".as_bytes())?;
/// assert_eq!(opened.dialect.header_row, Some(1));
/// assert_eq!(opened.columns[0].confidence, Confidence::High);
///
/// assert_eq!(open(b"%PDF-1.7"), Err(Refusal::Pdf));
/// # Ok::<(), Refusal>(())
/// ```
///
/// # Errors
/// The kind of the file, if it is not a table of people.
pub fn open(
    head: &[u8],
    complete: bool,
    overrides: &Overrides,
    decoders: &dyn Decoders,
) -> Result<Opened, Refusal> {
    let opened = look(head, complete, overrides, decoders)?;
    if opened.too_many_columns {
        return Err(Refusal::TooManyColumns);
    }
    if opened.mapping.column(crate::Target::Email).is_none() {
        return Err(Refusal::NoAddressColumn);
    }
    Ok(opened)
}

/// [`open`] for a caller with a mapping of its own, or one that only prints: a file without an address column or with
/// too many columns is not refused.
///
/// # Errors
/// The kind of the file, if it is not a table.
pub fn look(
    head: &[u8],
    complete: bool,
    overrides: &Overrides,
    decoders: &dyn Decoders,
) -> Result<Opened, Refusal> {
    if let Some(refusal) = kind::of_bytes(head) {
        return Err(refusal);
    }
    let guess = match overrides.encoding {
        Some(encoding) => detect::given(head, encoding),
        None => detect::guess(head, complete, decoders)?,
    };
    let text = detect::decode_head(head, complete, &guess, decoders);
    if let Some(refusal) = kind::of_text(&text) {
        return Err(refusal);
    }
    let layout = sniff::layout(&text, complete, overrides);
    let (columns, mapping) = columns::propose(&layout.records, layout.header);
    let dialect = Dialect {
        encoding: guess.encoding,
        bom: guess.bom,
        delimiter: layout.delimiter,
        header_row: layout.header.map(|index| index as u64 + 1),
        quotes_as_text: overrides.quotes_as_text,
    };
    let mut head = layout.records;
    head.truncate(20);
    let too_many_columns = layout.too_many_columns;
    Ok(Opened { dialect, encoding_certain: guess.certain, columns, mapping, head, too_many_columns })
}

/// The dialect of a file without content, for printing it.
#[must_use]
pub fn bare_dialect(head: &[u8], overrides: &Overrides) -> Dialect {
    let marked = detect::marked(head);
    Dialect {
        encoding: overrides.encoding.or(marked).unwrap_or_default(),
        bom: marked.is_some() && overrides.encoding.is_none_or(|encoding| Some(encoding) == marked),
        delimiter: overrides.delimiter.unwrap_or(crate::Delimiter::COMMA),
        header_row: None,
        quotes_as_text: overrides.quotes_as_text,
    }
}

/// The encoding of a file if a later part contradicts the guess from the head.
#[must_use]
pub fn guess_again(head: &[u8], part: &[u8], decoders: &dyn Decoders) -> encodings::Encoding {
    encodings::guess(&[head, part], decoders)
}
