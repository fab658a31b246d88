use std::time::Duration;

use api_types::{AuditAction, LoginManagement, ProblemCode, Session, SignIn, UserStatus};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::address;
use crate::app::App;
use crate::audit::{self, Actor};
use crate::auth::session::{self, Caller};
use crate::db::users::UserRow;
use crate::db::{self, Conn, links::LinkRow};
use crate::error::{ApiError, ApiResult};
use crate::extract::Json;
use crate::token::{self, Purpose};

/// So many failures lock an address.
pub(super) const FAILURES: u32 = 5;
pub(super) const LOCK: Duration = Duration::from_secs(15 * 60);

/// Signs in by password, or by a one-time link of the command line. The cookie of the answer is the session.
#[utoipa::path(post, path = "/session", tag = "session", request_body = SignIn,
    responses((status = 200, body = Session)))]
pub(crate) async fn create(
    State(app): State<App>,
    head: HeaderMap,
    Json(sign_in): Json<SignIn>,
) -> ApiResult<Response> {
    match sign_in {
        SignIn::Password { email, password } => by_password(&app, &head, &email, password).await,
        SignIn::Link { token } => by_link(&app, &head, &token).await,
    }
}

async fn by_password(app: &App, head: &HeaderMap, email: &str, password: String) -> ApiResult<Response> {
    let key = address::lookup_key(email);
    let now = app.now();
    let mut conn = app.db.read().await?;
    require_passwords(&mut conn, app).await?;
    require_unlocked(&mut conn, app, &key).await?;
    let user = db::users::find_by_email(&mut conn, &app.account_id, &key).await?;
    drop(conn);
    // An address that nobody has is not written down: it may be a password in the wrong field.
    let known = user.as_ref().map(|user| user.email.clone());
    let user = user.filter(|user| user.status(now).is_ok_and(|status| status == UserStatus::Active));
    let hash = user.as_ref().and_then(|user| user.password_hash.clone());
    let matches = app.passwords.verify(password, hash.clone()).await?;

    let mut tx = app.db.write().await?;
    // Asked again: hashing takes long enough for many guesses at once, and for the person to be locked out or changed.
    require_unlocked(&mut tx, app, &key).await?;
    let user = match user.filter(|_| matches) {
        Some(user) => db::users::find(&mut tx, &app.account_id, &user.id).await?,
        None => None,
    };
    let unchanged = |user: &UserRow| {
        user.password_hash == hash && user.status(now).is_ok_and(|status| status == UserStatus::Active)
    };
    let Some(user) = user.filter(unchanged) else {
        if let Some(known) = &known {
            audit::note(app, &mut tx, Actor::Server, AuditAction::SignInFailed, known).await?;
        }
        db::sessions::note_failure(&mut tx, &app.account_id, &key, FAILURES, LOCK, now).await?;
        tx.commit().await?;
        return Err(ProblemCode::WrongCredentials.into());
    };
    db::sessions::clear_failures(&mut tx, &app.account_id, &key).await?;
    audit::note(app, &mut tx, Actor::User(&user), AuditAction::SignedIn, &user.email).await?;
    let opened = session::open(app, &mut tx, &user.id, head).await?;
    tx.commit().await?;
    Ok(opened.into_response(app))
}

/// Fails where only Salesforce lets people in.
pub(super) async fn require_passwords(conn: &mut Conn, app: &App) -> ApiResult<()> {
    match db::accounts::login_management(conn, &app.account_id).await? {
        LoginManagement::AllLoginMethods => Ok(()),
        LoginManagement::SalesforceOnly => Err(ProblemCode::SalesforceOnly.into()),
    }
}

/// Fails while too many failures lock an address.
pub(super) async fn require_unlocked(conn: &mut Conn, app: &App, email_key: &str) -> ApiResult<()> {
    let now = app.now();
    match db::sessions::locked_until(conn, &app.account_id, email_key, now).await? {
        Some(until) => Err(ApiError::new(ProblemCode::LockedOut).retry_after(now.until(until).as_secs() + 1)),
        None => Ok(()),
    }
}

async fn by_link(app: &App, head: &HeaderMap, token: &str) -> ApiResult<Response> {
    let claim = app.tokens.verify(Purpose::SignIn, token).ok_or(ProblemCode::LinkInvalid)?;
    let now = app.now();
    let mut tx = app.db.write().await?;
    let link = db::links::find(&mut tx, &claim.id.to_string(), Purpose::SignIn).await?;
    let link = open_link(link, now)?;
    db::links::use_up(&mut tx, &link.user_id, Purpose::SignIn, now).await?;
    let user = db::users::find(&mut tx, &app.account_id, &link.user_id).await?;
    let user = user
        .filter(|user| user.status(now).is_ok_and(|status| status == UserStatus::Active))
        .ok_or(ProblemCode::LinkRevoked)?;
    audit::note(app, &mut tx, Actor::User(&user), AuditAction::SignedIn, &user.email).await?;
    let opened = session::open(app, &mut tx, &link.user_id, head).await?;
    tx.commit().await?;
    Ok(opened.into_response(app))
}

/// A one-time link, if it still opens something.
pub(super) fn open_link(link: Option<LinkRow>, now: crate::clock::Millis) -> ApiResult<LinkRow> {
    let link = link.ok_or(ProblemCode::LinkInvalid)?;
    if link.used_at.is_some() {
        return Err(ProblemCode::LinkUsed.into());
    }
    if link.expires_at <= now.0 {
        return Err(ProblemCode::LinkExpired.into());
    }
    Ok(link)
}

/// Who is signed in.
#[utoipa::path(get, path = "/session", tag = "session", responses((status = 200, body = Session)))]
pub(crate) async fn get(State(app): State<App>, caller: Caller) -> ApiResult<Json<Session>> {
    Ok(Json(session::view(&app, &caller.user, &caller.session)?))
}

/// Signs out. Without a session there is nothing to do, and that is fine.
#[utoipa::path(delete, path = "/session", tag = "session", responses((status = 204)))]
pub(crate) async fn delete(State(app): State<App>, head: HeaderMap) -> ApiResult<Response> {
    if let Some(token) = app.cookie.read(&head) {
        let mut tx = app.db.write().await?;
        db::sessions::delete(&mut tx, &token::sha256(token.as_bytes())).await?;
        tx.commit().await?;
    }
    let clear = [
        (header::SET_COOKIE, app.cookie.clear()),
        // Not "storage": that would remove what works offline.
        (HeaderName::from_static("clear-site-data"), HeaderValue::from_static("\"cookies\"")),
    ];
    Ok((StatusCode::NO_CONTENT, clear).into_response())
}
