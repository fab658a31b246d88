//! The keys by which hosts embed the panel.

mod create;
mod labels;
mod opens_for;
mod section;
mod state;
mod table;

pub(super) use section::ApiKeys;
