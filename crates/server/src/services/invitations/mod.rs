//! The rows of a batch: deciding about them, storing what was decided, and taking it back.

mod chunk;
mod judge;
pub(crate) mod revocations;

pub(crate) use chunk::receive;
