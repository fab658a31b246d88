//! The keys by which hosts embed the panel.

mod create;
mod labels;
mod section;
mod state;
mod table;

pub(super) use section::ApiKeys;
