//! What this browser keeps for a person: databases that belong to one person of one account, for a week. Nothing else
//! in the browser may hold rows.

mod at_rest;
pub(crate) mod drafts;
mod person;

pub(crate) use at_rest::keep_at_rest;
pub(crate) use person::{Person, is_stale};
