//! Stand-ins on loopback for services that cannot be reached from a test or a first try: a mail server with a
//! mailbox, Salesforce, Marketo. Each stand-in is a module; [`start`] runs them together.

pub mod clock;
mod contract;
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

/// The path of the mailbox's pages.
pub const MAILBOX_PATH: &str = "/mailbox";

/// The size and speed of the stand-ins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// The number of people in Marketo.
    pub people: u32,
    /// The factor by which the services' limits, lifetimes and waits are shortened.
    pub speed: u32,
}

impl Default for Options {
    fn default() -> Self {
        Self { people: 20_000, speed: 1 }
    }
}

/// The running stand-ins. Dropped, they stop.
#[derive(Debug)]
pub struct Sandbox {
    mailbox: Arc<Mailbox>,
    server: MailServer,
    salesforce: Salesforce,
    marketo: MarketoServer,
}

/// Starts the stand-ins on free ports of loopback. Their data is stored in `folder`.
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
    // For whoever uses the stand-ins without the console.
    let addresses = serde_json::json!({
        "marketo": marketo.url_template(),
        "salesforce": salesforce.url(Host::Login),
        "smtp": server.address(),
    });
    std::fs::write(folder.join("stand-ins.json"), addresses.to_string())?;
    Ok(Sandbox { mailbox, server, salesforce, marketo })
}

impl Sandbox {
    /// The address of the mail server.
    pub fn smtp_address(&self) -> SocketAddr {
        self.server.address()
    }

    /// The mail server, for letting it refuse recipients.
    pub fn mail(&self) -> &MailServer {
        &self.server
    }

    /// The stand-in for Salesforce, for ordering failures and reading counts.
    pub fn salesforce(&self) -> &Salesforce {
        &self.salesforce
    }

    /// The URL used in place of `https://login.salesforce.com`, without a slash at the end.
    pub fn salesforce_login_url(&self) -> String {
        self.salesforce.url(Host::Login)
    }

    /// The URL used in place of `https://test.salesforce.com`, without a slash at the end.
    pub fn salesforce_test_url(&self) -> String {
        self.salesforce.url(Host::Test)
    }

    /// The URL used in place of an org's own host, without a slash at the end.
    pub fn salesforce_my_domain_url(&self) -> String {
        self.salesforce.url(Host::MyDomain)
    }

    /// Registers a callback URL of the app, which has to match exactly.
    pub fn register_redirect_uri(&self, uri: &str) {
        self.salesforce.register_redirect_uri(uri);
    }

    /// The stand-in for Marketo, for reading counts.
    pub fn marketo(&self) -> &MarketoServer {
        &self.marketo
    }

    /// The URL used in place of `https://{munchkin}.mktorest.com`, with that placeholder, without a slash at the end.
    pub fn marketo_url_template(&self) -> String {
        self.marketo.url_template()
    }

    /// The mailbox's pages, to be merged into a server's router. They lead back to the console at this URL.
    pub fn router(&self, console: &str) -> Router {
        Router::new().nest(MAILBOX_PATH, mail::pages(Arc::clone(&self.mailbox), console))
    }
}
