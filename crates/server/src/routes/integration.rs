use api_types::{Integration, RevealedSecret, paths};
use axum::extract::State;

use crate::error::ApiResult;
use crate::http::extract::Json;
use crate::services::marketo::integration;
use crate::services::sessions::Caller;
use crate::state::App;

/// The Integration Information, empty until the first invitation activates the instance. It never holds the secret.
#[utoipa::path(get, path = paths::INTEGRATION, tag = "integration", responses((status = 200, body = Integration)))]
pub(crate) async fn get(State(app): State<App>) -> ApiResult<Json<Integration>> {
    Ok(Json(integration::show(&app, &mut *app.db.read().await?).await?))
}

/// The Client Secret, after a proof of the last five minutes.
#[utoipa::path(post, path = paths::INTEGRATION_REVEAL, tag = "integration",
    responses((status = 200, body = RevealedSecret)))]
pub(crate) async fn reveal(State(app): State<App>, caller: Caller) -> ApiResult<Json<RevealedSecret>> {
    Ok(Json(integration::reveal(&app, &caller).await?))
}
