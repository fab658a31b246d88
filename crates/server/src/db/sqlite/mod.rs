//! What is SQLite's own.

pub(super) mod damage;
pub(super) mod errors;
mod file;
pub(super) mod open;
#[cfg(test)]
pub(super) mod plans;
pub(super) mod schema;
pub(super) mod search;
pub(super) mod snapshot;
pub(super) mod tables;

/// How a row is addressed, in every table with a number of its own for each.
pub(super) const ROW_ADDRESS: (&str, (&str, &str)) =
    ("CAST(rowid AS TEXT)", ("rowid = CAST(", " AS INTEGER)"));
