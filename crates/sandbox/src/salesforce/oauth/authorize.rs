use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;

use super::answer::{gate, invalid_answer, let_in, refuse};
use super::consent::consent_page;
use super::request::{Request, without_login_prompt};
use super::sign_in::{SignIn, form};
use crate::salesforce::html::cut_opener;
use crate::salesforce::state::Ctx;
use crate::salesforce::visitor::session;

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
