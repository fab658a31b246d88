//! The page's side of the Workers that read files.

pub(crate) mod sheets;
pub(crate) mod worker;
