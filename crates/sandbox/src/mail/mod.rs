//! A mail server that takes everything, and a mailbox to read it in.

mod mailbox;
mod message;
mod page;
mod server;
mod smtp;

pub use mailbox::{Mailbox, MailboxError};
pub use message::Message;
pub use page::pages;
pub use server::MailServer;
