use api_types::{SalesforceConnections, SalesforceSyncSettings, paths};
use axum::extract::State;
use axum::http::StatusCode;

use crate::error::ApiResult;
use crate::http::extract::Json;
use crate::services::salesforce;
use crate::services::sessions::Caller;
use crate::state::App;

/// The caller's connection, and for administrators those of other administrators.
#[utoipa::path(get, path = paths::SALESFORCE, tag = "salesforce",
    responses((status = 200, body = SalesforceConnections)))]
pub(crate) async fn get(State(app): State<App>, caller: Caller) -> ApiResult<Json<SalesforceConnections>> {
    salesforce::view(&app, &mut *app.db.read().await?, &caller).await.map(Json)
}

/// Checks those connections now.
#[utoipa::path(post, path = paths::SALESFORCE_CHECK, tag = "salesforce",
    responses((status = 200, body = SalesforceConnections)))]
pub(crate) async fn check(State(app): State<App>, caller: Caller) -> ApiResult<Json<SalesforceConnections>> {
    salesforce::check_all(&app, &caller).await?;
    salesforce::view(&app, &mut *app.db.read().await?, &caller).await.map(Json)
}

/// Ends the caller's connection.
#[utoipa::path(delete, path = paths::SALESFORCE, tag = "salesforce", responses((status = 204)))]
pub(crate) async fn disconnect(State(app): State<App>, caller: Caller) -> ApiResult<StatusCode> {
    salesforce::disconnect(&app, &caller).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The settings of what is written back to Salesforce.
#[utoipa::path(get, path = paths::SALESFORCE_SYNC_SETTINGS, tag = "salesforce",
    responses((status = 200, body = SalesforceSyncSettings)))]
pub(crate) async fn sync_settings(State(app): State<App>) -> ApiResult<Json<SalesforceSyncSettings>> {
    let mut conn = app.db.read().await?;
    Ok(Json(salesforce::sync_settings::get(&app, &mut conn).await?))
}

/// Changes the settings of what is written back. The version names the state that is changed.
#[utoipa::path(put, path = paths::SALESFORCE_SYNC_SETTINGS, tag = "salesforce",
    request_body = SalesforceSyncSettings, responses((status = 200, body = SalesforceSyncSettings)))]
pub(crate) async fn set_sync_settings(
    State(app): State<App>,
    caller: Caller,
    Json(settings): Json<SalesforceSyncSettings>,
) -> ApiResult<Json<SalesforceSyncSettings>> {
    Ok(Json(salesforce::sync_settings::change(&app, &caller, settings).await?))
}
