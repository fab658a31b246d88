//! The client for one set of credentials at one instance.

use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderValue, RANGE};
use reqwest::{Method, Response};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::time::timeout;
use url::Url;

use super::answer::{self, Envelope, Failed};
use super::identity::{self, Identity, Token};
use super::limiter::{Limiter, Slot};
use super::pace::{RetryPolicy, Tries};
use super::{Error, Pace, Result};
use crate::clients::services::MarketoCredentials;

/// Time limit of a response, except for files. Marketo itself gives up a lookup after 60 seconds.
const ANSWER_LIMIT: Duration = Duration::from_secs(65);
/// The same for a paging token, which Marketo gives up after 300 seconds; a person does not wait that long.
pub(super) const PAGING_TOKEN_LIMIT: Duration = Duration::from_secs(305);
/// The longest pause before and within a file.
pub(super) const PAUSE_LIMIT: Duration = Duration::from_secs(60);

/// A client of Marketo, cheap to clone.
#[derive(Clone)]
pub(crate) struct Marketo {
    pub(super) shared: Arc<Shared>,
    retry_policy: RetryPolicy,
}

/// The state that clients with the same credentials share.
pub(super) struct Shared {
    http: reqwest::Client,
    base: Url,
    identity: Identity,
    pub(super) limiter: Arc<Limiter>,
    pace: Pace,
}

impl Shared {
    pub(super) fn new(
        http: reqwest::Client,
        base: Url,
        credentials: MarketoCredentials,
        limiter: Arc<Limiter>,
        pace: Pace,
    ) -> Self {
        let identity = Identity::new(credentials, pace.span(identity::MARGIN));
        Self { http, base, identity, limiter, pace }
    }

    pub(super) fn is_for(&self, credentials: &MarketoCredentials) -> bool {
        let own = self.identity.credentials();
        own.munchkin_account_id == credentials.munchkin_account_id
            && own.client_id == credentials.client_id
            && own.client_secret.expose() == credentials.client_secret.expose()
    }
}

/// The result of one try.
type Tried<T> = std::result::Result<T, Failed>;

/// The head of a response, and the token that was used for it.
struct Sent {
    response: Response,
    token: Token,
    slot: Slot,
}

/// A request that can be sent more than once.
pub(super) struct Call {
    method: Method,
    url: Url,
    body: Option<Value>,
    /// The first byte of a file to be sent.
    from: Option<u64>,
    /// How long background work waits for the response.
    limit: Duration,
}

impl Call {
    pub(super) fn within(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    pub(super) fn query(mut self, pairs: &[(&str, &str)]) -> Self {
        self.url.query_pairs_mut().extend_pairs(pairs);
        self
    }

    pub(super) fn body(mut self, body: Value) -> Self {
        self.body = Some(body);
        self
    }

    pub(super) fn from(mut self, byte: u64) -> Self {
        self.from = (byte > 0).then_some(byte);
        self
    }
}

impl Marketo {
    pub(super) fn new(shared: Arc<Shared>, retry_policy: RetryPolicy) -> Self {
        Self { shared, retry_policy }
    }

    /// Makes sure that the credentials are accepted now.
    pub(crate) async fn sign_in(&self) -> Result<()> {
        let Shared { http, base, identity, .. } = &*self.shared;
        identity.renew().await;
        let mut tries = self.tries();
        loop {
            match identity.token(http, base).await {
                Ok(_) => return Ok(()),
                Err(failed) => tries.next(failed).await?,
            }
        }
    }

    /// How many calls all users of the instance made today.
    pub(crate) async fn calls_today(&self) -> Result<u64> {
        #[derive(Deserialize)]
        struct Usage {
            total: u64,
        }
        let usage = self.envelope::<Vec<Usage>>(&self.get(&["rest", "v1", "stats", "usage.json"])).await?;
        Ok(usage.into_result()?.first().map_or(0, |usage| usage.total))
    }

    /// Makes sure that the credentials are accepted now and may read people and activities. `now` is in ISO 8601.
    pub(crate) async fn verify(&self, now: &str) -> Result<()> {
        self.shared.identity.renew().await;
        self.describe().await?;
        self.paging_token(now).await.map(|_| ())
    }

