//! How far a move is, and why it does not go on.

use std::fmt;

use crate::db::open_error::OpenError;

/// How far a move is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step<'a> {
    /// So many rows of a table are in the target, of so many.
    Copied { table: &'a str, rows: u64, of: u64 },
    /// So many indexes and foreign keys are made, of so many.
    Built { parts: u64, of: u64 },
    /// So many rows of a table were compared, of so many.
    Compared { table: &'a str, rows: u64, of: u64 },
}

/// Who is told how far a move is.
pub(crate) type Listener<'a> = &'a mut (dyn FnMut(Step<'_>) + Send);

/// Why an account was not moved. Each is a sentence that says what to do.
#[derive(Debug, thiserror::Error)]
pub(crate) enum MoveError {
    #[error("there is no server's database in {folder}: name the data folder (--from or MSI_DATA)")]
    NoSource { folder: String },
    #[error(
        "the data is that of another version of the server: start this one once on the data folder, then move it"
    )]
    OfAnotherVersion,
    #[error("the data folder was moved to PostgreSQL already: start the server with MSI_DATABASE")]
    AlreadyMoved,
    #[error("{target} is not empty: name an empty one, or make it anew")]
    NotEmpty { target: String },
    #[error(
        "{target} holds a part of another move, or of one that was given up when the data folder was used in between: name an \
         empty database, or make it anew"
    )]
    OfAnotherMove { target: String },
    #[error(
        "{target} has not the tables and columns of the data folder: name an empty database, or make it anew"
    )]
    OtherTables { target: String },
    #[error("{table} has a value that is neither a text nor a number as its column wants it, at {key}")]
    UnexpectedValue { table: String, key: String },
    #[error(
        "the copy differs from the data folder, first in {first}, rows that differ: {count}: make the target anew, and move \
         again"
    )]
    Differs { count: u64, first: Difference },
    #[error(transparent)]
    Open(#[from] OpenError),
    #[error(transparent)]
    Database(#[from] sqlx::Error),
    #[error("the data folder cannot be marked: {0}")]
    Mark(#[from] std::io::Error),
}

/// Where the databases differ: never what is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Difference {
    pub(super) table: String,
    pub(super) key: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the table {} at {}", self.table, self.key)
    }
}
