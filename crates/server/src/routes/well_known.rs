//! Which other origins use the passkeys of this host: browsers read it at this address (Related Origin Requests).

use axum::routing::get;
use axum::{Json, Router};
use serde_json::json;
use tower_http::catch_panic::CatchPanicLayer;

use crate::http::headers;
use crate::services::factors::relying_party::further_origins;
use crate::state::App;

const ORIGINS: &str = "/.well-known/webauthn";

/// Nothing where the configuration names no other origin.
pub(crate) fn router(app: &App) -> Router {
    let origins = further_origins(&app.public_url, &app.origins);
    if origins.is_empty() || app.relying_party.is_none() {
        return Router::new();
    }
    let answer = Json(json!({ "origins": origins }));
    Router::new()
        .route(ORIGINS, get(async move || answer))
        .layer(CatchPanicLayer::new())
        .layer(headers::no_store())
}
