use std::time::Duration;

use api_types::embed::{ApiKeyKind, EmbedSession, EmbedSessionRequest};
use api_types::{ProblemCode, UserStatus, limits};
use axum::extract::{FromRequest as _, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};

use crate::db;
use crate::db::api_keys::ApiKeyRow;
use crate::error::{ApiError, ApiResult};
use crate::http::auth::bearer;
use crate::http::extract::Json;
use crate::services::{address, api_keys, embed_sessions};
use crate::state::App;
use crate::state::limiter::Asker;

/// Opens a session of a panel, for the backend of the host that embeds it. Pages are refused: an API key is no secret
/// in a browser.
#[utoipa::path(post, path = "/embed-sessions", tag = "embedding", request_body = EmbedSessionRequest,
    responses((status = 201, body = EmbedSession)))]
pub(crate) async fn create(State(app): State<App>, asker: Asker, request: Request) -> ApiResult<Response> {
    // Before the body is read.
    let key = key_of(&app, &asker, request.headers()).await?;
    asker.panel_session(&app.limiter, &key.id)?;
    match open(&app, &key, request).await {
        Ok(session) => Ok((StatusCode::CREATED, Json(session)).into_response()),
        Err(refusal) => {
            // Whoever has the key may not find out who is a member by trying addresses.
            asker.attempt_for(&app.limiter, &key.id)?;
            Err(refusal)
        }
    }
}

async fn key_of(app: &App, asker: &Asker, head: &HeaderMap) -> ApiResult<ApiKeyRow> {
    let key = match bearer::token(head) {
        Some(secret) => api_keys::by_secret(app, secret, ApiKeyKind::Host).await?,
        None => None,
    };
    let Some(key) = key else {
        asker.attempt(&app.limiter)?;
        return Err(ProblemCode::ApiKeyInvalid.into());
    };
    if key.is_revoked() {
        asker.attempt(&app.limiter)?;
        return Err(ProblemCode::ApiKeyRevoked.into());
    }
    if head.contains_key(header::ORIGIN) || head.contains_key("sec-fetch-site") {
        return Err(ApiError::new(ProblemCode::Forbidden).detail("an API key is for backends, not for pages"));
    }
    Ok(key)
}

async fn open(app: &App, key: &ApiKeyRow, request: Request) -> ApiResult<EmbedSession> {
    let Json(wanted) = Json::from_request(request, app).await?;
    let EmbedSessionRequest { user, origin, flow, ttl_seconds } = wanted;
    if !key.has_origin(&origin)? {
        return Err(ApiError::field("origin", "not one of the key's"));
    }
    if !key.has_flow(flow)? {
        return Err(ApiError::field("flow", "not one of the key's"));
    }
    let seconds = ttl_seconds.unwrap_or(limits::EMBED_SECONDS_DEFAULT);
    if !limits::EMBED_SECONDS.contains(&seconds) {
        let (least, most) = limits::EMBED_SECONDS.into_inner();
        return Err(ApiError::field("ttl_seconds", format!("not within {least} to {most}")));
    }
    let email = address::lookup_key(&user);
    let user = db::users::find_by_email(&mut *app.db.read().await?, &app.account_id, &email).await?;
    let user = user.filter(|user| user.status(app.now()).is_ok_and(|status| status == UserStatus::Active));
    let user = user.ok_or_else(|| ApiError::field("user", "not the address of an active member"))?;
    embed_sessions::open(app, key, &user, &origin, flow, Duration::from_secs(seconds.into())).await
}
