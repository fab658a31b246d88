//! Transport: the one place that builds requests, reads answers and turns errors into a [`Failure`].

use std::cell::RefCell;

use api_types::{Problem, ProblemCode, UserId, paths};
use gloo_net::http::{Method, RequestBuilder, Response};
use js_sys::Uint8Array;
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::JsCast as _;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortController, AbortSignal, Blob, ReadableStreamDefaultReader, ReadableStreamReadResult,
    RequestCredentials,
};

use super::{Failure, FailureKind, Pace, bearer, caller, retry};
use crate::platform::address::is_silent;
use crate::platform::secrets::wipe;
use crate::platform::{Task, connectivity, dom, lifetime, spawn, timers};

/// Longer than any healthy request takes; after this the user decides what to do.
const TIMEOUT_MS: u32 = 30_000;
/// Larger than any request body that contains a secret.
const SECRET_BODY_BYTES: usize = 8_192;

const BYTES: &str = "application/octet-stream";

/// An answer that is not JSON, with the tag of its edition.
#[derive(Clone)]
pub(crate) struct Edition {
    pub(crate) etag: String,
    pub(crate) bytes: Blob,
}

#[derive(Default)]
struct BaseUrl(RefCell<String>);

/// Sets the base URL of the backend. Called once, before the first call.
pub(crate) fn set_base_url(url: &str) {
    lifetime::shared::<BaseUrl>().0.replace(url.to_owned());
}

pub(super) fn base_url() -> String {
    lifetime::shared::<BaseUrl>().0.borrow().clone()
}

/// Whether the backend may be on another site, as its address is no path of this origin.
pub(crate) fn may_be_elsewhere() -> bool {
    !base_url().starts_with('/')
}

/// What has caused a call. Only a person's calls keep the session alive.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Cause {
    Person,
    Screen,
    /// A change is a person's; what is read is so unless they have done nothing for a while.
    Unknown,
}

/// A question to which the answer may be another one each time.
pub(crate) type Asked = Box<dyn Fn() -> Task<bool>>;

/// One call to the backend: method, path, headers and body.
#[must_use]
pub(crate) struct Call {
    method: Method,
    path: String,
    headers: Vec<(&'static str, String)>,
    body: Option<String>,
    /// The person for whom the call is made. It stays the same even if another person has signed in by the time it is
    /// sent.
    person: Option<UserId>,
    /// Whether a 401 is returned to the caller instead of asking the user to sign in again.
    opens_session: bool,
    /// Asked each time before it is sent: whether it has been given up by then.
    is_given_up: Option<Asked>,
    /// Whether the body is overwritten after sending.
    wiped: bool,
    /// Whether it has the access token, where there are tokens.
    has_token: bool,
    cause: Cause,
    /// Whether the answer may take as long as it comes.
    is_long: bool,
}

impl Drop for Call {
    fn drop(&mut self) {
        if let Some(body) = self.body.as_mut().filter(|_| self.wiped) {
            wipe(body);
        }
    }
}

/// Reads a resource.
pub(crate) async fn get<T: DeserializeOwned>(path: impl Into<String>) -> Result<T, Failure> {
    Call::new(Method::GET, path).fetch().await
}

impl Call {
    pub(crate) fn new(method: Method, path: impl Into<String>) -> Self {
        Self {
            method,
            path: path.into(),
            headers: Vec::new(),
            body: None,
            person: caller::person(),
            opens_session: false,
            is_given_up: None,
            wiped: false,
            has_token: true,
            cause: Cause::Unknown,
            is_long: false,
        }
    }

    pub(crate) fn post(path: impl Into<String>) -> Self {
        Self::new(Method::POST, path)
    }

    pub(crate) fn json(mut self, body: &impl Serialize) -> Self {
        // Contract types hold only strings, numbers and lists, so serialising cannot fail.
        self.body = serde_json::to_string(body).ok();
        self.header("Content-Type", "application/json")
    }

    /// Like [`Call::json`], for a body that contains a secret: no copy of it remains in memory.
    pub(crate) fn secret_json(mut self, body: &impl Serialize) -> Self {
        // Large enough not to reallocate, which would leave a copy behind.
        let mut written = Vec::with_capacity(SECRET_BODY_BYTES);
        self.body =
            serde_json::to_writer(&mut written, body).ok().and_then(|()| String::from_utf8(written).ok());
        self.wiped = true;
        self.header("Content-Type", "application/json")
    }

