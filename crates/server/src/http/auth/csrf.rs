//! Proof that a request comes from the app's own pages.

use api_types::{ProblemCode, headers, paths};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use tower_http::cors::{AllowOrigin, CorsLayer};

use crate::config::origins::Origins;
use crate::error::ApiError;
use crate::http::endpoints::{self, Access};
use crate::state::App;

/// Lets pages of the listed origins read responses. Origins are compared exactly; others get no CORS headers.
pub(crate) fn cors(origins: &[String]) -> CorsLayer {
    let listed = origins.iter().filter_map(|origin| HeaderValue::from_str(origin.trim_end_matches('/')).ok());
    let names = |names: &'static [&'static str]| names.iter().map(|name| HeaderName::from_static(name));
    CorsLayer::new()
        .allow_origin(AllowOrigin::list(listed))
        .allow_credentials(true)
        .allow_methods([Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE])
        .allow_headers(
            names(&[
                "content-type",
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
pub(crate) async fn protect(State(app): State<App>, request: Request, next: Next) -> Response {
    let by_browser = request
        .uri()
        .path()
        .strip_prefix(paths::BASE)
        .and_then(|path| endpoints::endpoint(request.method(), path))
        .is_some_and(|endpoint| endpoint.access == Access::Browser);
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
    let same_origin = head.get("sec-fetch-site").map(|site| site == "same-origin");
    match head.get(header::ORIGIN) {
        Some(origin) => origins.contains(origin.as_bytes()),
        None => same_origin == Some(true),
    }
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::*;

    #[test]
    fn a2_only_the_apps_own_requests_pass() {
        let own = "http://127.0.0.1:8080";
        let origins = Origins::new(&Url::parse(own).unwrap(), &["https://console.example.com".to_owned()]);
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
        let origins = Origins::new(&Url::parse("https://admin.example.com/").unwrap(), &[]);
        assert!(origins.contains(b"https://admin.example.com"));
        assert!(!origins.contains(b"http://localhost:443"));
    }
}
