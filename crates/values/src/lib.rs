//! What one cell of a people file says: an address, a name, a role, a language, and what is wrong with it.
//!
//! # Advice for changes
//! - This crate is compiled for size: most rows have no cell that needs it a second time. What runs for every row is in
//!   `roster`.

pub mod clean;
pub mod email;
pub mod language;
pub mod nearest;
mod problem;
pub mod role;
pub mod text;

pub use problem::{Problem, ProblemCode, Severity};
