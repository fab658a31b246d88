use std::time::Duration;

use api_types::{AuditAction, LoginManagement, ProblemCode, Session, SignIn, UserStatus};
use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::db::users::UserRow;
use crate::db::{self, Conn, links::LinkRow};
use crate::error::ApiResult;
use crate::http::auth::device;
use crate::http::auth::session;
use crate::http::extract::Json;
use crate::platform::clock::Millis;
use crate::platform::cookie::FlowCookie;
use crate::platform::token::Purpose;
use crate::services::address;
use crate::services::audit::{self, Actor};
use crate::services::guessing;
use crate::services::seed;
use crate::services::sessions::{self, Caller};
use crate::state::App;
use crate::state::guesses::Guesser;
use crate::state::limiter::Asker;

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
    let guesser = match device::of(app, head, &address) {
        Some(number) => {
            let guesser = Guesser::Device(number);
            asker.attempt_for(&app.limiter, &guesser.stored().counted_for)?;
            guesser
        }
        None => {
            asker.attempt(&app.limiter)?;
            Guesser::Stranger { email_key: address.clone(), network: asker.network() }
        }
    };
    let mut conn = app.db.read().await?;
    require_passwords(&mut conn, app).await?;
    guessing::require_unlocked(app, &guesser)?;
    let user = db::users::find_by_email(&mut conn, &app.account_id, &address).await?;
    drop(conn);
    // An unknown address is not stored: it may be a password in the wrong field.
    let known = user.clone();
    let user = user.filter(|user| user.status(now).is_ok_and(|status| status == UserStatus::Active));
    let hash = user.as_ref().and_then(|user| user.password_hash.clone());
    let matches = app.passwords.verify(password, hash.clone()).await?;

    let Some(user) = user.filter(|_| matches) else { return Err(guessing::wrong(app, &guesser, known)) };
    let signing_in = SigningIn { head, guesser: &guesser, id: &user.id, hash: hash.as_deref() };
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
    guesser: &'a Guesser,
    id: &'a str,
    hash: Option<&'a str>,
}

impl SigningIn<'_> {
    /// The user, if they may still sign in: during hashing there may have been many other attempts, or the user may
    /// have been locked out or changed.
    async fn unchanged(&self, conn: &mut Conn, app: &App) -> ApiResult<Option<UserRow>> {
        guessing::require_unlocked(app, self.guesser)?;
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
        return Err(guessing::wrong(app, signing_in.guesser, known));
    };
    guessing::forgive(app, &mut tx, signing_in.guesser).await?;
    audit::note(app, &mut tx, Actor::User(&user), AuditAction::SignedIn, &user).await?;
    let opened = session::open(app, &mut tx, &user.id, signing_in.head).await?;
    tx.commit().await?;
    Ok(session::hand_over(app, signing_in.head, opened))
}

/// Fails if people sign in through Salesforce only.
pub(super) async fn require_passwords(conn: &mut Conn, app: &App) -> ApiResult<()> {
    match db::accounts::login_management(conn, &app.account_id).await? {
        LoginManagement::AllLoginMethods => Ok(()),
        LoginManagement::SalesforceOnly => Err(ProblemCode::SalesforceOnly.into()),
    }
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
///
/// The cookies are cleared whatever state the database is in, which stores the end of the session as soon as it can. The
/// browser stays known to be this person's.
#[utoipa::path(delete, path = "/session", tag = "session", responses((status = 204)))]
pub(crate) async fn delete(
    State(app): State<App>,
    caller: Option<Extension<Caller>>,
    head: HeaderMap,
) -> Response {
    let by_caller = caller.map(|Extension(caller)| caller.session.token_hash);
    if let Some(hash) = by_caller.or_else(|| session::token_hash(&app, &head)) {
        sessions::end(&app, &hash).await;
    }
    let mut response = StatusCode::NO_CONTENT.into_response();
    // Each by name: `Clear-Site-Data` would clear those of all hosts of the domain.
    let expired = std::iter::once(app.cookie.clear()).chain(FlowCookie::clear_all(app.cookie, &head));
    for cookie in expired {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}
