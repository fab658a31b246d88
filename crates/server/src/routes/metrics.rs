//! Metrics for Prometheus, on an address of their own.

use axum::Router;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::get;
use tower_http::catch_panic::CatchPanicLayer;

use crate::services::metrics;
use crate::state::App;

/// Source: <https://prometheus.io/docs/specs/om/open_metrics_spec/#protocol-negotiation>
const TEXT: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

pub(crate) fn router(app: &App) -> Router {
    Router::new().route("/metrics", get(read)).layer(CatchPanicLayer::new()).with_state(app.clone())
}

async fn read(State(app): State<App>) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, TEXT)], metrics::text(&app).await)
}
