//! The page's side of the Worker that reads files.

pub(crate) mod worker;
