//! Bearer tokens in place of the session's cookie.
//!
//! A request has one proof of its sender: a bearer request's cookies are removed before anything reads them. No page
//! but the console's can send one, as browsers ask before sending this header to another origin; so it needs no further
//! proof, and its token is valid for the page's origin only.

use api_types::ProblemCode;
use axum::http::{HeaderMap, header};

use crate::error::ApiResult;
use crate::services::session_tokens;
use crate::services::sessions::{self, Caller};
use crate::state::App;

/// Whether a request is a bearer request, whatever its token is worth.
pub(super) fn is_used(head: &HeaderMap) -> bool {
    head.contains_key(header::AUTHORIZATION)
}

/// The caller of a bearer request, whose session it keeps alive. Every kind of token is recognised here.
pub(super) async fn caller(app: &App, head: &HeaderMap) -> ApiResult<Caller> {
    let session = match (token(head), origin(head)) {
        (Some(token), Some(origin)) => session_tokens::session_of(app, token, origin).await?,
        _ => None,
    };
    let caller = match session {
        Some(hash) => sessions::caller(app, &hash).await?,
        None => None,
    };
    caller.ok_or(ProblemCode::SignedOut.into())
}

fn token(head: &HeaderMap) -> Option<&str> {
    let (scheme, token) = head.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// The origin of the page that sends a request, as its browser names it.
pub(crate) fn origin(head: &HeaderMap) -> Option<&str> {
    head.get(header::ORIGIN)?.to_str().ok()
}
