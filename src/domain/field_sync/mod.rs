//! Action Field Sync in the background: polling it, and announcing its progress.

mod labels;
mod news;
mod runs;
mod watch;

pub(crate) use labels::{how_far, run_state};
pub(crate) use news::{said, say_news};
pub(crate) use runs::takes_over;
pub(crate) use watch::{Round, Watch, latest};
