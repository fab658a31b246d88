//! What this browser keeps for a person: databases of each console, with rows that only that person opens, for a week. Nothing
//! else in the browser may hold rows.

mod at_rest;
pub(crate) mod drafts;
mod moved;
mod person;
mod present;
pub(crate) mod rows;
mod tidy;
pub(crate) mod unreadable;
mod vault;

pub(crate) use at_rest::keep_at_rest;
pub(crate) use person::{Person, is_stale};
pub(crate) use present::{here, vault};
pub(crate) use tidy::{init, when_idle};
pub(crate) use vault::Vault;
