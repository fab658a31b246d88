//! Action Field Sync: brings people from Marketo into the sales account, and keeps them up to date.
//!
//! A run over everybody is a pass over windows of time, each of which Marketo writes into an export. What a window
//! holds is stored in transactions of [`CHUNK`] people, together with the counts of the run and the place in the file:
//! a server that stops at any point has stored a chunk whole or not at all, and goes on from there. Afterwards
//! [`changes`] are asked for on a schedule, from the moment on in which the pass began.
//!
//! After a complete pass the account holds the people who qualify, and nobody else.

mod changes;
mod connections;
mod exports;
mod file;
mod halt;
mod intake;
mod lanes;
pub(crate) mod mapping;
mod opportunities;
mod pass;
mod population;
mod preview;
mod schedule;
mod windows;

pub(crate) use lanes::run;
pub(crate) use preview::fields as preview_fields;
pub(crate) use schedule::{goes_on_from, preview_to_expect};

use crate::db::ROWS_PER_STATEMENT;

/// People stored in one transaction.
const CHUNK: usize = ROWS_PER_STATEMENT;
