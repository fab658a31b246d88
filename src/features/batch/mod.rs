//! One batch of invitations: the outcome of each row.

mod export;
mod page;

pub(crate) use page::BatchDetail;
