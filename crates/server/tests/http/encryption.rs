//! TLS that the server does itself, where no web server on the same machine does.

use std::path::Path;

use reqwest::Certificate;
use server::config::Config;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::harness::Server;

/// A server with a certificate for `localhost`, and what a client trusts.
pub(crate) async fn started(folder: &Path) -> (Server, Certificate) {
    let own = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let [certificate, key] = ["tls.pem", "tls.key"].map(|name| folder.join(name));
    std::fs::write(&certificate, own.cert.pem()).unwrap();
    std::fs::write(&key, own.signing_key.serialize_pem()).unwrap();
    let trusted = Certificate::from_pem(own.cert.pem().as_bytes()).unwrap();
    let server = Server::start_with(|config: &mut Config| {
        config.tls_certificate = Some(certificate);
        config.tls_key = Some(key);
    })
    .await;
    (server, trusted)
}

fn address(server: &Server) -> &str {
    server.base.strip_prefix("http://").unwrap()
}

/// Says something in the place of TLS, and reads until the server hangs up.
async fn answer(server: &Server, words: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(address(server)).await.unwrap();
    stream.write_all(words).await.unwrap();
    let mut all = Vec::new();
    // Hung up by a reset, perhaps.
    let _ = stream.read_to_end(&mut all).await;
    all
}

/// The first words of a client of TLS 1.0 to 1.2 that knows these suites.
fn hello(version: [u8; 2], suites: &[[u8; 2]]) -> Vec<u8> {
    // Signatures by ECDSA and RSA with SHA-256, and curves X25519 and P-256.
    let extensions: &[u8] =
        &[0, 13, 0, 6, 0, 4, 4, 3, 4, 1, 0, 10, 0, 6, 0, 4, 0, 29, 0, 23, 0, 11, 0, 2, 1, 0];
    let suites = suites.concat();
    let mut body = [&version[..], &[7; 32], &[0]].concat();
    body.extend([0, u8::try_from(suites.len()).unwrap()]);
    body.extend(suites);
    body.extend([1, 0, 0, u8::try_from(extensions.len()).unwrap()]);
    body.extend(extensions);
    let length = u8::try_from(body.len()).unwrap();
    [&[22, 3, 1, 0, length + 4, 1, 0, 0, length], &body[..]].concat()
}

/// The records that TLS begins with: a handshake that goes on, and an alert.
const GOES_ON: u8 = 22;
const ALERT: u8 = 21;
const PROTOCOL_VERSION: u8 = 70;
const HANDSHAKE_FAILURE: u8 = 40;

#[tokio::test]
async fn a26_a_server_with_a_certificate_speaks_tls_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let (server, trusted) = started(folder.path()).await;
    let url = format!("https://localhost:{}/livez", address(&server).rsplit_once(':').unwrap().1);
    let client = |certificates: Vec<Certificate>| {
        reqwest::Client::builder().no_proxy().tls_certs_only(certificates).build().unwrap()
    };
    let answered = client(vec![trusted]).get(&url).send().await.unwrap();
    assert_eq!((answered.status().as_u16(), answered.text().await.unwrap().as_str()), (200, "ok\n"));
    assert!(client(Vec::new()).get(&url).send().await.is_err(), "by whoever does not trust it");
    let plain = answer(&server, b"GET /livez HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
    assert!(!plain.starts_with(b"HTTP"), "{plain:?}");
}

#[tokio::test]
async fn a26_old_versions_of_tls_and_weak_suites_are_refused() {
    /// ECDHE with ECDSA: AES in GCM; in CBC. And what has no key of its own for each connection.
    const STRONG: [u8; 2] = [0xc0, 0x2b];
    const WEAK: [[u8; 2]; 4] = [[0xc0, 0x09], [0xc0, 0x23], [0x00, 0x2f], [0x00, 0x9c]];
    let folder = tempfile::tempdir().unwrap();
    let (server, _) = started(folder.path()).await;
    let tls = |minor: u8| [3, minor];
    for version in [tls(1), tls(2)] {
        let refused = answer(&server, &hello(version, &[STRONG])).await;
        assert_eq!((refused[0], refused[6]), (ALERT, PROTOCOL_VERSION), "{version:?}: {refused:?}");
    }
    let refused = answer(&server, &hello(tls(3), &WEAK)).await;
    assert_eq!((refused[0], refused[6]), (ALERT, HANDSHAKE_FAILURE), "{refused:?}");
    // The same with a suite that is strong.
    let mut stream = TcpStream::connect(address(&server)).await.unwrap();
    stream.write_all(&hello(tls(3), &[STRONG])).await.unwrap();
    assert_eq!(stream.read_u8().await.unwrap(), GOES_ON);
}
