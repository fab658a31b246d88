//! The messages between the page and the Worker.
//!
//! The page sends a `Blob`. Every message of the Worker is one plain object `{message, files?}`: `message` ([`MESSAGE`])
//! is a [`FromWorker`] as JSON text, `files` ([`FILES`]) an array of `Blob`s, the CSV file of each sheet. The Worker says
//! [`FromWorker::Ready`] first; files sent before it may be lost. One file is read at a time.

use serde::{Deserialize, Serialize};
use sheets::{Refusal, Sheet};

/// The property of a message object that holds the JSON text.
pub const MESSAGE: &str = "message";

/// The property of a message object that holds the files.
pub const FILES: &str = "files";

/// The global variable of the Worker in which its loader says the build.
pub const BUILD: &str = "build";

/// A message of the Worker.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FromWorker {
    /// The Worker is ready for files.
    Ready {
        build: String,
    },
    /// The sheets of the file; beside the message travels the CSV file of each.
    Read {
        sheets: Vec<Sheet>,
    },
    Refused {
        refusal: Refusal,
    },
    /// The browser could not read the file: it changed, moved or was taken away since it was chosen.
    Unreadable,
    /// The Worker is no longer usable and has to be started again.
    Panicked,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{FromWorker, Refusal};

    #[test]
    fn messages_are_plain_json() {
        let message = FromWorker::Refused { refusal: Refusal::TooLarge };
        assert_eq!(serde_json::to_value(&message).unwrap(), json!({"refused": {"refusal": "too_large"}}));
        let message = FromWorker::Ready { build: "b".into() };
        assert_eq!(serde_json::to_value(&message).unwrap(), json!({"ready": {"build": "b"}}));
    }
}