    /// How Marketo's time spans are scaled here.
    pub(crate) fn pace(&self) -> Pace {
        self.shared.pace
    }

    /// A `GET` below the instance's URL. Segments are escaped.
    pub(super) fn get(&self, segments: &[&str]) -> Call {
        self.call(Method::GET, segments)
    }

    pub(super) fn post(&self, segments: &[&str]) -> Call {
        self.call(Method::POST, segments)
    }

    fn call(&self, method: Method, segments: &[&str]) -> Call {
        let mut url = self.shared.base.clone();
        // HTTP URLs always have a path.
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(segments);
        }
        Call { method, url, body: None, from: None, limit: ANSWER_LIMIT }
    }

    /// The response of a service that reports success or failure in the body.
    pub(super) async fn envelope<T: DeserializeOwned>(&self, call: &Call) -> Result<Envelope<T>> {
        self.json(call).await
    }

    /// The answer as JSON.
    pub(super) async fn json<T: DeserializeOwned>(&self, call: &Call) -> Result<T> {
        // Whoever waits for minutes each time asks fewer times.
        let policy = if call.limit > ANSWER_LIMIT { RetryPolicy::Person } else { self.retry_policy };
        let mut tries = Tries::new(self.shared.pace, policy);
        loop {
            match self.try_json(call).await {
                Ok(answer) => return Ok(answer),
                Err(failed) => tries.next(failed).await?,
            }
        }
    }

    /// The response as a file that is still to be read. The call counts as under way as long as the slot is held.
    pub(super) async fn file(&self, call: &Call) -> Result<(Response, Slot)> {
        let mut tries = self.tries();
        loop {
            match self.try_file(call).await {
                Ok(file) => return Ok(file),
                Err(failed) => tries.next(failed).await?,
            }
        }
    }

    async fn try_json<T: DeserializeOwned>(&self, call: &Call) -> Tried<T> {
        let limit = match self.retry_policy {
            RetryPolicy::Person => ANSWER_LIMIT,
            RetryPolicy::Run => call.limit,
        };
        let Sent { response, token, slot } = self.send(call, Some(limit)).await?;
        let answer = answer::read(response).await;
        drop(slot);
        self.forget_if_stale(&answer, &token).await;
        answer
    }

    async fn try_file(&self, call: &Call) -> Tried<(Response, Slot)> {
        let Sent { response, token, slot } = self.send(call, None).await?;
        let kind = response.headers().get(CONTENT_TYPE).map(HeaderValue::as_bytes);
        let json = kind.is_some_and(|kind| kind.starts_with(b"application/json"));
        if response.status().is_success() && !json {
            return Ok((response, slot));
        }
        // Both files and errors come with HTTP 200.
        let refused: Tried<Value> =
            timeout(PAUSE_LIMIT, answer::read(response)).await.unwrap_or_else(|_| Err(Failed::unreachable()));
        self.forget_if_stale(&refused, &token).await;
        Err(refused.err().unwrap_or(Failed::Final(Error::Unexpected("no file"))))
    }

    async fn send(&self, call: &Call, limit: Option<Duration>) -> Tried<Sent> {
        let Shared { http, base, identity, limiter, .. } = &*self.shared;
        let slot = limiter.slot().await;
        let token = identity.token(http, base).await?;
        limiter.count().await;
        let mut request =
            http.request(call.method.clone(), call.url.clone()).bearer_auth(token.value.expose());
        match &call.body {
            Some(body) => request = request.json(body),
            // Servers may demand the length of every POST.
            None if call.method == Method::POST => request = request.header(CONTENT_LENGTH, 0),
            None => {}
        }
        if let Some(from) = call.from {
            request = request.header(RANGE, format!("bytes={from}-"));
        }
        if let Some(limit) = limit {
            request = request.timeout(limit);
        }
        let response = match limit {
            Some(_) => request.send().await,
            None => timeout(PAUSE_LIMIT, request.send()).await.map_err(|_| Failed::unreachable())?,
        };
        let response = response.map_err(|error| Failed::of_transport(&error))?;
        Ok(Sent { response, token, slot })
    }

    async fn forget_if_stale<T>(&self, answer: &Tried<T>, token: &Token) {
        if let Err(Failed::StaleToken(_)) = answer {
            self.shared.identity.forget(token).await;
        }
    }

