//! The problems of the file by kind: how many rows, where they are, and what mends or leaves out all of them at once.

mod instead;
mod kind;
mod kinds;
mod panel;
mod shared;
mod unfolding;

pub(super) use panel::{PANEL, ProblemPanel};
