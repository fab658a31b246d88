use api_types::embed::{ApiKey, CreatedApiKey, NewApiKey};
use api_types::{ApiKeyId, List, ListMeta, paths};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};

use crate::error::ApiResult;
use crate::http::extract::{Json, Path};
use crate::services::api_keys;
use crate::services::sessions::Caller;
use crate::state::App;

/// The API keys: the valid ones, then those that were revoked, each the latest first.
#[utoipa::path(get, path = paths::API_KEYS, tag = "embedding", responses((status = 200, body = List<ApiKey>)))]
pub(crate) async fn list(State(app): State<App>) -> ApiResult<Json<List<ApiKey>>> {
    let items = api_keys::list(&app).await?;
    let meta = ListMeta::exact(None, items.len() as u64);
    Ok(Json(List { items, meta }))
}

/// Makes an API key. Only this answer has its secret: a request that is repeated cannot be answered alike, and is refused
/// because of the key's name.
#[utoipa::path(post, path = paths::API_KEYS, tag = "embedding", request_body = NewApiKey,
    responses((status = 201, body = CreatedApiKey)))]
pub(crate) async fn create(
    State(app): State<App>,
    caller: Caller,
    Json(wanted): Json<NewApiKey>,
) -> ApiResult<Response> {
    let created = api_keys::create(&app, &caller, &wanted).await?;
    Ok((StatusCode::CREATED, Json(created)).into_response())
}

/// Revokes an API key. The sessions that it has opened end at once.
#[utoipa::path(delete, path = paths::template::API_KEY, tag = "embedding", params(("id" = ApiKeyId, Path)),
    responses((status = 204)))]
pub(crate) async fn revoke(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<ApiKeyId>,
) -> ApiResult<StatusCode> {
    api_keys::revoke(&app, &caller, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}
