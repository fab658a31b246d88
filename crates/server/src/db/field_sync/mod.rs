//! Action Field Sync: its schedule, runs, windows of time, people and problems.

pub(crate) mod people;
pub(crate) mod problems;
pub(crate) mod runs;
mod schedule;
mod tally;
pub(crate) mod windows;

pub(crate) use schedule::*;
pub(crate) use tally::Tally;
