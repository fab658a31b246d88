//! Loading and sending in general: the state of data that a screen loads and sends, how it is shown meanwhile, which of
//! several requests counts, what can be taken back, what the server is at work on and when that is said, lists read to the end, and as a file.

mod all_pages;
pub(crate) mod export;
mod follow;
mod latest;
mod loaded;
mod loader;
mod quarters;
mod submission;
mod undo;

pub(crate) use all_pages::{AllPages, Progress};
pub(crate) use follow::{Follow, Followed, Heading};
pub(crate) use latest::{Latest, Turn};
pub(crate) use loaded::{
    kept_table, loaded, loaded_list, range, standing, standing_list, total, total_in_words,
};
pub(crate) use loader::{Load, Loader};
pub(crate) use quarters::quarter_reached;
pub(crate) use submission::{Refusal, Submission};
pub(crate) use undo::say_undoable;
