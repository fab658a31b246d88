//! The rows of a batch: their verdicts, storing them, and revoking their invitations.

mod chunk;
mod judge;
pub(crate) mod revocations;

pub(crate) use chunk::receive;
