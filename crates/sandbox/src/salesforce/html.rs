//! The common layout of the pages.

use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};

use super::host::Host;
use super::oauth_error::OAuthError;
use crate::html::Escaped;

const STYLE: &str = include_str!("style.css");
/// Forms may lead anywhere: browsers apply this policy to the redirect to the app too.
const POLICY: &str =
    "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; frame-ancestors 'none'";

/// The style sheet of every page.
pub(super) async fn style() -> Response {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], STYLE).into_response()
}

/// A page of a host. `body` is HTML.
pub(super) fn page(host: Host, title: &str, body: &str) -> Response {
    let html = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title} | Salesforce stand-in</title>\
         <meta name=\"viewport\" content=\"width=device-width\"><link rel=\"stylesheet\" href=\"/style.css\"><link rel=\"icon\" href=\"data:,\"></head>\
         <body><header><strong>Salesforce stand-in</strong> <span class=\"mark\">Sandbox</span> <span>{}</span></header>\
         <main>{body}</main></body></html>",
        host.label(),
        title = Escaped(title),
    );
    let mut response = Html(html).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    response
}

/// The page for an error that is shown to the user and not sent to the app.
pub(super) fn error_page(host: Host, status: StatusCode, error: OAuthError) -> Response {
    let body = format!(
        "<h1>We cannot let this app in</h1><p role=\"alert\">error={}&amp;error_description={}</p>\
         <p>Nothing was sent to the app. Close this window, and check how the app is registered.</p>",
        error.code(),
        error.description(),
    );
    with_status(status, page(host, "Error", &body))
}

pub(super) fn with_status(status: StatusCode, mut response: Response) -> Response {
    *response.status_mut() = status;
    response
}

/// A redirect that is followed with GET.
pub(super) fn see_other(to: &str) -> Response {
    redirect(StatusCode::SEE_OTHER, to)
}

/// The redirect of an authorisation to the app.
pub(super) fn found(to: &str) -> Response {
    redirect(StatusCode::FOUND, to)
}

fn redirect(status: StatusCode, to: &str) -> Response {
    // A parsed URL, or one built from encoded parts, is always a valid header value.
    match HeaderValue::from_str(to) {
        Ok(to) => {
            (status, [(header::LOCATION, to), (header::CACHE_CONTROL, HeaderValue::from_static("no-store"))])
                .into_response()
        }
        Err(_) => StatusCode::BAD_REQUEST.into_response(),
    }
}

/// Separates the window from its opener, if `cut`.
pub(super) fn cut_opener(cut: bool, mut response: Response) -> Response {
    if cut {
        let name = HeaderName::from_static("cross-origin-opener-policy");
        response.headers_mut().insert(name, HeaderValue::from_static("same-origin"));
    }
    response
}
