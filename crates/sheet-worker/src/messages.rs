//! The messages between the page and the Worker.
//!
//! The page sends a `Blob`. Every message of the Worker is one plain object `{message, files?}` ([`wire`]): `message` is a
//! [`FromWorker`], `files` ([`FILES`]) an array of `Blob`s: the CSV file of each sheet, or what a gzip file holds. The Worker
//! says [`FromWorker::Ready`] first; files sent before it may be lost. One file is read at a time.

use serde::{Deserialize, Serialize};
use sheets::{Refusal, Sheet};

/// The property of a message object that holds the files.
pub const FILES: &str = "files";

/// A message of the Worker.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FromWorker {
    /// The Worker is ready for files.
    Ready {
        build: String,
    },
    /// More of a large spreadsheet is being read; beside the message travels the CSV file of its first rows.
    First,
    /// The sheets of the file; beside the message travels the CSV file of each.
    Read {
        sheets: Vec<Sheet>,
    },
    /// A gzip file holds no spreadsheet; beside the message travels what it holds.
    Unpacked,
    Refused {
        refusal: Refusal,
    },
    /// A gzip file cannot be unpacked.
    NotUnpacked {
        refusal: Refusal,
    },
    /// The browser does not keep what is unpacked: it has no room for it.
    NoRoom,
    /// The browser could not read the file: it changed, moved or was taken away since it was chosen.
    Unreadable,
    /// The Worker is no longer usable and has to be started again.
    Panicked,
}

#[cfg(test)]
mod tests {
    use sheets::{Refusal, Sheet};

    use super::FromWorker;

    #[test]
    fn messages_are_read_as_they_were_written() {
        for message in [
            FromWorker::Ready { build: "b".into() },
            FromWorker::Read {
                sheets: vec![Sheet {
                    name: "People".into(),
                    hidden: false,
                    rows: 3,
                    columns: 2,
                    addresses: 2,
                }],
            },
            FromWorker::First,
            FromWorker::Unpacked,
            FromWorker::Refused { refusal: Refusal::TooLarge },
            FromWorker::NotUnpacked { refusal: Refusal::Damaged },
        ] {
            assert_eq!(wire::from_bytes(&wire::to_bytes(&message)), Some(message));
        }
    }
}
