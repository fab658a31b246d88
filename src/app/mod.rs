//! The app around the screens: its start, the routes and who may open them, the frame, and the screens as pieces of
//! code that are loaded when first opened.

mod background;
mod config;
mod ending;
mod menus;
mod open_frame;
mod opened;
mod panel;
mod panic_overlay;
mod pieces;
mod quick;
mod rail;
mod root;
mod routes;
mod screens;
mod shell;
mod sign_in_screens;
mod start;
mod version;

pub(crate) use start::start;