    pub(crate) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// The call changes this version of something, and no later one.
    pub(crate) fn of_version(self, version: u32) -> Self {
        self.header("If-Match", format!("\"{version}\""))
    }

    /// Calls with the same key are carried out once, however often they are sent.
    pub(crate) fn idempotency_key(self, key: impl Into<String>) -> Self {
        self.header("Idempotency-Key", key)
    }

    /// Marks a call of the sign-in itself, for which 401 means wrong credentials. It is made on behalf of no person.
    pub(crate) fn opens_session(mut self) -> Self {
        self.opens_session = true;
        self.person = None;
        self
    }

    /// Sends the call only while it is not given up. It may wait for a sign-in, a proof or a token, and meanwhile the user may
    /// give it up in another tab.
    pub(super) fn unless(mut self, is_given_up: Asked) -> Self {
        self.is_given_up = Some(is_given_up);
        self
    }

    /// Says what has caused the call, where that is known.
    pub(super) fn caused_by(mut self, cause: Cause) -> Self {
        self.cause = cause;
        self
    }

    /// Marks the call by which tokens are renewed.
    pub(super) fn without_token(mut self) -> Self {
        self.has_token = false;
        self
    }

    /// Marks the call that signs out: a 401 counts as success, and another person's session is never ended.
    pub(crate) fn ends_session(mut self) -> Self {
        self.opens_session = true;
        self
    }

    /// Sends the call and parses the answer's JSON.
    pub(crate) async fn fetch<T: DeserializeOwned>(self) -> Result<T, Failure> {
        let OpenResponse { response, request: _open } = self.respond().await?;
        read(response).await
    }

    /// Like [`Call::fetch`], for an answer that is read as two types, which leave out each other's fields.
    pub(super) async fn fetch_both<T: DeserializeOwned, U: DeserializeOwned>(
        self,
    ) -> Result<(T, U), Failure> {
        let OpenResponse { response, request: _open } = self.respond().await?;
        let (status, request_id) = (response.status(), request_id(&response));
        let text = text(response).await?;
        let both = serde_json::from_str(&text).ok().zip(serde_json::from_str(&text).ok());
        both.ok_or(Failure { kind: FailureKind::Garbled, status, request_id })
    }

    /// Sends the call and returns the answer's bytes; `None` if the `known` edition is still current.
    pub(crate) async fn fetch_edition(mut self, known: Option<&str>) -> Result<Option<Edition>, Failure> {
        self = self.header("Accept", BYTES);
        if let Some(known) = known {
            self = self.header("If-None-Match", known);
        }
        let answer = self.respond().await?;
        if answer.response.status() == 304 {
            answer.pass_over().await;
            return Ok(None);
        }
        let (status, request_id) = (answer.response.status(), request_id(&answer.response));
        let garbled = Failure { kind: FailureKind::Garbled, status, request_id };
        // An intermediary's page in place of the backend's answer is not a success.
        if answer.response.headers().get("content-type").as_deref() != Some(BYTES) {
            answer.pass_over().await;
            return Err(garbled);
        }
        let OpenResponse { response, request: _open } = answer;
        let etag = response.headers().get("etag").unwrap_or_default();
        let reading = web_sys::Response::from(response).blob().map_err(|_| garbled.clone())?;
        let bytes = JsFuture::from(reading).await.map_err(|_| garbled)?;
        Ok(Some(Edition { etag, bytes: bytes.unchecked_into() }))
    }

    /// Sends the call and hands on the answer's bytes, piece by piece, for as long as they are wanted. Returns whether they were
    /// to the end. A stream that breaks off is a failure, and so is an answer of another type than `kind`.
    pub(super) async fn fetch_pieces(
        mut self,
        kind: &str,
        mut take: impl FnMut(Uint8Array) -> bool,
    ) -> Result<bool, Failure> {
        self.is_long = true;
        let answer = self.respond().await?;
        let OpenResponse { response, request: _open } = &answer;
        let garbled = Failure {
            kind: FailureKind::Garbled,
            status: response.status(),
            request_id: request_id(response),
        };
        let said = response.headers().get("content-type").unwrap_or_default();
        let Some(body) = response.body().filter(|_| said.starts_with(kind)) else { return Err(garbled) };
        let reader: ReadableStreamDefaultReader = body.get_reader().unchecked_into();
        loop {
            let read = JsFuture::from(reader.read()).await.map_err(|_| garbled.clone())?;
            let read: ReadableStreamReadResult = read.unchecked_into();
            if read.get_done().unwrap_or_default() {
                return Ok(true);
            }
            if !take(read.get_value().unchecked_into()) {
                return Ok(false);
            }
        }
    }

