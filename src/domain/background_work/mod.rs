//! Work in the background, wherever and by whomever it was begun: what the server is at work on, and what has ended. One
//! poll for all of it while something moves, the news of it, and its texts.

pub(crate) mod labels;
mod news;
mod watch;

pub(crate) use watch::{
    Shown, await_end, is_shown, look, look_once, read_recent, recent, show_here, stop_recent, under_way,
};
