//! OAuth 2.0 with Salesforce: the web-server flow with PKCE, refreshing, revoking.

use std::time::Duration;

use api_types::{SalesforceEnvironment, SalesforceError};
use oauth2::basic::{
    BasicErrorResponse, BasicRevocationErrorResponse, BasicTokenIntrospectionResponse, BasicTokenType,
};
use oauth2::{
    AuthType, AuthUrl, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointNotSet, EndpointSet,
    ExtraTokenFields, HttpRequest, HttpResponse, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl,
    RefreshToken, RequestTokenError, Scope, StandardRevocableToken, StandardTokenResponse,
    TokenResponse as _, TokenUrl,
};
use serde::{Deserialize, Serialize};
use url::Url;

use super::refusal::{Error, Refusal};
use crate::clients::services::SalesforceService;
use crate::config::Config;
use crate::platform::outbound::{self, Unread};
use crate::platform::secrets::Secret;
use crate::state::App;

/// Scopes for the identity of a user.
pub(super) const IDENTITY: &[&str] = &["id", "profile", "email", "openid"];
/// And for the user's data, until the user revokes them.
pub(super) const DATA: &[&str] = &["api", "id", "profile", "email", "openid", "refresh_token"];

const ANSWER_LIMIT: Duration = Duration::from_secs(20);
const REVOKE_LIMIT: Duration = Duration::from_secs(5);
/// Largest answer in bytes.
const ANSWER_MAX: usize = 1024 * 1024;

/// The library's client for Salesforce, for one host where people sign in.
type Client = oauth2::Client<
    BasicErrorResponse,
    StandardTokenResponse<OfSalesforce, BasicTokenType>,
    BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    BasicRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointSet,
>;

/// What Salesforce adds to the answer of its token endpoint.
#[derive(Debug, Serialize, Deserialize)]
struct OfSalesforce {
    #[serde(default)]
    instance_url: String,
}

impl ExtraTokenFields for OfSalesforce {}

/// The tokens that the token endpoint issued.
pub(super) struct Grant {
    pub(super) access: Secret,
    pub(super) refresh: Option<Secret>,
    pub(super) instance_url: String,
    /// Separated by spaces; empty when they are those that were asked for.
    pub(super) scopes: String,
}

/// The URL of an authorization request, and the values that the callback is checked with.
pub(super) struct AuthorizationRequest {
    pub(super) url: Url,
    pub(super) state: String,
    pub(super) verifier: Secret,
}

/// Options of an authorization request.
#[derive(Clone, Copy, Debug)]
pub(super) struct AuthorizeOptions {
    pub(super) is_popup: bool,
    /// Asks for the password, even of a user who is signed in there.
    pub(super) asks_who: bool,
}

fn client(public_url: &Url, service: &SalesforceService, host: &Url) -> Result<Client, Error> {
    let at = |path: &str| host.join(path).map_err(|_| Refusal::host_not_allowed());
    let redirect = RedirectUrl::new(Config::redirect_uri(public_url));
    let registered = service.app_at(host);
    let client = oauth2::Client::new(ClientId::new(registered.client_id.clone()))
        .set_auth_uri(AuthUrl::from_url(at("/services/oauth2/authorize")?))
        .set_token_uri(TokenUrl::from_url(at("/services/oauth2/token")?))
        .set_redirect_uri(redirect.map_err(|_| Refusal::host_not_allowed())?)
        // Salesforce does not decode what RFC 6749 has encoded in the header.
        .set_auth_type(AuthType::RequestBody);
    Ok(match &registered.client_secret {
        Some(secret) => client.set_client_secret(ClientSecret::new(secret.expose().to_owned())),
        None => client,
    })
}

/// The authorization request of a flow, with a new secret state and verifier.
pub(super) fn authorization_request(
    app: &App,
    service: &SalesforceService,
    host: &Url,
    scopes: &[&str],
    options: AuthorizeOptions,
) -> Result<AuthorizationRequest, Error> {
    let client = client(&app.public_url, service, host)?;
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let mut request = client
        .authorize_url(|| CsrfToken::new_random_len(32))
        .add_scopes(scopes.iter().map(|scope| Scope::new((*scope).to_owned())))
        .set_pkce_challenge(challenge)
        .add_extra_param("display", if options.is_popup { "popup" } else { "page" });
    if options.asks_who {
        request = request.add_extra_param("prompt", "login");
    }
    let (url, state) = request.url();
    Ok(AuthorizationRequest {
        url,
        state: state.into_secret(),
        verifier: Secret::new(verifier.into_secret()),
    })
}

/// Redeems a code for tokens, once.
pub(super) async fn redeem(
    app: &App,
    service: &SalesforceService,
    host: &Url,
    code: String,
    verifier: &Secret,
) -> Result<Grant, Error> {
    let answer = client(&app.public_url, service, host)?
        .exchange_code(AuthorizationCode::new(code))
        .set_pkce_verifier(PkceCodeVerifier::new(verifier.expose().to_owned()))
        .request_async(&|request| send(app.http.clone(), request))
        .await;
    Ok(grant(&answer.map_err(refusal)?))
}

