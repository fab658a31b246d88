//! Invitations: batches of them, the rows of a batch and their verdicts, each invitation by itself, and revoking any
//! number of them.

pub(crate) mod batches;
mod chunk;
mod draft;
pub(crate) mod invitation;
mod judge;
pub(crate) mod revocations;
pub(crate) mod test_mail;

pub(crate) use chunk::receive;
pub(crate) use draft::check_draft;
