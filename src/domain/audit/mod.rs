//! The audit log: the labels of its events, and the people they name.

mod changes;
mod labels;
mod people;

pub(crate) use changes::{field, format, values};
pub(crate) use labels::{action, subject, webhook_type};
pub(crate) use people::{actor_cell, subject_cell};
