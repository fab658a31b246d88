//! A mail server that accepts every mail, and a mailbox for reading them.

mod mailbox;
mod message;
mod moment;
mod page;
mod server;
mod smtp;

pub use mailbox::{Mailbox, MailboxError};
pub use message::Message;
pub use page::pages;
pub use server::{AnswerToRecipient, MailServer};
