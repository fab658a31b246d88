//! Signing in to a host, and its session.

use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use serde::Deserialize;

use super::request::Request;
use crate::html::Escaped;
use crate::salesforce::form::{Form, encoded};
use crate::salesforce::host::Host;
use crate::salesforce::html::{cut_opener, found, page as document, see_other};
use crate::salesforce::oauth_error::OAuthError;
use crate::salesforce::pages;
use crate::salesforce::state::{Ctx, Session};
use crate::salesforce::user::{Sentinel, User};
use crate::salesforce::visitor::{cookie, session};

/// The only password that is refused.
const WRONG_PASSWORD: &str = "wrong";

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Start {
    #[serde(default, rename = "startURL")]
    start_url: String,
}

/// `GET /`: the sign-in page, or where it leads for a user who is signed in.
pub(super) async fn page(State(ctx): State<Ctx>, Query(start): Query<Start>, headers: HeaderMap) -> Response {
    match session(&ctx, &headers) {
        Some(_) => see_other(checked_start(&start.start_url)),
        None => form(&ctx, &SignIn { start: &start.start_url, username: "", problem: None }),
    }
}

/// The content of the form.
pub(super) struct SignIn<'a> {
    /// The page after the sign-in.
    pub(super) start: &'a str,
    pub(super) username: &'a str,
    pub(super) problem: Option<&'a str>,
}

/// The form with user name and password.
pub(super) fn form(ctx: &Ctx, sign_in: &SignIn<'_>) -> Response {
    let problem = sign_in.problem.map_or(String::new(), |problem| {
        format!("<p id=\"problem\" class=\"notice error\" role=\"alert\">{}</p>", Escaped(problem))
    });
    let described =
        if sign_in.problem.is_some() { " aria-describedby=\"problem\" aria-invalid=\"true\"" } else { "" };
    let body = format!(
        "<h1>Log in</h1>{problem}<form method=\"post\" action=\"/login\">\
         <input type=\"hidden\" name=\"startURL\" value=\"{}\">\
         <label for=\"username\">Username</label>\
         <input id=\"username\" name=\"username\" type=\"email\" autocomplete=\"username\" required value=\"{}\"{described}>\
         <label for=\"password\">Password</label>\
         <input id=\"password\" name=\"pw\" type=\"password\" autocomplete=\"current-password\" required{described}>\
         <p class=\"actions\"><button>Log In</button></p></form>\
         <p>Any address and any password but <code>{WRONG_PASSWORD}</code> are right here.</p>",
        Escaped(sign_in.start),
        Escaped(sign_in.username),
    );
    cut_opener(Sentinel::of(sign_in.username) == Sentinel::CutsOpener, document(ctx.host, "Login", &body))
}

/// `POST /login`.
pub(super) async fn sign_in(State(ctx): State<Ctx>, form_fields: Form) -> Response {
    let (username, start) = (form_fields.get("username"), form_fields.get("startURL"));
    let user = User::at(ctx.host, username);
    let right = !matches!(form_fields.get("pw"), "" | WRONG_PASSWORD);
    let Some(user) = user.filter(|_| right) else {
        let problem = "Please check your username and password. If you still can't log in, contact your Salesforce \
                       administrator.";
        return form(&ctx, &SignIn { start, username, problem: Some(problem) });
    };
    if user.sentinel() == Sentinel::Restricted && ctx.host != Host::MyDomain {
        return restricted(&ctx, start, username);
    }
    let session = Session { user: user.clone() };
    let word = ctx.service.change(|state| {
        state.stats.logins += 1;
        state.kept.users.insert(user.clone());
        state.sessions.begin(user)
    });
    let mut response = cut_opener(session.cuts_opener(), see_other(checked_start(start)));
    set_cookie(&mut response, &format!("{}={word}; Path=/; HttpOnly; SameSite=Lax", ctx.host.cookie()));
    response
}

/// An org whose users can only sign in on its own host: the app receives that error.
fn restricted(ctx: &Ctx, start: &str, username: &str) -> Response {
    let query = start.strip_prefix("/services/oauth2/authorize?");
    let request = query.and_then(|query| ctx.service.with(|state| Request::parse(query, state)).ok());
    match request.and_then(|request| request.refused(OAuthError::RestrictedDomain)) {
        Some(url) => found(url.as_str()),
        None => {
            let problem = Some("Log in at the My Domain of your company.");
            form(ctx, &SignIn { start, username, problem })
        }
    }
}

/// `GET /secur/logout`.
pub(super) async fn sign_out(
    State(ctx): State<Ctx>,
    Query(start): Query<Start>,
    headers: HeaderMap,
) -> Response {
    if let Some(word) = cookie(ctx.host, &headers) {
        ctx.service.with(|state| state.sessions.end(word));
    }
    let mut response = see_other(&format!("/?startURL={}", encoded(&start.start_url)));
    set_cookie(&mut response, &format!("{}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0", ctx.host.cookie()));
    response
}

fn set_cookie(response: &mut Response, cookie: &str) {
    if let Ok(cookie) = HeaderValue::from_str(cookie) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
}

/// The page after a sign-in: always one of this host.
fn checked_start(start: &str) -> &str {
    const PAGES: [&str; 3] = ["/services/oauth2/authorize?", "/lightning/", "/packagingSetupUI/"];
    let leads_here =
        PAGES.iter().any(|page| start.starts_with(page)) && start.bytes().all(|byte| byte > b' ');
    if leads_here { start } else { pages::HOME }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sign_in_leads_nowhere_else() {
        assert_eq!(checked_start("/lightning/setup/PermSets/home"), "/lightning/setup/PermSets/home");
        for start in ["", "https://example.com", "//example.com", "/\\example.com", "/lightning/\r\nx: y"] {
            assert_eq!(checked_start(start), pages::HOME, "{start}");
        }
    }
}
