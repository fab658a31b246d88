//! What the batches of a file's rows have in common, whether they invite people or change members.

use std::collections::HashSet;

use api_types::{ProblemCode, limits};

use crate::db::batches::BatchRecord;
use crate::db::member_changes::BatchRow;
use crate::error::{ApiError, ApiResult};

/// Refuses a new batch whose name is too long, or that has no row or too many.
pub(crate) fn check_new(file_name: Option<&str>, expected_rows: u32) -> ApiResult<()> {
    if file_name.is_some_and(|name| name.chars().count() > limits::FILE_NAME_MAX) {
        let detail = format!("longer than {} characters", limits::FILE_NAME_MAX);
        return Err(ApiError::field("file_name", detail));
    }
    if expected_rows == 0 {
        return Err(ApiError::field("expected_rows", "a batch has at least one row"));
    }
    if expected_rows > limits::ROWS_PER_BATCH {
        return Err(ApiError::new(ProblemCode::PayloadTooLarge)
            .in_field("expected_rows")
            .limit("rows_per_batch", u64::from(limits::ROWS_PER_BATCH)));
    }
    Ok(())
}

/// How far a batch is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Received {
    pub(crate) next_chunk: u32,
    pub(crate) rows: u32,
    pub(crate) expected_rows: u32,
}

impl From<&BatchRecord> for Received {
    fn from(batch: &BatchRecord) -> Self {
        let rows = batch.verdicts().total();
        Self { next_chunk: batch.next_chunk(), rows, expected_rows: batch.expected_rows() }
    }
}

impl From<&BatchRow> for Received {
    fn from(batch: &BatchRow) -> Self {
        let rows = batch.verdicts().total();
        Self { next_chunk: batch.next_chunk(), rows, expected_rows: batch.expected_rows() }
    }
}

impl Received {
    /// Refuses a chunk out of order, or with too few or too many rows, or with the same row twice.
    pub(crate) fn check_chunk(self, index: u32, numbers: &[u32]) -> ApiResult<()> {
        if index != self.next_chunk {
            let detail = format!("chunk {} comes next", self.next_chunk);
            return Err(ApiError::new(ProblemCode::ChunkOutOfOrder).detail(detail));
        }
        if numbers.is_empty() {
            return Err(ApiError::field("rows", "a chunk has at least one row"));
        }
        if numbers.len() > limits::ROWS_PER_CHUNK {
            return Err(ApiError::new(ProblemCode::PayloadTooLarge)
                .in_field("rows")
                .limit("rows_per_chunk", limits::ROWS_PER_CHUNK as u64));
        }
        if self.rows as usize + numbers.len() > self.expected_rows as usize {
            let detail = format!("the batch expects {} rows in all", self.expected_rows);
            return Err(ApiError::field("rows", detail));
        }
        let mut distinct = HashSet::new();
        check_distinct(numbers.iter().copied().find(|&number| !distinct.insert(number)))
    }

    /// Refuses to go on before every row is there.
    pub(crate) fn check_whole(self) -> ApiResult<()> {
        if self.rows == self.expected_rows {
            return Ok(());
        }
        let detail = format!("{} of {} rows are there", self.rows, self.expected_rows);
        Err(ApiError::new(ProblemCode::RowsMissing).detail(detail))
    }
}

/// Refuses the number of a row that the chunk or the batch has already.
pub(crate) fn check_distinct(twice: Option<u32>) -> ApiResult<()> {
    match twice {
        Some(number) => Err(ApiError::field("rows", format!("row {number} comes twice"))),
        None => Ok(()),
    }
}
