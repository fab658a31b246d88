//! Texts and formats in the user's language.
//!
//! The texts are in `locales/*.json`. The build makes two files of each (`script/split-texts.mjs`): those visible
//! before sign-in, and the rest, which comes with the first screen after sign-in ([`complete`]). [`t!`](crate::t) takes
//! a key and its placeholders and fails the build when either is wrong. A change of language mounts the app again, so
//! texts need not be reactive.
//!
//! The catalogue is our own because it is small: one map, filled from a file of about 6 kB before sign-in, with plurals and
//! formats by the browser's `Intl`. Libraries for Leptos compile an accessor for each of the 1,700 texts into the app.

mod argument;
mod formats;
mod key;
mod locale;
mod message;
mod search;
mod texts;
mod time_zone;

/// The build script's, for its tests.
#[cfg(test)]
#[path = "../../build/catalogue.rs"]
mod catalogue;

pub(crate) use argument::Argument;
pub(crate) use formats::{ago, date, date_time, list, number, sentence_gap, sentences, until, utc_day};
pub(crate) use key::{Key, english, key};
pub(crate) use locale::{available, current, native_name, negotiate, remount};
pub(crate) use message::Message;
pub(crate) use search::unaccented;
pub(crate) use texts::{
    Asked, coded, complete, is_complete, is_loaded, load, load_as, load_quietly, template, text,
};
pub(crate) use time_zone::{day_begins, follow_zone, zone_of_browser, zones};
