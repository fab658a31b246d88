//! The places of the console: every path that can be linked to, and those that hold others.

mod config_tab;
mod place;
mod route;
mod section;
mod shortcuts;

pub(crate) use config_tab::ConfigTab;
pub(crate) use place::{Entry, Place};
pub(crate) use route::{Route, below_base, here, shown_id};
pub(crate) use section::Section;
pub(crate) use shortcuts::{has_single_keys, shortcuts, use_single_keys};
