//! What this browser keeps for a person: databases that belong to one person of one account, for a week. Nothing else
//! in the browser may hold rows.

pub(crate) mod drafts;
mod person;

pub(crate) use person::{Person, is_stale};
