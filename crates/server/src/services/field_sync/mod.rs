//! Action Field Sync: brings people from Marketo into the sales account, and keeps them up to date.
//!
//! A full run is a pass over windows of time, each of which Marketo writes into an export. The queue of exports is kept full
//! without exceeding its limit; as Marketo works at few of them at once, the number of windows decides how long a run takes.
//! The people of a window are stored in transactions of [`CHUNK`] people, together with the counts of the run and the
//! position in the file: a server that stops at any point has stored a chunk whole or not at all, and goes on from there. A
//! pause or an end takes effect with the next transaction, and a failed run passes its position on to the next one.
//! Afterwards [`changes`] are polled on a schedule, starting from the moment at which the pass began.
//!
//! After a complete pass the account holds exactly the people who qualify.

mod changes;
mod connections;
pub(crate) mod counting;
mod exports;
mod file;
mod ingest;
pub(crate) mod mapping;
mod opportunities;
mod pass;
mod population;
mod preview;
mod schedule;
pub(crate) mod status;
pub(crate) mod steering;
mod stop_reason;
mod unmet;
mod windows;
mod workers;

pub(crate) use workers::run;

use crate::db::ROWS_PER_STATEMENT;

/// People stored in one transaction.
const CHUNK: usize = ROWS_PER_STATEMENT;
