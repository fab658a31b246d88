//! The connection to the mail server.
//!
//! Every step has a time limit. A failure says what caused it: the mail, the mail server, or unknown. A mail that fails
//! before the end of the message was sent did not arrive and may be sent again; one that fails afterwards may have
//! arrived and is not sent again.

use std::error::Error as _;
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use api_types::MailTroubleCause;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Quit, Rcpt, Rset};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::{Error, SMTP_PORT, SUBMISSION_PORT, SUBMISSIONS_PORT};
use lettre::{Address, Message};
use percent_encoding::percent_decode_str;
use url::{Host, Url};

use super::Email;
use crate::config::MailLimits;
use crate::error::StartError;
use crate::services::address;
use crate::state::refusals::Refusal;

/// Connections to the mail server at a time.
pub(crate) const CONNECTIONS: u32 = 8;
/// A connection that waited longer for its next mail is not used again: the other side may have hung up.
const IDLE: Duration = Duration::from_secs(30);
/// Longest answer of a mail server that is kept.
const DETAIL_MAX: usize = 300;

/// Sends mails to the configured mail server.
pub(crate) struct Mailer {
    server: MailServer,
    limits: MailLimits,
    from: Mailbox,
    /// The host part of Message-IDs.
    host: String,
    /// Idle connections, and since when they are idle.
    idle: Mutex<Vec<(AsyncSmtpConnection, Instant)>>,
}

/// Why a mail was not accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum SendError {
    /// The mail cannot be sent to this address.
    NoAddress { detail: String },
    /// The mail server refused the recipient or the message, for good or for now.
    Refused { refusal: Refusal, detail: String },
    /// No mail is accepted: the failure is the mail server's, or on the way to it.
    Server { cause: MailTroubleCause, detail: String },
    /// The whole mail was sent and the answer was lost: it may have been accepted.
    Unknown { detail: String },
    /// The mail server would have taken the message, and was not given it.
    Withheld(Withheld),
}

/// Why a message is not handed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Withheld {
    /// Another attempt sends the mail.
    Superseded,
    /// Whether the mail is handed over could not be stored, and would not be known after a crash.
    NotNoted { detail: String },
}

impl Mailer {
    pub(crate) fn new(
        smtp: &Url,
        from: &str,
        public_url: &Url,
        limits: MailLimits,
    ) -> Result<Self, StartError> {
        let server = MailServer::of(smtp)?;
        if server.is_readable_on_the_way() {
            return Err("mails and the password of the mail server would travel unencrypted: give MSI_SMTP ?tls=required, or \
                smtps://; only a mail server on this machine may do without"
                .into());
        }
        let from = from.parse().map_err(|error| format!("the sender {from} is no address: {error}"))?;
        let host = public_url.host_str().unwrap_or("localhost").to_owned();
        Ok(Self { server, limits, from, host, idle: Mutex::default() })
    }

    /// Sends one mail. `id` is its permanent name: sent twice, it has the same Message-ID. `handing_over` is awaited when the
    /// mail server is ready for the message, of which it has nothing before.
    pub(crate) async fn send(
        &self,
        id: &str,
        to: &str,
        email: Email,
        handing_over: impl Future<Output = Result<(), Withheld>>,
    ) -> Result<(), SendError> {
        let message = self.message(id, to, email)?;
        let envelope = message.envelope();
        let mut connection = self.begin(Mail::new(envelope.from().cloned(), Vec::new())).await?;
        let taken = self.hand_over(&mut connection, envelope.to(), &message.formatted(), handing_over).await;
        match &taken {
            Ok(()) => self.park(connection),
            // The connection is ready for the next mail, if the server still follows the protocol.
            Err(SendError::Refused { .. }) => {
                if within(self.limits.command, connection.command(Rset)).await.is_ok() {
                    self.park(connection);
                }
            }
            // It is closed, in the middle of a mail.
            Err(
                SendError::NoAddress { .. }
                | SendError::Server { .. }
                | SendError::Unknown { .. }
                | SendError::Withheld(_),
            ) => {}
        }
        taken
    }