    fn tries(&self) -> Tries {
        Tries::new(self.shared.pace, self.retry_policy)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;
    use tokio::time::Instant;

    use super::*;
    use crate::clients::marketo::exports::{Export, Status};
    use crate::clients::marketo::recorded::client_at;

    /// The seconds after which Marketo gives up, by the contract.
    fn gives_up_after(fact: &str) -> u64 {
        let contract: Value =
            serde_json::from_str(include_str!("../../../../sandbox/contract/marketo.json")).unwrap();
        let says = contract["facts"][fact]["says"].as_str().unwrap();
        says.split(' ').find_map(|word| word.parse().ok()).unwrap()
    }

    /// A client of an instance that hands out tokens, the beginnings of files, and no other answer.
    async fn of_silence(policy: RetryPolicy) -> Marketo {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            // Not closed, so that what was not read is no error.
            let mut open = Vec::new();
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut head = [0; 4096];
                let read = stream.read(&mut head).await.unwrap();
                let head = String::from_utf8_lossy(&head[..read]);
                if head.contains("/identity/") {
                    let token =
                        r#"{"access_token":"a:b","token_type":"bearer","expires_in":3599,"scope":"a"}"#;
                    let head = "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-type: application/json\r\n";
                    let answer = format!("{head}content-length: {}\r\n\r\n{token}", token.len());
                    stream.write_all(answer.as_bytes()).await.unwrap();
                } else if head.contains("/refused/file.json") {
                    let part =
                        b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{";
                    stream.write_all(part).await.unwrap();
                } else if head.contains("/file.json") {
                    let part =
                        b"HTTP/1.1 200 OK\r\ncontent-type: text/csv\r\ncontent-length: 100\r\n\r\nid,email\n";
                    stream.write_all(part).await.unwrap();
                }
                open.push(stream);
            }
        });
        client_at(address, policy)
    }

    #[tokio::test]
    async fn r12_answers_are_waited_for_as_long_as_marketo_works_on_them() {
        let lookup = gives_up_after("marketo-lookup-timeout");
        let token = gives_up_after("marketo-paging-timeout");
        for (policy, patience, at_least) in [
            (RetryPolicy::Person, ANSWER_LIMIT, lookup),
            (RetryPolicy::Run, ANSWER_LIMIT, lookup),
            (RetryPolicy::Person, PAGING_TOKEN_LIMIT, lookup),
            (RetryPolicy::Run, PAGING_TOKEN_LIMIT, token),
        ] {
            let marketo = of_silence(policy).await;
            let call = marketo.get(&["rest"]).within(patience);
            // The token is there before time is let go.
            marketo.sign_in().await.unwrap();
            tokio::time::pause();
            let began = Instant::now();
            assert!(marketo.try_json::<Value>(&call).await.is_err());
            let waited = began.elapsed().as_secs();
            tokio::time::resume();
            assert!(waited > at_least && waited < at_least + 10, "{policy:?}: {waited} s of {at_least}");
        }
    }

    #[tokio::test]
    async fn r9_a_file_that_stands_still_is_given_up() {
        let marketo = of_silence(RetryPolicy::Person).await;
        marketo.sign_in().await.unwrap();
        let export = Export {
            id: "e".to_owned(),
            status: Status::Completed,
            number_of_records: None,
            file_size: Some(100),
            file_checksum: None,
        };
        let mut file = marketo.export_file(&export, 0);
        assert_eq!(file.chunk().await.unwrap().as_deref(), Some(&b"id,email\n"[..]));
        tokio::time::pause();
        let began = Instant::now();
        assert_eq!(file.chunk().await, Err(Error::Unreachable));
        assert!(began.elapsed() >= PAUSE_LIMIT);
    }

    #[tokio::test]
    async fn r9_the_refusal_of_a_file_that_stands_still_is_given_up() {
        let marketo = of_silence(RetryPolicy::Person).await;
        marketo.sign_in().await.unwrap();
        tokio::time::pause();
        let call = marketo.get(&["refused", "file.json"]);
        let tried = timeout(PAUSE_LIMIT * 3, marketo.try_file(&call)).await;
        assert_eq!(tried.expect("it is given up").err(), Some(Failed::unreachable()));
    }
}
