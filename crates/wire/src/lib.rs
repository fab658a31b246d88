//! Messages between the page and its Workers as bytes, in the
//! [format of postcard](https://postcard.jamesmunns.com/wire-format): values in the order of their fields, without names. The
//! page and its Workers are of one build, so neither needs names, and the code that reads and writes them as JSON would be a
//! fifth of the CSV Worker.

use serde::{Serialize, de::DeserializeOwned};

/// The global variable of a Worker in which its loader says the build: browsers check no integrity of a Worker's entry.
pub const BUILD: &str = "build";

/// The property of a message object that holds the bytes, an `Uint8Array`.
pub const MESSAGE: &str = "message";

/// The bytes of a message.
#[must_use]
pub fn to_bytes<T: Serialize>(message: &T) -> Vec<u8> {
    // Only a sequence of unknown length cannot be written, and messages have none.
    postcard::to_allocvec(message).unwrap_or_default()
}

/// The message of those bytes; `None` if they are none of this build.
#[must_use]
pub fn from_bytes<T: DeserializeOwned>(bytes: &[u8]) -> Option<T> {
    postcard::from_bytes(bytes).ok()
}
