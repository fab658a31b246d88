//! Access tokens. A token lives for an hour and is kept in memory only; concurrent calls that need a new one share one
//! request.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use reqwest::StatusCode;
use serde::Deserialize;
use tokio::sync::Mutex;
use tokio::time::Instant;
use url::Url;

use super::Error;
use super::answer::Failed;
use crate::clients::services::MarketoCredentials;
use crate::platform::outbound;
use crate::platform::secrets::Secret;

const ANSWER_LIMIT: Duration = Duration::from_secs(20);
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
    pub(super) fn new(credentials: MarketoCredentials) -> Self {
        Self { credentials, tries: AtomicU64::new(0), last: Mutex::default() }
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
        // In the body, since URLs are logged on the way.
        let asked_at = Instant::now();
        let sent = http.post(url).form(&form).timeout(ANSWER_LIMIT).send().await;
        let response = sent.map_err(|error| Failed::of_transport(&error))?;
        let status = response.status();
        match status {
            StatusCode::OK => {}
            StatusCode::BAD_REQUEST | StatusCode::UNAUTHORIZED => {
                return Err(Failed::Final(Error::CredentialsRejected));
            }
            StatusCode::NOT_FOUND => return Err(Failed::Final(Error::NoSuchInstance)),
            status => return Err(Failed::of_status(status, response.headers())),
        }
        // Read before it is parsed, so that a truncated response is not taken for a malformed one.
        let body = outbound::body(response, ANSWER_MAX).await.map_err(Failed::of_unread)?;
        let granted: Granted =
            serde_json::from_slice(&body).map_err(|_| Failed::Final(Error::Unexpected("no token")))?;
        Ok(Token {
            value: Secret::new(granted.access_token),
            until: asked_at + Duration::from_secs(granted.expires_in).min(LIFE_MAX),
            number,
        })
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;

    use super::*;

    #[tokio::test]
    async fn r12_a_token_that_is_said_to_live_for_ever_is_taken_for_a_day() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = Url::parse(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let _ = stream.read(&mut [0; 4_096]).await;
            let body = format!(r#"{{"access_token":"t","expires_in":{}}}"#, u64::MAX);
            let answer = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len());
            stream.write_all(answer.as_bytes()).await.unwrap();
        });
        let identity = Identity::new(MarketoCredentials {
            munchkin_account_id: "284-RPR-133".to_owned(),
            client_id: "id".to_owned(),
            client_secret: Secret::new("secret".to_owned()),
        });
        let token = identity.token(&outbound::client().unwrap(), &base).await.unwrap();
        assert!(token.until <= Instant::now() + LIFE_MAX);
    }
}
