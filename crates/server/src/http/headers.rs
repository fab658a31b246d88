//! The response headers of everything this server sends. Static hosts get the same set from here.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;

/// What the app's pages, scripts and workers may do. A worker obeys the policy of its own answer, so every answer
/// carries it. Text becomes markup or the address of a script only by the policy that `boot.js` makes (Trusted Types).
pub const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; \
    style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; \
    base-uri 'self'; form-action 'none'; frame-ancestors 'none'; object-src 'none'; \
    require-trusted-types-for 'script'; trusted-types default; report-to csp";

/// Where browsers report violations of the policy: [`api_types::paths::CSP_REPORTS`] below the API's base.
pub const REPORTING_ENDPOINTS: &str = "csp=\"/api/v1/csp-reports\"";

/// Browser features that are not used.
pub const PERMISSIONS_POLICY: &str = "accelerometer=(), autoplay=(), camera=(), \
    display-capture=(), encrypted-media=(), fullscreen=(), gamepad=(), geolocation=(), gyroscope=(), hid=(), \
    idle-detection=(), magnetometer=(), microphone=(), midi=(), payment=(), picture-in-picture=(), \
    publickey-credentials-get=(), screen-wake-lock=(), serial=(), usb=(), xr-spatial-tracking=()";

/// The headers of every answer, by name.
pub const EVERYWHERE: &[(&str, &str)] = &[
    ("content-security-policy", CONTENT_SECURITY_POLICY),
    ("reporting-endpoints", REPORTING_ENDPOINTS),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-opener-policy", "same-origin-allow-popups"),
    ("cross-origin-embedder-policy", "require-corp"),
    ("cross-origin-resource-policy", "same-origin"),
    ("permissions-policy", PERMISSIONS_POLICY),
    ("x-frame-options", "DENY"),
    ("origin-agent-cluster", "?1"),
];

/// The header that HTTPS adds.
pub const HTTPS_ONLY: (&str, &str) = ("strict-transport-security", "max-age=31536000; includeSubDomains");

/// Answers of the API hold one person's data at one moment.
pub const CACHE_API: &str = "no-store";
/// Files whose name changes with their content.
pub const CACHE_HASHED: &str = "public, max-age=31536000, immutable";
/// Files whose name does not change: revalidated each time.
pub const CACHE_FIXED: &str = "no-cache";

/// Whether a file's path carries a digest of the content: a part of 16 or more hexadecimal digits between `/`, `-`, `.`
/// or `_`, as in `app-0123456789abcdef/chunk_7.wasm`.
pub fn is_hashed(path: &str) -> bool {
    path.split(['/', '-', '.', '_'])
        .any(|part| part.len() >= 16 && part.bytes().all(|b| b.is_ascii_hexdigit()))
}

/// Marks a response to a window that has to keep its opener.
#[derive(Clone, Copy, Debug)]
pub(crate) struct KeepsOpener;

const OPENER_POLICY: &str = "cross-origin-opener-policy";

/// Adds the headers that the response does not have.
pub(crate) async fn add(State(https): State<bool>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let extra = https.then_some(&HTTPS_ONLY);
    let keeps_opener = response.extensions_mut().remove::<KeepsOpener>().is_some();
    let wanted = |name: &str| !(keeps_opener && name == OPENER_POLICY);
    for (name, value) in EVERYWHERE.iter().chain(extra).filter(|(name, _)| wanted(name)) {
        let name = HeaderName::from_static(name);
        response.headers_mut().entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}

/// Keeps the API's answers out of every cache.
pub(crate) async fn no_store(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(CACHE_API));
    response
}

/// Whether the client has that version already.
pub(crate) fn is_known(head: &HeaderMap, etag: &str) -> bool {
    head.get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == etag.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_with_a_digest_are_told_from_others() {
        for name in
            ["app-0123456789abcdef.js", "app-0123456789abcdef_bg.wasm", "main.0123456789abcdef0123.css"]
        {
            assert!(is_hashed(name), "{name}");
        }
        for name in ["index.html", "config.json", "boot.js", "csv_worker_bg.wasm", "es.json"] {
            assert!(!is_hashed(name), "{name}");
        }
    }

    #[test]
    fn c9_reports_go_where_they_are_taken() {
        use api_types::paths;
        assert_eq!(REPORTING_ENDPOINTS, format!("csp=\"{}{}\"", paths::BASE, paths::CSP_REPORTS));
    }

    #[test]
    fn c3_the_policy_allows_no_inline_code() {
        for forbidden in ["'unsafe-inline'", "'unsafe-eval'", "data:", "blob:", "*"] {
            assert!(!CONTENT_SECURITY_POLICY.contains(forbidden), "{forbidden}");
        }
    }
}
