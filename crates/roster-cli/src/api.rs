//! Calls of the API with the key of a command line.

use std::{
    io::{self, Write as _},
    thread,
    time::{Duration, Instant},
};

use api_types::embed::API_KEY_START;
use api_types::{Problem, ProblemCode, headers, paths};
use serde::{Serialize, de::DeserializeOwned};
use ureq::http::{Method, Request};
use ureq::tls::{RootCerts, TlsConfig};
use url::{Host, Url};
use uuid::Uuid;

use crate::{arguments::ApiArguments, failure::Failure};

/// The environment variable of the key.
const KEY: &str = "MSI_API_KEY";

/// How often a call is tried that fails for a reason that passes, and the first wait between, which doubles.
const ATTEMPTS: u32 = 7;
const FIRST_WAIT: Duration = Duration::from_millis(500);
const LONGEST_WAIT: Duration = Duration::from_secs(60);

const TIMEOUT: Duration = Duration::from_secs(60);
/// Address keys of a million people take 8 MB.
const LARGEST_ANSWER: u64 = 64 << 20;

/// The key that a request is repeated with.
pub(crate) fn new_key() -> String {
    Uuid::now_v7().to_string()
}

pub(crate) struct Api {
    agent: ureq::Agent,
    base: String,
    authorization: String,
}

impl Api {
    pub(crate) fn new(arguments: &ApiArguments) -> Result<Self, Failure> {
        let base = base(&arguments.url).map_err(|reason| Failure::Api(format!("--api: {reason}")))?;
        let mut config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            // The key is for this address alone.
            .max_redirects(0)
            .timeout_global(Some(TIMEOUT))
            .user_agent(concat!("roster/", env!("CARGO_PKG_VERSION")))
            .tls_config(TlsConfig::builder().root_certs(RootCerts::PlatformVerifier).build());
        // Without encryption the key goes to this machine only, not to a proxy.
        if base.starts_with("http:") {
            config = config.proxy(None);
        }
        let agent = config.build().new_agent();
        Ok(Self { agent, base, authorization: format!("Bearer {}", key(arguments)?) })
    }

    /// The address by which a begun sending is recognised.
    pub(crate) fn base(&self) -> &str {
        &self.base
    }

    pub(crate) fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, Failure> {
        read(&self.call(Method::GET, path, None, &[])?)
    }

    pub(crate) fn bytes(&self, path: &str) -> Result<Vec<u8>, Failure> {
        self.call(Method::GET, path, None, &[])
    }

    /// A call that changes something, under a key by which its repetition has no second effect.
    pub(crate) fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        key: &str,
        body: &impl Serialize,
    ) -> Result<T, Failure> {
        let body = serde_json::to_vec(body).map_err(|error| Failure::Api(error.to_string()))?;
        read(&self.call(Method::POST, path, Some(key), &body)?)
    }

    fn call(&self, method: Method, path: &str, key: Option<&str>, body: &[u8]) -> Result<Vec<u8>, Failure> {
        let mut wait = FIRST_WAIT;
        for attempt in 1.. {
            let (trouble, wish) = match self.try_once(&method, path, key, body)? {
                Tried::Answered(answer) => return Ok(answer),
                Tried::Later { trouble, wish } => (trouble, wish),
            };
            if attempt == ATTEMPTS {
                return Err(trouble);
            }
            say(&format!("roster: {}; trying again", trouble.message()));
            thread::sleep(wish.unwrap_or(wait).min(LONGEST_WAIT));
            wait *= 2;
        }
        unreachable!("the last attempt returns")
    }

    fn try_once(
        &self,
        method: &Method,
        path: &str,
        key: Option<&str>,
        body: &[u8],
    ) -> Result<Tried, Failure> {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.base))
            .header("authorization", &self.authorization);
        if let Some(key) = key {
            request =
                request.header(headers::IDEMPOTENCY_KEY, key).header("content-type", "application/json");
        }
        let request = request.body(body).map_err(|error| Failure::Api(error.to_string()))?;
        let unreachable = |error: ureq::Error| Failure::Api(format!("{}: {error}", self.base));
        let mut response = match self.agent.run(request) {
            Ok(response) => response,
            Err(error @ (ureq::Error::Tls(_) | ureq::Error::BadUri(_) | ureq::Error::HostNotFound)) => {
                return Err(unreachable(error));
            }
            Err(error) => return Ok(Tried::Later { trouble: unreachable(error), wish: None }),
        };
        let status = response.status();
        let wish = response.headers().get("retry-after").and_then(|wish| wish.to_str().ok()?.parse().ok());
        let answer = response.body_mut().with_config().limit(LARGEST_ANSWER).read_to_vec();
        let answer = match answer {
            Ok(answer) => answer,
            Err(error) => return Ok(Tried::Later { trouble: unreachable(error), wish: None }),
        };
        if status.is_success() {
            return Ok(Tried::Answered(answer));
        }
        let problem = serde_json::from_slice::<Problem>(&answer).ok();
        let passes = passes(status.as_u16(), problem.as_ref().map(|problem| problem.code));
        let trouble = match problem {
            Some(problem) if problem.code == ProblemCode::NotFound => Failure::NotFound(in_words(&problem)),
            Some(problem) => Failure::Api(in_words(&problem)),
            None => Failure::Api(format!(
                "{}{path} answers {status}: is this the address of the console's backend?",
                self.base
            )),
        };
        if passes { Ok(Tried::Later { trouble, wish: wish.map(Duration::from_secs) }) } else { Err(trouble) }
    }
}

