use std::time::Duration;

use api_types::{AuditAction, LoginManagement, ProblemCode, Session, SignIn, UserStatus};
use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::db::users::UserRow;
use crate::db::{self, Conn, links::LinkRow};
use crate::error::{ApiError, ApiResult};
use crate::http::auth::device;
use crate::http::auth::session;
use crate::http::extract::Json;
use crate::platform::clock::Millis;
use crate::platform::request_id;
use crate::platform::token::Purpose;
use crate::services::address;
use crate::services::audit::{self, Actor};
use crate::services::seed;
use crate::services::sessions::{self, Caller};
use crate::state::App;
use crate::state::guesses;
use crate::state::limiter::Asker;

/// This many failures lock an address.
pub(super) const FAILURES: u32 = 5;
pub(super) const LOCK: Duration = Duration::from_secs(15 * 60);

/// Signs in by password, or by a one-time link of the command line. The response sets the session cookie.
#[utoipa::path(post, path = "/session", tag = "session", request_body = SignIn,
    responses((status = 200, body = Session)))]
pub(crate) async fn create(
    State(app): State<App>,
    asker: Asker,
    head: HeaderMap,
    Json(sign_in): Json<SignIn>,
) -> ApiResult<Response> {
    match sign_in {
        SignIn::Password { email, password } => by_password(&app, &asker, &head, &email, password).await,
        SignIn::Link { token } => by_link(&app, &asker, &head, &token).await,
    }
}

async fn by_password(
    app: &App,
    asker: &Asker,
    head: &HeaderMap,
    email: &str,
    password: String,
) -> ApiResult<Response> {
    let address = address::lookup_key(email);
    let now = app.now();
    // A known browser is not limited by the attempts of others, neither at the same e-mail address nor from the same
    // network address.
    let key = match device::of(app, head, &address) {
        Some(number) => guesses::by_device(&number),
        None => {
            asker.attempt(&app.limiter)?;
            address.clone()
        }
    };
    asker.attempt_for(&app.limiter, &key)?;
    let mut conn = app.db.read().await?;
    require_passwords(&mut conn, app).await?;
    require_unlocked(&mut conn, app, &key).await?;
    let user = db::users::find_by_email(&mut conn, &app.account_id, &address).await?;
    drop(conn);
    // An unknown address is not stored: it may be a password in the wrong field.
    let known = user.clone();
    let user = user.filter(|user| user.status(now).is_ok_and(|status| status == UserStatus::Active));
    let hash = user.as_ref().and_then(|user| user.password_hash.clone());
    let matches = app.passwords.verify(password, hash.clone()).await?;

    let Some(user) = user.filter(|_| matches) else { return Err(wrong(app, &key, known)) };
    let signing_in = SigningIn { head, key: &key, id: &user.id, hash: hash.as_deref() };
    match sign_in(app, &signing_in, known).await {
        Err(error) if error.is_not_stored() => {
            tracing::warn!("somebody is signed in although nothing can be stored");
            let mut conn = app.db.read().await?;
            let user = signing_in.unchanged(&mut conn, app).await?.ok_or(ProblemCode::WrongCredentials)?;
            Ok(session::hand_over(app, head, sessions::open_unstored(app, &user)?))
        }
        answer => answer,
    }
}

/// A user who has given their password.
struct SigningIn<'a> {
    head: &'a HeaderMap,
    /// The key under which failures are counted.
    key: &'a str,
    id: &'a str,
    hash: Option<&'a str>,
}

impl SigningIn<'_> {
    /// The user, if they may still sign in: during hashing there may have been many other attempts, or the user may
    /// have been locked out or changed.
    async fn unchanged(&self, conn: &mut Conn, app: &App) -> ApiResult<Option<UserRow>> {
        require_unlocked(conn, app, self.key).await?;
        let user = db::users::find(conn, &app.account_id, self.id).await?;
        Ok(user.filter(|user| {
            user.password_hash.as_deref() == self.hash
                && user.status(app.now()).is_ok_and(|status| status == UserStatus::Active)
        }))
    }
}

async fn sign_in(app: &App, signing_in: &SigningIn<'_>, known: Option<UserRow>) -> ApiResult<Response> {
    let mut tx = app.db.write().await?;
    let Some(user) = signing_in.unchanged(&mut tx, app).await? else {
        return Err(wrong(app, signing_in.key, known));
    };
    db::sessions::clear_failures(&mut tx, &app.account_id, signing_in.key).await?;
    audit::note(app, &mut tx, Actor::User(&user), AuditAction::SignedIn, &user).await?;
    let opened = session::open(app, &mut tx, &user.id, signing_in.head).await?;
    tx.commit().await?;
    app.guesses.clear(signing_in.key);
    Ok(session::hand_over(app, signing_in.head, opened))
}

