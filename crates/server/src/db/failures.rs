//! What an error means, whatever the database.

use sqlx::error::DatabaseError;
use sqlx::postgres::PgDatabaseError;

use super::{postgres, sqlite};

/// Whether others kept the database from answering for too long, so that it is worth another try.
pub(crate) fn is_busy(error: &dyn DatabaseError) -> bool {
    match error.try_downcast_ref::<PgDatabaseError>() {
        Some(error) => postgres::errors::is_busy(error),
        None => sqlite::errors::is_busy(error),
    }
}

/// Whether the disk cannot be written to: it is full, broken, or read-only.
pub(crate) fn is_of_the_disk(error: &sqlx::Error) -> bool {
    let sqlx::Error::Database(error) = error else { return false };
    match error.try_downcast_ref::<PgDatabaseError>() {
        Some(error) => postgres::errors::is_of_the_disk(error),
        None => sqlite::errors::is_of_the_disk(&**error),
    }
}

/// Whether an error is of the rows at hand, and would be the same next time: not of the disk, the connection or other
/// writers.
pub(crate) fn is_of_the_rows(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Database(error) => match error.try_downcast_ref::<PgDatabaseError>() {
            Some(error) => postgres::errors::is_of_the_rows(error),
            None => sqlite::errors::is_of_the_rows(&**error),
        },
        sqlx::Error::Decode(_)
        | sqlx::Error::Encode(_)
        | sqlx::Error::ColumnDecode { .. }
        | sqlx::Error::RowNotFound => true,
        _ => false,
    }
}
