//! The server's routes and middleware.

use std::sync::Arc;

use api_types::{ProblemCode, limits, paths};
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::{HeaderName, HeaderValue, Method, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::any;
use axum::{Extension, Router};
use hosting::is_loopback;
use tower_http::catch_panic::CatchPanicLayer;
use url::{Host, Url};

use crate::config::origins::LOCALHOST;
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
    let config = app.clone();
    let client: observe::Client = Arc::new(move |peer, head| config.config.client(peer, head));
    let observer = observe::Observer { client, metrics: Arc::clone(&app.metrics) };
    Router::new()
        .merge(api)
        .merge(mailbox)
        .merge(routes::flow_pages::router(app))
        .merge(routes::probes::router(app))
        .merge(routes::well_known::router(app))
        .fallback_service(pages)
        .layer(middleware::from_fn_with_state(app.clone(), by_name))
        .layer(middleware::from_fn(one_host))
        .layer(middleware::from_fn(one_length))
        .layer(middleware::from_fn_with_state(observer, observe::observe))
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

/// Nothing follows a request whose length is told by an encoding: a proxy in front may have gone by a `Content-Length` beside it, which
/// the library leaves out, and have taken it to end elsewhere (RFC 9112, 6.3).
async fn one_length(request: Request, next: Next) -> Response {
    let is_encoded = request.headers().contains_key(header::TRANSFER_ENCODING);
    let mut response = next.run(request).await;
    if is_encoded {
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

/// Leads whoever opens a page under this machine's number to its name, where that is the public address: there are no passkeys
/// under a number. Browsers keep the fragment.
async fn by_name(
    axum::extract::State(app): axum::extract::State<App>,
    request: Request,
    next: Next,
) -> Response {
    if app.public_url.host_str() == Some(LOCALHOST) && is_page_by_number(&request) {
        let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
        return Redirect::temporary(&app.here(path)).into_response();
    }
    next.run(request).await
}

/// Whether a browser opens a page under a loopback address.
fn is_page_by_number(request: &Request) -> bool {
    let said = |name: HeaderName| {
        request.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    };
    let host = Url::parse(&format!("http://{}", said(header::HOST)));
    let is_number = |url: &Url| matches!(url.host(), Some(Host::Ipv4(_) | Host::Ipv6(_))) && is_loopback(url);
    request.method() == Method::GET
        && said(HeaderName::from_static("sec-fetch-mode")) == "navigate"
        && host.is_ok_and(|url| is_number(&url))
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
