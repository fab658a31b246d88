use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Json, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::json;
use sha2::Sha256;

use crate::clock::Clock;
use crate::salesforce::app::{CLIENT_ID, CLIENT_SECRET};
use crate::salesforce::form::Form;
use crate::salesforce::oauth_error::OAuthError;
use crate::salesforce::state::{Ctx, Refused, State as Shared, Tokens};

/// `POST /services/oauth2/token`.
pub(super) async fn token(State(ctx): State<Ctx>, headers: HeaderMap, form: Form) -> Response {
    let now = ctx.service.clock.now();
    let given = ctx.service.change(|state| {
        state.stats.token_calls += 1;
        let given = give(state, &headers, &form, &ctx.service.clock);
        match &given {
            Ok(_) => state.stats.access_tokens_issued += 1,
            Err(Refused::Replayed(error) | Refused::Other(error)) => state.stats.error(error.code()),
        }
        given
    });
    match given {
        Ok(tokens) => {
            ([(header::CACHE_CONTROL, "no-store")], Json(answer(&ctx, &tokens, now))).into_response()
        }
        Err(Refused::Replayed(error) | Refused::Other(error)) => error.into_response(),
    }
}

fn give(state: &mut Shared, headers: &HeaderMap, form: &Form, clock: &Clock) -> Result<Tokens, Refused> {
    if state.faults.maintenance {
        return Err(OAuthError::Maintenance.into());
    }
    if !is_the_app(headers, form) {
        return Err(OAuthError::InvalidClient.into());
    }
    match form.get("grant_type") {
        "authorization_code" => {
            let fields = ["code", "redirect_uri", "code_verifier"].map(|name| form.given(name));
            let [Some(code), Some(redirect_uri), Some(verifier)] = fields else {
                return Err(OAuthError::MissingParameter.into());
            };
            let kept = &mut state.kept;
            let given = kept.grants.redeem(&mut state.codes, code, redirect_uri, verifier, clock);
            if let Err(Refused::Replayed(_)) = given {
                state.stats.code_replays += 1;
            }
            given
        }
        "refresh_token" => {
            let Some(token) = form.given("refresh_token") else {
                return Err(OAuthError::MissingParameter.into());
            };
            let given = state.kept.grants.refresh(token, clock);
            match given {
                Ok(_) => state.stats.refreshes += 1,
                Err(Refused::Replayed(_)) => state.stats.refresh_replays += 1,
                Err(Refused::Other(_)) => {}
            }
            given
        }
        _ => Err(OAuthError::UnsupportedGrantType.into()),
    }
}

/// Whether the credentials in the form or in the header `Authorization` are the app's.
fn is_the_app(headers: &HeaderMap, form: &Form) -> bool {
    let basic = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok()?.strip_prefix("Basic "))
        .and_then(|encoded| String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok());
    match basic.as_deref().and_then(|basic| basic.split_once(':')) {
        Some(pair) => pair == (CLIENT_ID, CLIENT_SECRET),
        None => form.get("client_id") == CLIENT_ID && form.get("client_secret") == CLIENT_SECRET,
    }
}

fn answer(ctx: &Ctx, tokens: &Tokens, now: i64) -> serde_json::Value {
    let user = &tokens.user;
    let id = format!("{}/id/{}/{}", ctx.service.url(tokens.host), user.org.id(), user.id());
    let mut answer = json!({
        "access_token": tokens.access,
        "scope": tokens.scopes.join(" "),
        "instance_url": ctx.service.url(user.org.home()),
        "token_type": "Bearer",
        "issued_at": now.to_string(),
        "signature": signature(&id, now),
        "id": id,
    });
    if let Some(refresh) = &tokens.refresh {
        answer["refresh_token"] = refresh.as_str().into();
    }
    answer
}

/// The HMAC-SHA-256 of the identity URL and the time, under the app's secret.
fn signature(id: &str, issued_at: i64) -> String {
    // HMAC takes keys of any length.
    Hmac::<Sha256>::new_from_slice(CLIENT_SECRET.as_bytes()).map_or_else(
        |_| String::new(),
        |mut mac| {
            mac.update(format!("{id}{issued_at}").as_bytes());
            STANDARD.encode(mac.finalize().into_bytes())
        },
    )
}

/// `POST /services/oauth2/revoke`.
pub(super) async fn revoke_post(State(ctx): State<Ctx>, form: Form) -> Response {
    revoke(&ctx, &form)
}

/// `GET /services/oauth2/revoke`.
pub(super) async fn revoke_get(State(ctx): State<Ctx>, RawQuery(query): RawQuery) -> Response {
    revoke(&ctx, &Form::read(query.unwrap_or_default().as_bytes()))
}

fn revoke(ctx: &Ctx, form: &Form) -> Response {
    let revoked = ctx.service.change(|state| {
        let user = state.kept.grants.revoke(form.get("token"))?;
        state.stats.revocations += 1;
        if let Some(user) = user
            && !state.kept.grants.iter().any(|grant| grant.user == user)
        {
            state.kept.approvals.remove(&user);
        }
        Ok::<_, OAuthError>(())
    });
    match revoked {
        Ok(()) => StatusCode::OK.into_response(),
        Err(error) => error.into_response(),
    }
}
