//! How the console looks to the person: its language, its time zone and its theme.

mod language;
mod menu;

pub(crate) use language::{choose as choose_language, choose_time_zone, of_browser, speak_as_chosen};
pub(crate) use menu::{AppearanceMenu, LaterAppearanceMenu};
