use api_types::{ColumnMapping, List, paths};
use axum::extract::State;
use axum::http::StatusCode;

use super::lists::whole;
use crate::error::ApiResult;
use crate::http::extract::Json;
use crate::services::column_mappings;
use crate::services::sessions::Caller;
use crate::state::App;

/// The mappings that the account's administrators have chosen for columns, the latest first.
#[utoipa::path(get, path = paths::COLUMN_MAPPINGS, tag = "account", responses((status = 200, body = List<ColumnMapping>)))]
pub(crate) async fn list(State(app): State<App>) -> ApiResult<Json<List<ColumnMapping>>> {
    let mappings = column_mappings::all(&app, &mut *app.db.read().await?).await?;
    Ok(Json(whole(mappings)))
}

/// Keeps a mapping, for the next file of anybody in the account that has these columns.
#[utoipa::path(put, path = paths::COLUMN_MAPPINGS, tag = "account", request_body = ColumnMapping,
    responses((status = 204)))]
pub(crate) async fn keep(
    State(app): State<App>,
    caller: Caller,
    Json(chosen): Json<ColumnMapping>,
) -> ApiResult<StatusCode> {
    column_mappings::keep(&app, &caller, &chosen).await?;
    Ok(StatusCode::NO_CONTENT)
}
