//! The audit log: the labels of its events, and the people they name.

mod labels;
mod people;

pub(crate) use labels::{action, actor, subject};
pub(crate) use people::{actor_cell, subject_cell};
