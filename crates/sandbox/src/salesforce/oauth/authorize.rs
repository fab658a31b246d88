use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

use super::OAuthError;
use super::consent::{consent_page, let_in};
use super::request::{Invalid, Request, without_login_prompt};
use super::sign_in::{SignIn, form, session};
use crate::salesforce::html::{cut_opener, error_page, found};
use crate::salesforce::service::Ctx;
use crate::salesforce::user::{Sentinel, User};

/// `GET /services/oauth2/authorize`: leads through the sign-in and the consent back to the app.
pub(super) async fn authorize(
    State(ctx): State<Ctx>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let query = query.unwrap_or_default();
    let request = match ctx.service.with(|state| Request::parse(&query, state)) {
        Ok(request) => request,
        Err(invalid) => return invalid_answer(&ctx, invalid),
    };
    let Some(session) = session(&ctx, &headers).filter(|_| !request.wants_login) else {
        let start = format!("/services/oauth2/authorize?{}", without_login_prompt(&query));
        let username = request.login_hint.as_deref().unwrap_or_default();
        return form(&ctx, &SignIn { start: &start, username, problem: None });
    };
    let approved = ctx.service.with(|state| state.kept.approvals.contains(&session.user));
    let response = if let Some(error) = gate(&ctx, &session.user) {
        refuse(&ctx, &request, error)
    } else if approved && !request.wants_consent {
        let_in(&ctx, &request, &session.user)
    } else {
        consent_page(&ctx, &request, &query, &session.user)
    };
    cut_opener(session.cuts_opener(), response)
}

/// What keeps the app out, whatever the person wants.
pub(super) fn gate(ctx: &Ctx, user: &User) -> Option<OAuthError> {
    match user.sentinel() {
        Sentinel::Denied => Some(OAuthError::AccessDenied),
        Sentinel::Blocked => Some(OAuthError::AppBlocked),
        Sentinel::Uninstalled => Some(OAuthError::AppNotInstalled),
        _ => ctx.service.with(|state| state.faults.app_blocked).then_some(OAuthError::AppBlocked),
    }
}

/// Tells the app of an error.
pub(super) fn refuse(ctx: &Ctx, request: &Request, error: OAuthError) -> Response {
    ctx.service.with(|state| state.stats.error(error.code()));
    match request.refused(error) {
        Some(url) => found(url.as_str()),
        None => error_page(ctx.host, StatusCode::BAD_REQUEST, error),
    }
}

/// The answer to a request that cannot be taken.
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
