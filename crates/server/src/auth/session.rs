//! Sessions: made at sign-in, carried by the cookie, ended by time, by sign-out and by changes of power.

use std::time::Duration;

use api_types::{AccountName, Me, ProblemCode, Role, Session, UserId, UserStatus};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};

use crate::app::App;
use crate::clock::Millis;
use crate::db::sessions::SessionRow;
use crate::db::users::UserRow;
use crate::db::{self, Conn};
use crate::error::{ApiError, ApiResult};
use crate::extract::Json;
use crate::token;

/// A session's last request is noted this exactly, so that reading does not always write.
const TOUCH_EVERY: Duration = Duration::from_secs(20);

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

/// The caller by the cookie, if there is a live session of an active user. That they ask keeps the session alive.
pub(crate) async fn caller(app: &App, headers: &HeaderMap) -> ApiResult<Option<Caller>> {
    let Some(mut caller) = look_up(app, headers).await? else { return Ok(None) };
    let (session, now) = (&mut caller.session, app.now());
    if Millis(session.last_seen_at).until(now) >= TOUCH_EVERY {
        let mut tx = app.db.write().await?;
        db::sessions::touch(&mut tx, &session.token_hash, now).await?;
        tx.commit().await?;
        session.last_seen_at = now.0;
    }
    Ok(Some(caller))
}

/// The same, without keeping the session alive.
pub(crate) async fn look_up(app: &App, headers: &HeaderMap) -> ApiResult<Option<Caller>> {
    let Some(token) = app.cookie.read(headers) else { return Ok(None) };
    let hash = token::sha256(token.as_bytes());
    let now = app.now();
    let mut conn = app.db.read().await?;
    let Some(session) = db::sessions::live(&mut conn, &hash, app.config.session_idle(), now).await? else {
        return Ok(None);
    };
    let Some(user) = db::users::find(&mut conn, &app.account_id, &session.user_id).await? else {
        return Ok(None);
    };
    drop(conn);
    if user.status(now)? != UserStatus::Active {
        return Ok(None);
    }
    let role = user.role()?;
    Ok(Some(Caller { session, user, role }))
}

/// A session that was just opened, with the cookie's secret.
pub(crate) struct Opened {
    session: Session,
    token: String,
}

/// Opens a session for an active user, in the transaction of what entitles them to it.
/// A session that the browser had before ends: the id never survives a sign-in.
pub(crate) async fn open(app: &App, conn: &mut Conn, user_id: &str, head: &HeaderMap) -> ApiResult<Opened> {
    if let Some(before) = app.cookie.read(head) {
        db::sessions::delete(conn, &token::sha256(before.as_bytes())).await?;
    }
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
    db::sessions::insert(conn, &app.account_id, &row, now).await?;
    db::users::note_sign_in(conn, user_id, now).await?;
    let user = db::users::find(conn, &app.account_id, user_id).await?.ok_or(ProblemCode::SignedOut)?;
    Ok(Opened { session: view(app, &user, &row)?, token })
}

impl Opened {
    /// The answer that hands the session over.
    pub(crate) fn into_response(self, app: &App) -> Response {
        let cookie = app.cookie.set(&self.token);
        ([(header::SET_COOKIE, cookie)], Json(self.session)).into_response()
    }

    /// The cookie alone.
    pub(crate) fn cookie(&self, app: &App) -> HeaderValue {
        app.cookie.set(&self.token)
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
        mailbox_url: app.config.sandbox.then(|| sandbox::MAILBOX_PATH.to_owned()),
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
