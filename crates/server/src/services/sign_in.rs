//! Signing in by password, or by a one-time link of the command line.

use api_types::{AuditAction, ProblemCode, UserStatus};

use crate::db::users::UserRow;
use crate::db::{self, Conn};
use crate::error::ApiResult;
use crate::platform::token::{Claim, Purpose};
use crate::services::audit::{self, Actor};
use crate::services::guessing;
use crate::services::seed;
use crate::services::sessions::{self, Browser, Opened};
use crate::state::App;
use crate::state::guesses::Guesser;
use crate::state::limiter::Asker;

/// Whose guesses an attempt is counted with: the browser's, if it is known to be that of the owner of the address, else
/// those of strangers. Fails after too many attempts.
pub(crate) fn guesser(app: &App, asker: &Asker, address: &str, device: Option<String>) -> ApiResult<Guesser> {
    match device {
        Some(number) => {
            let guesser = Guesser::Device(number);
            asker.attempt_for(&app.limiter, &guesser.stored().counted_for)?;
            Ok(guesser)
        }
        None => {
            asker.attempt(&app.limiter)?;
            Ok(Guesser::Stranger { email_key: address.to_owned(), network: asker.network() })
        }
    }
}

/// Opens a session by the key of an address and a password. The session that the browser had `before` (the hash of its
/// token) ends.
pub(crate) async fn by_password(
    app: &App,
    guesser: &Guesser,
    address: &str,
    password: String,
    before: Option<&str>,
    browser: &Browser,
) -> ApiResult<Opened> {
    let now = app.now();
    let mut conn = app.db.read().await?;
    sessions::require_passwords(&mut conn, app).await?;
    guessing::require_unlocked(app, guesser)?;
    let user = db::users::find_by_email(&mut conn, &app.account_id, address).await?;
    drop(conn);
    // An unknown address is not stored: it may be a password in the wrong field.
    let known = user.clone();
    let user = user.filter(|user| user.status(now).is_ok_and(|status| status == UserStatus::Active));
    let hash = user.as_ref().and_then(|user| user.password_hash.clone());
    let matches = app.passwords.verify(password, hash.clone()).await?;

    let Some(user) = user.filter(|_| matches) else { return Err(guessing::wrong(app, guesser, known)) };
    let signing_in = SigningIn { guesser, id: &user.id, hash: hash.as_deref(), before, browser };
    match signing_in.open(app, known).await {
        Err(error) if error.is_not_stored() => {
            tracing::warn!("somebody is signed in although nothing can be stored");
            let mut conn = app.db.read().await?;
            let user = signing_in.unchanged(&mut conn, app).await?.ok_or(ProblemCode::WrongCredentials)?;
            sessions::open_unstored(app, &user, browser)
        }
        opened => opened,
    }
}

/// A user who has given their password.
struct SigningIn<'a> {
    guesser: &'a Guesser,
    id: &'a str,
    hash: Option<&'a str>,
    before: Option<&'a str>,
    browser: &'a Browser,
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

    async fn open(&self, app: &App, known: Option<UserRow>) -> ApiResult<Opened> {
        let mut tx = app.db.write().await?;
        let Some(user) = self.unchanged(&mut tx, app).await? else {
            return Err(guessing::wrong(app, self.guesser, known));
        };
        guessing::forgive(app, &mut tx, self.guesser).await?;
        audit::note(app, &mut tx, Actor::User(&user), AuditAction::SignedIn, &user).await?;
        let opened = sessions::open_and_tell(app, &mut tx, &user, self.before, self.browser).await?;
        tx.commit().await?;
        app.mail_monitor.wake();
        Ok(opened)
    }
}

/// Opens a session by a link. The session that the browser had `before` (the hash of its token) ends.
pub(crate) async fn by_link(
    app: &App,
    claim: &Claim,
    before: Option<&str>,
    browser: &Browser,
) -> ApiResult<Opened> {
    let (id, now) = (claim.id.to_string(), app.now());
    let lifetime = seed::SIGN_IN_LINK_LIFETIME;
    let link = db::links::find(&mut *app.db.read().await?, &id, Purpose::SignIn).await?;
    sessions::open_link(link, lifetime, now)?;
    let mut tx = app.db.write().await?;
    // Read again, inside the only write transaction: a link works once.
    let link = sessions::open_link(db::links::find(&mut tx, &id, Purpose::SignIn).await?, lifetime, now)?;
    db::links::use_up(&mut tx, &link.user_id, Purpose::SignIn, now).await?;
    let user = db::users::find(&mut tx, &app.account_id, &link.user_id).await?;
    let user = user
        .filter(|user| user.status(now).is_ok_and(|status| status == UserStatus::Active))
        .ok_or(ProblemCode::LinkRevoked)?;
    audit::note(app, &mut tx, Actor::User(&user), AuditAction::SignedIn, &user).await?;
    let opened = sessions::open(app, &mut tx, &link.user_id, before, browser).await?;
    tx.commit().await?;
    Ok(opened)
}
