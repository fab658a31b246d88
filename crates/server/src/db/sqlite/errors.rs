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
pub(in crate::db) fn is_busy(error: &dyn DatabaseError) -> bool {
    const BUSY: u32 = 5;
    const LOCKED: u32 = 6;
    matches!(kind(error), Some(BUSY | LOCKED))
}

/// Whether the disk cannot be written to: it is full, broken, or read-only.
pub(in crate::db) fn is_of_the_disk(error: &dyn DatabaseError) -> bool {
    const PERM: u32 = 3;
    const READONLY: u32 = 8;
    const IOERR: u32 = 10;
    const FULL: u32 = 13;
    const CANTOPEN: u32 = 14;
    matches!(kind(error), Some(PERM | READONLY | IOERR | FULL | CANTOPEN))
}

/// Whether the values or the statement are refused.
pub(in crate::db) fn is_of_the_rows(error: &dyn DatabaseError) -> bool {
    const ERROR: u32 = 1;
    const CONSTRAINT: u32 = 19;
    const MISMATCH: u32 = 20;
    matches!(kind(error), Some(ERROR | CONSTRAINT | MISMATCH))
}

/// SQLite's primary result code.
fn kind(error: &dyn DatabaseError) -> Option<u32> {
    // The lower byte is the primary code, the rest extends it.
    Some(error.code()?.parse::<u32>().ok()? & 0xff)
}
