//! What was seen last of the server and of its mail server.

use std::time::Duration;

use api_types::{CheckState, Readiness};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::Mutex;
use url::Url;

/// What was seen last.
pub(crate) struct Probes {
    pub(crate) mail_server: MailServer,
    pub(crate) seen: Mutex<Seen>,
}

/// What was seen, and when.
#[derive(Default)]
pub(crate) struct Seen {
    pub(crate) readiness: Option<(Duration, Readiness)>,
    pub(crate) mail: Option<(Duration, CheckState)>,
}

impl Probes {
    pub(crate) fn new(smtp: &Url) -> Self {
        Self { mail_server: MailServer::of(smtp), seen: Mutex::default() }
    }
}

/// Where mail is handed over.
pub(crate) struct MailServer {
    host: String,
    port: u16,
    /// Without TLS from the first byte the server speaks first.
    speaks_first: bool,
}

impl MailServer {
    pub(crate) fn of(smtp: &Url) -> Self {
        let speaks_first = smtp.scheme() != "smtps";
        let is_submission = smtp.query_pairs().any(|(name, _)| name == "tls");
        let usual = match (speaks_first, is_submission) {
            (false, _) => 465,
            (true, true) => 587,
            (true, false) => 25,
        };
        let host = smtp.host_str().unwrap_or("localhost").trim_matches(['[', ']']).to_owned();
        Self { host, port: smtp.port().unwrap_or(usual), speaks_first }
    }

    /// Whether it takes a connection and says that it is there.
    pub(crate) async fn greets(&self) -> bool {
        const READY: &[u8] = b"220";
        let Ok(mut stream) = TcpStream::connect((self.host.as_str(), self.port)).await else { return false };
        if !self.speaks_first {
            return true;
        }
        let mut greeting = [0; READY.len()];
        let is_ready = stream.read_exact(&mut greeting).await.is_ok() && greeting == READY;
        // Politeness only.
        let _ = stream.write_all(b"QUIT\r\n").await;
        is_ready
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mail_server_is_the_configured_one() {
        let server = |url: &str| {
            let server = MailServer::of(&Url::parse(url).unwrap());
            (server.host, server.port, server.speaks_first)
        };
        assert_eq!(
            server("smtp://user:password@mail.example.com:2525"),
            ("mail.example.com".to_owned(), 2525, true)
        );
        assert_eq!(
            server("smtp://mail.example.com?tls=required"),
            ("mail.example.com".to_owned(), 587, true)
        );
        assert_eq!(server("smtp://[::1]"), ("::1".to_owned(), 25, true));
        assert_eq!(server("smtps://mail.example.com"), ("mail.example.com".to_owned(), 465, false));
    }
}
