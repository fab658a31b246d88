//! What batches have in common, whether they invite people or change members.

use std::collections::{HashMap, HashSet};

use api_types::{ProblemCode, Role, RowCounts, limits};
use serde::Serialize;

use crate::db::batches::{BatchKind, BatchRecord, New};
use crate::db::rows::JudgedRow;
use crate::db::{self, Conn, new_id};
use crate::error::{ApiError, ApiResult};
use crate::platform::clock::Millis;
use crate::platform::token::sha256;
use crate::services::names;
use crate::services::proofs;
use crate::services::sessions::Caller;
use crate::state::App;

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

/// Refuses a row with more teams than it may name.
pub(crate) fn check_teams_of_row(row: u32, teams: &[String]) -> ApiResult<()> {
    check_team_count(teams).map_err(|error| error.in_field("rows").detail(format!("row {row}")))
}

/// Refuses more teams than a person is put into at once.
pub(crate) fn check_team_count(teams: &[String]) -> ApiResult<()> {
    if teams.len() > limits::TEAMS_PER_ROW {
        let limit = limits::TEAMS_PER_ROW as u64;
        return Err(ApiError::new(ProblemCode::TooManyTeams).limit("teams_per_row", limit));
    }
    Ok(())
}

/// Refuses to begin what makes administrators, if the caller may not do so: others may have added the rows.
pub(crate) fn check_gives(app: &App, caller: &Caller, makes_admins: bool) -> ApiResult<()> {
    if makes_admins { proofs::require_to_give(app, caller, Role::Admin) } else { Ok(()) }
}

/// Opens a batch that was checked, without rows.
pub(crate) async fn open<K: BatchKind>(
    app: &App,
    conn: &mut Conn,
    caller: &Caller,
    new: New<'_, K>,
) -> ApiResult<BatchRecord<K>> {
    let id: K::Id = new_id();
    let file_name = new.file_name.map(names::of_file).filter(|name| !name.is_empty());
    let new = New { file_name: file_name.as_deref(), ..new };
    let by = (caller.id(), caller.user.display_name());
    db::batches::insert(conn, &app.account_id, &id, (by.0, &by.1), &new, app.now()).await?;
    find(app, conn, &id).await
}

pub(crate) async fn find<K: BatchKind>(app: &App, conn: &mut Conn, id: &K::Id) -> ApiResult<BatchRecord<K>> {
    db::batches::find(conn, &app.account_id, id).await?.ok_or_else(ApiError::not_found)
}

/// Up to `limit` batches that are no dry runs, the latest first, and how many there are. `before` is the last id of the
/// page before.
pub(crate) async fn page<K: BatchKind>(
    app: &App,
    conn: &mut Conn,
    before: Option<K::Id>,
    limit: u32,
) -> ApiResult<(Vec<BatchRecord<K>>, u64)> {
    Ok(db::batches::list(conn, &app.account_id, before, limit).await?)
}

/// Refuses to go on before every row is there.
pub(crate) fn check_whole<K: BatchKind>(batch: &BatchRecord<K>) -> ApiResult<()> {
    let (rows, expected) = (batch.rows(), batch.expected_rows());
    if rows == expected {
        return Ok(());
    }
    Err(ApiError::new(ProblemCode::RowsMissing).detail(format!("{rows} of {expected} rows are there")))
}

/// A chunk of rows that comes to a batch.
pub(crate) struct Arrival {
    pub(crate) index: u32,
    /// The numbers of its rows, in the order of the request.
    pub(crate) numbers: Vec<u32>,
    fingerprint: String,
}

impl Arrival {
    pub(crate) fn of(
        chunk: &impl Serialize,
        index: u32,
        numbers: impl Iterator<Item = u32>,
    ) -> ApiResult<Self> {
        Ok(Self { index, numbers: numbers.collect(), fingerprint: sha256(&serde_json::to_vec(chunk)?) })
    }

    /// Whether the batch has the chunk already. Another one with the same index is refused.
    pub(crate) async fn is_known<K: BatchKind>(
        &self,
        conn: &mut Conn,
        batch: &BatchRecord<K>,
    ) -> ApiResult<bool> {
        match db::batches::chunk_fingerprint(conn, batch.number, self.index).await? {
            Some(before) if before != self.fingerprint => Err(ProblemCode::ChunkConflict.into()),
            before => Ok(before.is_some()),
        }
    }

    /// Puts rows, in which each has the number that `number` tells, into the order of the request.
    pub(crate) fn sort<T>(&self, rows: &mut [T], number: impl Fn(&T) -> u32) {
        let places: HashMap<u32, usize> = self.numbers.iter().copied().zip(0..).collect();
        rows.sort_by_key(|row| places.get(&number(row)).copied());
    }

    /// Refuses a chunk for a closed batch, one out of order, with too few or too many rows, or with a row that is there.
    pub(crate) async fn check<K: BatchKind>(&self, conn: &mut Conn, batch: &BatchRecord<K>) -> ApiResult<()> {
        if !batch.is_open() {
            return Err(ProblemCode::BatchClosed.into());
        }
        if self.index != batch.next_chunk() {
            let detail = format!("chunk {} comes next", batch.next_chunk());
            return Err(ApiError::new(ProblemCode::ChunkOutOfOrder).detail(detail));
        }
        let rows = self.numbers.len();
        if rows == 0 {
            return Err(ApiError::field("rows", "a chunk has at least one row"));
        }
        if rows > limits::ROWS_PER_CHUNK {
            return Err(ApiError::new(ProblemCode::PayloadTooLarge)
                .in_field("rows")
                .limit("rows_per_chunk", limits::ROWS_PER_CHUNK as u64));
        }
        if batch.rows() as usize + rows > batch.expected_rows() as usize {
            let detail = format!("the batch expects {} rows in all", batch.expected_rows());
            return Err(ApiError::field("rows", detail));
        }
        let mut distinct = HashSet::new();
        let twice = match self.numbers.iter().find(|number| !distinct.insert(**number)) {
            Some(number) => Some(*number),
            None => db::rows::any_stored(conn, batch.number, &self.numbers).await?,
        };
        match twice {
            Some(number) => Err(ApiError::field("rows", format!("row {number} comes twice"))),
            None => Ok(()),
        }
    }

    /// Stores the rows once they are judged, adds their verdicts to the counts, and expects the next chunk.
    pub(crate) async fn store<K: BatchKind>(
        &self,
        conn: &mut Conn,
        batch: &BatchRecord<K>,
        rows: &[JudgedRow<K>],
        now: Millis,
    ) -> ApiResult<()> {
        db::rows::insert(conn, batch.number, rows).await?;
        let mut verdicts = batch.verdicts();
        for row in rows {
            *verdicts.of(row.verdict) += 1;
        }
        let chunk = (self.index, self.fingerprint.as_str());
        Ok(db::batches::add_chunk::<K>(conn, batch.number, chunk, &verdicts, now).await?)
    }
}
