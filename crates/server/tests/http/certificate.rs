//! The certificate that the server orders, while there is none, and what is asked of a server on its own machine by TLS.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use serde_json::{Value, json};
use server::app::ready::{Question, ask};
use server::config::Config;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use url::Url;

use crate::encryption;
use crate::harness::Server;

const PUBLIC: &str = "https://actions.localhost:8443";

/// An authority whose directory makes no sense.
struct Nonsense {
    directory: Url,
    asked: Arc<AtomicUsize>,
}

impl Nonsense {
    /// What it is trusted by is written into the file.
    async fn open(trusted: &Path) -> Self {
        let own = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        std::fs::write(trusted, own.cert.pem()).unwrap();
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(own.signing_key.serialize_der()));
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![own.cert.der().clone()], key)
            .unwrap();
        let tls = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let asked = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&asked);
        tokio::spawn(async move {
            let body = json!({ "newNonce": "", "newAccount": "", "newOrder": "" }).to_string();
            let head =
                format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let mut stream = tls.accept(stream).await.unwrap();
                let _ = stream.read(&mut [0; 4_096]).await.unwrap();
                count.fetch_add(1, Ordering::Relaxed);
                stream.write_all(format!("{head}{body}").as_bytes()).await.unwrap();
                stream.shutdown().await.unwrap();
            }
        });
        Self { directory: format!("https://localhost:{port}/directory").parse().unwrap(), asked }
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }
}

/// The settings with which to ask a server that runs.
fn asking(server: &Server, public: Option<&str>) -> Config {
    let mut config = server.settings_in(server.data());
    config.bind = server.base.trim_start_matches("http://").parse().unwrap();
    config.public_url = public.map(|url| url.parse().unwrap());
    config
}

#[tokio::test]
async fn n7_answers_of_an_authority_that_make_no_sense_are_failures_after_which_orders_wait() {
    let folder = tempfile::tempdir().unwrap();
    let trusted = folder.path().join("ca.pem");
    let authority = Nonsense::open(&trusted).await;
    let server = Server::start_with(|config| {
        config.acme = Some(authority.directory.clone());
        config.acme_ca_file = Some(trusted);
        config.public_url = Some(PUBLIC.parse().unwrap());
    })
    .await;
    let failures = || {
        let text = std::fs::read(server.data().join("acme-failures.json")).ok()?;
        serde_json::from_slice::<Value>(&text).unwrap()["times"].as_u64()
    };
    for (times, wait) in [(1, 60), (2, 120), (3, 240)] {
        while failures() != Some(times) {
            assert!(authority.asked() <= usize::try_from(times).unwrap(), "an order did not wait");
            tokio::task::yield_now().await;
        }
        server.clock.advance(Duration::from_secs(wait));
    }
}

#[tokio::test]
async fn n7_a_server_without_its_first_certificate_lives_and_is_not_ready() {
    let server = Server::start_with(|config| {
        // Nobody listens there.
        config.acme = Some("https://127.0.0.1:1/directory".parse().unwrap());
        config.public_url = Some(PUBLIC.parse().unwrap());
    })
    .await;
    let config = asking(&server, Some(PUBLIC));
    ask(&config, Question::Lives).await.unwrap();
    let failure = ask(&config, Question::IsReady).await.unwrap_err().to_string();
    assert!(failure.contains("no certificate yet"), "{failure}");
}

#[tokio::test]
async fn n7_a_server_is_asked_on_its_own_machine_whoever_signed_its_certificate() {
    let folder = tempfile::tempdir().unwrap();
    let (server, _) = encryption::started(folder.path()).await;
    for public in [None, Some("https://localhost:8443"), Some(PUBLIC), Some("https://127.0.0.1:8443")] {
        for question in [Question::Lives, Question::IsReady] {
            ask(&asking(&server, public), question).await.unwrap();
        }
    }
}
