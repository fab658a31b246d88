//! What is PostgreSQL's own.

pub(super) mod damage;
pub(super) mod dump;
pub(super) mod errors;
pub(super) mod half;
pub(super) mod listen;
pub(super) mod open;
mod place;
#[cfg(test)]
pub(super) mod plans;
pub(super) mod schema;
pub(super) mod target;

/// How a row is addressed, until it is changed.
pub(super) const ROW_ADDRESS: (&str, (&str, &str)) = ("CAST(ctid AS TEXT)", ("ctid = CAST(", " AS tid)"));
