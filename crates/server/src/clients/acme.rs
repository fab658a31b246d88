//! An authority that issues certificates by ACME (RFC 8555), to whoever answers at a name on port 443 as it asks (RFC 8737).

use std::fmt::Display;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::http;
use bytes::Bytes;
use http_body_util::{BodyExt as _, Collected};
use instant_acme::{
    Account, AccountBuilder, AccountCredentials, AuthorizationStatus, Authorizations, BodyWrapper,
    BytesResponse, ChallengeType, Error, HttpClient, Identifier, Key, NewAccount, NewOrder, Order,
    OrderStatus, Problem, RetryPolicy,
};
use rcgen::{CertificateParams, CustomExtension, DistinguishedName, KeyPair};
use rustls::pki_types::PrivatePkcs8KeyDer;
use url::{Position, Url};

use crate::config::Config;
use crate::platform::certificate::{Certificate, Challenge};
use crate::platform::outbound;
use crate::platform::partial;

/// For each request.
const LIMIT: Duration = Duration::from_secs(30);
/// A chain of certificates is smaller.
const LONGEST_ANSWER: usize = 1 << 20;
/// How the authority is asked whether it has looked, and whether the certificate is made.
const ASKED_AGAIN: RetryPolicy = RetryPolicy::new()
    .initial_delay(Duration::from_millis(500))
    .backoff(1.5)
    .timeout(Duration::from_secs(180));
/// The account at the authority, in the data folder.
const ACCOUNT: &str = "acme-account.json";

/// The authority of the configuration, and the certificate that is ordered there.
pub(crate) struct Authority {
    pub(crate) directory: Url,
    account: PathBuf,
    /// The account, until it is stored.
    unsaved: Mutex<Option<Vec<u8>>>,
    http: reqwest::Client,
    pub(crate) certificate: Arc<Certificate>,
}

impl Authority {
    /// The authority of a configuration, if it has one.
    ///
    /// # Errors
    /// When the file of those that it is trusted by cannot be read, or people reach the server by no name.
    pub(crate) fn of(config: &Config) -> Result<Option<Self>, String> {
        let (Some(directory), data) = (&config.acme, &config.data) else { return Ok(None) };
        let name = config.certified_name()?;
        // Also where the directory names other addresses.
        let builder = outbound::trusting(config.acme_ca_file.as_deref())?.https_only(true).timeout(LIMIT);
        let http = builder.build().map_err(|error| error.to_string())?;
        let certificate = Arc::new(Certificate::load(name, directory, data));
        let (directory, account) = (directory.clone(), data.join(ACCOUNT));
        Ok(Some(Self { directory, account, unsaved: Mutex::default(), http, certificate }))
    }

    /// Orders a certificate. Returns its key and its chain, in PEM.
    ///
    /// # Errors
    /// When the authority cannot be reached, or says no, with its reason.
    pub(crate) async fn order(&self) -> Result<String, String> {
        self.issued().await.map_err(|error| match error {
            Error::Api(problem) => format!("{}: {problem}", self.host()),
            error => self.unusable(error),
        })
    }

    /// What is wrong with what came from the authority, or with the way there.
    pub(crate) fn unusable(&self, why: impl Display) -> String {
        let host = self.host();
        format!(
            "{host}: {why}; look whether MSI_ACME names an authority's directory that this machine reaches"
        )
    }

    fn host(&self) -> &str {
        &self.directory[Position::BeforeHost..Position::AfterPort]
    }

    async fn issued(&self) -> Result<String, Error> {
        let certificate = &*self.certificate;
        let account = self.account().await?;
        let names = [Identifier::Dns(certificate.name().to_owned())];
        let mut order = match account.new_order(&NewOrder::new(&names)).await {
            Err(Error::Api(problem)) if is_of_no_account(&problem) => {
                tracing::warn!("the authority knows the account no more: another one is made");
                self.new_account().await?.new_order(&NewOrder::new(&names)).await?
            }
            order => order?,
        };
        answer(&mut order.authorizations(), certificate).await?;
        let ready = order.poll_ready(&ASKED_AGAIN).await;
        certificate.show(None);
        if ready? != OrderStatus::Ready {
            return Err(refusal(&mut order).await);
        }
        let key = KeyPair::generate().map_err(other)?;
        let mut wanted = CertificateParams::new([certificate.name().to_owned()]).map_err(other)?;
        wanted.distinguished_name = DistinguishedName::new();
        order.finalize_csr(wanted.serialize_request(&key).map_err(other)?.der()).await?;
        let chain = order.poll_certificate(&ASKED_AGAIN).await?;
        Ok(format!("{}{chain}", key.serialize_pem()))
    }