/// Whether a failure is one that passes: every request carries a key, so that repeating it does nothing twice. Where there were
/// too many mails, that is in hours.
fn passes(status: u16, code: Option<ProblemCode>) -> bool {
    match code {
        Some(ProblemCode::IdempotencyInProgress) => true,
        Some(ProblemCode::MailLimit) => false,
        _ => matches!(status, 408 | 429 | 500 | 502..=504),
    }
}

/// What came of one attempt.
enum Tried {
    Answered(Vec<u8>),
    /// It failed for a reason that passes; the server may say when.
    Later {
        trouble: Failure,
        wish: Option<Duration>,
    },
}

fn read<T: DeserializeOwned>(answer: &[u8]) -> Result<T, Failure> {
    serde_json::from_slice(answer)
        .map_err(|error| Failure::Api(format!("the server's answer is not understood: {error}")))
}

fn in_words(problem: &Problem) -> String {
    let mut text = problem.title.clone();
    if let Some(detail) = problem.detail.as_ref().filter(|detail| !detail.is_empty()) {
        text.push_str(": ");
        text.push_str(detail);
    }
    format!("{text} (request {})", problem.instance)
}

/// The address of the API. A key is sent encrypted, or to this machine.
fn base(text: &str) -> Result<String, String> {
    let url = Url::parse(text).map_err(|error| error.to_string())?;
    let is_here = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    match url.scheme() {
        "https" => {}
        "http" if is_here => {}
        _ => return Err("the address begins with https://".to_owned()),
    }
    if !url.username().is_empty() || url.password().is_some() || url.query().is_some() {
        return Err("it is an address alone, such as https://console.example.com".to_owned());
    }
    let base = url.as_str().trim_end_matches('/');
    Ok(if base.ends_with(paths::BASE) { base.to_owned() } else { format!("{base}{}", paths::BASE) })
}

fn key(arguments: &ApiArguments) -> Result<String, Failure> {
    let (text, place) = match &arguments.key_file {
        Some(path) => {
            let name = path.display().to_string();
            let text = std::fs::read_to_string(path).map_err(|error| Failure::Io(name.clone(), error))?;
            (text, name)
        }
        None => (std::env::var(KEY).unwrap_or_default(), KEY.to_owned()),
    };
    let key = text.trim();
    if key.is_empty() {
        return Err(Failure::Api(format!(
            "there is no API key in {place}; make one in the console, under Security"
        )));
    }
    if !key.starts_with(API_KEY_START) || !key.is_ascii() || key.contains(char::is_whitespace) {
        return Err(Failure::Api(format!("{place} contains no API key: those begin with {API_KEY_START}")));
    }
    Ok(key.to_owned())
}

/// Says something on standard error, which may be closed.
pub(crate) fn say(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}

/// Says how far something is on standard error, at most a few times a second.
pub(crate) struct Progress {
    said: Option<Instant>,
}

impl Progress {
    pub(crate) fn new() -> Self {
        Self { said: None }
    }

    pub(crate) fn say(&mut self, text: &str, is_last: bool) {
        const EVERY: Duration = Duration::from_millis(500);
        if is_last || self.said.is_none_or(|said| said.elapsed() >= EVERY) {
            self.said = Some(Instant::now());
            say(text);
        }
    }
}

#[cfg(test)]
mod tests {
    use api_types::ProblemCode;

    use super::{base, passes};

    #[test]
    fn r5_what_passes_is_tried_again_and_what_was_refused_is_not() {
        for status in [408, 429, 500, 502, 503, 504] {
            assert!(passes(status, None), "{status}");
        }
        assert!(passes(409, Some(ProblemCode::IdempotencyInProgress)));
        for (status, code) in
            [(409, ProblemCode::Conflict), (422, ProblemCode::InvalidField), (429, ProblemCode::MailLimit)]
        {
            assert!(!passes(status, Some(code)), "{status}");
        }
    }

    #[test]
    fn a_key_is_sent_encrypted_or_to_this_machine_only() {
        assert_eq!(base("https://console.example.com").unwrap(), "https://console.example.com/api/v1");
        assert_eq!(base("https://a.example/x/api/v1/").unwrap(), "https://a.example/x/api/v1");
        assert_eq!(base("http://127.0.0.1:8080/").unwrap(), "http://127.0.0.1:8080/api/v1");
        assert_eq!(base("http://[::1]:8080").unwrap(), "http://[::1]:8080/api/v1");
        for wrong in [
            "http://console.example.com",
            "http://localhost.example.com",
            "ftp://127.0.0.1",
            "https://me:secret@console.example.com",
            "console.example.com",
        ] {
            assert!(base(wrong).is_err(), "{wrong}");
        }
    }
}
