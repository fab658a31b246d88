//! Probes for monitoring. Open to everybody, and outside of the API: without its proofs and sessions.

use api_types::paths;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use tower_http::catch_panic::CatchPanicLayer;

use crate::http::headers;
use crate::services::readiness;
use crate::state::App;

pub(crate) fn router(app: &App) -> Router {
    Router::new()
        .route(paths::LIVEZ, get(live))
        .route(paths::READYZ, get(ready))
        .layer(CatchPanicLayer::new())
        .layer(headers::no_store())
        .with_state(app.clone())
}

/// The server runs.
pub(crate) async fn live() -> &'static str {
    "ok\n"
}

/// The server can do its work.
async fn ready(State(app): State<App>) -> Response {
    let readiness = readiness::look(&app).await;
    let status = if readiness.ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(readiness)).into_response()
}
