//! Bearer tokens in place of the session's cookie.
//!
//! A request has one proof of its sender: a bearer request's cookies are removed before anything reads them. No page
//! but the console's can send one, as browsers ask before sending this header to another origin; so it needs no further
//! proof, and its token is valid for the page's origin only.

use api_types::ProblemCode;
use api_types::embed::API_KEY_START;
use axum::http::{HeaderMap, header};

use crate::error::ApiResult;
use crate::http::auth::sender::{self, origin};
use crate::services::callers;
use crate::services::sessions::Caller;
use crate::services::{api_keys, panels, session_tokens};
use crate::state::App;

/// Whether a request is a bearer request, whatever its token is worth.
pub(super) fn is_used(head: &HeaderMap) -> bool {
    head.contains_key(header::AUTHORIZATION)
}

/// The caller of a bearer request. Every kind of token is recognised here.
pub(super) async fn caller(app: &App, head: &HeaderMap) -> ApiResult<Caller> {
    let token = token(head);
    if let Some(secret) = token.filter(|token| token.starts_with(API_KEY_START)) {
        // The key of a command line has no place in a page. Browsers send no origin with some requests of a page.
        if origin(head).is_some() || sender::is_of_browser(head) {
            return Err(ProblemCode::ApiKeyInvalid.into());
        }
        return api_keys::caller(app, secret).await;
    }
    if let Some(session) = token.and_then(|token| panels::session_of(app, token)) {
        return panel(app, head, &session).await;
    }
    let session = match (token, origin(head)) {
        (Some(token), Some(origin)) => session_tokens::session_of(app, token, origin).await?,
        _ => None,
    };
    let caller = match session {
        Some(hash) => callers::by_session(app, &mut *app.db.read().await?, &hash).await?,
        None => None,
    };
    caller.ok_or(ProblemCode::SignedOut.into())
}

/// The caller of a panel's request. The panel is a page of the console: its host's page may not act in its place.
async fn panel(app: &App, head: &HeaderMap, session: &str) -> ApiResult<Caller> {
    let is_of_console = match head.get(header::ORIGIN) {
        Some(origin) => app.origins.contains(origin.as_bytes()),
        None => sender::is_same_origin(head) || !sender::is_of_browser(head),
    };
    if !is_of_console {
        return Err(ProblemCode::CsrfRefused.into());
    }
    let caller = callers::by_session(app, &mut *app.db.read().await?, session)
        .await?
        .ok_or(ProblemCode::EmbedSessionExpired)?;
    let host = caller.panel().map(|panel| panel.origin.as_str());
    match origin(head) {
        Some(origin) if host == Some(origin) && !app.is_own(origin) => Err(ProblemCode::CsrfRefused.into()),
        _ => Ok(caller),
    }
}

/// The token of a bearer request.
pub(crate) fn token(head: &HeaderMap) -> Option<&str> {
    let (scheme, token) = head.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}
