//! Proof that a request comes from the app's own pages.

use std::time::Duration;

use api_types::{ProblemCode, headers, paths};
use axum::Extension;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use tower_http::cors::{AllowOrigin, CorsLayer};

use crate::config::origins::Origins;
use crate::error::ApiError;
use crate::http::auth::bearer;
use crate::http::auth::sender::{is_from, is_same_origin};
use crate::http::endpoints::{Access, Table};
use crate::state::App;

/// Lets pages of the listed origins read responses. Origins are compared exactly; others get no CORS headers.
pub(crate) fn cors(origins: &Origins) -> CorsLayer {
    let listed = origins.iter().filter_map(|origin| HeaderValue::from_str(origin).ok());
    let names = |names: &'static [&'static str]| names.iter().map(|name| HeaderName::from_static(name));
    CorsLayer::new()
        .allow_origin(AllowOrigin::list(listed))
        .allow_credentials(true)
        // Browsers ask before most requests of another origin; most of them keep the answer for two hours at most.
        .max_age(Duration::from_secs(7_200))
        .allow_methods([Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE])
        .allow_headers(
            names(&[
                "authorization",
                "content-type",
                headers::BACKGROUND,
                headers::CSRF,
                headers::IDEMPOTENCY_KEY,
                headers::PERSON,
                "if-match",
                "if-none-match",
                "last-event-id",
            ])
            .collect::<Vec<_>>(),
        )
        .expose_headers(
            names(&[
                "etag",
                "location",
                "retry-after",
                headers::REQUEST_ID,
                headers::IDEMPOTENCY_REPLAYED,
                headers::RATE_LIMIT,
                headers::RATE_LIMIT_POLICY,
            ])
            .collect::<Vec<_>>(),
        )
}

/// Refuses requests that a foreign page could have caused.
pub(crate) async fn protect(
    State(app): State<App>,
    Extension(endpoints): Extension<Table>,
    mut request: Request,
    next: Next,
) -> Response {
    if bearer::is_used(request.headers()) {
        request.headers_mut().remove(header::COOKIE);
        return next.run(request).await;
    }
    let by_browser = request
        .uri()
        .path()
        .strip_prefix(paths::BASE)
        .and_then(|path| endpoints.find(request.method(), path))
        .is_some_and(|endpoint| endpoint.rules.access == Access::Browser);
    if by_browser || comes_from_app(request.method(), request.headers(), &app.origins) {
        next.run(request).await
    } else {
        ApiError::new(ProblemCode::CsrfRefused).into_response()
    }
}

/// A custom header, which a foreign page cannot send without a CORS preflight; and for requests that change something,
/// the browser's `Sec-Fetch-Site` or `Origin`.
fn comes_from_app(method: &Method, head: &HeaderMap, origins: &Origins) -> bool {
    if head.get(headers::CSRF).is_none_or(|value| value != headers::CSRF_VALUE) {
        return false;
    }
    if matches!(*method, Method::GET | Method::HEAD) {
        return true;
    }
    match head.get(header::ORIGIN) {
        Some(origin) => origins.contains(origin.as_bytes()),
        None => is_same_origin(head),
    }
}

/// Whether a request is a page's on a listed origin of another site: the browser keeps its cookies from it.
pub(crate) fn is_without_cookies(head: &HeaderMap, origins: &Origins) -> bool {
    is_from(head, "cross-site")
        && head.get(header::ORIGIN).is_some_and(|origin| origins.contains(origin.as_bytes()))
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::*;

    #[test]
    fn a2_only_the_apps_own_requests_pass() {
        let own = "http://127.0.0.1:8080";
        let origins =
            Origins::new(&Url::parse(own).unwrap(), None, &["https://console.example.com".to_owned()]);
        let methods = [Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::PATCH, Method::DELETE];
        let sites = [None, Some("same-origin"), Some("same-site"), Some("cross-site"), Some("none")];
        let senders = [
            None,
            Some(own),
            Some("http://localhost:8080"),
            Some("https://console.example.com"),
            Some("http://127.0.0.1:8081"),
            Some("https://console.example.com.evil.example"),
            Some("null"),
        ];
        let mut cases = 0;
        for method in methods {
            for site in sites {
                for origin in senders {
                    for csrf in [None, Some("1"), Some("0")] {
                        let mut head = HeaderMap::new();
                        let mut put = |name: &'static str, value: Option<&'static str>| {
                            if let Some(value) = value {
                                head.insert(name, HeaderValue::from_static(value));
                            }
                        };
                        put("sec-fetch-site", site);
                        put("origin", origin);
                        put(headers::CSRF, csrf);
                        let reads = matches!(method, Method::GET | Method::HEAD);
                        let known = origin.is_some_and(|origin| senders[1..4].contains(&Some(origin)));
                        let ours = known || (origin.is_none() && site == Some("same-origin"));
                        let expected = csrf == Some("1") && (reads || ours);
                        assert_eq!(
                            comes_from_app(&method, &head, &origins),
                            expected,
                            "{method} {site:?} {origin:?} {csrf:?}"
                        );
                        cases += 1;
                    }
                }
            }
        }
        assert_eq!(cases, 630);
    }

    #[test]
    fn a2_a_public_host_has_no_twin() {
        let console = Url::parse("https://console.example.com/some/base/").unwrap();
        let origins = Origins::new(&Url::parse("https://admin.example.com/").unwrap(), Some(&console), &[]);
        assert!(origins.contains(b"https://console.example.com"));
        assert!(origins.contains(b"https://admin.example.com"));
        assert!(!origins.contains(b"http://localhost:443"));
    }
}
