//! Stand-ins on loopback for services that cannot be reached from a test or a first try: for now a mail server with a
//! mailbox. Each stand-in is a module of its own, with a router for its pages; [`start`] runs them together.

pub mod clock;
mod html;
pub mod mail;
pub mod marketo;
pub mod people;
pub mod salesforce;

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use axum::Router;

use mail::{MailServer, Mailbox};

/// Where the mailbox's pages are.
pub const MAILBOX_PATH: &str = "/mailbox";

/// How large and how fast the stand-ins are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// How many people Marketo knows.
    pub people: u32,
    /// How many times shorter than real the services' limits, lifetimes and waits are.
    pub speed: u32,
}

impl Default for Options {
    fn default() -> Self {
        Self { people: 20_000, speed: 1 }
    }
}

/// The stand-ins that run. Dropped, they stop.
#[derive(Debug)]
pub struct Sandbox {
    mailbox: Arc<Mailbox>,
    server: MailServer,
}

/// Starts the stand-ins on free ports of loopback. What they hold is kept in `folder`.
///
/// # Errors
/// When the folder cannot be read or written, or no port is free.
pub async fn start(folder: &Path) -> std::io::Result<Sandbox> {
    let mailbox = Arc::new(Mailbox::open(Some(&folder.join("mailbox.jsonl")))?);
    let server = MailServer::start(Arc::clone(&mailbox)).await?;
    Ok(Sandbox { mailbox, server })
}

impl Sandbox {
    /// Where the mail server listens.
    pub fn smtp_address(&self) -> SocketAddr {
        self.server.address()
    }

    /// The pages, to be merged into a server's router.
    pub fn router(&self) -> Router {
        Router::new().nest(MAILBOX_PATH, mail::pages(Arc::clone(&self.mailbox)))
    }
}
