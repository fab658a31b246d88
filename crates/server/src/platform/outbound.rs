//! Requests to other services.

use std::path::Path;
use std::time::Duration;

use reqwest::header::{HeaderMap, RETRY_AFTER};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc2822;

use crate::platform::destinations::Destinations;
use crate::platform::jitter::random_share;

const CONNECT_LIMIT: Duration = Duration::from_secs(10);

/// A client that follows no redirect: the target of a request is checked before it is sent. Each request needs a time limit of its
/// own, as some services take minutes to answer.
pub(crate) fn client() -> reqwest::Result<reqwest::Client> {
    builder().build()
}

/// The same, for one with settings of its own.
pub(crate) fn builder() -> reqwest::ClientBuilder {
    // Fails when a provider is installed already, which does no harm.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .user_agent(concat!("sales-insight-actions/", env!("CARGO_PKG_VERSION")))
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(CONNECT_LIMIT)
        .no_proxy()
}

/// One that also trusts the authorities of a file in PEM.
///
/// # Errors
/// When the file cannot be read, or there is none in it.
pub(crate) fn trusting(ca_file: Option<&Path>) -> Result<reqwest::ClientBuilder, String> {
    let Some(file) = ca_file else { return Ok(builder()) };
    let of = |error: &dyn std::fmt::Display| format!("{}: {error}", file.display());
    let pem = std::fs::read(file).map_err(|error| of(&error))?;
    let trusted = reqwest::Certificate::from_pem_bundle(&pem).map_err(|error| of(&error))?;
    if trusted.is_empty() {
        return Err(of(&"it has no certificate in PEM"));
    }
    Ok(builder().tls_certs_merge(trusted))
}

/// One that asks the server on this machine by its address: its certificate is for another name, and may be one that
/// this machine does not trust. Nothing that is secret may be sent.
pub(crate) fn to_this_machine() -> reqwest::ClientBuilder {
    builder().tls_danger_accept_invalid_certs(true)
}

/// Whether somebody has answered who speaks TLS and ends it by an alert, as a server does that has no certificate yet.
pub(crate) fn is_alert(error: &reqwest::Error) -> bool {
    std::iter::successors(std::error::Error::source(error), |error| error.source()).any(says_alert)
}

/// An error of reading or writing hides the one that it was made of.
fn says_alert(error: &(dyn std::error::Error + 'static)) -> bool {
    match error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref) {
        Some(within) => says_alert(within),
        None => matches!(error.downcast_ref(), Some(rustls::Error::AlertReceived(_))),
    }
}

/// Why a request failed, without its address: the first error says only that it did.
pub(crate) fn why(error: &reqwest::Error) -> String {
    let last = std::iter::successors(std::error::Error::source(error), |error| error.source()).last();
    last.map_or_else(|| "the request failed".to_owned(), ToString::to_string)
}

/// A client for addresses that people enter, which connects only to what may be a destination.
pub(crate) fn guarded(destinations: &Destinations) -> reqwest::Result<reqwest::Client> {
    builder().dns_resolver(destinations.clone()).build()
}

const BACKOFF_BASE: Duration = Duration::from_millis(500);
const BACKOFF_CAP: Duration = Duration::from_secs(30);
/// The longest wait that a service may ask for.
pub(crate) const RETRY_AFTER_MAX: Duration = Duration::from_secs(120);

/// How long to wait after this many failures in a row, with full jitter: anything up to a limit that grows.
pub(crate) fn backoff(failed: u32) -> Duration {
    jittered(longest(failed), random_share())
}

fn longest(failed: u32) -> Duration {
    BACKOFF_BASE.saturating_mul(2_u32.saturating_pow(failed)).min(BACKOFF_CAP)
}

/// `share` is between 0 and 1.
fn jittered(longest: Duration, share: f64) -> Duration {
    longest.mul_f64(share)
}

/// The wait that a service asks for: seconds, or a date.
pub(crate) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let at = OffsetDateTime::parse(text, &Rfc2822).ok()?;
    (at - OffsetDateTime::now_utc()).try_into().ok()
}

