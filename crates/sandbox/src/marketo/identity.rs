//! Issuing access tokens.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Json, Response};
use serde_json::json;

use super::state::{Marketo, lock};
use super::tokens::Client;

/// Answers `GET` and `POST /{munchkin}/identity/oauth/token`, the parameters in the query or in a form.
pub(super) async fn token(
    State(marketo): State<Arc<Marketo>>,
    Path(munchkin): Path<String>,
    RawQuery(query): RawQuery,
    body: String,
) -> Response {
    let Some(instance) = marketo.instance(&munchkin) else { return StatusCode::NOT_FOUND.into_response() };
    if let Some(fault) = marketo.fault("identity/oauth/token") {
        return match fault.status().unwrap_or(StatusCode::SERVICE_UNAVAILABLE) {
            StatusCode::BAD_REQUEST => unsupported(),
            StatusCode::UNAUTHORIZED => unauthorized(),
            status => status.into_response(),
        };
    }
    let query = query.unwrap_or_default();
    let parameters: BTreeMap<_, _> =
        [&query, &body].into_iter().flat_map(|part| form_urlencoded::parse(part.as_bytes())).collect();
    let parameter = |name: &str| parameters.get(name).map(AsRef::as_ref).unwrap_or_default();
    if parameter("grant_type") != "client_credentials" {
        return unsupported();
    }
    let Some(client) = Client::authenticate(parameter("client_id"), parameter("client_secret")) else {
        return unauthorized();
    };
    let (value, left, new) = lock(&instance.tokens).issue(client, &marketo.clock);
    if new {
        lock(&marketo.stats).tokens_issued += 1;
    }
    Json(json!({
        "access_token": value,
        "token_type": "bearer",
        // Seconds of the machine's clock, so that clients can rely on them at every speed.
        "expires_in": left / 1000,
        "scope": client.user(),
    }))
    .into_response()
}

fn unsupported() -> Response {
    let error = json!({ "error": "unsupported_grant_type", "error_description": "Unsupported grant type" });
    (StatusCode::BAD_REQUEST, Json(error)).into_response()
}

fn unauthorized() -> Response {
    let error = json!({ "error": "unauthorized", "error_description": "Bad client credentials" });
    (StatusCode::UNAUTHORIZED, Json(error)).into_response()
}
