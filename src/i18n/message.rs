//! What is said to the user, with how long to wait.

use std::fmt::{self, Display, Formatter};

use super::formats;
use crate::platform::timers;
use crate::t;

/// A text, such as why a call failed. If the same can be done again after a while, it ends with how long that is.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Message {
    text: String,
    /// In milliseconds since 1970.
    again_at: Option<u64>,
}

impl Message {
    /// With so many seconds from now to wait.
    pub(crate) fn again_in(self, seconds: u64) -> Self {
        Self { again_at: Some(timers::now() + seconds * 1_000), ..self }
    }

    /// With a sentence before it.
    pub(crate) fn after(self, sentence: String) -> Self {
        Self { text: formats::sentences([sentence, self.text]), ..self }
    }

    /// Without how long to wait.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Whether there is nothing to wait for any more.
    pub(crate) fn is_over(&self) -> bool {
        self.again_at.is_none_or(|again_at| again_at <= timers::now())
    }

    /// How long to wait as of now.
    pub(crate) fn wait(&self) -> Option<String> {
        let left = self.again_at?.saturating_sub(timers::now());
        Some(match left {
            0 => t!("failure.again_now"),
            _ => t!("failure.again_in", time = formats::ahead(left as f64 / 1_000.0)),
        })
    }
}

impl From<String> for Message {
    fn from(text: String) -> Self {
        Self { text, again_at: None }
    }
}

impl Display for Message {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str(&formats::sentences([self.text.clone()].into_iter().chain(self.wait())))
    }
}

impl From<Message> for String {
    fn from(message: Message) -> Self {
        message.to_string()
    }
}
