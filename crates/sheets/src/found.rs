//! What a spreadsheet consists of, and why one is refused.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// How many bytes a spreadsheet may take: packed, unpacked, as its cells in memory, and as the CSV files of all its sheets.
pub const LARGEST: u64 = 512 << 20;

/// How many bytes a gzip file may unpack to.
pub const LARGEST_UNPACKED: u64 = 1 << 30;

/// How many sheets a spreadsheet may have.
pub const MOST_SHEETS: u64 = 1_000;

/// So many rows of a spreadsheet are shown while the others are read.
pub const FIRST_ROWS: usize = 200;

/// How long one file may be read.
pub const LONGEST: Duration = Duration::from_secs(30);

/// A sheet that has values.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sheet {
    pub name: String,
    /// Not shown by the program that the file is from.
    pub hidden: bool,
    /// The last row with a value, from 1 on: the number of records.
    pub rows: u64,
    /// The last column with a value, from 1 on.
    pub columns: u64,
    /// Rows in which a cell looks like an e-mail address.
    pub addresses: u64,
}

/// Why a file is not read as a spreadsheet, or not unpacked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// The content is none of a spreadsheet that is read: another kind of file.
    #[error("this is no spreadsheet")]
    Other,
    /// It needs a password.
    #[error("this spreadsheet is protected by a password")]
    Protected,
    /// It is cut off or broken.
    #[error("this spreadsheet is damaged")]
    Damaged,
    /// It takes more than [`LARGEST`] or [`LARGEST_UNPACKED`], or unpacks to a multiple that only a trap has.
    #[error("this spreadsheet would take more than 512 MiB; save its table as CSV")]
    TooLarge,
    /// It takes longer than [`LONGEST`].
    #[error("this spreadsheet takes longer than 30 seconds to read; save its table as CSV")]
    TooLong,
    /// It has more than [`MOST_SHEETS`].
    #[error("this spreadsheet has more than 1,000 sheets; save the one with the table as CSV")]
    TooManySheets,
    /// No sheet has a value.
    #[error("no sheet of this spreadsheet has a value")]
    Empty,
}

impl Refusal {
    /// The stable name, as in JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Other => "other",
            Self::Protected => "protected",
            Self::Damaged => "damaged",
            Self::TooLarge => "too_large",
            Self::TooLong => "too_long",
            Self::TooManySheets => "too_many_sheets",
            Self::Empty => "empty",
        }
    }
}

/// Whether a file that begins like this may be a spreadsheet: a ZIP archive or an OLE document.
#[must_use]
pub fn is_candidate(head: &[u8]) -> bool {
    [&b"PK\x03\x04"[..], b"PK\x05\x06", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"]
        .iter()
        .any(|magic| head.starts_with(magic))
}

/// Whether a file that begins like this is packed by gzip.
#[must_use]
pub fn is_packed(head: &[u8]) -> bool {
    head.starts_with(b"\x1f\x8b")
}

/// The sheet to begin with: the one with the most addresses, a visible one if any has some, and the first of equals.
#[must_use]
pub fn proposed(sheets: &[Sheet]) -> Option<usize> {
    let best = |at: &usize| {
        let sheet = &sheets[*at];
        (sheet.addresses > 0, !sheet.hidden, sheet.addresses, std::cmp::Reverse(*at))
    };
    (0..sheets.len()).max_by_key(best)
}

#[cfg(test)]
mod tests {
    use super::{Refusal, Sheet, is_candidate, proposed};

    fn sheet(addresses: u64, hidden: bool) -> Sheet {
        Sheet { name: "Sheet".into(), hidden, rows: 9, columns: 2, addresses }
    }

    #[test]
    fn the_visible_sheet_with_the_most_addresses_is_proposed() {
        assert_eq!(proposed(&[]), None);
        assert_eq!(proposed(&[sheet(0, false), sheet(0, false)]), Some(0));
        assert_eq!(proposed(&[sheet(0, false), sheet(3, false), sheet(5, false)]), Some(2));
        assert_eq!(proposed(&[sheet(0, false), sheet(3, false), sheet(5, true)]), Some(1));
        assert_eq!(proposed(&[sheet(0, false), sheet(5, true)]), Some(1));
        assert_eq!(proposed(&[sheet(0, true), sheet(0, false)]), Some(1));
    }

    #[test]
    fn candidates_are_recognised_by_their_first_bytes() {
        assert!(is_candidate(b"PK\x03\x04rest"));
        assert!(is_candidate(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"));
        assert!(!is_candidate(b"email,name"));
        assert!(!is_candidate(b"PK"));
    }

    #[test]
    fn the_name_of_a_refusal_is_its_name_in_json() {
        for refusal in [
            Refusal::Other,
            Refusal::Protected,
            Refusal::Damaged,
            Refusal::TooLarge,
            Refusal::TooLong,
            Refusal::TooManySheets,
            Refusal::Empty,
        ] {
            let json = serde::de::value::StrDeserializer::<serde::de::value::Error>::new(refusal.name());
            assert_eq!(serde::Deserialize::deserialize(json), Ok(refusal));
        }
    }
}
