//! Deciding about the rows of a batch, and storing what was decided.

mod chunk;
mod judge;

pub(crate) use chunk::receive;
pub(crate) use judge::clean_line;