    /// A connection with the sender accepted. A connection from the pool may have been closed meanwhile, which says
    /// nothing about the server.
    async fn begin(&self, mail: Mail) -> Result<AsyncSmtpConnection, SendError> {
        let parked = self.idle().pop().filter(|(_, since)| since.elapsed() < IDLE);
        if let Some((mut connection, _)) = parked
            && within(self.limits.command, connection.command(&mail)).await.is_ok()
        {
            return Ok(connection);
        }
        let mut connection = self.connect().await.map_err(Trouble::into_refusal)?;
        within(self.limits.command, connection.command(&mail)).await.map_err(Trouble::into_refusal)?;
        Ok(connection)
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, Trouble> {
        let MailServer { host, port, encryption, hello, credentials } = &self.server;
        let tls = || TlsParameters::new(host.clone()).map_err(Trouble::Broken);
        let wrapped = matches!(encryption, Encryption::Wrapped).then(tls).transpose()?;
        let limit = self.limits.connect;
        let address = (host.as_str(), *port);
        let connecting = AsyncSmtpConnection::connect_tokio1(address, Some(limit), hello, wrapped, None);
        // The library sets no time limit on name resolution and the greeting.
        let mut connection = within(limit, connecting).await?;
        let upgrades = match encryption {
            Encryption::Required => true,
            Encryption::Opportunistic => connection.can_starttls(),
            Encryption::None | Encryption::Wrapped => false,
        };
        if upgrades {
            within(limit, connection.starttls(tls()?, hello)).await.map_err(Trouble::of_encryption)?;
        }
        if let Some(credentials) = credentials {
            let signing_in = connection.auth(DEFAULT_MECHANISMS, credentials);
            within(limit, signing_in).await.map_err(Trouble::of_credentials)?;
        }
        Ok(connection)
    }

    async fn hand_over(
        &self,
        connection: &mut AsyncSmtpConnection,
        to: &[Address],
        message: &[u8],
        handing_over: impl Future<Output = Result<(), Withheld>>,
    ) -> Result<(), SendError> {
        let limit = self.limits.command;
        for to in to {
            let rcpt = Rcpt::new(to.clone(), Vec::new());
            within(limit, connection.command(rcpt)).await.map_err(Trouble::into_verdict)?;
        }
        within(limit, connection.command(Data)).await.map_err(Trouble::into_verdict)?;
        handing_over.await.map_err(SendError::Withheld)?;

        // When a second piece is requested, the first was sent, and the end of the message follows.
        let ends = AtomicBool::new(false);
        let mut pieces = std::iter::once(message);
        let message = std::iter::from_fn(|| {
            let piece = pieces.next();
            ends.store(piece.is_none(), Ordering::Relaxed);
            piece
        });
        match within(self.limits.answer, connection.message_iter(message)).await {
            Ok(_) => Ok(()),
            Err(trouble) if ends.load(Ordering::Relaxed) && !trouble.is_answer() => {
                Err(SendError::Unknown { detail: trouble.detail() })
            }
            Err(trouble) => Err(trouble.into_verdict()),
        }
    }

    /// Closes connections that were idle for too long.
    pub(crate) fn rest(&self) {
        let ended: Vec<_> = self.idle().extract_if(.., |(_, since)| since.elapsed() >= IDLE).collect();
        let limit = self.limits.command;
        for (mut connection, _) in ended {
            tokio::spawn(async move {
                // The QUIT command may fail without harm.
                let _ = within(limit, connection.command(Quit)).await;
            });
        }
    }

    fn park(&self, connection: AsyncSmtpConnection) {
        self.idle().push((connection, Instant::now()));
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<(AsyncSmtpConnection, Instant)>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn message(&self, id: &str, to: &str, email: Email) -> Result<Message, SendError> {
        let unusable = |detail: String| SendError::NoAddress { detail };
        let recipient = address::for_smtp(to).ok_or_else(|| unusable("not an address".to_owned()))?;
        let recipient: Address = recipient.parse().map_err(|error| unusable(format!("{error}")))?;
        Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, recipient))
            .subject(email.subject)
            .message_id(Some(format!("<{id}@{}>", self.host)))
            // No answers by machines, but reports of failed delivery (RFC 3834; the second is Exchange's).
            .raw_header(header("Auto-Submitted", "auto-generated"))
            .raw_header(header("X-Auto-Response-Suppress", "OOF, AutoReply"))
            .multipart(MultiPart::alternative_plain_html(email.text, email.html))
            .map_err(|error| unusable(format!("{error}")))
    }
}

fn header(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
}

