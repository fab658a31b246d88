use api_types::{ColumnMapping, List, limits};
use axum::extract::State;
use axum::http::StatusCode;

use super::lists::whole;
use crate::db;
use crate::error::{ApiError, ApiResult};
use crate::http::extract::Json;
use crate::state::App;

/// The mappings that the account's administrators have chosen for columns, the latest first.
#[utoipa::path(get, path = "/account/column-mappings", tag = "account", responses((status = 200, body = List<ColumnMapping>)))]
pub(crate) async fn list(State(app): State<App>) -> ApiResult<Json<List<ColumnMapping>>> {
    let mappings = db::column_mappings::all(&mut *app.db.read().await?, &app.account_id).await?;
    Ok(Json(whole(mappings.into_iter().map(|mapping| ColumnMapping { mapping }).collect())))
}

/// Keeps a mapping, for the next file of anybody in the account that has these columns.
#[utoipa::path(put, path = "/account/column-mappings", tag = "account", request_body = ColumnMapping,
    responses((status = 204)))]
pub(crate) async fn keep(State(app): State<App>, Json(chosen): Json<ColumnMapping>) -> ApiResult<StatusCode> {
    let is_known = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"._= ".contains(&byte);
    if chosen.mapping.is_empty() || !chosen.mapping.bytes().all(is_known) {
        return Err(ApiError::field("mapping", "not as `roster::remember` writes it"));
    }
    if chosen.mapping.len() > limits::COLUMN_MAPPING_MAX {
        return Err(ApiError::field("mapping", format!("longer than {} bytes", limits::COLUMN_MAPPING_MAX)));
    }
    let mut tx = app.db.write().await?;
    db::column_mappings::keep(&mut tx, &app.account_id, &chosen.mapping, app.now()).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
