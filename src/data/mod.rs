//! Loading and sending in general: the state of data that a screen loads and sends, how it is shown meanwhile, which of
//! several requests counts, whether changes overlap or are pressed twice, what the server is at work on and when that is
//! said, lists read to the end, and as a file, what the browser's history keeps of them, changes made elsewhere, and
//! settings that can be put back.

mod all_pages;
mod changes;
pub(crate) mod export;
mod follow;
mod history;
mod latest;
mod loaded;
mod loader;
mod overlap;
mod paged;
mod quarters;
mod settings;
mod under_way;

pub(crate) use all_pages::{AllPages, Progress};
pub(crate) use changes::Changes;
pub(crate) use follow::{Follow, Followed, Heading};
pub(crate) use history::History;
pub(crate) use latest::{Latest, Turn};
pub(crate) use loaded::{
    Retry, kept_table, last_known, loaded, loaded_list, range, standing, standing_list, total, total_in_words,
};
pub(crate) use loader::{Load, Loader};
pub(crate) use overlap::Overlap;
pub(crate) use paged::Paged;
pub(crate) use quarters::quarter_reached;
pub(crate) use settings::{on_settings_put_back, say_saved, unless_stale};
pub(crate) use under_way::UnderWay;
