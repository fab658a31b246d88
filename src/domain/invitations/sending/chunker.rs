//! Cuts the rows of a source into chunks that the backend accepts.

use api_types::{BatchOptions, Chunk, NewRow, limits};

/// The bytes that a row adds to its text in the request: names of fields, quotes, commas.
const ROW_OVERHEAD: usize = 160;
/// Leaves room for the JSON around the rows, and for escaped characters.
const BODY_ROOM: usize = limits::BODY_BYTES - limits::BODY_BYTES / 10;

/// Cuts rows into chunks of at most [`limits::ROWS_PER_CHUNK`] rows and [`limits::MEMBERSHIPS_PER_CHUNK`], and a body below
/// [`limits::BODY_BYTES`].
pub(crate) struct Chunker<'a> {
    options: &'a BatchOptions,
    next_index: u32,
    rows: Vec<NewRow>,
    bytes: usize,
    memberships: usize,
}

impl<'a> Chunker<'a> {
    /// For the rows of a batch with these options.
    pub(crate) fn new(options: &'a BatchOptions) -> Self {
        Self { options, next_index: 0, rows: Vec::new(), bytes: 0, memberships: 0 }
    }

    /// Adds a row; returns the chunk that is complete without it.
    pub(crate) fn push(&mut self, row: NewRow) -> Option<Chunk> {
        let bytes = size(&row);
        let memberships = self.options.memberships(&row);
        let full = self.rows.len() == limits::ROWS_PER_CHUNK
            || self.bytes + bytes > BODY_ROOM
            || self.memberships + memberships > limits::MEMBERSHIPS_PER_CHUNK;
        let complete = if full { self.finish() } else { None };
        self.bytes += bytes;
        self.memberships += memberships;
        self.rows.push(row);
        complete
    }

    /// The last chunk; `None` when nothing is left.
    pub(crate) fn finish(&mut self) -> Option<Chunk> {
        if self.rows.is_empty() {
            return None;
        }
        let chunk = Chunk { index: self.next_index, rows: std::mem::take(&mut self.rows) };
        self.next_index += 1;
        (self.bytes, self.memberships) = (0, 0);
        Some(chunk)
    }
}

/// The approximate size of the row as JSON in bytes, rather too large.
fn size(row: &NewRow) -> usize {
    let escaped = |text: &str| {
        text.bytes()
            .map(|byte| {
                if byte < 0x20 {
                    6
                } else if matches!(byte, b'"' | b'\\') {
                    2
                } else {
                    1
                }
            })
            .sum::<usize>()
    };
    let optional = |text: &Option<String>| text.as_deref().map_or(0, escaped);
    ROW_OVERHEAD
        + escaped(&row.email)
        + optional(&row.first_name)
        + optional(&row.last_name)
        + optional(&row.role)
        + optional(&row.workspace)
        + optional(&row.language)
        + row.teams.iter().map(|team| escaped(team) + 3).sum::<usize>()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(rows: impl IntoIterator<Item = NewRow>) -> Vec<Chunk> {
        cut_with(&BatchOptions::default(), rows)
    }

    fn cut_with(options: &BatchOptions, rows: impl IntoIterator<Item = NewRow>) -> Vec<Chunk> {
        let mut chunker = Chunker::new(options);
        let mut chunks: Vec<Chunk> = rows.into_iter().filter_map(|row| chunker.push(row)).collect();
        chunks.extend(chunker.finish());
        chunks
    }

    fn row(number: u32, name: &str) -> NewRow {
        NewRow {
            row: number,
            email: format!("person{number}@example.com"),
            first_name: Some(name.to_owned()),
            ..NewRow::default()
        }
    }

    #[test]
    fn r3_no_chunk_is_larger_than_the_backend_takes() {
        let chunks = cut((1..=2_500).map(|number| row(number, "Ana")));
        let sizes: Vec<usize> = chunks.iter().map(|chunk| chunk.rows.len()).collect();
        assert_eq!(sizes, [1_000, 1_000, 500]);
        assert_eq!(chunks.iter().map(|chunk| chunk.index).collect::<Vec<_>>(), [0, 1, 2]);
    }

    #[test]
    fn r3_long_values_make_smaller_chunks() {
        for name in ["x".repeat(5_000), "\"\\\u{1}".repeat(2_000), "김".repeat(2_000)] {
            let chunks = cut((1..=1_000).map(|number| row(number, &name)));
            assert!(chunks.len() > 1);
            for chunk in &chunks {
                assert!(serde_json::to_string(chunk).unwrap().len() < limits::BODY_BYTES);
            }
            let rows: Vec<u32> = chunks.iter().flat_map(|chunk| &chunk.rows).map(|row| row.row).collect();
            assert!(rows.into_iter().eq(1..=1_000), "every row once, in order");
        }
    }

    #[test]
    fn r20_many_teams_make_smaller_chunks() {
        let teams = vec!["EMEA".to_owned(); limits::TEAMS_PER_ROW];
        let options = BatchOptions { teams, ..BatchOptions::default() };
        let chunks = cut_with(&options, (1..=200).map(|number| row(number, "Ana")));
        let sizes: Vec<usize> = chunks.iter().map(|chunk| chunk.rows.len()).collect();
        assert_eq!(sizes, [78, 78, 44]);
        assert!(chunks.iter().all(|chunk| options.rows_per_chunk(&chunk.rows) == chunk.rows.len()));
    }

    #[test]
    fn nothing_makes_no_chunk() {
        assert!(cut([]).is_empty());
    }
}
