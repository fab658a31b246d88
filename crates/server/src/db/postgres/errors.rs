//! What an error means, by SQLSTATE.

use sqlx::postgres::PgDatabaseError;

/// Whether others held what was needed for too long, or the database takes no more connections, or ends.
pub(in crate::db) fn is_busy(error: &PgDatabaseError) -> bool {
    const LOCK_NOT_AVAILABLE: &str = "55P03";
    const SERIALIZATION_FAILURE: &str = "40001";
    const DEADLOCK_DETECTED: &str = "40P01";
    const TOO_MANY_CONNECTIONS: &str = "53300";
    const QUERY_CANCELED: &str = "57014";
    const ADMIN_SHUTDOWN: &str = "57P01";
    const CRASH_SHUTDOWN: &str = "57P02";
    const CANNOT_CONNECT_NOW: &str = "57P03";
    matches!(
        error.code(),
        LOCK_NOT_AVAILABLE
            | SERIALIZATION_FAILURE
            | DEADLOCK_DETECTED
            | TOO_MANY_CONNECTIONS
            | QUERY_CANCELED
            | ADMIN_SHUTDOWN
            | CRASH_SHUTDOWN
            | CANNOT_CONNECT_NOW
    )
}

/// Whether the database cannot be written to: its disk is full or broken, or it is read-only.
pub(in crate::db) fn is_of_the_disk(error: &PgDatabaseError) -> bool {
    const READ_ONLY_TRANSACTION: &str = "25006";
    const INSUFFICIENT_RESOURCES: &str = "53000";
    const DISK_FULL: &str = "53100";
    const OUT_OF_MEMORY: &str = "53200";
    const SYSTEM_ERROR: &str = "58000";
    const IO_ERROR: &str = "58030";
    matches!(
        error.code(),
        READ_ONLY_TRANSACTION | INSUFFICIENT_RESOURCES | DISK_FULL | OUT_OF_MEMORY | SYSTEM_ERROR | IO_ERROR
    )
}

/// Whether the values or the statement are refused: data exceptions, constraints, and what the statement names.
pub(in crate::db) fn is_of_the_rows(error: &PgDatabaseError) -> bool {
    ["22", "23", "42", "P0"].iter().any(|class| error.code().starts_with(class))
}