/// The mail server, from a URL like `smtp://user:password@host:port?tls=required`.
struct MailServer {
    host: String,
    port: u16,
    encryption: Encryption,
    hello: ClientId,
    credentials: Option<Credentials>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Encryption {
    None,
    /// STARTTLS if the server offers it.
    Opportunistic,
    /// STARTTLS before anything else is sent.
    Required,
    /// TLS from the first byte.
    Wrapped,
}

impl MailServer {
    fn of(url: &Url) -> Result<Self, StartError> {
        let tls = url.query_pairs().find(|(name, _)| name == "tls").map(|(_, value)| value.into_owned());
        let (encryption, port) = match (url.scheme(), tls.as_deref()) {
            ("smtp", None) => (Encryption::None, SMTP_PORT),
            ("smtp", Some("opportunistic")) => (Encryption::Opportunistic, SUBMISSION_PORT),
            ("smtp", Some("required")) => (Encryption::Required, SUBMISSION_PORT),
            ("smtps", _) => (Encryption::Wrapped, SUBMISSIONS_PORT),
            _ => return Err("the mail server is smtp://, smtp:// with ?tls=required, or smtps://".into()),
        };
        let host = match url.host() {
            Some(Host::Ipv6(address)) => address.to_string(),
            Some(host) => host.to_string(),
            None => return Err("the mail server has no host".into()),
        };
        let decoded = |text| percent_decode_str(text).decode_utf8().map(|text| text.into_owned());
        let credentials = match url.password() {
            Some(password) => Some(Credentials::new(decoded(url.username())?, decoded(password)?)),
            None => None,
        };
        let hello = match url.path().trim_matches('/') {
            "" => ClientId::default(),
            name => ClientId::Domain(name.to_owned()),
        };
        Ok(Self { host, port: url.port().unwrap_or(port), encryption, hello, credentials })
    }

    /// Whether others on the network path could read the connection.
    fn is_readable_on_the_way(&self) -> bool {
        let is_here = self.host == "localhost"
            || self.host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
        !is_here && matches!(self.encryption, Encryption::None | Encryption::Opportunistic)
    }
}

/// A failure of one step.
enum Trouble {
    /// No answer in time.
    Silence,
    /// The connection failed, or the answer was negative.
    Broken(Error),
    /// Encryption was refused or failed.
    Encryption(Error),
    /// The sender's credentials were refused.
    Credentials(Error),
}

/// The reply codes for a missing or refused sign-in (RFC 4954).
const CREDENTIALS: [u16; 4] = [530, 534, 535, 538];
/// The server closes the connection, whatever the command was.
const CLOSING: u16 = 421;

impl Trouble {
    fn of_encryption(self) -> Self {
        match self {
            Self::Broken(error) => Self::Encryption(error),
            other => other,
        }
    }

    fn of_credentials(self) -> Self {
        match self {
            Self::Broken(error) if error.is_permanent() || error.is_client() => Self::Credentials(error),
            other => other,
        }
    }

    fn code(&self) -> Option<u16> {
        match self {
            Self::Silence => None,
            Self::Broken(error) | Self::Encryption(error) | Self::Credentials(error) => {
                error.status().map(u16::from)
            }
        }
    }

    /// Whether the server answered.
    fn is_answer(&self) -> bool {
        self.code().is_some()
    }

    /// The error before a recipient was named: it cannot be about the recipient.
    fn into_refusal(self) -> SendError {
        let cause = match &self {
            Self::Silence => MailTroubleCause::Silent,
            Self::Encryption(_) => MailTroubleCause::EncryptionRefused,
            Self::Credentials(_) => MailTroubleCause::CredentialsRefused,
            Self::Broken(error) if is_of_tls(error) => MailTroubleCause::EncryptionRefused,
            Self::Broken(_) => match self.code() {
                Some(code) if CREDENTIALS.contains(&code) => MailTroubleCause::CredentialsRefused,
                Some(_) => MailTroubleCause::Refused,
                None => MailTroubleCause::Unreachable,
            },
        };
        SendError::Server { cause, detail: self.detail() }
    }

    /// The error once the recipient was named: an answer may be about this mail.
    fn into_verdict(self) -> SendError {
        match self.code() {
            Some(CLOSING) | None => self.into_refusal(),
            Some(code) if CREDENTIALS.contains(&code) => self.into_refusal(),
            Some(code) => {
                let detail = self.detail();
                SendError::Refused { refusal: Refusal::read(code, &detail), detail }
            }
        }
    }

