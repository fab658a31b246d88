//! What the cells of a people file say: an address, a name, a role, a language, and what is wrong with it; and what that makes
//! of a column or of a file.
//!
//! # Advice for changes
//! - This crate is compiled for size: most rows have no cell that needs it a second time. What runs for every row is in
//!   `roster`.

pub mod clean;
pub mod content;
pub mod email;
pub mod language;
pub mod nearest;
mod problem;
pub mod role;
pub mod table;
pub mod text;

pub use problem::{Problem, ProblemCode, Severity};
