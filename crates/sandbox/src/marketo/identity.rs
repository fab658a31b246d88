//! Access tokens for client credentials.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Json, Response};
use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::answer::Refusal;
use super::{Marketo, lock};
use crate::clock::Clock;

const LIFE: Duration = Duration::from_secs(3600);

/// Whose token it is, and so what it may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Client {
    /// May read users.
    Platform,
    /// May read people.
    Integration,
    /// May do nothing.
    NoPermission,
}

/// What an endpoint needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Permission {
    Users,
    People,
}

impl Client {
    fn authenticate(id: &str, secret: &str) -> Option<Self> {
        match (id, secret) {
            (super::PLATFORM_CLIENT_ID, super::PLATFORM_CLIENT_SECRET) => Some(Self::Platform),
            (super::INTEGRATION_CLIENT_ID, super::INTEGRATION_CLIENT_SECRET) => Some(Self::Integration),
            (super::NO_PERMISSION_CLIENT_ID, _) => Some(Self::NoPermission),
            _ => None,
        }
    }

    /// The API user that the client acts as.
    pub(super) fn user(self) -> &'static str {
        match self {
            Self::Platform => "sales-platform@northwind.example",
            Self::Integration => "sales-integration@northwind.example",
            Self::NoPermission => "nobody@northwind.example",
        }
    }

    pub(super) fn may(self, permission: Permission) -> bool {
        matches!(
            (self, permission),
            (Self::Platform, Permission::Users) | (Self::Integration, Permission::People)
        )
    }
}

/// The tokens that an instance gave out.
#[derive(Debug, Default)]
pub(super) struct Tokens(BTreeMap<String, Token>);

#[derive(Clone, Copy, Debug)]
struct Token {
    client: Client,
    expires_at: i64,
}

impl Tokens {
    /// The client's token with the milliseconds it has left, and whether it is new.
    fn issue(&mut self, client: Client, clock: &Clock) -> (String, i64, bool) {
        let now = clock.now();
        let valid = |token: &Token| token.client == client && token.expires_at > now;
        if let Some((value, token)) = self.0.iter().find(|(_, token)| valid(token)) {
            return (value.clone(), token.expires_at - now, false);
        }
        let seed = Sha256::digest(format!("{client:?} {now} {}", self.0.len()));
        let hex: String = seed.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        let value =
            format!("{}-{}-{}-{}-{}:ab", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]);
        let life = clock.span(LIFE);
        self.0.insert(value.clone(), Token { client, expires_at: now + life });
        (value, life, true)
    }

    /// Whose token it is.
    pub(super) fn check(&self, value: &str, clock: &Clock) -> Result<Client, Refusal> {
        let token = self.0.get(value).ok_or_else(|| Refusal::new(601))?;
        if token.expires_at <= clock.now() { Err(Refusal::new(602)) } else { Ok(token.client) }
    }

    /// Ends the life of every token.
    pub(super) fn expire(&mut self) {
        for token in self.0.values_mut() {
            token.expires_at = i64::MIN;
        }
    }
}

/// Answers `GET` and `POST /{munchkin}/identity/oauth/token`, the parameters in the query or in a form.
pub(super) async fn token(
    State(marketo): State<Arc<Marketo>>,
    Path(munchkin): Path<String>,
    RawQuery(query): RawQuery,
    body: String,
) -> Response {
    let Some(instance) = marketo.instance(&munchkin) else { return StatusCode::NOT_FOUND.into_response() };
    if let Some(fault) = marketo.fault("identity/oauth/token") {
        return fault.status().unwrap_or(StatusCode::SERVICE_UNAVAILABLE).into_response();
    }
    let query = query.unwrap_or_default();
    let parameters: BTreeMap<_, _> =
        [&query, &body].into_iter().flat_map(|part| form_urlencoded::parse(part.as_bytes())).collect();
    let parameter = |name: &str| parameters.get(name).map(AsRef::as_ref).unwrap_or_default();
    if parameter("grant_type") != "client_credentials" {
        let error =
            json!({ "error": "unsupported_grant_type", "error_description": "Unsupported grant type" });
        return (StatusCode::BAD_REQUEST, Json(error)).into_response();
    }
    let Some(client) = Client::authenticate(parameter("client_id"), parameter("client_secret")) else {
        let error = json!({ "error": "unauthorized", "error_description": "Bad client credentials" });
        return (StatusCode::UNAUTHORIZED, Json(error)).into_response();
    };
    let (value, left, new) = lock(&instance.tokens).issue(client, &marketo.clock);
    if new {
        lock(&marketo.stats).tokens_issued += 1;
    }
    Json(json!({
        "access_token": value,
        "token_type": "bearer",
        // Seconds by the machine's clock, so that they can be relied on at every speed.
        "expires_in": left / 1000,
        "scope": client.user(),
    }))
    .into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_the_same_until_it_expires() {
        let clock = Clock::standing(1_700_000_000_000, 10);
        let mut tokens = Tokens::default();
        let (first, left, _) = tokens.issue(Client::Platform, &clock);
        assert_eq!(left, 360_000);
        clock.advance(Duration::from_secs(359));
        assert_eq!(tokens.issue(Client::Platform, &clock), (first.clone(), 1_000, false));
        assert_ne!(tokens.issue(Client::Integration, &clock).0, first);
        clock.advance(Duration::from_secs(1));
        assert_eq!(tokens.check(&first, &clock).unwrap_err().code, 602);
        assert_eq!(tokens.check("other", &clock).unwrap_err().code, 601);
        let (second, ..) = tokens.issue(Client::Platform, &clock);
        assert_eq!(tokens.check(&second, &clock), Ok(Client::Platform));
        tokens.expire();
        assert_eq!(tokens.check(&second, &clock).unwrap_err().code, 602);
    }
}
