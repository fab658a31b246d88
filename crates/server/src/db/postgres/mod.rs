//! What is PostgreSQL's own.

pub(super) mod errors;
pub(super) mod open;
mod place;
mod schema;
