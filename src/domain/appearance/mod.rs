//! How the console looks to the person: its language and its theme, which can be chosen on every screen.

mod language;
mod menu;

pub(crate) use language::{choose as choose_language, of_browser};
pub(crate) use menu::{AppearanceMenu, LaterAppearanceMenu};
