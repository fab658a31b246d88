//! Sending invitations in the background, whatever happens: reload, crash, no network, a server that is away.
//!
//! [`start`] takes a [`Plan`] and a source of rows. Everything is written down in the browser before the first
//! request, with the idempotency keys under which it will be sent; from then on the sending goes on by itself until
//! the server has accepted the batch, also after a reload, and nobody is invited twice. [`current`] tells what is
//! going on, [`SendingPanel`] shows one sending on the screen it belongs to, [`SendingStrip`] the others everywhere.
//!
//! What is written down belongs to one person of one account, is kept for a week and forgotten at sign-out
//! ([`wipe`]).

mod background;
mod chunker;
mod control;
mod driver;
mod follow;
mod lock;
mod outbox;
mod patience;
mod record;
mod registry;
mod state;
mod view;

pub(crate) use background::{init, start, wipe};
pub(crate) use registry::{current, dismiss, find, has_unsent, hear};
pub(crate) use state::{Cause, Plan, Sending, SendingId, SendingState};
pub(crate) use view::{SendingPanel, SendingStrip};
