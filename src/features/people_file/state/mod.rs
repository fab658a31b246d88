//! The state that the steps share, and its transitions: a file for the transitions of each part of the flow.

mod changing;
mod checking;
mod choosing;
mod drafts;
mod flow;
mod mapping;
mod purposes;
mod replacement;
mod replacing;
mod rest;
mod steps;

pub(super) use choosing::NEXT;
pub(super) use flow::Flow;