    /// Like [`Call::fetch`]; `None` where the answer is empty.
    pub(crate) async fn fetch_if_any<T: DeserializeOwned>(self) -> Result<Option<T>, Failure> {
        let OpenResponse { response, request: _open } = self.respond().await?;
        read_if_any(response).await
    }

    /// Sends the call and ignores the body of a successful answer.
    pub(crate) async fn done(self) -> Result<(), Failure> {
        let answer = self.respond().await?;
        let response = &answer.response;
        // An intermediary's page in place of the backend's answer is not a success.
        let garbled = match response.headers().get("content-type") {
            Some(kind) if !kind.contains("json") => Some(Failure {
                kind: FailureKind::Garbled,
                status: response.status(),
                request_id: request_id(response),
            }),
            _ => None,
        };
        answer.pass_over().await;
        garbled.map_or(Ok(()), Err)
    }

    async fn respond(self) -> Result<OpenResponse, Failure> {
        let mut refused = None;
        let mut is_renewed = false;
        let is_background = match self.cause {
            Cause::Person => false,
            Cause::Screen => true,
            Cause::Unknown => self.method == Method::GET && caller::is_idle(),
        };
        loop {
            // Not sent if its person no longer has this tab.
            if self.person.is_some()
                && !self.opens_session
                && (!caller::settled().await || self.person != caller::person())
            {
                return Err(Failure::without_response(FailureKind::SignedOut));
            }
            let token = if self.has_token { bearer::token(refused.take()).await } else { None };
            if let Some(is_given_up) = &self.is_given_up
                && is_given_up().await
            {
                return Err(Failure::without_response(FailureKind::GivenUp));
            }
            let outcome = self.once(token.as_deref(), is_background).await;
            match outcome {
                // Once: the token may have ended before its time.
                Err(failure) if failure.ends_session() && token.is_some() && !is_renewed => {
                    (refused, is_renewed) = (token, true);
                }
                Err(failure) if failure.code() == Some(ProblemCode::AnotherPerson) && !self.opens_session => {
                    if !caller::replaced().await {
                        return Err(Failure::without_response(FailureKind::SignedOut));
                    }
                }
                Err(failure) if failure.ends_session() && !self.opens_session => {
                    // The user signs in again in a dialog, and the call is repeated.
                    if !caller::sign_in_again().await {
                        return Err(Failure::without_response(FailureKind::SignedOut));
                    }
                    is_renewed = false;
                }
                // The call is repeated once the user has proved who they are.
                Err(failure) if failure.code() == Some(ProblemCode::ProofNeeded) => {
                    if !caller::prove().await {
                        return Err(failure);
                    }
                }
                // The same once they have added a second factor.
                Err(failure) if failure.code() == Some(ProblemCode::FactorNeeded) => {
                    if !caller::add_factor().await {
                        return Err(failure);
                    }
                }
                outcome => {
                    if outcome.is_ok() && self.person.is_some() && !is_background {
                        caller::used();
                    }
                    return outcome;
                }
            }
        }
    }

