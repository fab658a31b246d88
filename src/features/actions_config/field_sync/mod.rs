//! The cards of Action Field Sync: its preview, its progress, its runs and the people it copied.

mod card;
mod cards;
mod labels;
mod people;
mod polling;
mod preview;
mod progress;
mod run_details;
mod runs;
mod skips;
mod state;

pub(super) use cards::FieldSyncCards;
