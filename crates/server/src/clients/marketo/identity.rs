//! Access tokens. A token lives for an hour and is kept in memory only; concurrent calls that need a new one share one
//! request.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use reqwest::header::CONTENT_LENGTH;
use reqwest::{RequestBuilder, Response, StatusCode};
use serde::Deserialize;
use serde_json::Value;
use tokio::sync::Mutex;
use tokio::time::Instant;
use url::Url;

use super::Error;
use super::answer::{self, Failed};
use crate::clients::services::MarketoCredentials;
use crate::platform::outbound;
use crate::platform::secrets::Secret;

const ANSWER_LIMIT: Duration = Duration::from_secs(20);
/// How long before its end a token is asked for anew: not all of Marketo agrees on when that is. As the identity service hands out the
/// same one until then, it is used on, but for a few seconds at a time.
pub(super) const MARGIN: Duration = Duration::from_secs(60);
const LAST_USES: Duration = Duration::from_secs(5);
/// Largest answer in bytes.
const ANSWER_MAX: usize = 1024 * 1024;
/// The longest that a token is used, whatever lifetime is reported. Tokens live for an hour.
const LIFE_MAX: Duration = Duration::from_secs(24 * 3600);

/// A token and the number of the request that brought it, by which a refused token can be identified.
#[derive(Clone)]
pub(super) struct Token {
    pub(super) value: Secret,
    until: Instant,
    number: u64,
}

/// Gets tokens for one set of credentials.
pub(super) struct Identity {
    credentials: MarketoCredentials,
    margin: Duration,
    /// How many requests for a token there were.
    tries: AtomicU64,
    /// The result of the last one. Locked while one is under way.
    last: Mutex<Option<Result<Token, Failed>>>,
}

#[derive(Deserialize)]
struct Granted {
    access_token: String,
    /// Seconds.
    expires_in: u64,
}

impl Identity {
    pub(super) fn new(credentials: MarketoCredentials, margin: Duration) -> Self {
        Self { credentials, margin, tries: AtomicU64::new(0), last: Mutex::default() }
    }

    pub(super) fn credentials(&self) -> &MarketoCredentials {
        &self.credentials
    }

    /// The token, a new one if there is none or it has expired. `base` is the URL of the instance.
    pub(super) async fn token(&self, http: &reqwest::Client, base: &Url) -> Result<Token, Failed> {
        let tries = self.tries.load(Ordering::Acquire);
        let mut last = self.last.lock().await;
        match &*last {
            Some(Ok(token)) if token.until > Instant::now() => return Ok(token.clone()),
            // It failed while this call waited for it.
            Some(Err(failed)) if self.tries.load(Ordering::Acquire) != tries => return Err(failed.clone()),
            _ => {}
        }
        let number = self.tries.fetch_add(1, Ordering::AcqRel) + 1;
        let outcome = self.fetch(http, base, number).await;
        *last = Some(outcome.clone());
        outcome
    }

    /// Makes the next call request a new token, so that credentials withdrawn meanwhile are noticed.
    pub(super) async fn renew(&self) {
        *self.last.lock().await = None;
    }

    /// Forgets a token that was refused, unless there is a newer one.
    pub(super) async fn forget(&self, stale: &Token) {
        let mut last = self.last.lock().await;
        if matches!(&*last, Some(Ok(token)) if token.number == stale.number) {
            *last = None;
        }
    }

    async fn fetch(&self, http: &reqwest::Client, base: &Url, number: u64) -> Result<Token, Failed> {
        let mut url = base.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(["identity", "oauth", "token"]);
        }
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", &self.credentials.client_id),
            ("client_secret", self.credentials.client_secret.expose()),
        ];
        // In the body, since URLs are logged on the way. Marketo documents the query alone, so that is the second choice.
        let asked_at = Instant::now();
        let mut response = send(http.post(url.clone()).form(&form)).await?;
        if response.status() == StatusCode::BAD_REQUEST {
            let refused = outbound::body(response, ANSWER_MAX).await.map_err(Failed::of_unread)?;
            if !is_of_the_form(&refused) {
                return Err(Failed::Final(Error::CredentialsRejected));
            }
            url.query_pairs_mut().extend_pairs(form);
            response = send(http.post(url).header(CONTENT_LENGTH, 0)).await?;
        }
        let (status, headers) = (response.status(), response.headers().clone());
        match status {
            StatusCode::OK => {}
            StatusCode::BAD_REQUEST | StatusCode::UNAUTHORIZED => {
                return Err(Failed::Final(Error::CredentialsRejected));
            }
            StatusCode::NOT_FOUND => return Err(Failed::Final(Error::NoSuchInstance)),
            status => return Err(Failed::of_status(status, &headers)),
        }
        // Read before it is parsed, so that a truncated response is not taken for a malformed one.
        let body = outbound::body(response, ANSWER_MAX).await.map_err(Failed::of_unread)?;
        let no_token = |_| Failed::Final(Error::Unexpected("no token"));
        let answered: Value = serde_json::from_slice(&body).map_err(no_token)?;
        match answer::refusal(&answered, &headers) {
            Some(Failed::StaleToken(code)) => {
                return Err(Failed::Transient { error: Error::Overloaded { code }, retry_after: None });
            }
            Some(failed) => return Err(failed),
            None => {}
        }
        let granted = Granted::deserialize(answered).map_err(no_token)?;
        let life = Duration::from_secs(granted.expires_in).min(LIFE_MAX);
        Ok(Token {
            value: Secret::new(granted.access_token),
            until: asked_at + life.saturating_sub(self.margin).max(life.min(LAST_USES)),
            number,
        })
    }
}

