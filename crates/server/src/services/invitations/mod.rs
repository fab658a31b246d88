//! Invitations: batches of them, the rows of a batch and their verdicts, each invitation by itself, and revoking any
//! number of them.
//!
//! A client creates a batch, adds its rows in chunks, and seals it, each call with its own idempotency key. The rows,
//! invitations and mails of a chunk are stored in one transaction, which judges every row again and answers with the
//! verdicts; seats go to rows in the order of the file. A dry run uses the same code and creates no invitations and no mail.
//! Once the batch is sealed, [`super::mail`] sends what is queued.
//!
//! Undoing, cancelling, refusing and giving up all revoke invitations by [`revocations`]: a first portion in the transaction
//! of the request, the others one by one. The batch records the progress. So does sending failed mails again, by [`retries`].

pub(crate) mod batches;
mod chunk;
mod draft;
pub(crate) mod invitation;
mod judge;
mod noted;
pub(crate) mod retries;
pub(crate) mod revocations;
pub(crate) mod test_mail;

pub(crate) use chunk::receive;
pub(crate) use draft::check_draft;
