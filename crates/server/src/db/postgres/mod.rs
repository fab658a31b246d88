//! What is PostgreSQL's own.

pub(super) mod errors;
pub(super) mod open;
mod place;
mod schema;

/// How a row is addressed, until it is changed.
pub(super) const ROW_ADDRESS: (&str, (&str, &str)) = ("CAST(ctid AS TEXT)", ("ctid = CAST(", " AS tid)"));
