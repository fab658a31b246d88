//! The built app's files.

use std::path::Path;
use std::sync::Arc;

use crate::http::headers::KeepsOpener;
use axum::Router;
use axum::extract::Request;
use axum::http::{StatusCode, Uri, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use hosting::{CONFIG, Kind, Origin, with_embedders};
use tower::ServiceExt as _;
use tower_http::compression::CompressionLayer;
use tower_http::services::ServeDir;

/// The route of the app that hands a session over to the window that opened it.
const SIGN_IN_WINDOW: &str = "sign-in/window";

/// Serves `dist`: its files, and its page at every route of the app. Its configuration names the origins that may embed
/// the panel, as the headers do.
pub(crate) fn router(dist: &Path, embedders: &[Origin]) -> Router {
    let files = ServeDir::new(dist).precompressed_br().precompressed_gzip();
    let answer = move |mut request: Request| {
        let files = files.clone();
        async move {
            if Kind::is_route(below_base(request.uri())) {
                *request.uri_mut() = Uri::from_static("/index.html");
            }
            files.oneshot(request).await
        }
    };
    let config: Arc<Path> = dist.join(CONFIG).into();
    let embedders: Arc<[Origin]> = embedders.into();
    Router::new()
        .route(&format!("/{CONFIG}"), get(move || configuration(config.clone(), embedders.clone())))
        .fallback_service(tower::service_fn(answer))
        .layer(CompressionLayer::new())
        .layer(middleware::from_fn(tell_kind))
}

async fn configuration(path: Arc<Path>, embedders: Arc<[Origin]>) -> Response {
    let Ok(text) = tokio::fs::read_to_string(&path).await else {
        return StatusCode::NOT_FOUND.into_response();
    };
    // What cannot be read is sent as it is: the app says what is wrong.
    let text = with_embedders(&text, &embedders).unwrap_or(text);
    ([(header::CONTENT_TYPE, "application/json")], text).into_response()
}

/// This server has the app at its root.
fn below_base(uri: &Uri) -> &str {
    uri.path().trim_start_matches('/')
}

/// Tells [`crate::http::headers::add`] what was asked for. That a file is missing is kept in no cache.
async fn tell_kind(request: Request, next: Next) -> Response {
    let kind = Kind::of(below_base(request.uri()));
    let is_sign_in_window = below_base(request.uri()) == SIGN_IN_WINDOW;
    let mut response = next.run(request).await;
    if is_sign_in_window {
        response.extensions_mut().insert(KeepsOpener);
    }
    if response.status().is_success() || response.status() == StatusCode::NOT_MODIFIED {
        response.extensions_mut().insert(kind);
    }
    response
}
