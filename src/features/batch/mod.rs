//! One batch of invitations: what became of each row.

mod export;
mod page;

pub(crate) use page::BatchDetail;
