//! A mail in the form that the mailbox shows and tests read.

use mail_parser::MessageParser;
use serde::{Deserialize, Serialize};

/// A mail as received, with its envelope.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct ReceivedMail {
    pub(super) to: Vec<String>,
    /// Milliseconds since 1970.
    pub(super) received_at: i64,
    /// The message. The server's own mails are ASCII; others lose bytes that are not UTF-8.
    pub(super) raw: String,
}

/// A mail that was received.
#[derive(Clone, Debug, Serialize)]
pub struct Message {
    /// The number of the mail in the mailbox, from 1.
    pub id: usize,
    /// The recipients of the envelope.
    pub to: Vec<String>,
    pub from: String,
    pub subject: String,
    pub message_id: String,
    /// Milliseconds since 1970.
    pub received_at: i64,
    /// Whether it was opened.
    pub is_read: bool,
    pub text: String,
    pub html: String,
    /// The URLs in the text, in order.
    pub links: Vec<String>,
}

impl Message {
    pub(super) fn of(id: usize, mail: &ReceivedMail, is_read: bool) -> Self {
        let parsed = MessageParser::default().parse(mail.raw.as_bytes()).unwrap_or_default();
        let from =
            parsed.from().and_then(|from| from.first()).map(|from| match (from.name(), from.address()) {
                (Some(name), Some(address)) => format!("{name} <{address}>"),
                (_, address) => address.unwrap_or_default().to_owned(),
            });
        let text = parsed.body_text(0).unwrap_or_default().into_owned();
        Self {
            id,
            to: mail.to.clone(),
            from: from.unwrap_or_default(),
            subject: parsed.subject().unwrap_or_default().to_owned(),
            message_id: parsed.message_id().unwrap_or_default().to_owned(),
            received_at: mail.received_at,
            is_read,
            html: parsed.body_html(0).unwrap_or_default().into_owned(),
            links: text.split_whitespace().filter(|word| is_link(word)).map(str::to_owned).collect(),
            text,
        }
    }
}

/// Whether a word of a text is a URL that a browser opens.
pub(super) fn is_link(word: &str) -> bool {
    word.starts_with("http://") || word.starts_with("https://")
}
