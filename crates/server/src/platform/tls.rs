//! TLS of the server's own, where whoever reaches it is not on the same machine.

use std::path::Path;
use std::sync::Arc;

use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WantsServerCert;
use rustls::version::{TLS12, TLS13};
use rustls::{ConfigBuilder, ServerConfig};
use tokio_rustls::TlsAcceptor;

use super::certificate::{CHALLENGE_PROTOCOL, Certificate};

/// Takes a certificate, with those that lead to a trusted one, and its key. TLS 1.3 is preferred to 1.2, and nothing else is
/// spoken; all of the library's suites encrypt and authenticate at once, under keys that no later theft gives away.
///
/// # Errors
/// When a file cannot be read, or the two do not belong together.
pub(crate) fn acceptor(certificate: &Path, key: &Path) -> Result<TlsAcceptor, String> {
    let of = |path: &Path, error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
    let chain = CertificateDer::pem_file_iter(certificate)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| of(certificate, &error))?;
    let private = PrivateKeyDer::from_pem_file(key).map_err(|error| of(key, &error))?;
    let config = builder()?.with_single_cert(chain, private).map_err(|error| of(certificate, &error))?;
    Ok(speaking(&[HTTP], config))
}

/// Takes whatever certificate there is, and shows an authority what it asks for.
///
/// # Errors
/// When the library has none of the versions.
pub(crate) fn acceptor_of(certificate: Arc<Certificate>) -> Result<TlsAcceptor, String> {
    Ok(speaking(&[HTTP, CHALLENGE_PROTOCOL], builder()?.with_cert_resolver(certificate)))
}

const HTTP: &[u8] = b"http/1.1";

fn builder() -> Result<ConfigBuilder<ServerConfig, WantsServerCert>, String> {
    let builder = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_protocol_versions(&[&TLS13, &TLS12])
        .map_err(|error| error.to_string())?;
    Ok(builder.with_no_client_auth())
}

fn speaking(protocols: &[&[u8]], mut config: ServerConfig) -> TlsAcceptor {
    config.alpn_protocols = protocols.iter().map(|protocol| protocol.to_vec()).collect();
    TlsAcceptor::from(Arc::new(config))
}

#[cfg(test)]
pub(crate) mod tests {
    use tokio::net::TcpListener;

    use super::*;

    /// A listener for `localhost`, and TLS with a certificate that nobody trusts.
    pub(crate) async fn untrusted() -> (TcpListener, TlsAcceptor) {
        let folder = tempfile::tempdir().unwrap();
        let own = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let [certificate, key] = ["tls.pem", "tls.key"].map(|name| folder.path().join(name));
        std::fs::write(&certificate, own.cert.pem()).unwrap();
        std::fs::write(&key, own.signing_key.serialize_pem()).unwrap();
        (TcpListener::bind("127.0.0.1:0").await.unwrap(), acceptor(&certificate, &key).unwrap())
    }

    #[test]
    fn a26_a_certificate_that_cannot_be_used_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let [certificate, key, other] =
            ["tls.pem", "tls.key", "other.key"].map(|name| folder.path().join(name));
        let refused = |key: &Path| acceptor(&certificate, key).err().unwrap_or_default();
        assert!(refused(&key).contains("tls.pem"), "{}", refused(&key));
        let [own, another] =
            ["localhost"; 2].map(|name| rcgen::generate_simple_self_signed([name.to_owned()]).unwrap());
        std::fs::write(&certificate, own.cert.pem()).unwrap();
        assert!(refused(&key).contains("tls.key"), "{}", refused(&key));
        std::fs::write(&key, own.signing_key.serialize_pem()).unwrap();
        std::fs::write(&other, another.signing_key.serialize_pem()).unwrap();
        assert!(acceptor(&certificate, &key).is_ok());
        assert!(refused(&other).contains("tls.pem"), "{}", refused(&other));
    }
}
