//! The cards of Action Field Sync: its preview, its progress, its runs and the people it copied.

mod card;
mod labels;
mod people;
mod polling;
mod preview;
mod progress;
mod run_details;
mod runs;
mod skips;
mod state;

pub(super) use card::SyncCard;
pub(super) use people::PeopleCard;
pub(super) use runs::RunsCard;
pub(super) use state::Sync;
