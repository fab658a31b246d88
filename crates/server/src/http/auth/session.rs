//! The session of requests, by its cookie or a bearer token, and the cookies of the response that opens a session.

use api_types::ProblemCode;
use axum::extract::FromRequestParts;
use axum::http::HeaderValue;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, header};
use axum::response::{AppendHeaders, IntoResponse as _, Response};

use crate::error::{ApiError, ApiResult};
use crate::http::auth::{bearer, device};
use crate::http::extract::Json;
use crate::platform::token;
use crate::services::callers;
use crate::services::sessions::{Caller, Opened};
use crate::state::App;

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> ApiResult<Self> {
        parts.extensions.get::<Self>().cloned().ok_or(ProblemCode::SignedOut.into())
    }
}

/// The hash of the token in the session's cookie.
pub(crate) fn token_hash(app: &App, head: &HeaderMap) -> Option<String> {
    app.cookie.read(head).map(|token| token::sha256(token.as_bytes()))
}

/// The caller of a request. A bearer token that is not good is refused, wherever it is sent.
pub(crate) async fn caller(app: &App, head: &HeaderMap) -> ApiResult<Option<Caller>> {
    if bearer::is_used(head) {
        return bearer::caller(app, head).await.map(Some);
    }
    look_up(app, head).await
}

/// The caller by the cookie.
pub(crate) async fn look_up(app: &App, head: &HeaderMap) -> ApiResult<Option<Caller>> {
    match token_hash(app, head) {
        Some(hash) => callers::by_session(app, &mut *app.db.read().await?, &hash).await,
        None => Ok(None),
    }
}

/// The response that sends a session to the browser.
pub(crate) fn hand_over(app: &App, opened: Opened) -> Response {
    (cookies(app, &opened), Json(opened.session)).into_response()
}

/// The cookies alone: the session's, and the one that marks the browser as known.
pub(crate) fn cookies(app: &App, opened: &Opened) -> AppendHeaders<[(HeaderName, HeaderValue); 2]> {
    let session = app.cookie.set(&opened.token);
    let device = device::remember(app, opened.known_by.iter().map(String::as_str), &opened.email_key);
    AppendHeaders([(header::SET_COOKIE, session), (header::SET_COOKIE, device)])
}
