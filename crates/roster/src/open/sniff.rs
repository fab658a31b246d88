//! Delimiter and header, from the text of the head.

use crate::{
    Delimiter, HeaderRow, Overrides,
    read::{Limits, parse_text},
};
use values::table::{find_header, is_list, score};

/// How many records are examined.
const RECORDS: usize = 200;

#[derive(Debug)]
pub(super) struct Layout {
    pub delimiter: Delimiter,
    /// 0-based index of the header's record.
    pub header: Option<usize>,
    pub records: Vec<Vec<String>>,
    /// A later record has more cells than a check allows.
    pub too_many_columns: bool,
}

pub(super) fn layout(text: &str, complete: bool, overrides: &Overrides) -> Layout {
    let quotes = !overrides.quotes_as_text;
    let delimiter = overrides.delimiter.or_else(|| separator_line(text));
    let (delimiter, Records { records, too_many_columns }) = match delimiter {
        Some(delimiter) => (delimiter, records(text, complete, delimiter, quotes)),
        None => likeliest(text, complete, quotes),
    };
    let header = match overrides.header_row {
        Some(HeaderRow::None) => None,
        Some(HeaderRow::At(number)) => number
            .checked_sub(1)
            .and_then(|index| usize::try_from(index).ok())
            .filter(|&index| index < records.len()),
        None => find_header(&records),
    };
    Layout { delimiter, header, records, too_many_columns }
}

/// The first records, truncated.
#[derive(Debug, Default)]
struct Records {
    records: Vec<Vec<String>>,
    too_many_columns: bool,
}

/// The delimiter of Excel's own first line, `sep=;`.
fn separator_line(text: &str) -> Option<Delimiter> {
    let line = text.lines().next()?.trim_end_matches('\r').trim_matches('"');
    let (begin, delimiter) = line.as_bytes().split_at_checked(4)?;
    match delimiter {
        [byte] if begin.eq_ignore_ascii_case(b"sep=") => Delimiter::new(*byte),
        _ => None,
    }
}

fn records(text: &str, complete: bool, delimiter: Delimiter, quotes: bool) -> Records {
    let mut records = Vec::new();
    let end = parse_text(text.as_bytes(), delimiter, quotes, Limits::CHECK, &mut |record| {
        if records.len() <= RECORDS {
            records.push(record.cells().take(Limits::CHECK.columns).map(|cell| cut(&cell)).collect());
        }
    });
    // The last record may continue after the head.
    if records.len() > RECORDS || (!complete && records.len() > 1 && end == Ok(true)) {
        records.pop();
    }
    Records { records, too_many_columns: end.is_err() }
}

/// A cell truncated for guessing and previews.
fn cut(cell: &str) -> String {
    cell.chars().take(300).collect()
}

fn likeliest(text: &str, complete: bool, quotes: bool) -> (Delimiter, Records) {
    let mut best = (f64::NEG_INFINITY, Delimiter::COMMA, Records::default());
    for delimiter in Delimiter::SNIFFED {
        let found = records(text, complete, delimiter, quotes);
        let score = score(&found.records);
        if score > best.0 {
            best = (score, delimiter, found);
        }
    }
    let (_, delimiter, found) = best;
    let unused = || Delimiter::SNIFFED.into_iter().find(|other| !text.as_bytes().contains(&other.byte()));
    match unused() {
        Some(unused) if is_list(&found.records) => (unused, records(text, complete, unused, quotes)),
        _ => (delimiter, found),
    }
}
