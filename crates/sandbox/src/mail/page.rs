//! The mailbox's pages: a small mail client in HTML, and JSON for tests.
//!
//! | path | |
//! |---|---|
//! | `/` | the list, `?search=` and `?skip=` |
//! | `/{id}` | one mail, `?part=` `text` or `source` instead of its HTML, and `?look=` `light` or `dark` |
//! | `/{id}/html` | its HTML part, with a policy that allows no scripts and no requests |
//! | `/messages.json` | the list as JSON, the same parameters, `?limit=`, and `?at_least=` to wait for a number of mails |
//! | `/style.css`, `/list.js` | |

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderName, Method, StatusCode, header};
use axum::response::{Html, IntoResponse, Json, Response};
use axum::routing::get;
use serde::{Deserialize, Serialize};

use super::mailbox::Mailbox;
use super::message::{Message, is_link};
use super::moment::Moment;
use super::server::now;
use crate::html::Escaped;

/// How long a response waits for the requested number of mails.
const WAIT: Duration = Duration::from_secs(20);
/// Mails on a page.
const PAGE: usize = 50;
const STYLE: &str = include_str!("style.css");
const LIST_SCRIPT: &str = include_str!("list.js");

/// The policy of the list: its style, form and script, which turns no text into markup.
const LIST_POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; \
    img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; \
    trusted-types 'none'";
/// The policy of the page around a mail: its style, and the frame with the mail's HTML.
const PAGE_POLICY: &str = "default-src 'none'; style-src 'self'; frame-src 'self'; img-src data:; \
    form-action 'none'; base-uri 'none'; frame-ancestors 'none'";
/// The policy of a mail's HTML: any style, and links in a new tab, nothing else.
const MAIL_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; \
    frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox";

/// What the pages share.
#[derive(Clone)]
struct Client {
    mailbox: Arc<Mailbox>,
    /// The URL of the console.
    console: Arc<str>,
}

/// The pages of a mailbox, which lead back to the console at this URL.
pub fn pages(mailbox: Arc<Mailbox>, console: &str) -> Router {
    Router::new()
        .route("/", get(list))
        .route("/messages.json", get(json))
        .route("/style.css", get(style))
        .route("/list.js", get(list_script))
        .route("/{id}", get(mail))
        .route("/{id}/html", get(mail_html))
        .with_state(Client { mailbox, console: console.into() })
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

async fn json(State(client): State<Client>, Query(query): Query<Search>) -> Json<MessagePage> {
    let mailbox = &client.mailbox;
    // After the time limit, the answer is what there is.
    let _ = tokio::time::timeout(WAIT, mailbox.wait_for(&query.search, query.at_least)).await;
    let (items, total) = mailbox.find(&query.search, query.skip, query.limit.unwrap_or(PAGE));
    Json(MessagePage { items, total })
}

async fn style() -> Response {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], STYLE).into_response()
}

async fn list_script() -> Response {
    ([(header::CONTENT_TYPE, "text/javascript; charset=utf-8")], LIST_SCRIPT).into_response()
}

