use std::time::Duration;

use api_types::{
    AuditAction, LocaleChoice, Me, OwnMarketo, PasswordChange, PasswordReset, PasswordResetRequest,
    ProblemCode, Profile, ProfileChange, UserStatus, limits,
};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Response};
use uuid::Uuid;

use super::session::{open_link, require_passwords};
use crate::db::mail_kind::MailKind;
use crate::db::mails::RESET_LIFETIME;
use crate::db::users::UserRow;
use crate::db::{self, Conn};
use crate::error::{ApiError, ApiResult};
use crate::http::auth::device;
use crate::http::auth::session;
use crate::http::extract::Json;
use crate::platform::clock::Millis;
use crate::platform::text::clean_line;
use crate::platform::token::Purpose;
use crate::services::address;
use crate::services::audit::{self, Actor};
use crate::services::guessing;
use crate::services::mail::ResetPayload;
use crate::services::marketo::connection;
use crate::services::sessions::{self, Caller};
use crate::state::App;
use crate::state::guesses::Guesser;
use crate::state::limiter::Asker;
use crate::state::passwords;

/// The least time between two links, and the most links that are open at once, so that a mailbox is not flooded. All of
/// them work until one is used: a request for a link does not withdraw earlier ones.
const RESET_PAUSE: Duration = Duration::from_secs(60);
const RESETS_AT_ONCE: usize = 5;

/// The caller's profile.
#[utoipa::path(get, path = "/profile", tag = "profile", responses((status = 200, body = Profile)))]
pub(crate) async fn get(State(app): State<App>, caller: Caller) -> ApiResult<Json<Profile>> {
    let id = caller.id().to_owned();
    let others =
        db::teams::of_users(&mut *app.db.read().await?, std::slice::from_ref(&id)).await?.remove(&id);
    let mut teams = vec![api_types::EVERYONE.to_owned()];
    teams.extend(others.unwrap_or_default());
    Ok(Json(Profile { me: sessions::me(&caller.user)?, teams, workspace: caller.user.workspace }))
}

/// Changes the caller's name or language.
#[utoipa::path(patch, path = "/profile", tag = "profile", request_body = ProfileChange,
    responses((status = 200, body = Me)))]
pub(crate) async fn change(
    State(app): State<App>,
    caller: Caller,
    Json(change): Json<ProfileChange>,
) -> ApiResult<Json<Me>> {
    let first_name = name("first_name", change.first_name)?;
    let last_name = name("last_name", change.last_name)?;
    let mut tx = app.db.write().await?;
    if first_name.is_some() || last_name.is_some() {
        let before = find(&mut tx, &app, caller.id()).await?;
        db::users::rename(&mut tx, &before, first_name.as_deref(), last_name.as_deref()).await?;
        let after = find(&mut tx, &app, caller.id()).await?;
        audit::user_renamed(&app, &mut tx, &caller, &before, &after).await?;
    }
    if let Some(choice) = change.locale {
        let locale = match choice {
            LocaleChoice::Browser => None,
            LocaleChoice::Locale(locale) => Some(locale),
        };
        db::users::set_locale(&mut tx, caller.id(), locale).await?;
    }
    let user = find(&mut tx, &app, caller.id()).await?;
    tx.commit().await?;
    Ok(Json(sessions::me(&user)?))
}

async fn find(conn: &mut Conn, app: &App, id: &str) -> ApiResult<UserRow> {
    db::users::find(conn, &app.account_id, id).await?.ok_or_else(|| ProblemCode::SignedOut.into())
}

/// A name of a request, cleaned, within its length.
pub(super) fn name(field: &str, text: Option<String>) -> ApiResult<Option<String>> {
    let Some(text) = text else { return Ok(None) };
    if text.chars().count() > limits::NAME_MAX {
        return Err(ApiError::field(field, format!("longer than {} characters", limits::NAME_MAX)));
    }
    Ok(Some(clean_line(&text)))
}

/// The state of the account's connection to Marketo, and whether the caller may use it.
#[utoipa::path(get, path = "/profile/marketo", tag = "profile", responses((status = 200, body = OwnMarketo)))]
pub(crate) async fn marketo(State(app): State<App>, caller: Caller) -> ApiResult<Json<OwnMarketo>> {
    Ok(Json(connection::of_user(&mut *app.db.read().await?, &app, caller.id()).await?))
}

/// Changes the caller's password. Every other session of the person ends; this one continues under a new cookie.
#[utoipa::path(put, path = "/profile/password", tag = "profile", request_body = PasswordChange,
    responses((status = 204)))]
