use std::fmt::Write as _;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;

use super::answer::{gate, invalid_answer, let_in, refuse};
use super::request::{Display, Request};
use crate::html::Escaped;
use crate::salesforce::app::{CLIENT_NAME, SCOPES};
use crate::salesforce::form::{Form, encoded};
use crate::salesforce::html::{cut_opener, page};
use crate::salesforce::oauth_error::OAuthError;
use crate::salesforce::state::Ctx;
use crate::salesforce::user::User;
use crate::salesforce::visitor::require_session;

/// The consent page. `query` is the request, to be sent back with the answer.
pub(super) fn consent_page(ctx: &Ctx, request: &Request, query: &str, user: &User) -> Response {
    let mut scopes = String::new();
    for (name, meaning) in SCOPES {
        if request.scopes.iter().any(|scope| scope == name) {
            let _ = write!(scopes, "<li>{meaning}</li>");
        }
    }
    let start = encoded(&format!("/services/oauth2/authorize?{query}"));
    let hint = match request.display {
        Display::Page => "",
        Display::Popup => "<p>This window closes by itself.</p>",
        Display::Touch => "<p>You go back to the app by yourself.</p>",
    };
    let body = format!(
        "<h1>Allow Access?</h1><p><strong>{CLIENT_NAME}</strong> is asking to:</p><ul>{scopes}</ul>\
         <p>Do you want to allow access for <bdi>{}</bdi>? <a href=\"/secur/logout?startURL={start}\">Not you?</a></p>\
         <form method=\"post\" action=\"/services/oauth2/consent\">\
         <input type=\"hidden\" name=\"request\" value=\"{}\">\
         <p class=\"actions\"><button name=\"decision\" value=\"allow\">Allow</button>\
         <button name=\"decision\" value=\"deny\">Deny</button></p></form>{hint}",
        Escaped(&user.name),
        Escaped(query),
    );
    page(ctx.host, "Allow Access?", &body)
}

/// `POST /services/oauth2/consent`.
pub(super) async fn decide(State(ctx): State<Ctx>, headers: HeaderMap, form: Form) -> Response {
    let query = form.get("request");
    let session = match require_session(&ctx, &headers, &format!("/services/oauth2/authorize?{query}")) {
        Ok(session) => session,
        Err(sign_in) => return *sign_in,
    };
    let request = match ctx.service.with(|state| Request::parse(query, state)) {
        Ok(request) => request,
        Err(invalid) => return invalid_answer(&ctx, invalid),
    };
    let response = match (gate(&ctx, &session.user), form.get("decision")) {
        (Some(error), _) => refuse(&ctx, &request, error),
        (None, "allow") => {
            ctx.service.change(|state| {
                state.stats.allowed += 1;
                state.kept.approvals.insert(session.user.clone());
            });
            let_in(&ctx, &request, &session.user)
        }
        (None, _) => {
            ctx.service.with(|state| state.stats.denied += 1);
            refuse(&ctx, &request, OAuthError::AccessDenied)
        }
    };
    cut_opener(session.cuts_opener(), response)
}
