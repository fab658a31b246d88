//! Stand-ins on loopback for services that cannot be reached from a test or a first try: a mail server with a
//! mailbox, Salesforce, Marketo. Each stand-in is a module of its own; [`start`] runs them together.

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

use clock::Clock;
use mail::{MailServer, Mailbox};
use marketo::MarketoServer;
use people::People;
use salesforce::{Host, Salesforce};

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
    salesforce: Salesforce,
    marketo: MarketoServer,
}

/// Starts the stand-ins on free ports of loopback. What they hold is kept in `folder`.
///
/// # Errors
/// When the folder cannot be read or written, or no port is free.
pub async fn start(folder: &Path, options: &Options) -> std::io::Result<Sandbox> {
    let clock = Clock::running(options.speed);
    let people = People::open(folder, options.people, clock.now())?;
    let mailbox = Arc::new(Mailbox::open(Some(&folder.join("mailbox.jsonl")))?);
    let server = MailServer::start(Arc::clone(&mailbox)).await?;
    let salesforce = Salesforce::start(folder, clock.clone(), people).await?;
    let marketo = MarketoServer::start(people, clock, Some(folder)).await?;
    Ok(Sandbox { mailbox, server, salesforce, marketo })
}

impl Sandbox {
    /// Where the mail server listens.
    pub fn smtp_address(&self) -> SocketAddr {
        self.server.address()
    }

    /// The stand-in for Salesforce, to be ordered about and asked what it counted.
    pub fn salesforce(&self) -> &Salesforce {
        &self.salesforce
    }

    /// What stands for `https://login.salesforce.com`, without a slash at the end.
    pub fn salesforce_login_url(&self) -> String {
        self.salesforce.url(Host::Login)
    }

    /// What stands for `https://test.salesforce.com`, without a slash at the end.
    pub fn salesforce_test_url(&self) -> String {
        self.salesforce.url(Host::Test)
    }

    /// What stands for an org's own host, without a slash at the end.
    pub fn salesforce_my_domain_url(&self) -> String {
        self.salesforce.url(Host::MyDomain)
    }

    /// Lets the app be answered by Salesforce at that address, exactly as it stands.
    pub fn register_redirect_uri(&self, uri: &str) {
        self.salesforce.register_redirect_uri(uri);
    }

    /// The stand-in for Marketo, to be asked what it counted.
    pub fn marketo(&self) -> &MarketoServer {
        &self.marketo
    }

    /// What stands for `https://{munchkin}.mktorest.com`, with that placeholder, without a slash at the end.
    pub fn marketo_url_template(&self) -> String {
        self.marketo.url_template()
    }

    /// The pages, to be merged into a server's router.
    pub fn router(&self) -> Router {
        Router::new().nest(MAILBOX_PATH, mail::pages(Arc::clone(&self.mailbox)))
    }
}
