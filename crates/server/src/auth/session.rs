//! Sessions: made at sign-in, carried by the cookie, ended by time, by sign-out and by changes of power.

use api_types::{AccountName, Me, ProblemCode, Role, Session, UserId, UserStatus};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::{AppendHeaders, IntoResponse, Response};

use crate::app::App;
use crate::auth::device;
use crate::auth::known::Lives;
use crate::clock::Millis;
use crate::db::sessions::SessionRow;
use crate::db::users::UserRow;
use crate::db::{self, Conn, DbResult};
use crate::error::{ApiError, ApiResult};
use crate::extract::Json;
use crate::token;

/// Whoever makes a request.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    pub(crate) session: SessionRow,
    pub(crate) user: UserRow,
    pub(crate) role: Role,
}

impl Caller {
    pub(crate) fn id(&self) -> &str {
        &self.user.id
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> ApiResult<Self> {
        parts.extensions.get::<Self>().cloned().ok_or(ProblemCode::SignedOut.into())
    }
}

fn lives(app: &App) -> Lives {
    Lives { idle: app.config.session_idle(), whole: app.config.session_lifetime() }
}

/// The caller by the cookie, if there is a live session of an active user. That they ask keeps the session alive; that
/// is stored beside the request, which waits for nobody who writes.
pub(crate) async fn caller(app: &App, headers: &HeaderMap) -> ApiResult<Option<Caller>> {
    let Some(mut caller) = look_up(app, headers).await? else { return Ok(None) };
    let (session, at) = (&mut caller.session, app.moment());
    session.last_seen_at = at.now.0;
    if app.sessions.saw(&session.token_hash, at) {
        let (app, hash) = (app.clone(), session.token_hash.clone());
        tokio::spawn(async move {
            if let Err(error) = store(&app, &hash, at.now).await {
                tracing::warn!(%error, "the last request of a session could not be stored");
            }
        });
    }
    Ok(Some(caller))
}

/// Stores when a session was last used, or the session itself, where that was not possible before.
async fn store(app: &App, token_hash: &str, now: Millis) -> DbResult<()> {
    let mut tx = app.db.write().await?;
    // Not before: it may have ended while others wrote.
    match app.sessions.unstored(token_hash) {
        Some(row) => {
            let row = SessionRow { last_seen_at: now.0, ..row };
            db::sessions::insert(&mut tx, &app.account_id, &row, now).await?;
        }
        None => db::sessions::touch(&mut tx, token_hash, now).await?,
    }
    tx.commit().await?;
    app.sessions.stored(token_hash);
    Ok(())
}

/// The same as [`caller`], without keeping the session alive.
pub(crate) async fn look_up(app: &App, headers: &HeaderMap) -> ApiResult<Option<Caller>> {
    let Some(token) = app.cookie.read(headers) else { return Ok(None) };
    let hash = token::sha256(token.as_bytes());
    let mut conn = app.db.read().await?;
    let Some(session) = live(app, &mut conn, &hash).await? else { return Ok(None) };
    let Some(user) = db::users::find(&mut conn, &app.account_id, &session.user_id).await? else {
        return Ok(None);
    };
    drop(conn);
    if user.status(app.now())? != UserStatus::Active {
        return Ok(None);
    }
    let role = user.role()?;
    Ok(Some(Caller { session, user, role }))
}

/// A session by the hash of its cookie, unless it has ended.
pub(crate) async fn live(app: &App, conn: &mut Conn, token_hash: &str) -> DbResult<Option<SessionRow>> {
    let row = match app.sessions.unstored(token_hash) {
        Some(row) => Some(row),
        None => db::sessions::find(conn, token_hash).await?,
    };
    match row {
        Some(row) => Ok(app.sessions.live(row, lives(app), app.moment())),
        None => {
            app.sessions.end(token_hash);
            Ok(None)
        }
    }
}

/// Ends the session of a cookie, if there is one. Nothing is written for whoever has none.
pub(crate) async fn end(app: &App, token: &str) -> DbResult<()> {
    let hash = token::sha256(token.as_bytes());
    let was_kept_here = app.sessions.end(&hash);
    if !was_kept_here && db::sessions::find(&mut *app.db.read().await?, &hash).await?.is_none() {
        return Ok(());
    }
    let deleted = async {
        let mut tx = app.db.write().await?;
        db::sessions::delete(&mut tx, &hash).await?;
        tx.commit().await
    };
    match deleted.await {
        Err(error) if was_kept_here => tracing::warn!(%error, "a session was stored nowhere, nor is its end"),
        ended => ended?,
    }
    Ok(())
}

/// Ends every session of a user.
pub(crate) async fn end_all(app: &App, conn: &mut Conn, user_id: &str) -> DbResult<()> {
    app.sessions.end_of_user(user_id);
    db::sessions::delete_of_user(conn, user_id).await
}

/// Forgets what was known of sessions whose time is over.
pub(crate) fn tidy(app: &App) {
    app.sessions.tidy(app.moment());
}

/// A session that was just opened, with the cookie's secret.
pub(crate) struct Opened {
    session: Session,
    token: String,
    device: HeaderValue,
}

/// Opens a session for an active user, in the transaction of what entitles them to it.
/// A session that the browser had before ends: the id never survives a sign-in.
pub(crate) async fn open(app: &App, conn: &mut Conn, user_id: &str, head: &HeaderMap) -> ApiResult<Opened> {
    if let Some(before) = app.cookie.read(head) {
        let before = token::sha256(before.as_bytes());
        app.sessions.end(&before);
        db::sessions::delete(conn, &before).await?;
    }
    let now = app.now();
    let (row, token) = new(app, user_id)?;
    db::sessions::insert(conn, &app.account_id, &row, now).await?;
    // Known from its beginning, whatever becomes of the clock.
    app.sessions.live(row.clone(), lives(app), app.moment());
    db::users::note_sign_in(conn, user_id, now).await?;
    let user = db::users::find(conn, &app.account_id, user_id).await?.ok_or(ProblemCode::SignedOut)?;
    Ok(Opened {
        session: view(app, &user, &row)?,
        token,
        device: device::remember(app, head, &user.email_key),
    })
}

/// Opens a session that is kept here alone, as nothing can be stored at the moment.
pub(crate) fn open_unstored(app: &App, user: &UserRow, head: &HeaderMap) -> ApiResult<Opened> {
    let (row, token) = new(app, &user.id)?;
    let session = view(app, user, &row)?;
    app.sessions.keep(row, lives(app), app.moment());
    Ok(Opened { session, token, device: device::remember(app, head, &user.email_key) })
}

fn new(app: &App, user_id: &str) -> ApiResult<(SessionRow, String)> {
    let now = app.now();
    let token = token::random_token().map_err(|error| {
        tracing::error!(%error, "no random numbers");
        ApiError::new(ProblemCode::Internal)
    })?;
    let row = SessionRow {
        token_hash: token::sha256(token.as_bytes()),
        user_id: user_id.to_owned(),
        last_seen_at: now.0,
        expires_at: now.plus(app.config.session_lifetime()).0,
    };
    Ok((row, token))
}

impl Opened {
    /// The answer that hands the session over.
    pub(crate) fn into_response(self, app: &App) -> Response {
        (self.cookies(app), Json(self.session)).into_response()
    }

