//! The responses of an authorisation: redirects to the app, and pages for the user where that is not possible.

use axum::http::StatusCode;
use axum::response::Response;

use super::request::{Invalid, Request};
use crate::salesforce::html::{error_page, found};
use crate::salesforce::oauth_error::OAuthError;
use crate::salesforce::state::Ctx;
use crate::salesforce::user::{Sentinel, User};

/// The error that blocks the app, regardless of the user's choice.
pub(super) fn gate(ctx: &Ctx, user: &User) -> Option<OAuthError> {
    match user.sentinel() {
        Sentinel::Denied => Some(OAuthError::AccessDenied),
        Sentinel::Blocked => Some(OAuthError::AppBlocked),
        Sentinel::Uninstalled => Some(OAuthError::AppNotInstalled),
        Sentinel::CrossOrg => Some(OAuthError::CrossOrg),
        Sentinel::EcNotFound => Some(OAuthError::EcAppNotFound),
        Sentinel::NoScope => Some(OAuthError::InvalidScope),
        _ => ctx.service.with(|state| state.faults.app_blocked).then_some(OAuthError::AppBlocked),
    }
}

/// Redirects to the app with an error.
pub(super) fn refuse(ctx: &Ctx, request: &Request, error: OAuthError) -> Response {
    ctx.service.with(|state| state.stats.error(error.code()));
    match request.refused(error) {
        Some(url) => found(url.as_str()),
        None => error_page(ctx.host, StatusCode::BAD_REQUEST, error),
    }
}

/// The response to an invalid request.
pub(super) fn invalid_answer(ctx: &Ctx, invalid: Invalid) -> Response {
    match invalid {
        Invalid::Untrusted(error) => {
            ctx.service.with(|state| state.stats.error(error.code()));
            error_page(ctx.host, StatusCode::BAD_REQUEST, error)
        }
        Invalid::Redirect(url) => {
            let code = url.query_pairs().find(|(name, _)| name == "error").map(|(_, code)| code.into_owned());
            ctx.service.with(|state| state.stats.error(&code.unwrap_or_default()));
            found(url.as_str())
        }
    }
}

/// Redirects to the app with a code.
pub(super) fn let_in(ctx: &Ctx, request: &Request, user: &User) -> Response {
    let code = ctx.service.with(|state| {
        state.stats.codes_issued += 1;
        state.codes.issue(request.authorized(user.clone(), ctx.host), &ctx.service.clock)
    });
    match request.allowed(&code) {
        Some(url) => found(url.as_str()),
        None => error_page(ctx.host, StatusCode::BAD_REQUEST, OAuthError::RedirectUriMismatch),
    }
}
