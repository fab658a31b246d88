//! What an error means, by SQLite's result codes.

use sqlx::error::DatabaseError;

/// Whether a begin failed for what may be wrong with the connection, and not because others write.
pub(super) fn is_of_the_connection(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed => false,
        sqlx::Error::Database(error) => !is_busy(&**error),
        _ => true,
    }
}

/// Whether another process, such as the command line, kept the database locked for writing for too long.
pub(crate) fn is_busy(error: &dyn DatabaseError) -> bool {
    const BUSY: u32 = 5;
    const LOCKED: u32 = 6;
    matches!(kind(error), Some(BUSY | LOCKED))
}

/// Whether the disk cannot be written to: it is full, broken, or read-only.
pub(crate) fn is_of_the_disk(error: &sqlx::Error) -> bool {
    const PERM: u32 = 3;
    const READONLY: u32 = 8;
    const IOERR: u32 = 10;
    const FULL: u32 = 13;
    const CANTOPEN: u32 = 14;
    let sqlx::Error::Database(error) = error else { return false };
    matches!(kind(&**error), Some(PERM | READONLY | IOERR | FULL | CANTOPEN))
}

/// Whether an error is of the rows at hand, and would be the same next time: not of the disk, the connection or other
/// writers.
pub(crate) fn is_of_the_rows(error: &sqlx::Error) -> bool {
    const ERROR: u32 = 1;
    const CONSTRAINT: u32 = 19;
    const MISMATCH: u32 = 20;
    match error {
        sqlx::Error::Database(error) => matches!(kind(&**error), Some(ERROR | CONSTRAINT | MISMATCH)),
        sqlx::Error::Decode(_)
        | sqlx::Error::Encode(_)
        | sqlx::Error::ColumnDecode { .. }
        | sqlx::Error::RowNotFound => true,
        _ => false,
    }
}

/// SQLite's primary result code.
fn kind(error: &dyn DatabaseError) -> Option<u32> {
    // The lower byte is the primary code, the rest extends it.
    Some(error.code()?.parse::<u32>().ok()? & 0xff)
}
