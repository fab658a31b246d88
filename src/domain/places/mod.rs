//! The places of the console: every path that can be linked to, and those that hold others.

mod place;
mod route;

pub(crate) use place::{Entry, Place};
pub(crate) use route::Route;
