//! Work in the background, wherever and by whomever it was begun: what the server is at work on, and what has ended, of the
//! kinds whose lists the caller may read. One poll for all of it while something moves, the news of it, and its texts.
//!
//! A screen that shows a work in full says so ([`show_here`]): the button leaves it out, and its end is not announced twice.
//! A work that moved and is no longer under way is looked up among those that have ended, and becomes a notice.
//!
//! The sendings of this browser ([`super::invitations::sending`]) are the other source of the list, until the server has all
//! their rows.

pub(crate) mod labels;
mod news;
mod watch;

pub(crate) use watch::{
    OnScreen, await_end, is_shown, look, look_once, read_recent, recent, show_here, stop_recent, under_way,
};
