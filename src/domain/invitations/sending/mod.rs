//! Sending invitations in the background, through reloads, crashes, lost networks and server outages.
//!
//! [`start`] takes a [`Plan`] and a source of rows. Everything is stored in the browser before the first request, with
//! the idempotency keys under which it will be sent; from then on the sending continues by itself until the server has
//! accepted the batch, also after a reload, and invites each person only once. [`current`] lists the sendings,
//! [`SendingPanel`] shows one on the screen it belongs to, [`SendingLine`] one in the list of background work.
//!
//! A sending that is prepared without a network is held: it is stored like any other, and begins when the user agrees after
//! the connection is back.
//!
//! What is stored belongs to one person of one account, is kept for a week and removed at sign-out ([`wipe`]).

mod background;
mod control;
mod driver;
mod follow;
mod outbox;
mod record;
mod registry;
mod retry_policy;
mod state;
mod view;

pub(crate) use background::{init, keeps_unsent, start, wipe};
pub(crate) use follow::follow;
pub(crate) use registry::{current, dismiss, find, has_unsent, hear, is_at_risk, lost_by_reload};
#[cfg(test)]
pub(crate) use state::Kept;
pub(crate) use state::{Cause, Plan, Sending, SendingId, SendingState};
pub(crate) use view::{SendingLine, SendingPanel, shown};
