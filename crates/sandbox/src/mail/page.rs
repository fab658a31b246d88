//! The mailbox's pages: HTML without scripts, and JSON for tests.
//!
//! | path | |
//! |---|---|
//! | `/` | the list, `?search=` and `?skip=` |
//! | `/{id}` | one mail, its text with links |
//! | `/{id}/html` | its HTML part, with a policy that allows no scripts and no requests |
//! | `/messages.json` | the list as JSON, the same parameters, `?limit=`, and `?at_least=` to wait for a number of mails |
//! | `/style.css` | |

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderName, StatusCode, header};
use axum::response::{Html, IntoResponse, Json, Response};
use axum::routing::get;
use serde::{Deserialize, Serialize};

use super::mailbox::Mailbox;
use super::message::{Message, is_link};
use crate::html::Escaped;

/// How long a response waits for the requested number of mails.
const WAIT: Duration = Duration::from_secs(20);
/// Mails on a page.
const PAGE: usize = 50;
const STYLE: &str = include_str!("style.css");

/// The policy of the mailbox's own pages: their style, form, and the frame with a mail's HTML.
const PAGE_POLICY: &str = "default-src 'none'; style-src 'self'; form-action 'self'; frame-src 'self'; \
    base-uri 'none'; frame-ancestors 'none'";
/// The policy of a mail's HTML: any style, and links in a new tab, nothing else.
const MAIL_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; \
    frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox";

/// The pages of a mailbox.
pub fn pages(mailbox: Arc<Mailbox>) -> Router {
    Router::new()
        .route("/", get(list))
        .route("/messages.json", get(json))
        .route("/style.css", get(style))
        .route("/{id}", get(mail))
        .route("/{id}/html", get(mail_html))
        .with_state(mailbox)
}

#[derive(Debug, Default, Deserialize)]
struct Search {
    #[serde(default)]
    search: String,
    #[serde(default)]
    skip: usize,
    limit: Option<usize>,
    #[serde(default)]
    at_least: usize,
}

#[derive(Serialize)]
struct MessagePage {
    items: Vec<Message>,
    total: usize,
}

async fn json(State(mailbox): State<Arc<Mailbox>>, Query(query): Query<Search>) -> Json<MessagePage> {
    // After the time limit, the answer is what there is.
    let _ = tokio::time::timeout(WAIT, mailbox.wait_for(&query.search, query.at_least)).await;
    let (items, total) = mailbox.find(&query.search, query.skip, query.limit.unwrap_or(PAGE));
    Json(MessagePage { items, total })
}

async fn style() -> Response {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], STYLE).into_response()
}

async fn list(State(mailbox): State<Arc<Mailbox>>, Query(query): Query<Search>) -> Response {
    let (mails, total) = mailbox.find(&query.search, query.skip, PAGE);
    let mut body = format!(
        "<h1>Mailbox</h1><p>Everything that was sent in sandbox mode ends up here; nothing leaves this machine.</p>\
         <form method=\"get\" action=\"/mailbox\" role=\"search\"><label for=\"search\">Search</label> \
         <input id=\"search\" name=\"search\" type=\"search\" value=\"{}\"> <button>Search</button></form>\
         <p>{total} {}</p>",
        Escaped(&query.search),
        if total == 1 { "mail" } else { "mails" },
    );
    if !mails.is_empty() {
        body.push_str(
            "<table><thead><tr><th scope=\"col\">To</th><th scope=\"col\">Subject</th></tr></thead><tbody>",
        );
        for mail in &mails {
            let _ = write!(
                body,
                "<tr><td><bdi>{}</bdi></td><td><a href=\"/mailbox/{}\">{}</a></td></tr>",
                Escaped(&mail.to.join(", ")),
                mail.id,
                Escaped(if mail.subject.is_empty() { "(no subject)" } else { &mail.subject }),
            );
        }
        body.push_str("</tbody></table>");
    }
    let page = |skip: usize, label: &str| {
        format!("<a href=\"/mailbox?search={}&amp;skip={skip}\">{label}</a> ", percent_encode(&query.search))
    };
    body.push_str("<nav aria-label=\"Pages\">");
    if query.skip > 0 {
        body.push_str(&page(query.skip.saturating_sub(PAGE), "Newer"));
    }
    if query.skip + mails.len() < total {
        body.push_str(&page(query.skip + PAGE, "Older"));
    }
    body.push_str("</nav>");
    document("Mailbox", &body)
}

async fn mail(State(mailbox): State<Arc<Mailbox>>, Path(id): Path<usize>) -> Response {
    let Some(mail) = mailbox.get(id) else { return missing() };
    let mut body = format!(
        "<p><a href=\"/mailbox\">Mailbox</a></p><h1>{}</h1><dl><dt>To</dt><dd><bdi>{}</bdi></dd><dt>From</dt>\
         <dd><bdi>{}</bdi></dd></dl><h2>Text</h2><pre>",
        Escaped(&mail.subject),
        Escaped(&mail.to.join(", ")),
        Escaped(&mail.from),
    );
    for piece in mail.text.split_inclusive(char::is_whitespace) {
        let word = piece.trim_end();
        let space = &piece[word.len()..];
        if is_link(word) {
            let _ = write!(body, "<a href=\"{0}\">{0}</a>{space}", Escaped(word));
        } else {
            let _ = write!(body, "{}", Escaped(piece));
        }
    }
    body.push_str("</pre>");
    if !mail.html.is_empty() {
        let _ = write!(body, "<h2>HTML</h2><iframe title=\"HTML part\" src=\"/mailbox/{id}/html\"></iframe>");
    }
    document(&mail.subject, &body)
}

async fn mail_html(State(mailbox): State<Arc<Mailbox>>, Path(id): Path<usize>) -> Response {
    let Some(mail) = mailbox.get(id) else { return missing() };
    let html = mail.html.replacen("<head>", "<head><base target=\"_blank\">", 1);
    with_policy(MAIL_POLICY, Some("SAMEORIGIN"), Html(html))
}

fn missing() -> Response {
    let mut response =
        document("No such mail", "<p><a href=\"/mailbox\">Mailbox</a></p><h1>No such mail</h1>");
    *response.status_mut() = StatusCode::NOT_FOUND;
    response
}

fn document(title: &str, body: &str) -> Response {
    let html = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{}</title>\
         <meta name=\"viewport\" content=\"width=device-width\"><link rel=\"stylesheet\" href=\"/mailbox/style.css\">\
         </head><body><main>{body}</main></body></html>",
        Escaped(title)
    );
    with_policy(PAGE_POLICY, None, Html(html))
}

fn with_policy(policy: &'static str, frames: Option<&'static str>, html: Html<String>) -> Response {
    let mut response = html.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, header::HeaderValue::from_static(policy));
    headers.insert(header::CACHE_CONTROL, header::HeaderValue::from_static("no-store"));
    if let Some(frames) = frames {
        headers.insert(HeaderName::from_static("x-frame-options"), header::HeaderValue::from_static(frames));
    }
    response
}

fn percent_encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn searches_are_percent_encoded() {
        assert_eq!(percent_encode("a&b=ñ"), "a%26b%3D%C3%B1");
    }
}