async fn list(State(client): State<Client>, Query(query): Query<Search>) -> Response {
    let mailbox = &client.mailbox;
    let (mails, total) = mailbox.find(&query.search, query.skip, PAGE);
    let search = query.search.trim();
    let mut body = format!(
        "<div class=\"head\"><div><h1>Mailbox</h1><p class=\"quiet\">Every email that is sent in sandbox mode arrives \
         here; nothing leaves this machine.</p></div>\
         <form method=\"get\" action=\"/mailbox\" role=\"search\" aria-label=\"Emails\"><label for=\"search\">Search</label>\
         <input id=\"search\" name=\"search\" type=\"search\" placeholder=\"Address or subject\" value=\"{}\">\
         <button>Search</button></form></div>\
         <p id=\"count\" class=\"quiet\" role=\"status\">{}</p><div id=\"mails\">",
        Escaped(search),
        count(search, total, mailbox.unread()),
    );
    match (mails.as_slice(), search) {
        ([], "") => {
            let _ = write!(
                body,
                "<div class=\"empty\"><h2>No mail yet</h2><p>Invite somebody in the console, and the invitation shows \
                 up here by itself.</p><p><a class=\"button\" href=\"{}\">Open the console</a></p></div>",
                Escaped(&client.console)
            );
        }
        ([], _) => body.push_str(
            "<div class=\"empty\"><h2>No matches</h2><p>No email has this in its address or subject.</p>\
             <p><a class=\"button\" href=\"/mailbox\">Show all emails</a></p></div>",
        ),
        (mails, _) => {
            // With the roles of a table, which a narrow window's layout would take from it.
            body.push_str(
                "<table role=\"table\" aria-label=\"Emails\"><thead role=\"rowgroup\"><tr role=\"row\"><th scope=\"col\" role=\"columnheader\">\
                 To</th><th scope=\"col\" role=\"columnheader\">Subject</th><th scope=\"col\" role=\"columnheader\">From\
                 </th><th scope=\"col\" role=\"columnheader\">Received</th></tr></thead><tbody role=\"rowgroup\">",
            );
            for mail in mails {
                body.push_str(&row(mail));
            }
            body.push_str("</tbody></table>");
        }
    }
    let page = |skip: usize, label: &str| {
        format!(
            "<a class=\"button\" href=\"/mailbox?search={}&amp;skip={skip}\">{label}</a>",
            percent_encode(search)
        )
    };
    let newer = (query.skip > 0).then(|| page(query.skip.saturating_sub(PAGE), "Newer"));
    let older = (query.skip + mails.len() < total).then(|| page(query.skip + PAGE, "Older"));
    if newer.is_some() || older.is_some() {
        let _ = write!(
            body,
            "<nav class=\"pages\" aria-label=\"Pages\">{}{}</nav>",
            newer.unwrap_or_default(),
            older.unwrap_or_default()
        );
    }
    body.push_str("</div>");
    let script = "<script type=\"module\" src=\"/mailbox/list.js\"></script>";
    with_policy(LIST_POLICY, None, document(&client, "Mailbox", script, &body))
}

/// How many mails the list has, and how many of all are unopened.
fn count(search: &str, total: usize, unread: usize) -> String {
    let mails = format!("{total} {}", if total == 1 { "mail" } else { "mails" });
    match search {
        "" if unread > 0 => format!("{mails}, {unread} unread"),
        "" => mails,
        search => format!("{mails} with “{}”", Escaped(search)),
    }
}

fn row(mail: &Message) -> String {
    let (class, mark) = if mail.is_read {
        ("", "")
    } else {
        (
            " class=\"unread\"",
            "<span class=\"mark\" role=\"img\" aria-label=\"Unread\" title=\"Unread\"></span>",
        )
    };
    format!(
        "<tr role=\"row\"{class}><td role=\"cell\"><bdi>{}</bdi></td><td role=\"cell\">{mark}<a href=\"/mailbox/{}\">{}</a>\
         </td><td role=\"cell\" class=\"quiet\"><bdi>{}</bdi></td><td role=\"cell\" class=\"quiet\">{}</td></tr>",
        Escaped(&mail.to.join(", ")),
        mail.id,
        Escaped(subject(mail)),
        Escaped(&mail.from),
        received(mail),
    )
}

fn subject(mail: &Message) -> &str {
    if mail.subject.is_empty() { "(no subject)" } else { &mail.subject }
}

/// When the mail was received: how long ago, and exactly.
fn received(mail: &Message) -> String {
    let moment = Moment(mail.received_at);
    let (machine, exact, ago) = (moment.machine(), moment.exact(), moment.ago(now()));
    format!("<time datetime=\"{machine}\" title=\"{exact}\">{ago}</time>")
}

/// What of a mail is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Part {
    #[default]
    Html,
    Text,
    Source,
}

/// The theme in which a mail's HTML is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Look {
    /// The browser's.
    #[default]
    Auto,
    Light,
    Dark,
}

