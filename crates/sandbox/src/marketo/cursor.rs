//! Paging tokens. They are opaque to clients, and have to be escaped in a query as Marketo's have.

use super::answer::MarketoError;

/// The list that a token belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cursor {
    /// The people found by a lookup.
    Lookup,
    /// All activities.
    Activities,
}

impl Cursor {
    fn prefix(self) -> &'static str {
        match self {
            Self::Lookup => "GIYDAOBN",
            Self::Activities => "WQV2VQVP",
        }
    }

    pub(super) fn write(self, place: u64) -> String {
        format!("{}{place:016X}====", self.prefix())
    }

    pub(super) fn read(self, token: &str) -> Result<u64, MarketoError> {
        token
            .strip_prefix(self.prefix())
            .and_then(|rest| rest.strip_suffix("===="))
            .and_then(|place| u64::from_str_radix(place, 16).ok())
            .ok_or_else(|| MarketoError::saying(1003, "Invalid nextPageToken"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_read_where_it_was_made_for() {
        let token = Cursor::Activities.write(300);
        assert_eq!(Cursor::Activities.read(&token), Ok(300));
        assert!(Cursor::Lookup.read(&token).is_err());
        assert!(Cursor::Activities.read("").is_err());
    }
}
