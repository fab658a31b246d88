use axum::response::{IntoResponse as _, Response};

use crate::salesforce::fault::ApiError;
use crate::salesforce::state::Ctx;

/// Counts an error and sends it.
pub(super) fn refuse(ctx: &Ctx, error: impl Into<ApiError>) -> Response {
    let error = error.into();
    ctx.service.with(|state| state.stats.error(error.code.into_str()));
    error.into_response()
}
