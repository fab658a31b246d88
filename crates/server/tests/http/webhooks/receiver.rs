//! An endpoint of another system, which checks what it gets by its own reading of the specification.

use std::collections::{BTreeSet, VecDeque};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::Value;
use sha2::Sha256;
use tokio::net::TcpListener;
use tokio::sync::{Notify, watch};

/// A message as it came.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    pub(crate) id: String,
    pub(crate) timestamp: i64,
    signatures: Vec<String>,
    text: String,
}

impl Received {
    pub(crate) fn body(&self) -> Value {
        serde_json::from_str(&self.text).expect("JSON")
    }

    pub(crate) fn kind(&self) -> String {
        self.body()["type"].as_str().expect("a type").to_owned()
    }

    pub(crate) fn signatures(&self) -> usize {
        self.signatures.len()
    }

    /// Whether one of its signatures is by that secret.
    pub(crate) fn is_signed_by(&self, secret: &str) -> bool {
        let key = STANDARD.decode(secret.strip_prefix("whsec_").expect("a secret")).expect("Base64");
        let mut mac = Hmac::<Sha256>::new_from_slice(&key).expect("a key");
        mac.update(format!("{}.{}.{}", self.id, self.timestamp, self.text).as_bytes());
        let wanted = format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()));
        self.signatures.contains(&wanted)
    }
}

/// How it answers.
#[derive(Clone, Debug)]
pub(crate) enum Manner {
    Status(u16, &'static str),
    RetryAfter(u16, &'static str),
    RedirectTo(String),
    /// Never.
    Hangs,
    /// Once it is told to.
    Later(Arc<Notify>, u16),
}

struct Shared {
    received: Mutex<Vec<Received>>,
    next: Mutex<VecDeque<Manner>>,
    usual: Mutex<Manner>,
    count: watch::Sender<usize>,
}

#[derive(Clone)]
pub(crate) struct Receiver {
    shared: Arc<Shared>,
    pub(crate) url: String,
}

impl Receiver {
    pub(crate) async fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}/hook", listener.local_addr().expect("an address"));
        let shared = Arc::new(Shared {
            received: Mutex::default(),
            next: Mutex::default(),
            usual: Mutex::new(Manner::Status(204, "")),
            count: watch::Sender::new(0),
        });
        let router = Router::new().fallback(take).with_state(Arc::clone(&shared));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { shared, url }
    }

    /// How the next messages are answered; those after them as usual.
    pub(crate) fn next(&self, manners: impl IntoIterator<Item = Manner>) {
        self.shared.next.lock().expect("no panic").extend(manners);
    }

    pub(crate) fn usually(&self, manner: Manner) {
        *self.shared.usual.lock().expect("no panic") = manner;
    }

    /// All that came, once it is so many.
    pub(crate) async fn received(&self, at_least: usize) -> Vec<Received> {
        let mut count = self.shared.count.subscribe();
        count.wait_for(|count| *count >= at_least).await.expect("it is open");
        self.so_far()
    }

    /// The messages as each first came, once there are so many. One that is answered too late, as on a busy machine, is sent again.
    pub(crate) async fn distinct(&self, at_least: usize) -> Vec<Received> {
        let mut count = self.shared.count.subscribe();
        loop {
            let mut seen = BTreeSet::new();
            let mut messages = self.so_far();
            messages.retain(|message| seen.insert(message.id.clone()));
            if messages.len() >= at_least {
                return messages;
            }
            count.changed().await.expect("it is open");
        }
    }

    pub(crate) fn so_far(&self) -> Vec<Received> {
        self.shared.received.lock().expect("no panic").clone()
    }
}

async fn take(State(shared): State<Arc<Shared>>, head: HeaderMap, text: String) -> Response {
    let said =
        |name: &str| head.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    assert_eq!(said("content-type"), "application/json");
    let received = Received {
        id: said("webhook-id"),
        timestamp: said("webhook-timestamp").parse().expect("seconds"),
        signatures: said("webhook-signature").split(' ').map(str::to_owned).collect(),
        text,
    };
    let count = {
        let mut all = shared.received.lock().expect("no panic");
        all.push(received);
        all.len()
    };
    let next = shared.next.lock().expect("no panic").pop_front();
    let manner = next.unwrap_or_else(|| shared.usual.lock().expect("no panic").clone());
    shared.count.send_replace(count);
    let status = |status: u16| StatusCode::from_u16(status).expect("a status");
    match manner {
        Manner::Status(code, body) => (status(code), body).into_response(),
        Manner::RetryAfter(code, after) => (status(code), [("retry-after", after)]).into_response(),
        Manner::RedirectTo(url) => (status(307), [("location", url)]).into_response(),
        Manner::Hangs => std::future::pending().await,
        Manner::Later(told, code) => {
            told.notified().await;
            status(code).into_response()
        }
    }
}
