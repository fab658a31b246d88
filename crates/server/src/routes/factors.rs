use api_types::{
    AppCode, AppSecret, Ceremony, Factors, NewPasskey, PasskeyAdded, PasskeyId, RecoveryCodes, paths,
};
use axum::extract::State;
use axum::http::StatusCode;

use crate::error::ApiResult;
use crate::http::extract::{Json, Path};
use crate::services::factors::own;
use crate::services::sessions::Caller;
use crate::state::App;

/// What the caller can prove themselves with beside a password.
#[utoipa::path(get, path = paths::FACTORS, tag = "profile", responses((status = 200, body = Factors)))]
pub(crate) async fn list(State(app): State<App>, caller: Caller) -> ApiResult<Json<Factors>> {
    Ok(Json(own::list(&mut *app.db.read().await?, caller.id()).await?))
}

/// Begins the making of a passkey.
#[utoipa::path(post, path = paths::PASSKEY_CEREMONY, tag = "profile", responses((status = 200, body = Ceremony)))]
pub(crate) async fn begin_passkey(State(app): State<App>, caller: Caller) -> ApiResult<Json<Ceremony>> {
    own::begin_passkey(&app, &caller).await.map(Json)
}

/// Adds a passkey. With the first factor come ten recovery codes, which no other answer contains.
#[utoipa::path(post, path = paths::PASSKEYS, tag = "profile", request_body = NewPasskey,
    responses((status = 201, body = PasskeyAdded)))]
pub(crate) async fn add_passkey(
    State(app): State<App>,
    caller: Caller,
    Json(new): Json<NewPasskey>,
) -> ApiResult<(StatusCode, Json<PasskeyAdded>)> {
    Ok((StatusCode::CREATED, Json(own::add_passkey(&app, &caller, new).await?)))
}

/// Removes a passkey. The last factor goes with the recovery codes, and not while the account asks for one.
#[utoipa::path(delete, path = paths::template::PASSKEY, tag = "profile", params(("id" = PasskeyId, Path)),
    responses((status = 204)))]
pub(crate) async fn remove_passkey(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<PasskeyId>,
) -> ApiResult<StatusCode> {
    own::remove_passkey(&app, &caller, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Makes a secret for an authenticator app. It takes the place of the one before once a code has confirmed it.
#[utoipa::path(post, path = paths::AUTHENTICATOR_APP, tag = "profile", responses((status = 200, body = AppSecret)))]
pub(crate) async fn begin_app(State(app): State<App>, caller: Caller) -> ApiResult<Json<AppSecret>> {
    own::begin_app(&app, &caller).await.map(Json)
}

/// Confirms the secret by a code that the app has made of it. With the first factor come ten recovery codes.
#[utoipa::path(put, path = paths::AUTHENTICATOR_APP, tag = "profile", request_body = AppCode,
    responses((status = 200, body = RecoveryCodes)))]
pub(crate) async fn confirm_app(
    State(app): State<App>,
    caller: Caller,
    Json(code): Json<AppCode>,
) -> ApiResult<Json<RecoveryCodes>> {
    own::confirm_app(&app, &caller, &code).await.map(Json)
}

/// Removes the authenticator app. The last factor goes with the recovery codes, and not while the account asks for one.
#[utoipa::path(delete, path = paths::AUTHENTICATOR_APP, tag = "profile", responses((status = 204)))]
pub(crate) async fn remove_app(State(app): State<App>, caller: Caller) -> ApiResult<StatusCode> {
    own::remove_app(&app, &caller).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Makes ten recovery codes, in the place of those before.
#[utoipa::path(post, path = paths::RECOVERY_CODES, tag = "profile", responses((status = 200, body = RecoveryCodes)))]
pub(crate) async fn renew_codes(State(app): State<App>, caller: Caller) -> ApiResult<Json<RecoveryCodes>> {
    own::renew_codes(&app, &caller).await.map(Json)
}
