//! The files of exports, generated each time they are read.

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::field::Field;
use super::filter::Filter;
use super::world::World;

/// People in a piece of a file.
const PIECE: u32 = 512;

/// The separator of the values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(super) enum Format {
    #[default]
    Csv,
    Tsv,
    Ssv,
}

impl Format {
    fn separator(self) -> char {
        match self {
            Self::Csv => ',',
            Self::Tsv => '\t',
            Self::Ssv => ';',
        }
    }
}

/// The parameters of a file. The same parameters give the same bytes at any time.
#[derive(Clone, Debug)]
pub(super) struct Content {
    pub(super) world: World,
    /// The version of the people: how many changes had happened.
    pub(super) version: usize,
    pub(super) filter: Filter,
    /// The columns, with their headers.
    pub(super) columns: Vec<(Field, String)>,
    pub(super) format: Format,
}

/// Size and checksum of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Summary {
    pub(super) number_of_records: u64,
    pub(super) file_size: u64,
    pub(super) file_checksum: String,
}

impl Content {
    /// Reads the whole file.
    pub(super) fn summary(self) -> Summary {
        let mut pieces = self.pieces();
        let mut hash = Sha256::new();
        let mut file_size = 0;
        for piece in &mut pieces {
            hash.update(&piece);
            file_size += piece.len() as u64;
        }
        let hex: String = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        Summary { number_of_records: pieces.records, file_size, file_checksum: format!("sha256:{hex}") }
    }

    /// The bytes of the file in order.
    pub(super) fn pieces(self) -> Pieces {
        Pieces { last: self.world.last_number(self.version), content: self, next: 0, records: 0 }
    }
}

/// The bytes of a file.
pub(super) struct Pieces {
    content: Content,
    /// The number of the next person; 0 for the headers.
    next: u32,
    last: u32,
    records: u64,
}

impl Iterator for Pieces {
    type Item = Vec<u8>;

    fn next(&mut self) -> Option<Vec<u8>> {
        if self.next == 0 {
            self.next = 1;
            return Some(self.headers());
        }
        let mut piece = String::new();
        while piece.is_empty() && self.next <= self.last {
            let end = self.last.min(self.next.saturating_add(PIECE - 1));
            for number in self.next..=end {
                self.person(number, &mut piece);
            }
            self.next = end + 1;
        }
        (!piece.is_empty()).then(|| piece.into_bytes())
    }
}

impl Pieces {
    fn headers(&self) -> Vec<u8> {
        let mut row = String::new();
        for (_, header) in &self.content.columns {
            self.value(&mut row, Some(header));
        }
        end_row(&mut row);
        row.into_bytes()
    }

    fn person(&mut self, number: u32, out: &mut String) {
        let Content { world, version, filter, columns, .. } = &self.content;
        let Some(view) = world.view(number, *version) else { return };
        if !filter.takes(&view.person) {
            return;
        }
        for (field, _) in columns {
            self.value(out, view.value(*field).as_deref());
        }
        end_row(out);
        self.records += 1;
    }

    /// Writes a value and a separator.
    fn value(&self, out: &mut String, value: Option<&str>) {
        let separator = self.content.format.separator();
        match value {
            None => out.push_str("null"),
            Some(value) if value.contains([separator, '"', '\n', '\r']) => {
                out.push('"');
                for c in value.chars() {
                    if c == '"' {
                        out.push('"');
                    }
                    out.push(c);
                }
                out.push('"');
            }
            Some(value) => out.push_str(value),
        }
        out.push(separator);
    }
}

/// Replaces the last separator by a line feed.
fn end_row(out: &mut String) {
    out.pop();
    out.push('\n');
}

#[cfg(test)]
mod tests {
    use super::super::world::{Change, What};
    use super::*;
    use crate::people::People;

    fn content(format: Format) -> Content {
        let company = What::Value { field: Field::Company, value: Some("A, \"B\"; C".to_owned()) };
        let title = What::Value { field: Field::Title, value: None };
        let change = |what| Change { at: 1_700_000_000_000, first: 1, last: 2_000, what };
        Content {
            world: World::new(People::new(2_000, 1_600_000_000_000), vec![change(company), change(title)]),
            version: 2,
            filter: Filter::StaticList,
            columns: [Field::Id, Field::Company, Field::Title].map(|f| (f, f.into_str().to_owned())).into(),
            format,
        }
    }

    #[test]
    fn values_are_quoted_where_needed_and_empty_ones_are_null() {
        let file = |format| String::from_utf8(content(format).pieces().flatten().collect()).unwrap();
        let row = |format| file(format).lines().nth(1).unwrap().to_owned();
        assert_eq!(row(Format::Csv), "100010,\"A, \"\"B\"\"; C\",null");
        assert_eq!(row(Format::Tsv), "100010\t\"A, \"\"B\"\"; C\"\tnull");
        assert!(file(Format::Ssv).starts_with("id;company;title\n"));
    }

    #[test]
    fn the_summary_is_that_of_the_bytes() {
        let bytes: Vec<u8> = content(Format::Csv).pieces().flatten().collect();
        let summary = content(Format::Csv).summary();
        assert_eq!(summary.number_of_records, 200);
        assert_eq!(summary.file_size, bytes.len() as u64);
        let hex: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(summary.file_checksum, format!("sha256:{hex}"));
    }
}