    /// The account at the authority, made where there is none.
    async fn account(&self) -> Result<Account, Error> {
        let known = self.known().unwrap_or_else(|why| {
            let file = self.account.display();
            tracing::warn!(%file, why, "the account at the authority cannot be read: another one is made");
            None
        });
        match known {
            Some(known) => self.builder().from_credentials(known).await,
            None => self.new_account().await,
        }
    }

    async fn new_account(&self) -> Result<Account, Error> {
        let wanted = NewAccount { contact: &[], terms_of_service_agreed: true, only_return_existing: false };
        let (account, made) = self.builder().create(&wanted, self.directory.to_string(), None).await?;
        *self.unsaved() = Some(serde_json::to_vec(&made)?);
        // Authorities limit how many accounts are made: this one is used again, stored or not.
        if let Err(why) = self.save_account() {
            tracing::warn!(why, "the account at the authority is not stored yet");
        }
        Ok(account)
    }

    fn builder(&self) -> AccountBuilder {
        Account::builder_with_http(Box::new(Http(self.http.clone())))
    }

    /// The account of an earlier order at this authority.
    ///
    /// # Errors
    /// When its file cannot be read, or is damaged.
    fn known(&self) -> Result<Option<AccountCredentials>, String> {
        let unsaved = self.unsaved().clone();
        let text = match unsaved.map_or_else(|| std::fs::read(&self.account), Ok) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error.to_string()),
        };
        let said: serde_json::Value = serde_json::from_slice(&text).map_err(|error| error.to_string())?;
        if said["directory"].as_str() != Some(self.directory.as_str()) {
            return Ok(None);
        }
        let known: AccountCredentials = serde_json::from_value(said).map_err(|error| error.to_string())?;
        let key = PrivatePkcs8KeyDer::from(known.private_key().secret_pkcs8_der());
        Key::from_pkcs8_der(key).map_err(|error| error.to_string())?;
        Ok(Some(known))
    }

    fn unsaved(&self) -> MutexGuard<'_, Option<Vec<u8>>> {
        self.unsaved.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Stores certificate and account for the next start, unless they are stored.
    ///
    /// # Errors
    /// When the disk is full or read-only. They are stored once this is called again.
    pub(crate) fn save(&self) -> Result<(), String> {
        let (certificate, account) = (self.certificate.save(), self.save_account());
        certificate.and(account)
    }

    fn save_account(&self) -> Result<(), String> {
        let mut unsaved = self.unsaved();
        if let Some(text) = &*unsaved {
            partial::replace(&self.account, text)
                .map_err(|error| format!("{}: {error}", self.account.display()))?;
            *unsaved = None;
        }
        Ok(())
    }
}

fn is_of_no_account(problem: &Problem) -> bool {
    problem.r#type.as_deref() == Some("urn:ietf:params:acme:error:accountDoesNotExist")
}

/// Shows what the authority wants to see, and asks it to look.
async fn answer(authorizations: &mut Authorizations<'_>, certificate: &Certificate) -> Result<(), Error> {
    while let Some(authorization) = authorizations.next().await {
        let mut authorization = authorization?;
        if authorization.status == AuthorizationStatus::Valid {
            continue;
        }
        let Some(mut challenge) = authorization.challenge(ChallengeType::TlsAlpn01) else {
            return Err(Error::Unsupported("tls-alpn-01"));
        };
        let mut wanted = CertificateParams::new([certificate.name().to_owned()]).map_err(other)?;
        let digest = challenge.key_authorization().digest();
        wanted.custom_extensions = vec![CustomExtension::new_acme_identifier(digest.as_ref())];
        let key = KeyPair::generate().map_err(other)?;
        let own = wanted.self_signed(&key).map_err(other)?;
        certificate.show(Some(Challenge::of(own.der().clone(), &key).map_err(other)?));
        challenge.set_ready().await?;
    }
    Ok(())
}

/// Why the authority has found no answer, or not the right one.
async fn refusal(order: &mut Order) -> Error {
    let mut authorizations = order.authorizations();
    while let Some(Ok(mut authorization)) = authorizations.next().await {
        if let Ok(state) = authorization.refresh().await
            && let Some(problem) = state.challenges.iter().find_map(|challenge| challenge.error.clone())
        {
            return Error::Api(problem);
        }
    }
    Error::Str("the reason of the refusal")
}

fn other(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::Other(Box::new(error))
}

/// Requests as all others of this server.
struct Http(reqwest::Client);