    /// The mail server's answer in one line, without addresses.
    fn detail(&self) -> String {
        let (Self::Broken(error) | Self::Encryption(error) | Self::Credentials(error)) = self else {
            return "no answer in time".to_owned();
        };
        // With that of its source.
        let text = error.to_string();
        let words = text.split_whitespace().map(|word| if word.contains('@') { "<address>" } else { word });
        words.collect::<Vec<_>>().join(" ").chars().take(DETAIL_MAX).collect()
    }
}

/// Whether a connection failed for its encryption, as for a certificate that is not trusted.
fn is_of_tls(error: &Error) -> bool {
    let mut source = error.source();
    while let Some(inner) = source {
        let within = inner.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        if inner.is::<rustls::Error>() || within.is_some_and(|error| error.is::<rustls::Error>()) {
            return true;
        }
        source = inner.source();
    }
    false
}

/// Runs one step with a time limit.
async fn within<T>(limit: Duration, step: impl Future<Output = Result<T, Error>>) -> Result<T, Trouble> {
    match tokio::time::timeout(limit, step).await {
        Ok(done) => done.map_err(Trouble::Broken),
        Err(_) => Err(Trouble::Silence),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server(url: &str) -> MailServer {
        MailServer::of(&url.parse().unwrap()).ok().unwrap()
    }

    #[test]
    fn the_mail_server_is_what_its_address_says() {
        let open = server("smtp://mail.example.com");
        assert_eq!(
            (open.host.as_str(), open.port, open.encryption),
            ("mail.example.com", 25, Encryption::None)
        );
        let signed_in = server("smtp://me%40here:p%3Aw@mail.example.com?tls=required");
        assert_eq!((signed_in.port, signed_in.encryption), (587, Encryption::Required));
        assert!(signed_in.credentials == Some(Credentials::new("me@here".to_owned(), "p:w".to_owned())));
        let wrapped = server("smtps://[::1]:1465/me.example.com");
        assert_eq!(
            (wrapped.host.as_str(), wrapped.port, wrapped.encryption),
            ("::1", 1465, Encryption::Wrapped)
        );
        assert_eq!(wrapped.hello, ClientId::Domain("me.example.com".to_owned()));
        for wrong in ["http://mail.example.com", "smtp://mail.example.com?tls=maybe", "smtp:nowhere"] {
            assert!(MailServer::of(&wrong.parse().unwrap()).is_err(), "{wrong}");
        }
    }

    #[tokio::test]
    async fn a26_a_mail_server_whose_certificate_nobody_trusts_gets_neither_password_nor_mail() {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let public = Url::parse("https://actions.example.com").unwrap();
        let (listener, tls) = crate::platform::tls::tests::untrusted().await;
        let url = format!("smtps://me:canary@localhost:{}", listener.local_addr().unwrap().port());
        let mailer =
            Mailer::new(&url.parse().unwrap(), "no-reply@example.com", &public, MailLimits::DEFAULT).unwrap();
        let email = Email { subject: "Hello".to_owned(), text: "Hello".to_owned(), html: "Hello".to_owned() };
        let sending = mailer.send("id", "ana@example.com", email, async { Ok(()) });
        let (sent, shaken) =
            tokio::join!(sending, async { tls.accept(listener.accept().await.unwrap().0).await });
        let refused = MailTroubleCause::EncryptionRefused;
        assert!(matches!(sent, Err(SendError::Server { cause, .. }) if cause == refused), "{sent:?}");
        assert!(shaken.is_err(), "nothing was said");
    }

    #[test]
    fn a26_mails_that_others_could_read_on_the_way_are_not_sent() {
        let mailer = |url: &str| {
            let public = Url::parse("https://actions.example.com").unwrap();
            Mailer::new(&url.parse().unwrap(), "no-reply@example.com", &public, MailLimits::DEFAULT)
        };
        for open in
            ["smtp://mail.example.com", "smtp://10.0.0.1", "smtp://mail.example.com?tls=opportunistic"]
        {
            assert!(mailer(open).is_err_and(|error| error.to_string().contains("tls=required")), "{open}");
        }
        let safe = [
            "smtp://localhost",
            "smtp://127.0.0.1:2525",
            "smtp://[::1]",
            "smtps://mail.example.com",
            "smtp://mail.example.com?tls=required",
        ];
        assert!(safe.iter().all(|url| mailer(url).is_ok()));
    }
}
