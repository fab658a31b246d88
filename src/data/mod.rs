//! Reading and sending in general: what a screen knows of what it reads and sends, how that is shown while it comes, which
//! of several counts, and pages of a list as a file.

pub(crate) mod export;
mod latest;
mod loaded;
mod loader;
mod submission;

pub(crate) use latest::{Latest, Turn};
pub(crate) use loaded::{loaded, loaded_list, standing, total};
pub(crate) use loader::{Load, Loader};
pub(crate) use submission::{Refusal, Submission};
