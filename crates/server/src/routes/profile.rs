use api_types::{
    List, Me, OpenSession, OwnMarketo, PasswordChange, PasswordReset, PasswordResetRequest, Profile,
    ProfileChange, SessionId, paths,
};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Response};

use crate::error::ApiResult;
use crate::http::auth::device;
use crate::http::auth::session;
use crate::http::extract::{Json, Path};
use crate::platform::token::Purpose;
use crate::services::callers;
use crate::services::marketo::connection;
use crate::services::sessions::{Browser, Caller};
use crate::services::{open_sessions, password_resets, profile};
use crate::state::App;
use crate::state::limiter::Asker;

/// The caller's profile.
#[utoipa::path(get, path = paths::PROFILE, tag = "profile", responses((status = 200, body = Profile)))]
pub(crate) async fn get(State(app): State<App>, caller: Caller) -> ApiResult<Json<Profile>> {
    profile::show(&app, &mut *app.db.read().await?, &caller).await.map(Json)
}

/// Changes the caller's name, language or time zone.
#[utoipa::path(patch, path = paths::PROFILE, tag = "profile", request_body = ProfileChange,
    responses((status = 200, body = Me)))]
pub(crate) async fn change(
    State(app): State<App>,
    caller: Caller,
    Json(change): Json<ProfileChange>,
) -> ApiResult<Json<Me>> {
    let change = profile::cleaned(change)?;
    let (mut tx, caller) = callers::write_own(&app, &caller).await?;
    let me = profile::change(&app, &mut tx, &caller, &change).await?;
    tx.commit().await?;
    Ok(Json(me))
}

/// The state of the account's connection to Marketo, and whether the caller may use it.
#[utoipa::path(get, path = paths::PROFILE_MARKETO, tag = "profile", responses((status = 200, body = OwnMarketo)))]
pub(crate) async fn marketo(State(app): State<App>, caller: Caller) -> ApiResult<Json<OwnMarketo>> {
    Ok(Json(connection::of_user(&mut *app.db.read().await?, &app, caller.id()).await?))
}

/// Where the caller is signed in, the latest first.
#[utoipa::path(get, path = paths::PROFILE_SESSIONS, tag = "profile",
    responses((status = 200, body = List<OpenSession>)))]
pub(crate) async fn sessions(State(app): State<App>, caller: Caller) -> ApiResult<Json<List<OpenSession>>> {
    let mut conn = app.db.read().await?;
    Ok(Json(open_sessions::list(&app, &mut conn, &caller, caller.id()).await?))
}

/// Ends all other sessions of the caller, and the panels that hosts have opened for them.
#[utoipa::path(delete, path = paths::PROFILE_SESSIONS, tag = "profile", responses((status = 204)))]
pub(crate) async fn end_other_sessions(State(app): State<App>, caller: Caller) -> ApiResult<StatusCode> {
    open_sessions::end_others(&app, &caller).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Ends one session: the caller's own, or, by an administrator, anybody's.
#[utoipa::path(delete, path = paths::template::OPEN_SESSION, tag = "profile", params(("id" = SessionId, Path)),
    responses((status = 204)))]
pub(crate) async fn end_session(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<SessionId>,
) -> ApiResult<StatusCode> {
    open_sessions::end(&app, &caller, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Changes the caller's password. Every other session of the person ends; this one continues under a new cookie.
#[utoipa::path(put, path = paths::PROFILE_PASSWORD, tag = "profile", request_body = PasswordChange,
    responses((status = 204)))]
pub(crate) async fn change_password(
    State(app): State<App>,
    caller: Caller,
    browser: Browser,
    head: HeaderMap,
    Json(change): Json<PasswordChange>,
) -> ApiResult<Response> {
    let cookie = session::token_hash(&app, &head);
    Ok(match profile::change_password(&app, &caller, change, cookie.as_deref(), &browser).await? {
        Some(opened) => (StatusCode::NO_CONTENT, session::cookies(&app, &opened)).into_response(),
        None => StatusCode::NO_CONTENT.into_response(),
    })
}

/// Sends a mail with a link to set a new password, if the address is an active member's. Neither the answer nor its
/// time tells whether it is: the work is done after the answer.
#[utoipa::path(post, path = paths::PASSWORD_RESETS, tag = "session", request_body = PasswordResetRequest,
    responses((status = 202)))]
pub(crate) async fn request_reset(
    State(app): State<App>,
    asker: Asker,
    Json(request): Json<PasswordResetRequest>,
) -> ApiResult<StatusCode> {
    asker.reset(&app.limiter)?;
    password_resets::request(&app, &request.email).await?;
    Ok(StatusCode::ACCEPTED)
}

/// Sets a new password by the token of the mail.
///
/// Every session of the person ends. The browser is known to be theirs from now on.
#[utoipa::path(put, path = paths::PASSWORD_RESETS, tag = "session", request_body = PasswordReset,
    responses((status = 204)))]
pub(crate) async fn reset(
    State(app): State<App>,
    asker: Asker,
    head: HeaderMap,
    Json(reset): Json<PasswordReset>,
) -> ApiResult<Response> {
    let claim = asker.attempt_by_link(&app.limiter, &app.tokens, Purpose::PasswordReset, &reset.token)?;
    let reset = password_resets::prepare(&app, &claim, reset).await?;
    let device = device::of(&app, &head, reset.email_key());
    password_resets::finish(&app, &reset, device).await?;
    // The link of the mail proves the owner, so this browser becomes a known one: guesses of others do not lock it out.
    let known = device::remember(&app, device::tokens(&app, &head), reset.email_key());
    Ok((StatusCode::NO_CONTENT, AppendHeaders([(header::SET_COOKIE, known)])).into_response())
}