impl HttpClient for Http {
    fn request(
        &self,
        request: http::Request<BodyWrapper<Bytes>>,
    ) -> Pin<Box<dyn Future<Output = Result<BytesResponse, Error>> + Send>> {
        let client = self.0.clone();
        Box::pin(async move {
            let (parts, body) = request.into_parts();
            let Ok(body) = body.collect().await.map(Collected::to_bytes);
            let request =
                reqwest::Request::try_from(http::Request::from_parts(parts, body)).map_err(other)?;
            let mut answer =
                client.execute(request).await.map_err(|error| Error::Other(outbound::why(&error).into()))?;
            let mut head = http::Response::new(());
            *head.status_mut() = answer.status();
            std::mem::swap(head.headers_mut(), answer.headers_mut());
            let body = outbound::body(answer, LONGEST_ANSWER).await.map_err(other)?;
            Ok(BytesResponse { parts: head.into_parts().0, body: Box::new(Bytes::from(body)) })
        })
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use axum::Router;
    use axum::http::StatusCode;
    use axum::routing::{get, head, post};
    use tokio::net::TcpListener;

    use super::*;

    /// An authority that makes accounts and nothing else, and how many it has made.
    async fn authority(data: &Path) -> (Authority, Arc<AtomicUsize>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let [nonce, account, order] = ["nonce", "account", "order"].map(|path| format!("{base}/{path}"));
        let addresses =
            serde_json::json!({ "newNonce": nonce, "newAccount": account, "newOrder": order }).to_string();
        let made = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&made);
        let router = Router::new()
            .route("/directory", get(|| async { addresses }))
            .route("/nonce", head(|| async { [("replay-nonce", "once")] }))
            .route(
                "/account",
                post(async move || {
                    let id = format!("{base}/account/{}", count.fetch_add(1, Ordering::Relaxed));
                    (StatusCode::CREATED, [("location", id)], "{}")
                }),
            )
            .route("/order", post(|| async { "not what was asked for" }));
        let directory = nonce.replace("nonce", "directory");
        tokio::spawn(async move { axum::serve(listener, router).await });
        (at(&directory, data), made)
    }

    /// The authority with that directory.
    fn at(directory: &str, data: &Path) -> Authority {
        let directory: Url = directory.parse().unwrap();
        let certificate = Arc::new(Certificate::load("actions.example.com", &directory, data));
        let http = outbound::client().unwrap();
        Authority { directory, account: data.join(ACCOUNT), unsaved: Mutex::default(), http, certificate }
    }

    #[tokio::test]
    async fn n7_a_damaged_account_is_replaced_by_another_one() {
        let folder = tempfile::tempdir().unwrap();
        let (authority, made) = authority(folder.path()).await;
        let first = authority.account().await.unwrap().id().to_owned();
        assert_eq!(authority.account().await.unwrap().id(), first);
        let text = std::fs::read_to_string(&authority.account).unwrap();
        let with_key = |key: &str| {
            let mut said: serde_json::Value = serde_json::from_str(&text).unwrap();
            said["key_pkcs8"] = key.into();
            said.to_string()
        };
        let damaged = ["", &text[..text.len() / 2], "null", &with_key("?"), &with_key("AAAA")];
        for (before, damaged) in (1..).zip(damaged) {
            std::fs::write(&authority.account, damaged).unwrap();
            let another = authority.account().await.unwrap();
            assert_eq!(made.load(Ordering::Relaxed), before + 1, "{damaged}");
            // It is stored in the place of the damaged one.
            assert_eq!(authority.account().await.unwrap().id(), another.id(), "{damaged}");
        }
    }

    #[tokio::test]
    async fn n7_an_account_that_cannot_be_stored_is_used_and_stored_once_that_is_possible() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let (authority, made) = authority(&data).await;
        let id = authority.account().await.unwrap().id().to_owned();
        assert_eq!(authority.account().await.unwrap().id(), id);
        assert!(authority.save().is_err());
        std::fs::create_dir(&data).unwrap();
        authority.save().unwrap();
        let again = at(authority.directory.as_str(), &data);
        assert_eq!((again.account().await.unwrap().id(), made.load(Ordering::Relaxed)), (id.as_str(), 1));
    }

    #[tokio::test]
    async fn n7_an_order_that_fails_says_where_and_what_to_look_at() {
        let folder = tempfile::tempdir().unwrap();
        let (nonsense, _) = authority(folder.path()).await;
        let free = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
        let away = at(&format!("http://{free}/directory"), folder.path());
        for (authority, why) in [(nonsense, "JSON"), (away, "Connection refused")] {
            let failure = authority.order().await.unwrap_err();
            assert!(failure.starts_with(&format!("{}: ", authority.host())), "{failure}");
            assert!(failure.contains(why) && failure.contains("MSI_ACME"), "{failure}");
        }
    }
}