    async fn once(&self, token: Option<&str>, is_background: bool) -> Result<OpenResponse, Failure> {
        let aborter = AbortOnDrop::new();
        let url = format!("{}{}", base_url(), self.path);
        let mut request = RequestBuilder::new(&url)
            .method(self.method.clone())
            .credentials(match bearer::is_used() {
                true => RequestCredentials::Omit,
                // The API may be on another origin. Of another site, the browser sends no cookies.
                false => RequestCredentials::Include,
            })
            .header("Accept", "application/json")
            .header("X-MSI-CSRF", "1")
            .abort_signal(aborter.signal(self.is_long).as_ref());
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        if let Some(person) = &self.person {
            request = request.header("X-MSI-Person", &person.0);
        }
        if is_background {
            request = request.header("X-MSI-Background", "1");
        }
        if let Some(token) = token {
            request = request.header("Authorization", &format!("Bearer {token}"));
        }
        let request = match &self.body {
            Some(body) => request.body(body.as_str()),
            None => request.build(),
        }
        .map_err(|error| broken(&error))?;
        retry::earn();
        let response = match request.send().await {
            Ok(response) => response,
            Err(error) => {
                let failure = broken(&error);
                if matches!(failure.kind, FailureKind::Offline | FailureKind::Unreachable) {
                    look_for_server();
                }
                return Err(failure);
            }
        };
        if response.ok() || response.status() == 304 {
            connectivity::find();
            return Ok(OpenResponse { response, request: aborter });
        }
        let failure = refusal(response).await;
        if failure.is_out_of_reach() {
            look_for_server();
        } else {
            connectivity::find();
        }
        Err(failure)
    }
}

/// Polls with growing intervals until the server answers; pauses while the page is hidden, or at the screen that makes no
/// request.
pub(crate) fn look_for_server() {
    if !connectivity::lose() {
        return;
    }
    spawn(async {
        let mut pace = Pace::default();
        loop {
            timers::sleep(pace.wait_ms()).await;
            while dom::document().hidden() || is_silent() {
                timers::sleep(Pace::default().wait_ms()).await;
            }
            if !connectivity::is_still_lost() {
                return;
            }
            // Any answer means that the server is back.
            if let Ok(answer) = Call::new(Method::GET, paths::SESSION).opens_session().once(None, true).await
            {
                answer.pass_over().await;
            }
            pace = pace.after(false);
        }
    });
}

/// A response whose body may still be arriving. Dropping this aborts the request.
struct OpenResponse {
    response: Response,
    request: AbortOnDrop,
}

impl OpenResponse {
    /// Reads the body to its end and discards it: unread, the request would be aborted.
    async fn pass_over(self) {
        let _ = self.response.binary().await;
    }
}

/// Aborts the request when the future that waits for it is dropped, for example when the user leaves the screen.
struct AbortOnDrop(Option<AbortController>);

impl AbortOnDrop {
    fn new() -> Self {
        Self(AbortController::new().ok())
    }

    /// Fires on drop or, unless it may be long, on timeout.
    fn signal(&self, is_long: bool) -> Option<AbortSignal> {
        let own = self.0.as_ref()?.signal();
        if is_long {
            return Some(own);
        }
        let both = js_sys::Array::of2(&own, &AbortSignal::timeout_with_u32(TIMEOUT_MS));
        Some(AbortSignal::any(&both))
    }
}

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        if let Some(controller) = &self.0 {
            controller.abort();
        }
    }
}

fn request_id(response: &Response) -> Option<String> {
    response.headers().get("x-request-id")
}

/// Reads an answer that may be empty.
pub(super) async fn read_if_any<T: DeserializeOwned>(response: Response) -> Result<Option<T>, Failure> {
    match response.status() {
        204 => text(response).await.map(|_| None),
        _ if response.ok() => read(response).await.map(Some),
        _ => Err(refusal(response).await),
    }
}

async fn read<T: DeserializeOwned>(response: Response) -> Result<T, Failure> {
    let (status, request_id) = (response.status(), request_id(&response));
    let text = text(response).await?;
    serde_json::from_str(&text).map_err(|_| Failure {
        kind: if text.starts_with('<') { FailureKind::Page } else { FailureKind::Garbled },
        status,
        request_id,
    })
}

async fn text(response: Response) -> Result<String, Failure> {
    let (status, request_id) = (response.status(), request_id(&response));
    response.text().await.map_err(|error| {
        let kind = match broken(&error).kind {
            FailureKind::Unreachable => FailureKind::Garbled,
            kind => kind,
        };
        Failure { kind, status, request_id }
    })
}

async fn refusal(response: Response) -> Failure {
    let (status, id) = (response.status(), request_id(&response));
    match read::<Problem>(response).await {
        Ok(problem) => Failure {
            request_id: Some(problem.instance.clone()).filter(|id| !id.is_empty()).or(id),
            kind: FailureKind::Problem(Box::new(problem)),
            status,
        },
        Err(failure) => failure,
    }
}

fn broken(error: &gloo_net::Error) -> Failure {
    Failure::without_response(match error {
        gloo_net::Error::JsError(error) if error.name == "TimeoutError" => FailureKind::TimedOut,
        _ if !connectivity::is_online() => FailureKind::Offline,
        _ => FailureKind::Unreachable,
    })
}
