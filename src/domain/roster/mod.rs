//! The page's side of the Workers that read files, and the tables that screens make for them.

pub(crate) mod handover;
pub(crate) mod sheets;
pub(crate) mod worker;
