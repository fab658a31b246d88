//! The fields of an invitation and the targets of a file's columns, which headings know too.

pub use headings::{Field, Target};
