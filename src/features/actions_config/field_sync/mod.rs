//! The cards of Action Field Sync: what it would do, how it goes, its runs and the people it brought.

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