impl Look {
    fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

#[derive(Debug, Default, Deserialize)]
struct View {
    part: Option<Part>,
    #[serde(default)]
    look: Look,
}

async fn mail(
    State(client): State<Client>,
    method: Method,
    Path(id): Path<usize>,
    Query(view): Query<View>,
) -> Response {
    let mailbox = &client.mailbox;
    if method == Method::GET {
        mailbox.mark_read(id);
    }
    let Some(mail) = mailbox.get(id) else { return missing(&client) };
    let part = match view.part.unwrap_or_default() {
        Part::Html if mail.html.is_empty() => Part::Text,
        part => part,
    };
    let neighbour = |id: usize, label: &str| match mailbox.get(id) {
        Some(_) => format!("<a class=\"button\" href=\"/mailbox/{id}\">{label}</a>"),
        None => String::new(),
    };
    let mut body = format!(
        "<nav class=\"way\" aria-label=\"Mails\"><a class=\"button\" href=\"/mailbox\"><span aria-hidden=\"true\">←</span> All \
         mails</a>{}{}</nav><h1>{}</h1><dl><dt>From</dt><dd><bdi>{}</bdi></dd><dt>To</dt><dd><bdi>{}</bdi></dd>\
         <dt>Received</dt><dd>{}, {}</dd>",
        neighbour(id + 1, "Newer"),
        neighbour(id.wrapping_sub(1), "Older"),
        Escaped(subject(&mail)),
        Escaped(&mail.from),
        Escaped(&mail.to.join(", ")),
        Moment(mail.received_at).exact(),
        received(&mail),
    );
    // The link of a mail is what it is opened for here.
    for link in &mail.links {
        let _ = write!(body, "<dt>Link</dt><dd><a href=\"{0}\">{0}</a></dd>", Escaped(link));
    }
    body.push_str("</dl>");
    let tab = |own: Part, query: &str, label: &str| {
        let current = if part == own { " aria-current=\"page\"" } else { "" };
        format!("<a href=\"/mailbox/{id}?part={query}\"{current}>{label}</a>")
    };
    body.push_str("<nav class=\"tabs\" aria-label=\"Parts\">");
    if !mail.html.is_empty() {
        body.push_str(&tab(Part::Html, "html", "HTML"));
    }
    body.push_str(&tab(Part::Text, "text", "Plain text"));
    body.push_str(&tab(Part::Source, "source", "Source"));
    body.push_str("</nav>");
    match part {
        Part::Html => body.push_str(&framed(id, view.look)),
        Part::Text => {
            let _ = write!(
                body,
                "<pre class=\"sheet\" tabindex=\"0\" role=\"region\" aria-label=\"Plain text\">{}</pre>",
                with_links(&mail.text)
            );
        }
        Part::Source => {
            let source = mailbox.source(id).unwrap_or_default();
            let _ = write!(
                body,
                "<pre class=\"sheet source\" tabindex=\"0\" role=\"region\" aria-label=\"Source\">{}</pre>",
                Escaped(&source)
            );
        }
    }
    with_policy(PAGE_POLICY, None, document(&client, subject(&mail), "", &body))
}

/// The frame with the mail's HTML, below the choice of its theme.
fn framed(id: usize, look: Look) -> String {
    let mut looks = String::new();
    for (own, label) in [(Look::Auto, "Like the browser"), (Look::Light, "Light"), (Look::Dark, "Dark")] {
        let current = if look == own { " aria-current=\"true\"" } else { "" };
        let _ = write!(looks, "<a href=\"/mailbox/{id}?look={}\"{current}>{label}</a>", own.name());
    }
    format!(
        "<nav class=\"looks\" aria-label=\"Theme\">{looks}</nav><iframe class=\"sheet\" title=\"HTML\" \
         sandbox=\"allow-popups allow-popups-to-escape-sandbox\" src=\"/mailbox/{id}/html?look={}\"></iframe>",
        look.name()
    )
}

fn with_links(text: &str) -> String {
    let mut html = String::with_capacity(text.len() + 256);
    for piece in text.split_inclusive(char::is_whitespace) {
        let word = piece.trim_end();
        let space = &piece[word.len()..];
        if is_link(word) {
            let _ = write!(html, "<a href=\"{0}\">{0}</a>{space}", Escaped(word));
        } else {
            let _ = write!(html, "{}", Escaped(piece));
        }
    }
    html
}

async fn mail_html(
    State(client): State<Client>,
    Path(id): Path<usize>,
    Query(view): Query<View>,
) -> Response {
    let Some(mail) = client.mailbox.get(id) else { return missing(&client) };
    let html = in_look(&mail.html, view.look);
    let html = html.replacen("<head>", "<head><base target=\"_blank\">", 1);
    let mut response = with_policy(MAIL_POLICY, Some("SAMEORIGIN"), Html(html));
    // The frame is of no origin, which Firefox takes for another one.
    let anybody = header::HeaderValue::from_static("cross-origin");
    response.headers_mut().insert(HeaderName::from_static("cross-origin-resource-policy"), anybody);
    response
}

/// The HTML as a browser with this theme shows it. Only its style is another: a mail may speak of themes.
fn in_look(html: &str, look: Look) -> String {
    let dark = match look {
        Look::Auto => return html.to_owned(),
        Look::Light => "not all",
        Look::Dark => "all",
    };
    // Of the same length.
    let lower = html.to_ascii_lowercase();
    let mut shown = String::with_capacity(html.len());
    let mut done = 0;
    while let Some((begin, end)) = next_style(&lower, done) {
        shown.push_str(&html[done..begin]);
        let style = html[begin..end].replace("(prefers-color-scheme: dark)", dark);
        let style = style.replace("color-scheme: light dark", &format!("color-scheme: {}", look.name()));
        shown.push_str(&style.replace("content=\"light dark\"", &format!("content=\"{}\"", look.name())));
        done = end;
    }
    shown.push_str(&html[done..]);
    shown
}

/// Where the next style sheet or `meta` from there on begins and ends, in HTML in lower case.
fn next_style(html: &str, from: usize) -> Option<(usize, usize)> {
    let find = |begin: &str, end: &str| {
        let begin = from + html[from..].find(begin)?;
        Some((begin, html[begin..].find(end).map_or(html.len(), |length| begin + length)))
    };
    [find("<style", "</style"), find("<meta", ">")].into_iter().flatten().min()
}

fn missing(client: &Client) -> Response {
    let body = "<nav class=\"way\" aria-label=\"Mails\"><a class=\"button\" href=\"/mailbox\"><span aria-hidden=\"true\">←\
                </span> All mails</a></nav><h1>No such mail</h1><p>The mailbox was emptied, or the address is wrong.</p>";
    let mut response = with_policy(PAGE_POLICY, None, document(client, "No such mail", "", body));
    *response.status_mut() = StatusCode::NOT_FOUND;
    response
}

fn document(client: &Client, title: &str, head: &str, body: &str) -> Html<String> {
    Html(format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{}</title>\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\
         <link rel=\"stylesheet\" href=\"/mailbox/style.css\"><link rel=\"icon\" href=\"data:,\">{head}</head><body><header>\
         <a class=\"brand\" href=\"/mailbox\"><span class=\"logo\" aria-hidden=\"true\">M</span>Sandbox mailbox</a>\
         <a class=\"button\" href=\"{}\">Back to the console</a></header><main>{body}</main></body></html>",
        Escaped(title),
        Escaped(&client.console),
    ))
}