    /// The cookies alone: the session's, and that by which the browser is known from now on.
    pub(crate) fn cookies(&self, app: &App) -> AppendHeaders<[(HeaderName, HeaderValue); 2]> {
        let session = app.cookie.set(&self.token);
        AppendHeaders([(header::SET_COOKIE, session), (header::SET_COOKIE, self.device.clone())])
    }
}

/// A session as its owner sees it.
pub(crate) fn view(app: &App, user: &UserRow, session: &SessionRow) -> ApiResult<Session> {
    let now = app.now();
    let expires_at = Millis(session.expires_at);
    let idle_expires_at = Millis(session.last_seen_at).plus(app.config.session_idle()).min(expires_at);
    Ok(Session {
        user: me(user)?,
        account: AccountName { name: app.account_name.clone() },
        idle_expires_at: idle_expires_at.timestamp(),
        expires_at: expires_at.timestamp(),
        idle_seconds: now.until(idle_expires_at).as_secs(),
        mailbox_url: app.config.sandbox.mailbox_path().map(str::to_owned),
    })
}

/// A user's own profile.
pub(crate) fn me(user: &UserRow) -> ApiResult<Me> {
    Ok(Me {
        id: UserId(user.id.clone()),
        email: user.email.clone(),
        first_name: user.first_name.clone(),
        last_name: user.last_name.clone(),
        role: user.role()?,
        personas: user.personas(),
        locale: user.locale()?,
        has_password: user.password_hash.is_some(),
    })
}