/// Counts a failure. If the address is that of a `known` user, the failure is stored after the answer, so that the answer takes the
/// same time for every address.
fn wrong(app: &App, key: &str, known: Option<UserRow>) -> ApiError {
    if let Some(left) = app.guesses.note(key, FAILURES, LOCK, app.elapsed()) {
        return locked(left);
    }
    if let Some(user) = known {
        let (app, key, now) = (app.clone(), key.to_owned(), app.now());
        request_id::spawn_detached(async move {
            let noted = async {
                let mut tx = app.db.write().await?;
                audit::note(&app, &mut tx, Actor::Server, AuditAction::SignInFailed, &user).await?;
                db::sessions::note_failure(&mut tx, &app.account_id, &key, FAILURES, LOCK, now).await?;
                tx.commit().await
            };
            if let Err(error) = noted.await {
                tracing::error!(%error, "a failed sign-in could not be stored");
            }
        });
    }
    ProblemCode::WrongCredentials.into()
}

/// Fails if people sign in through Salesforce only.
pub(super) async fn require_passwords(conn: &mut Conn, app: &App) -> ApiResult<()> {
    match db::accounts::login_management(conn, &app.account_id).await? {
        LoginManagement::AllLoginMethods => Ok(()),
        LoginManagement::SalesforceOnly => Err(ProblemCode::SalesforceOnly.into()),
    }
}

/// Fails while too many failures lock an address, or the key that is used instead.
pub(super) async fn require_unlocked(conn: &mut Conn, app: &App, key: &str) -> ApiResult<()> {
    if let Some(left) = app.guesses.locked_for(key, app.elapsed()) {
        return Err(locked(left));
    }
    let now = app.now();
    match db::sessions::locked_until(conn, &app.account_id, key, LOCK, now).await? {
        Some(until) => Err(locked(now.until(until).min(LOCK))),
        None => Ok(()),
    }
}

fn locked(left: Duration) -> ApiError {
    ApiError::new(ProblemCode::LockedOut).retry_after(left.as_secs() + 1)
}

async fn by_link(app: &App, asker: &Asker, head: &HeaderMap, token: &str) -> ApiResult<Response> {
    let claim = asker.attempt_by_link(&app.limiter, &app.tokens, Purpose::SignIn, token)?;
    let (id, now) = (claim.id.to_string(), app.now());
    let lifetime = seed::SIGN_IN_LINK_LIFETIME;
    let link = db::links::find(&mut *app.db.read().await?, &id, Purpose::SignIn).await?;
    open_link(link, lifetime, now)?;
    let mut tx = app.db.write().await?;
    // Read again, inside the only write transaction: a link works once.
    let link = open_link(db::links::find(&mut tx, &id, Purpose::SignIn).await?, lifetime, now)?;
    db::links::use_up(&mut tx, &link.user_id, Purpose::SignIn, now).await?;
    let user = db::users::find(&mut tx, &app.account_id, &link.user_id).await?;
    let user = user
        .filter(|user| user.status(now).is_ok_and(|status| status == UserStatus::Active))
        .ok_or(ProblemCode::LinkRevoked)?;
    audit::note(app, &mut tx, Actor::User(&user), AuditAction::SignedIn, &user).await?;
    let opened = session::open(app, &mut tx, &link.user_id, head).await?;
    tx.commit().await?;
    Ok(session::hand_over(app, head, opened))
}

/// A one-time link, if it is still valid. Links of its kind work for `lifetime`.
pub(super) fn open_link(link: Option<LinkRow>, lifetime: Duration, now: Millis) -> ApiResult<LinkRow> {
    let link = link.ok_or(ProblemCode::LinkInvalid)?;
    if link.used_at.is_some() {
        return Err(ProblemCode::LinkUsed.into());
    }
    if Millis(link.expires_at).is_over(lifetime, now) {
        return Err(ProblemCode::LinkExpired.into());
    }
    Ok(link)
}

/// The signed-in user. A browser without a session gets an empty answer, which is no failure; one whose session has
/// ended gets the problem `signed_out`.
#[utoipa::path(get, path = "/session", tag = "session",
    responses((status = 200, body = Session), (status = 204, description = "Nobody is signed in.")))]
pub(crate) async fn get(
    State(app): State<App>,
    caller: Option<Extension<Caller>>,
    head: HeaderMap,
) -> ApiResult<Response> {
    match caller {
        Some(Extension(caller)) => Ok(Json(sessions::view_of(&app, &caller)?).into_response()),
        None if app.cookie.read(&head).is_none() => Ok(StatusCode::NO_CONTENT.into_response()),
        None => Err(ProblemCode::SignedOut.into()),
    }
}

/// Signs out. Without a session, this succeeds and does nothing.
#[utoipa::path(delete, path = "/session", tag = "session", responses((status = 204)))]
pub(crate) async fn delete(
    State(app): State<App>,
    caller: Option<Extension<Caller>>,
    head: HeaderMap,
) -> ApiResult<Response> {
    let by_caller = caller.map(|Extension(caller)| caller.session.token_hash);
    if let Some(hash) = by_caller.or_else(|| session::token_hash(&app, &head)) {
        sessions::end(&app, &hash).await?;
    }
    let clear = [
        (header::SET_COOKIE, app.cookie.clear()),
        // Not "storage": that would delete the app's offline data.
        (HeaderName::from_static("clear-site-data"), HeaderValue::from_static("\"cookies\"")),
    ];
    Ok((StatusCode::NO_CONTENT, clear).into_response())
}
