//! Invitation batches: what was sent together.

mod page;

pub(crate) use page::Batches;
