//! The server's routes and middleware.

use api_types::{ProblemCode, limits, paths};
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::header;
use axum::middleware::{self, Next};
use axum::response::{IntoResponse as _, Response};
use axum::routing::any;
use axum::{Extension, Router};
use tower_http::catch_panic::CatchPanicLayer;

use crate::error::ApiError;
use crate::http::auth::csrf;
use crate::http::headers::HeaderSets;
use crate::http::{access, headers, observe, static_files};
use crate::routes;
use crate::state::App;

pub(super) fn router(app: &App, mailbox: Option<Router>) -> Router {
    let (routes, endpoints) = routes::all().split();
    let (routes, _) = routes.split_for_parts();
    let routes = routes.route_layer(middleware::from_fn_with_state(app.clone(), access::guard));
    let routes = observe::with_time_limit(routes).with_state(app.clone());
    let api = Router::new()
        .nest(paths::BASE, routes)
        .route("/api", any(not_found))
        .route("/api/", any(not_found))
        .route("/api/{*path}", any(not_found))
        .layer(DefaultBodyLimit::max(limits::BODY_BYTES))
        .layer(middleware::from_fn_with_state(app.clone(), csrf::protect))
        .layer(Extension(endpoints))
        .layer(CatchPanicLayer::new())
        .layer(csrf::cors(&app.origins))
        .layer(headers::no_store());
    let mailbox =
        mailbox.unwrap_or_default().layer(middleware::from_fn_with_state(app.clone(), own_name_only));
    let pages = match &app.config.dist {
        Some(dist) => static_files::router(dist, &app.config.embedders),
        None => Router::new(),
    };
    Router::new()
        .merge(api)
        .merge(mailbox)
        .merge(routes::flow_pages::router(app))
        .merge(routes::probes::router(app))
        .fallback_service(pages)
        .layer(middleware::from_fn(one_host))
        .layer(middleware::from_fn(observe::observe))
        .layer(middleware::from_fn_with_state(
            HeaderSets::new(app.public_url.scheme() == "https", &app.config.embedders),
            headers::add,
        ))
}

/// Refuses a request with several `Host` headers: a proxy in front may have decided by another one (RFC 9112, 3.2).
async fn one_host(request: Request, next: Next) -> Response {
    if request.headers().get_all(header::HOST).iter().count() > 1 {
        return ApiError::new(ProblemCode::BadRequest).detail("several Host headers").into_response();
    }
    next.run(request).await
}

/// The sandbox mailbox has no authentication. It is therefore served under the server's own host names only: a foreign
/// page whose host name points at this machine (DNS rebinding) cannot read mails.
async fn own_name_only(
    axum::extract::State(app): axum::extract::State<App>,
    request: Request,
    next: Next,
) -> Response {
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    if app.origins.contains(format!("{}://{host}", app.public_url.scheme()).as_bytes()) {
        next.run(request).await
    } else {
        ApiError::not_found().into_response()
    }
}

async fn not_found() -> ApiError {
    ApiError::not_found()
}