/// Why the body of a response could not be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unread {
    /// It ended early, or took too long.
    #[error(transparent)]
    Broken(reqwest::Error),
    #[error("the answer is longer than anything that was asked for")]
    TooLong,
}

impl From<reqwest::Error> for Unread {
    fn from(error: reqwest::Error) -> Self {
        // The URL may contain private data.
        Self::Broken(error.without_url())
    }
}

/// The body of a response, of at most `limit` bytes: no more than that is held in memory.
pub(crate) async fn body(mut response: reqwest::Response, limit: usize) -> Result<Vec<u8>, Unread> {
    let mut body = Vec::new();
    while let Some(piece) = response.chunk().await? {
        if body.len() + piece.len() > limit {
            return Err(Unread::TooLong);
        }
        body.extend_from_slice(&piece);
    }
    Ok(body)
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;

    use super::*;

    /// A response without an end.
    async fn endless() -> reqwest::Response {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let _ = stream.read(&mut [0; 1_024]).await;
            let mut sent = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await;
            while sent.is_ok() {
                sent = stream.write_all(&[b'x'; 1_024]).await;
            }
        });
        client().unwrap().get(url).send().await.unwrap()
    }

    #[tokio::test]
    async fn a26_a_service_whose_certificate_nobody_trusts_is_sent_nothing() {
        let (listener, tls) = crate::platform::tls::tests::untrusted().await;
        let url = format!("https://localhost:{}/", listener.local_addr().unwrap().port());
        let asked = client().unwrap().get(url).bearer_auth("canary-4711").send();
        let (answer, shaken) =
            tokio::join!(asked, async { tls.accept(listener.accept().await.unwrap().0).await });
        assert!(answer.is_err_and(|error| error.is_connect()));
        assert!(shaken.is_err(), "no request was begun");
    }

    #[tokio::test]
    async fn a26_no_redirect_is_followed() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let away = url.clone();
        let serving = tokio::spawn(async move {
            for status in [301, 302, 303, 307, 308] {
                let (mut stream, _) = listener.accept().await.unwrap();
                let _ = stream.read(&mut [0; 1_024]).await;
                let head = format!("HTTP/1.1 {status} Away\r\nlocation: {away}/elsewhere\r\n");
                let rest = "content-length: 0\r\nconnection: close\r\n\r\n";
                stream.write_all(format!("{head}{rest}").as_bytes()).await.unwrap();
            }
        });
        // A request too many would never be answered.
        for status in [301, 302, 303, 307, 308] {
            let answer = client().unwrap().post(&url).body("secret").send().await.unwrap();
            assert_eq!((answer.status().as_u16(), answer.url().path()), (status, "/"));
        }
        serving.await.unwrap();
    }

    #[test]
    fn r6_waits_grow_to_a_limit() {
        assert_eq!(longest(1), Duration::from_secs(1));
        assert_eq!(longest(3), Duration::from_secs(4));
        assert_eq!(longest(60), BACKOFF_CAP);
        assert_eq!(jittered(BACKOFF_CAP, 0.0), Duration::ZERO);
        assert_eq!(jittered(BACKOFF_CAP, 1.0), BACKOFF_CAP);
    }

    #[test]
    fn r6_retry_after_is_seconds_or_a_date() {
        let wait = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(RETRY_AFTER, text.parse().unwrap());
            retry_after(&headers)
        };
        assert_eq!(wait("12"), Some(Duration::from_secs(12)));
        assert_eq!(wait("soon"), None);
        assert_eq!(wait("Wed, 21 Oct 2015 07:28:00 GMT"), None, "in the past");
        assert!(wait("Sat, 21 Oct 2090 07:28:00 GMT").unwrap() > Duration::from_secs(86_400));
    }

    #[tokio::test]
    async fn r9_an_answer_without_an_end_is_not_held_in_memory() {
        assert!(matches!(body(endless().await, 100_000).await, Err(Unread::TooLong)));
    }
}