/// Asks whether Salesforce knows the app and its secret, by a code that it has never given: of an app that it does not know it
/// refuses the client, of one that it knows the grant (RFC 6749, 5.2).
///
/// # Errors
/// When it refuses anything but the grant.
pub(super) async fn try_credentials(
    http: &reqwest::Client,
    public_url: &Url,
    service: &SalesforceService,
) -> Result<(), Error> {
    let host =
        service.sign_in_host(&SalesforceEnvironment::Salesforce).ok_or_else(Refusal::host_not_allowed)?;
    let (_, verifier) = PkceCodeChallenge::new_random_sha256();
    let answer = client(public_url, service, &host)?
        .exchange_code(AuthorizationCode::new("none".to_owned()))
        .set_pkce_verifier(verifier)
        .request_async(&|request| send(http.clone(), request))
        .await;
    match answer.map_err(refusal) {
        Err(refusal) if refusal.code == SalesforceError::InvalidGrant.as_str() => Ok(()),
        Err(refusal) => Err(refusal.into()),
        Ok(_) => Err(Refusal::unexpected().into()),
    }
}

/// Redeems a refresh token for new tokens. Salesforce may rotate the refresh token; then the old one is invalid at
/// once.
pub(super) async fn refresh(
    app: &App,
    service: &SalesforceService,
    host: &Url,
    token: &Secret,
) -> Result<Grant, Error> {
    let answer = client(&app.public_url, service, host)?
        .exchange_refresh_token(&RefreshToken::new(token.expose().to_owned()))
        .request_async(&|request| send(app.http.clone(), request))
        .await;
    Ok(grant(&answer.map_err(refusal)?))
}

/// Revokes a token; a refresh token with all tokens that were issued by it. Not by the library, which revokes over
/// HTTPS only, while the stand-in is on loopback.
pub(super) async fn revoke(app: &App, host: &Url, token: &Secret) -> Result<(), Error> {
    let url = host.join("/services/oauth2/revoke").map_err(|_| Refusal::host_not_allowed())?;
    let request = app.http.post(url).timeout(REVOKE_LIMIT).form(&[("token", token.expose())]);
    let response = request.send().await.map_err(|_| Refusal::unreachable())?;
    match response.status() {
        status if status.is_success() => Ok(()),
        status => Err(Refusal::status(status.as_u16()).into()),
    }
}

fn grant(answer: &StandardTokenResponse<OfSalesforce, BasicTokenType>) -> Grant {
    let scopes = answer.scopes().into_iter().flatten().map(|scope| scope.as_str());
    Grant {
        access: Secret::new(answer.access_token().secret().clone()),
        refresh: answer.refresh_token().map(|token| Secret::new(token.secret().clone())),
        instance_url: answer.extra_fields().instance_url.clone(),
        scopes: scopes.collect::<Vec<_>>().join(" "),
    }
}

/// The library's client over the server's, which follows no redirect.
async fn send(http: reqwest::Client, request: HttpRequest) -> Result<HttpResponse, Unread> {
    let mut request = reqwest::Request::try_from(request)?;
    *request.timeout_mut() = Some(ANSWER_LIMIT);
    let response = http.execute(request).await?;
    let (status, headers) = (response.status(), response.headers().clone());
    let mut answer = HttpResponse::new(outbound::body(response, ANSWER_MAX).await?);
    *answer.status_mut() = status;
    *answer.headers_mut() = headers;
    Ok(answer)
}

fn refusal(error: RequestTokenError<Unread, BasicErrorResponse>) -> Refusal {
    match error {
        RequestTokenError::ServerResponse(answer) => {
            let description = answer.error_description().map_or("", String::as_str);
            Refusal::oauth(answer.error().as_ref(), description)
        }
        RequestTokenError::Request(Unread::Broken(error)) => {
            tracing::warn!(%error, "Salesforce does not answer");
            Refusal::unreachable()
        }
        // An unreadable response is not logged: it may hold tokens.
        RequestTokenError::Request(Unread::TooLong)
        | RequestTokenError::Parse(..)
        | RequestTokenError::Other(_) => Refusal::unexpected(),
    }
}

#[cfg(test)]
mod tests {
    use oauth2::TokenResponse as _;

    use super::*;

    /// In the form of the documentation, with values of our own.
    #[test]
    fn s2_tokens_are_read_as_documented() {
        let issued: StandardTokenResponse<OfSalesforce, BasicTokenType> = serde_json::from_str(
            r#"{"access_token":"00DB0000000TfcR!AQQAQFhoK8vTMg","refresh_token":"5Aep861KIwKdekr90I4iHdDtTlZ","signature":"hJuYICd2IHsjyTcFqTYiOr8THmgDmrcjgWaMp13X6dY=",
                "scope":"refresh_token api id","instance_url":"https://northwind.my.salesforce.com","id":"https://login.salesforce.com/id/00DB0000000TfcRMAS/005B0000005Bk90IAC",
                "token_type":"Bearer","issued_at":"1791200000000","api_instance_url":"https://api.salesforce.com"}"#,
        )
        .unwrap();
        assert_eq!(issued.access_token().secret(), "00DB0000000TfcR!AQQAQFhoK8vTMg");
        assert_eq!(
            issued.refresh_token().map(|token| token.secret().as_str()),
            Some("5Aep861KIwKdekr90I4iHdDtTlZ")
        );
        assert_eq!(issued.extra_fields().instance_url, "https://northwind.my.salesforce.com");
        assert_eq!(issued.scopes().map_or(0, Vec::len), 3);
        // A refresh returns no refresh token unless they rotate.
        let refreshed: Result<StandardTokenResponse<OfSalesforce, BasicTokenType>, _> = serde_json::from_str(
            r#"{"access_token":"00D","signature":"s=","scope":"api","instance_url":"https://northwind.my.salesforce.com","id":"https://x","token_type":"Bearer","issued_at":"1"}"#,
        );
        assert!(refreshed.is_ok_and(|refreshed| refreshed.refresh_token().is_none()));
    }
}
