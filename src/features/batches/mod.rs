//! The list of invitation batches.

mod page;

pub(crate) use page::Batches;
