//! Invitation batches: what was sent together, what became of each row, and what can still be done about it.

mod detail;
mod export;
mod filter;
mod list;
mod overview;
mod rows;
mod state;
mod watch;
mod words;

pub(crate) use detail::BatchDetail;
pub(crate) use list::Batches;
