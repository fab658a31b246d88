//! The rows of the file with their verdicts: any number of them, edited in place, by mouse, touch or keyboard.

mod changes;
mod columns;
mod command;
mod drawing;
mod focus;
mod keys;
mod list;
mod rows;

pub(super) use columns::{Columns, fields};
pub(super) use drawing::Grid;
pub(super) use keys::{BEFORE_GRID, BEHIND_GRID};
