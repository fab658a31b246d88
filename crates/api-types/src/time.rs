use std::fmt;

use serde::{Deserialize, Serialize};

/// An instant in UTC as RFC 3339 text, for example `2026-11-20T08:00:00Z`.
///
/// Text and not a date type, so that the app formats it by the browser's `Intl` without a calendar in its wasm.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(format = DateTime))]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(transparent)]
pub struct Timestamp(pub String);

impl Timestamp {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A time zone by its name in the IANA database, such as `Europe/Berlin`. Which of them there are is the browser's to know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct TimeZone(pub String);

impl TimeZone {
    /// The longest name, in characters; those of the database have up to 32.
    pub const MAX: usize = 64;

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it consists of what names of the database consist of.
    pub fn is_well_formed(&self) -> bool {
        let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"/_+-".contains(&byte);
        (1..=Self::MAX).contains(&self.0.len()) && self.0.bytes().all(is_allowed)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_time_zones_are_told_from_other_texts() {
        let is_well_formed = |name: &str| TimeZone(name.to_owned()).is_well_formed();
        for name in
            ["UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires", "Etc/GMT+12", "Africa/Porto-Novo"]
        {
            assert!(is_well_formed(name), "{name}");
        }
        for text in ["", "Europe Berlin", "<b>", "Zürich", "a\n", &"x".repeat(TimeZone::MAX + 1)] {
            assert!(!is_well_formed(text), "{text}");
        }
    }
}
