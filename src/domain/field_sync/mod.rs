//! Action Field Sync in the background: polling it, announcing its progress, and the strip that shows it on every other
//! screen.

mod labels;
mod news;
mod runs;
mod strip;
mod watch;

pub(crate) use labels::{how_far, run_state};
pub(crate) use news::{said, say_news};
pub(crate) use runs::{needs_strip, takes_over};
pub(crate) use strip::SyncStrip;
pub(crate) use watch::{Round, Watch, latest};
