//! The signed-in user of a browser's request.

use axum::http::{HeaderMap, header};
use axum::response::Response;

use super::form::encoded;
use super::host::Host;
use super::html::see_other;
use super::state::{Ctx, Session};

/// Who the request comes from.
pub(super) fn session(ctx: &Ctx, headers: &HeaderMap) -> Option<Session> {
    let word = cookie(ctx.host, headers)?;
    ctx.service.with(|state| state.sessions.get(word))
}

/// Who the request comes from, or the page to sign in on, which leads back to `path`.
pub(super) fn require_session(ctx: &Ctx, headers: &HeaderMap, path: &str) -> Result<Session, Box<Response>> {
    session(ctx, headers).ok_or_else(|| Box::new(see_other(&format!("/?startURL={}", encoded(path)))))
}

/// The word of the cookie.
pub(super) fn cookie(host: Host, headers: &HeaderMap) -> Option<&str> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|cookies| cookies.split(';'));
    pairs.find_map(|pair| pair.trim().strip_prefix(host.cookie())?.strip_prefix('='))
}
