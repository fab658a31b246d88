//! The built app's files.

use std::path::Path;
use std::sync::Arc;

use crate::http::headers::{KeepsOpener, is_known, own_site};
use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use hosting::{CONFIG, Kind, Origin, PAGE, SERVICE_WORKER, Site, Version, with_embedders};
use tower::ServiceExt as _;
use tower_http::compression::CompressionLayer;
use tower_http::services::ServeDir;

/// The route of the app that hands a session over to the window that opened it.
const SIGN_IN_WINDOW: &str = "sign-in/window";

/// Serves `dist`: its files, and its page at every route of the app. Its configuration names the origins that may embed
/// the panel, as the headers do; its page and its service worker name the version that browsers keep, of which the headers
/// are a part.
pub(crate) fn router(dist: &Path, embedders: &[Origin]) -> Router {
    let files = ServeDir::new(dist).precompressed_br().precompressed_gzip();
    let (folder, site) = (Arc::from(dist), Arc::new(own_site(embedders)));
    let answer = move |mut request: Request| {
        let (files, folder, site) = (files.clone(), Arc::<Path>::clone(&folder), Arc::clone(&site));
        async move {
            if Kind::is_route(below_base(request.uri())) {
                *request.uri_mut() = Uri::from_static("/index.html");
            }
            if matches!(*request.method(), Method::GET | Method::HEAD)
                && let Some(answer) =
                    versioned(&folder, &site, below_base(request.uri()), request.headers()).await
            {
                return Ok(answer);
            }
            files.oneshot(request).await.map(|answer| answer.map(axum::body::Body::new))
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

/// The page or the service worker; `None` for anything else, and where the files are not those of a build, which are sent
/// as they are: an operator may have switched the service worker off.
async fn versioned(dist: &Path, site: &Site, path: &str, head: &HeaderMap) -> Option<Response> {
    let kind = match path {
        PAGE => "text/html",
        SERVICE_WORKER => "text/javascript",
        _ => return None,
    };
    // Read each time: another build may have been put in their place.
    let read = async |name: &str| tokio::fs::read_to_string(dist.join(name)).await.ok();
    let Version { name, page, worker } =
        Version::of(&read(PAGE).await?, &read(SERVICE_WORKER).await?, site).ok()?;
    let tag = format!("W/\"{name}\"");
    if is_known(head, &tag) {
        return Some((StatusCode::NOT_MODIFIED, [(header::ETAG, tag)]).into_response());
    }
    let text = if path == PAGE { page } else { worker };
    Some(([(header::CONTENT_TYPE, kind.to_owned()), (header::ETAG, tag)], text).into_response())
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
