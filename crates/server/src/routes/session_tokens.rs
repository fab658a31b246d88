use api_types::{ProblemCode, SessionTokens, TokenRefresh, TokenRequest, paths};
use axum::extract::State;
use axum::http::HeaderMap;

use crate::error::ApiResult;
use crate::http::auth::{sender, session};
use crate::http::extract::Json;
use crate::services::session_tokens;
use crate::services::sessions::Caller;
use crate::state::App;
use crate::state::limiter::Asker;

/// Issues tokens for a console on another site, which gets them from the sign-in window. Only that window, a page of this
/// server in the session that its cookie names, may call it.
#[utoipa::path(post, path = paths::SESSION_TOKENS, tag = "session", request_body = TokenRequest,
    responses((status = 200, body = SessionTokens)))]
pub(crate) async fn issue(
    State(app): State<App>,
    caller: Caller,
    head: HeaderMap,
    Json(wanted): Json<TokenRequest>,
) -> ApiResult<Json<SessionTokens>> {
    if !sender::is_same_origin(&head) || session::token_hash(&app, &head).is_none() {
        return Err(ProblemCode::CsrfRefused.into());
    }
    session_tokens::issue(&app, &caller, &wanted.origin).await.map(Json)
}

/// Exchanges a refresh token for new tokens. The tokens before stop working. Where the answer is lost, the same request gets
/// the same tokens again for a minute, until one of them is used.
#[utoipa::path(post, path = paths::SESSION_TOKENS_REFRESH, tag = "session", request_body = TokenRefresh,
    responses((status = 200, body = SessionTokens)))]
pub(crate) async fn refresh(
    State(app): State<App>,
    asker: Asker,
    head: HeaderMap,
    Json(given): Json<TokenRefresh>,
) -> ApiResult<Json<SessionTokens>> {
    let origin = sender::origin(&head).unwrap_or_default();
    match session_tokens::refresh_claim(&app, &given.refresh_token, origin) {
        Some(claim) => {
            asker.attempt_for(&app.limiter, &claim.id.to_string())?;
            session_tokens::refresh(&app, claim, origin).await.map(Json)
        }
        None => {
            asker.attempt(&app.limiter)?;
            Err(ProblemCode::SignedOut.into())
        }
    }
}