/// Whether a request was refused for its form rather than for its credentials.
fn is_of_the_form(refused: &[u8]) -> bool {
    let refused: Option<Value> = serde_json::from_slice(refused).ok();
    let error = refused.as_ref().and_then(|refused| refused["error"].as_str());
    error.is_none_or(|error| matches!(error, "unsupported_grant_type" | "invalid_request"))
}

async fn send(request: RequestBuilder) -> Result<Response, Failed> {
    request.timeout(ANSWER_LIMIT).send().await.map_err(|error| Failed::of_transport(&error))
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;

    use super::*;
    use crate::clients::marketo::recorded::credentials;

    /// The outcome for one set of credentials, where the identity service gives these answers, and the requests it got.
    async fn fetched(answers: &[(&str, String)]) -> (Result<Token, Failed>, Vec<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = Url::parse(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
        let answers: Vec<_> = answers
            .iter()
            .map(|(status, body)| {
                let length = body.len();
                format!("HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}")
            })
            .collect();
        let served = tokio::spawn(async move {
            let mut requests = Vec::new();
            for answer in answers {
                let (mut stream, _) = listener.accept().await.unwrap();
                let mut request = vec![0; 4_096];
                let read = stream.read(&mut request).await.unwrap();
                requests.push(String::from_utf8_lossy(&request[..read]).into_owned());
                stream.write_all(answer.as_bytes()).await.unwrap();
            }
            requests
        });
        let token = Identity::new(credentials(), MARGIN).token(&outbound::client().unwrap(), &base).await;
        (token, served.await.unwrap())
    }

    fn granted(seconds: u64) -> String {
        format!(r#"{{"access_token":"t","expires_in":{seconds}}}"#)
    }

    #[tokio::test]
    async fn r12_a_token_that_is_said_to_live_for_ever_is_taken_for_a_day() {
        let token = fetched(&[("200 OK", granted(u64::MAX))]).await.0.unwrap();
        assert!(token.until <= Instant::now() + LIFE_MAX);
    }

    #[tokio::test]
    async fn r12_a_token_is_asked_for_anew_in_its_last_minute() {
        let before = Instant::now();
        let token = fetched(&[("200 OK", granted(3_600))]).await.0.unwrap();
        let left = token.until - before;
        assert!((3_539..=3_541).contains(&left.as_secs()), "{left:?}");
        let token = fetched(&[("200 OK", granted(30))]).await.0.unwrap();
        assert!(token.until <= Instant::now() + LAST_USES, "asked for again soon");
    }

    #[tokio::test]
    async fn r12_an_identity_answer_of_200_can_be_a_failure() {
        let body = |code: u16| {
            format!(r#"{{"success":false,"errors":[{{"code":"{code}","message":"System error"}}]}}"#)
        };
        let failed = fetched(&[("200 OK", body(611))]).await.0.err();
        let transient = |code| Failed::Transient { error: Error::Overloaded { code }, retry_after: None };
        assert_eq!(failed, Some(transient(611)));
        assert_eq!(fetched(&[("200 OK", body(602))]).await.0.err(), Some(transient(602)));
        let unexpected = Failed::Final(Error::Unexpected("no token"));
        assert_eq!(fetched(&[("200 OK", "{}".to_owned())]).await.0.err(), Some(unexpected));
    }

    #[tokio::test]
    async fn r12_an_identity_service_that_takes_no_form_is_asked_by_the_query() {
        let refused = ("400 Bad Request", r#"{"error":"unsupported_grant_type"}"#.to_owned());
        let (token, requests) = fetched(&[refused.clone(), ("200 OK", granted(3_600))]).await;
        assert!(token.is_ok());
        let (form, query) = (&requests[0], requests[1].to_ascii_lowercase());
        assert!(form.starts_with("POST /identity/oauth/token HTTP"), "{form}");
        assert!(query.starts_with("post /identity/oauth/token?grant_type=client_credentials&"), "{query}");
        assert!(query.contains("content-length: 0"), "{query}");
        let rejected = Some(Failed::Final(Error::CredentialsRejected));
        assert_eq!(fetched(&[refused.clone(), refused]).await.0.err(), rejected);
        let (outcome, requests) =
            fetched(&[("400 Bad Request", r#"{"error":"unauthorized"}"#.to_owned())]).await;
        assert_eq!((outcome.err(), requests.len()), (rejected, 1), "the secret is in no address");
    }
}
