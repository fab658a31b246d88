//! Action Field Sync while it goes on in the background: how it is followed, what of it is worth saying, and the strip
//! that tells of it on every screen but its own.

mod labels;
mod news;
mod runs;
mod strip;
mod watch;

pub(crate) use labels::{how_far, run_state};
pub(crate) use news::{said, say_news};
pub(crate) use runs::{CARD_ANCHOR, needs_strip, takes_over};
pub(crate) use strip::SyncStrip;
pub(crate) use watch::{Round, Watch};
