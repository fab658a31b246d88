//! The fields of an invitation and the targets of a file's columns, which headings know too.

pub use headings::{Field, Target};

/// How several teams are written in one cell. Other separators are read too.
pub const TEAMS_SEPARATOR: &str = "; ";
