//! The built app's files.

use std::path::Path;

use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, Uri, header};
use axum::middleware::{self, Next};
use axum::response::Response;
use tower::ServiceExt as _;
use tower_http::compression::CompressionLayer;
use tower_http::services::ServeDir;

use crate::http::headers::{CACHE_FIXED, CACHE_HASHED, is_hashed};

/// Serves `dist`. A path without an extension is a route of the app and gets its page; a file that is missing stays
/// missing, or the browser would run a page as a script.
pub(crate) fn router(dist: &Path) -> Router {
    let files = ServeDir::new(dist).precompressed_br().precompressed_gzip();
    let answer = move |mut request: Request| {
        let files = files.clone();
        async move {
            if is_route(request.uri().path()) {
                *request.uri_mut() = Uri::from_static("/index.html");
            }
            files.oneshot(request).await
        }
    };
    Router::new()
        .fallback_service(tower::service_fn(answer))
        .layer(CompressionLayer::new())
        .layer(middleware::from_fn(cache))
}

fn is_route(path: &str) -> bool {
    !path.rsplit('/').next().unwrap_or_default().contains('.')
}

async fn cache(request: Request, next: Next) -> Response {
    let name = request.uri().path().to_owned();
    let mut response = next.run(request).await;
    let found = response.status().is_success() || response.status() == StatusCode::NOT_MODIFIED;
    let rule = if found && !is_route(&name) && is_hashed(&name) { CACHE_HASHED } else { CACHE_FIXED };
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(rule));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn routes_are_told_from_files() {
        for route in ["/", "/settings/admin/users", "/sign-in", "/settings/admin/invitations/0193a5f0-1c"] {
            assert!(is_route(route), "{route}");
        }
        for file in ["/app.js", "/assets/app-0123456789abcdef_bg.wasm", "/index.html"] {
            assert!(!is_route(file), "{file}");
        }
    }
}
