//! What is SQLite's own.

pub(super) mod errors;
mod file;
pub(super) mod open;
#[cfg(test)]
pub(super) mod plans;
pub(super) mod schema;
pub(super) mod search;
