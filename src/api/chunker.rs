//! Cuts the rows of a batch into chunks that the backend accepts.

use api_types::{limits, row_bytes};
use serde::Serialize;

/// Cuts rows into chunks of at most [`limits::ROWS_PER_CHUNK`] rows and [`limits::MEMBERSHIPS_PER_CHUNK`], and a body below
/// [`limits::BODY_BYTES`].
pub(crate) struct Chunker<R> {
    next_index: u32,
    rows: Vec<R>,
    bytes: usize,
    memberships: usize,
}

/// The rows of a chunk, with its number in the batch.
pub(crate) struct Cut<R> {
    pub(crate) index: u32,
    pub(crate) rows: Vec<R>,
}

impl<R: Serialize> Chunker<R> {
    pub(crate) fn new() -> Self {
        Self { next_index: 0, rows: Vec::new(), bytes: 0, memberships: 0 }
    }

    /// Adds a row that makes so many memberships of teams at once; returns the chunk that is complete without it.
    pub(crate) fn push(&mut self, row: R, memberships: usize) -> Option<Cut<R>> {
        let bytes = row_bytes(&row);
        let full = self.rows.len() == limits::ROWS_PER_CHUNK
            || self.bytes + bytes > limits::ROWS_BYTES_PER_CHUNK
            || self.memberships + memberships > limits::MEMBERSHIPS_PER_CHUNK;
        let complete = if full { self.finish() } else { None };
        self.bytes += bytes;
        self.memberships += memberships;
        self.rows.push(row);
        complete
    }

    /// The last chunk; `None` when nothing is left.
    pub(crate) fn finish(&mut self) -> Option<Cut<R>> {
        if self.rows.is_empty() {
            return None;
        }
        let chunk = Cut { index: self.next_index, rows: std::mem::take(&mut self.rows) };
        self.next_index += 1;
        (self.bytes, self.memberships) = (0, 0);
        Some(chunk)
    }
}

#[cfg(test)]
mod tests {
    use api_types::{BatchOptions, Chunk, MemberChangeChunk, NewMemberChange, NewRow};

    use super::*;

    fn cut<R: Serialize>(
        rows: impl IntoIterator<Item = R>,
        memberships: impl Fn(&R) -> usize,
    ) -> Vec<Cut<R>> {
        let mut chunker = Chunker::new();
        let push = |row| {
            let memberships = memberships(&row);
            chunker.push(row, memberships)
        };
        let mut chunks: Vec<Cut<R>> = rows.into_iter().filter_map(push).collect();
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
        let chunks = cut((1..=2_500).map(|number| row(number, "Ana")), |_| 0);
        let sizes: Vec<usize> = chunks.iter().map(|chunk| chunk.rows.len()).collect();
        assert_eq!(sizes, [1_000, 1_000, 500]);
        assert_eq!(chunks.iter().map(|chunk| chunk.index).collect::<Vec<_>>(), [0, 1, 2]);
    }

    #[test]
    fn r3_long_values_make_smaller_chunks() {
        for name in ["x".repeat(5_000), "\"\\\u{1}".repeat(2_000), "김".repeat(2_000)] {
            let chunks = cut((1..=1_000).map(|number| row(number, &name)), |_| 0);
            assert!(chunks.len() > 1);
            let mut rows = Vec::new();
            for Cut { index, rows: cut } in chunks {
                rows.extend(cut.iter().map(|row| row.row));
                let chunk = Chunk { index, rows: cut };
                assert!(serde_json::to_string(&chunk).unwrap().len() < limits::BODY_BYTES);
            }
            assert!(rows.into_iter().eq(1..=1_000), "every row once, in order");
        }
    }

    #[test]
    fn r3_changes_of_members_with_long_names_of_teams_make_smaller_chunks() {
        let teams: Vec<String> = (0..limits::TEAMS_PER_ROW)
            .map(|team| format!("{team:0>width$}", width = limits::TEAM_NAME_MAX))
            .collect();
        let change = |row| NewMemberChange { row, teams: Some(teams.clone()), ..NewMemberChange::default() };
        let chunks = cut((1..=1_000).map(change), |_| 0);
        assert!(chunks.len() > 1);
        let mut rows = 0;
        for Cut { index, rows: cut } in chunks {
            rows += cut.len();
            let chunk = MemberChangeChunk { index, rows: cut };
            assert!(serde_json::to_string(&chunk).unwrap().len() < limits::BODY_BYTES);
        }
        assert_eq!(rows, 1_000);
    }

    #[test]
    fn r20_many_teams_make_smaller_chunks() {
        let teams = vec!["EMEA".to_owned(); limits::TEAMS_PER_ROW];
        let options = BatchOptions { teams, ..BatchOptions::default() };
        let chunks = cut((1..=200).map(|number| row(number, "Ana")), |row| options.memberships(row));
        let sizes: Vec<usize> = chunks.iter().map(|chunk| chunk.rows.len()).collect();
        assert_eq!(sizes, [78, 78, 44]);
        assert!(chunks.iter().all(|chunk| options.rows_per_chunk(&chunk.rows) == chunk.rows.len()));
    }

    #[test]
    fn nothing_makes_no_chunk() {
        assert!(cut(Vec::<NewRow>::new(), |_| 0).is_empty());
    }
}