pub(crate) async fn change_password(
    State(app): State<App>,
    caller: Caller,
    head: HeaderMap,
    Json(change): Json<PasswordChange>,
) -> ApiResult<Response> {
    // A session is taken as a credential here, so guessing is limited as at sign-in, but apart from the guesses of
    // others.
    let guesser = Guesser::User(caller.id().to_owned());
    if let Some(hash) = caller.user.password_hash.clone() {
        guessing::require_unlocked(&app, &guesser)?;
        let current = change.current.unwrap_or_default();
        let matches = app.passwords.verify(current, Some(hash)).await?;
        let mut tx = app.db.write().await?;
        guessing::require_unlocked(&app, &guesser)?;
        if !matches {
            let email = &caller.user.email;
            audit::by_caller(&app, &mut tx, &caller, AuditAction::SignInFailed, email).await?;
            guessing::wrong_by_user(&app, &mut tx, &guesser).await?;
            tx.commit().await?;
            return Err(ApiError::field("current", "the current password is wrong"));
        }
    }
    passwords::check_rules(&change.new, &caller.user.email).map_err(|error| error.in_field("new"))?;
    let hash = app.passwords.hash(change.new).await?;
    let mut tx = app.db.write().await?;
    db::users::set_password(&mut tx, caller.id(), &hash).await?;
    audit::by_caller(&app, &mut tx, &caller, AuditAction::PasswordChanged, &caller.user.email).await?;
    if session::token_hash(&app, &head).is_none() {
        // By a token: the page could not take another cookie.
        sessions::end_others(&app, &mut tx, &caller.session).await?;
        tx.commit().await?;
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    sessions::end_all(&app, &mut tx, caller.id()).await?;
    let opened = session::open(&app, &mut tx, caller.id(), &head).await?;
    tx.commit().await?;
    Ok((StatusCode::NO_CONTENT, session::cookies(&app, &head, &opened)).into_response())
}

/// Sends a mail with a link to set a new password, if the address is an active member's. Neither the answer nor its
/// time tells whether it is: the work is done after the answer.
#[utoipa::path(post, path = "/password-resets", tag = "session", request_body = PasswordResetRequest,
    responses((status = 202)))]
pub(crate) async fn request_reset(
    State(app): State<App>,
    asker: Asker,
    Json(request): Json<PasswordResetRequest>,
) -> ApiResult<StatusCode> {
    let (key, now) = (address::lookup_key(&request.email), app.now());
    asker.reset(&app.limiter)?;
    require_passwords(&mut *app.db.read().await?, &app).await?;
    tokio::spawn(async move {
        if let Err(error) = send_reset(&app, &key, now).await {
            tracing::error!(%error, "a password reset could not be sent");
        }
    });
    Ok(StatusCode::ACCEPTED)
}

async fn send_reset(app: &App, email_key: &str, now: Millis) -> ApiResult<()> {
    // Looked up before a write transaction is opened: most addresses that are tried are unknown.
    if db::users::find_by_email(&mut *app.db.read().await?, &app.account_id, email_key).await?.is_none() {
        return Ok(());
    }
    let mut tx = app.db.write().await?;
    let user = db::users::find_by_email(&mut tx, &app.account_id, email_key).await?;
    if let Some(user) = user.filter(|user| user.status(now).is_ok_and(|status| status == UserStatus::Active))
    {
        let recent = now.plus(RESET_LIFETIME.saturating_sub(RESET_PAUSE));
        let mut open = db::links::open(&mut tx, &user.id, Purpose::PasswordReset).await?;
        open.retain(|until| !until.is_over(RESET_LIFETIME, now));
        if open.len() >= RESETS_AT_ONCE || open.iter().any(|until| *until > recent) {
            return Ok(());
        }
        let link_id = Uuid::now_v7().to_string();
        let expires_at = now.plus(RESET_LIFETIME);
        db::links::insert(&mut tx, &app.account_id, &link_id, &user.id, Purpose::PasswordReset, expires_at)
            .await?;
        let payload = serde_json::to_string(&ResetPayload { link_id })?;
        db::mails::queue_personal(&mut tx, &app.account_id, &user.id, MailKind::PasswordReset, &payload, now)
            .await?;
        tx.commit().await?;
        app.mail_monitor.wake();
    }
    Ok(())
}

/// Sets a new password by the token of the mail.
///
/// Every session of the person ends. The browser is known to be theirs from now on.
#[utoipa::path(put, path = "/password-resets", tag = "session", request_body = PasswordReset,
    responses((status = 204)))]
pub(crate) async fn reset(
    State(app): State<App>,
    asker: Asker,
    head: HeaderMap,
    Json(reset): Json<PasswordReset>,
) -> ApiResult<Response> {
    let claim = asker.attempt_by_link(&app.limiter, &app.tokens, Purpose::PasswordReset, &reset.token)?;
    let id = claim.id.to_string();
    let now = app.now();
    let mut conn = app.db.read().await?;
    require_passwords(&mut conn, &app).await?;
    let link =
        open_link(db::links::find(&mut conn, &id, Purpose::PasswordReset).await?, RESET_LIFETIME, now)?;
    let user = db::users::find(&mut conn, &app.account_id, &link.user_id).await?;
    drop(conn);
    let user = user
        .filter(|user| user.status(now).is_ok_and(|status| status == UserStatus::Active))
        .ok_or(ProblemCode::LinkRevoked)?;
    passwords::check_rules(&reset.new_password, &user.email)
        .map_err(|error| error.in_field("new_password"))?;
    let hash = app.passwords.hash(reset.new_password).await?;

    let mut tx = app.db.write().await?;
    // Read again: during hashing the link may have been used.
    open_link(db::links::find(&mut tx, &id, Purpose::PasswordReset).await?, RESET_LIFETIME, now)?;
    db::links::use_up(&mut tx, &user.id, Purpose::PasswordReset, now).await?;
    db::users::set_password(&mut tx, &user.id, &hash).await?;
    audit::note(&app, &mut tx, Actor::User(&user), AuditAction::PasswordChanged, &user).await?;
    sessions::end_all(&app, &mut tx, &user.id).await?;
    guessing::forget(&app, &mut tx, &user.email_key).await?;
    if let Some(number) = device::of(&app, &head, &user.email_key) {
        guessing::forgive(&app, &mut tx, &Guesser::Device(number)).await?;
    }
    tx.commit().await?;
    // Whoever has the mail is the owner: while others guess, this browser takes the new password all the same.
    let remember = (header::SET_COOKIE, device::remember(&app, &head, &user.email_key));
    Ok((StatusCode::NO_CONTENT, AppendHeaders([remember])).into_response())
}
