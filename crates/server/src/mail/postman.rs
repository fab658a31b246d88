//! The way to the mail server.

use api_types::RowCode;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::transport::smtp::PoolConfig;
use lettre::{Address, AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor};
use std::time::Duration;
use url::Url;

use super::Letter;
use crate::address;

/// Connections to the mail server at a time.
pub(crate) const CONNECTIONS: u32 = 8;
const SMTP_TIMEOUT: Duration = Duration::from_secs(30);
/// Longest answer of a mail server that is kept.
const DETAIL_MAX: usize = 300;

/// Hands mails to the configured mail server.
pub(crate) struct Postman {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    /// The right side of Message-IDs.
    host: String,
}

/// What a mail server did not take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// For good.
    Permanent { code: RowCode, detail: String },
    /// For now, or it could not be reached.
    Transient { detail: String },
}

impl Postman {
    pub(crate) fn new(smtp: &Url, from: &str, public_url: &Url) -> Result<Self, crate::app::StartError> {
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(smtp.as_str())?
            .timeout(Some(SMTP_TIMEOUT))
            .pool_config(PoolConfig::new().max_size(CONNECTIONS))
            .build();
        let from = from.parse().map_err(|error| format!("the sender {from} is no address: {error}"))?;
        Ok(Self { transport, from, host: public_url.host_str().unwrap_or("localhost").to_owned() })
    }

    /// Sends one mail. `id` names it for ever: sent twice, it has the same Message-ID.
    pub(crate) async fn send(&self, id: &str, to: &str, letter: Letter) -> Result<(), Refusal> {
        let message = self.message(id, to, letter)?;
        match self.transport.send(message).await {
            Ok(_) => Ok(()),
            Err(error) => {
                let detail = detail(&error);
                if is_final(&error) {
                    Err(Refusal::Permanent { code: RowCode::MailRefused, detail })
                } else {
                    Err(Refusal::Transient { detail })
                }
            }
        }
    }

    fn message(&self, id: &str, to: &str, letter: Letter) -> Result<Message, Refusal> {
        let unusable = |detail: String| Refusal::Permanent { code: RowCode::AddressInvalid, detail };
        let recipient = address::for_smtp(to).ok_or_else(|| unusable("not an address".to_owned()))?;
        let recipient: Address = recipient.parse().map_err(|error| unusable(format!("{error}")))?;
        Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, recipient))
            .subject(letter.subject)
            .message_id(Some(format!("<{id}@{}>", self.host)))
            .raw_header(HeaderValue::new(
                HeaderName::new_from_ascii_str("Auto-Submitted"),
                "auto-generated".to_owned(),
            ))
            .multipart(MultiPart::alternative_plain_html(letter.text, letter.html))
            .map_err(|error| unusable(format!("{error}")))
    }
}

/// Whether the mail server refused this mail for good. That it refuses the sender's credentials says nothing of the mail.
fn is_final(error: &lettre::transport::smtp::Error) -> bool {
    const CREDENTIALS: [u16; 4] = [530, 534, 535, 538];
    error.is_permanent() && error.status().is_none_or(|code| !CREDENTIALS.contains(&u16::from(code)))
}

/// The mail server's answer in one line, without addresses.
fn detail(error: &lettre::transport::smtp::Error) -> String {
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(inner) = source {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        source = inner.source();
    }
    let words = text.split_whitespace().map(|word| if word.contains('@') { "<address>" } else { word });
    words.collect::<Vec<_>>().join(" ").chars().take(DETAIL_MAX).collect()
}
