//! An authority that issues certificates by ACME (RFC 8555), to whoever answers at a name on port 443 as it asks (RFC 8737).

use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use axum::http;
use bytes::Bytes;
use http_body_util::{BodyExt as _, Collected};
use instant_acme::{
    Account, AccountCredentials, AuthorizationStatus, Authorizations, BodyWrapper, BytesResponse,
    ChallengeType, Error, HttpClient, Identifier, NewAccount, NewOrder, Order, OrderStatus, Problem,
    RetryPolicy,
};
use rcgen::{CertificateParams, CustomExtension, DistinguishedName, KeyPair};
use url::Url;

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
    directory: Url,
    account: PathBuf,
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
        Ok(Some(Self { directory: directory.clone(), account: data.join(ACCOUNT), http, certificate }))
    }

    /// Orders a certificate. Returns its key and its chain, in PEM.
    ///
    /// # Errors
    /// When the authority cannot be reached, or says no, with its reason.
    pub(crate) async fn order(&self) -> Result<String, Error> {
        let certificate = &*self.certificate;
        let account = self.account().await?;
        let names = [Identifier::Dns(certificate.name().to_owned())];
        let mut order = match account.new_order(&NewOrder::new(&names)).await {
            Err(Error::Api(problem)) if is_of_no_account(&problem) => {
                tracing::warn!("the authority knows the account no more: another one is made");
                std::fs::remove_file(&self.account).map_err(other)?;
                self.account().await?.new_order(&NewOrder::new(&names)).await?
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
        let builder = Account::builder_with_http(Box::new(Http(self.http.clone())));
        if let Some(known) = self.known()? {
            return builder.from_credentials(known).await;
        }
        let wanted = NewAccount { contact: &[], terms_of_service_agreed: true, only_return_existing: false };
        let (account, made) = builder.create(&wanted, self.directory.to_string(), None).await?;
        partial::replace(&self.account, &serde_json::to_vec(&made)?).map_err(other)?;
        Ok(account)
    }

    /// The account of an earlier order at this authority.
    fn known(&self) -> Result<Option<AccountCredentials>, Error> {
        let text = match std::fs::read(&self.account) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(other(error)),
        };
        let said: serde_json::Value = serde_json::from_slice(&text)?;
        if said["directory"].as_str() != Some(self.directory.as_str()) {
            return Ok(None);
        }
        Ok(Some(serde_json::from_value(said)?))
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
