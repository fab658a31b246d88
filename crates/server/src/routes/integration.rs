use api_types::{Integration, RevealedSecret, SecretReveal, paths};
use axum::extract::State;

use crate::error::ApiResult;
use crate::http::extract::Json;
use crate::services::marketo::integration;
use crate::services::sessions::Caller;
use crate::state::App;
use crate::state::limiter::Asker;

/// The Integration Information, empty until the first invitation activates the instance. It never holds the secret.
#[utoipa::path(get, path = paths::INTEGRATION, tag = "integration", responses((status = 200, body = Integration)))]
pub(crate) async fn get(State(app): State<App>) -> ApiResult<Json<Integration>> {
    Ok(Json(integration::show(&app, &mut *app.db.read().await?).await?))
}

/// Shows the Client Secret to an administrator who confirmed their password within five minutes.
#[utoipa::path(post, path = paths::INTEGRATION_REVEAL, tag = "integration", request_body = SecretReveal,
    responses((status = 200, body = RevealedSecret)))]
pub(crate) async fn reveal(
    State(app): State<App>,
    asker: Asker,
    caller: Caller,
    Json(reveal): Json<SecretReveal>,
) -> ApiResult<Json<RevealedSecret>> {
    asker.attempt_for(&app.limiter, caller.id())?;
    Ok(Json(integration::reveal(&app, &caller, reveal).await?))
}
