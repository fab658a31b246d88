use api_types::{FaultOrder, paths};
use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;

use crate::error::{ApiError, ApiResult};
use crate::http::extract::Json;
use crate::services::sessions::Caller;
use crate::state::App;

/// Makes the next requests of this session to a route fail. In sandbox mode only; without a session it holds for
/// requests without one.
#[utoipa::path(put, path = paths::SANDBOX_FAULTS, tag = "sandbox", request_body = FaultOrder,
    responses((status = 204)))]
pub(crate) async fn order(
    State(app): State<App>,
    caller: Option<Extension<Caller>>,
    Json(order): Json<FaultOrder>,
) -> ApiResult<StatusCode> {
    let faults = app.faults.as_ref().ok_or_else(ApiError::not_found)?;
    faults.order(caller.as_ref().map(|caller| caller.session.token_hash.as_str()), order);
    Ok(StatusCode::NO_CONTENT)
}