fn with_policy(policy: &'static str, frames: Option<&'static str>, html: Html<String>) -> Response {
    let mut response = html.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, header::HeaderValue::from_static(policy));
    headers.insert(header::CACHE_CONTROL, header::HeaderValue::from_static("no-store"));
    // As all pages of the server that it is part of: browsers complain where some of an origin ask for it and others do not.
    headers.insert(HeaderName::from_static("origin-agent-cluster"), header::HeaderValue::from_static("?1"));
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

    #[test]
    fn the_theme_of_a_mail_can_be_chosen() {
        const BODY: &str =
            "<p>É color-scheme: light dark (prefers-color-scheme: dark) content=\"light dark\"</p>";
        let mail = |scheme: &str, media: &str| {
            format!(
                "<HEAD><meta content=\"{scheme}\"><Style>:root {{ color-scheme: {scheme}; }} @media {media} {{ }}</Style>\
                 {BODY}<style>@media {media} {{ }}"
            )
        };
        let html = mail("light dark", "(prefers-color-scheme: dark)");
        assert_eq!(in_look(&html, Look::Auto), html);
        assert_eq!(in_look(&html, Look::Dark), mail("dark", "all"));
        assert_eq!(in_look(&html, Look::Light), mail("light", "not all"));
    }

    #[test]
    fn s9_a_search_and_the_links_of_a_text_are_escaped() {
        assert_eq!(count("<b>", 1, 0), "1 mail with “&lt;b&gt;”");
        assert_eq!(count("", 2, 1), "2 mails, 1 unread");
        assert_eq!(
            with_links("See\nhttps://a.example/?a&b\n<b>"),
            "See\n<a href=\"https://a.example/?a&amp;b\">https://a.example/?a&amp;b</a>\n&lt;b&gt;"
        );
    }
}
