//! The app around the screens: its start, which path shows which screen to whom, the frame, and the screens as pieces of code
//! that are loaded when they are first opened.

mod config;
mod menus;
mod panic_overlay;
mod pieces;
mod rail;
mod root;
mod routes;
mod screens;
mod shell;
mod start;
mod strips;

pub(crate) use start::start;
