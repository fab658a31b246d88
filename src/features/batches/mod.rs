//! Invitation batches: what was sent together, and what became of each row.

mod detail;
mod export;
mod list;

pub(crate) use detail::BatchDetail;
pub(crate) use list::Batches;
