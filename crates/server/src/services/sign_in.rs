//! Signing in: by password, together with a code where the user has a second factor; by a passkey; or by a one-time link of
//! the command line.

use api_types::{AuditAction, Ceremony, CeremonyAnswer, ProblemCode, UserId, UserStatus};

use crate::db::factors::Standing;
use crate::db::sessions::OpenedBy;
use crate::db::users::UserRow;
use crate::db::{self, Conn};
use crate::error::{ApiError, ApiResult};
use crate::platform::request_id;
use crate::platform::token::{Claim, Purpose};
use crate::services::audit::{self, Actor};
use crate::services::factors::{codes, passkeys};
use crate::services::guessing;
use crate::services::operator;
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

/// What somebody enters to sign in.
pub(crate) struct Entered {
    /// The key of the address.
    pub(crate) address: String,
    pub(crate) password: String,
    /// Of the authenticator app, or a recovery code.
    pub(crate) code: Option<String>,
}

/// Opens a session by a password, and a code where the user has a second factor. The session that the browser had `before`
/// (the hash of its token) ends. The log has each refusal: who is locked out, and addresses that nobody has, by a word for the
/// address.
pub(crate) async fn by_password(
    app: &App,
    guesser: &Guesser,
    entered: Entered,
    before: Option<&str>,
    browser: &Browser,
) -> ApiResult<Opened> {
    let address = app.tokens.pseudonym(&entered.address);
    let opened = check_password(app, guesser, entered, before, browser).await;
    if let Err(error) = &opened {
        let (request_id, reason) = (request_id::current(), error.code().as_str());
        tracing::info!(request_id, method = "password", reason, address, "a sign-in was refused");
    }
    opened
}

async fn check_password(
    app: &App,
    guesser: &Guesser,
    entered: Entered,
    before: Option<&str>,
    browser: &Browser,
) -> ApiResult<Opened> {
    // Once more where the hash is another one by then: another sign-in may have renewed that of the same password.
    for _ in 0..2 {
        if let Some(opened) = compare(app, guesser, &entered, before, browser).await? {
            return Ok(opened);
        }
    }
    let known =
        db::users::find_by_email(&mut *app.db.read().await?, &app.account_id, &entered.address).await?;
    Err(guessing::wrong(app, guesser, known))
}

/// Compares the password with the stored hash, and opens a session; `None` where the user was changed during that.
async fn compare(
    app: &App,
    guesser: &Guesser,
    Entered { address, password, code }: &Entered,
    before: Option<&str>,
    browser: &Browser,
) -> ApiResult<Option<Opened>> {
    let mut conn = app.db.read().await?;
    sessions::require_passwords(&mut conn, app).await?;
    guessing::require_unlocked(app, guesser)?;
    let user = db::users::find_by_email(&mut conn, &app.account_id, address).await?;
    drop(conn);
    // An unknown address is not stored: it may be a password in the wrong field.
    let known = user.clone();
    let user = user.filter(UserRow::is_active);
    let hash = user.as_ref().and_then(|user| user.password_hash.clone());
    let matches = app.passwords.verify(password.clone(), hash.clone()).await?;

    let Some(user) = user.filter(|_| matches) else { return Err(guessing::wrong(app, guesser, known)) };
    let code = code.as_deref();
    let signing_in = SigningIn { guesser, id: &user.id, hash: hash.clone(), code, before, browser };
    let opened = signing_in.open(app, known).await;
    if let (Ok(Some(_)), Some(hash)) = (&opened, hash.filter(|hash| app.passwords.is_outdated(hash))) {
        // After the answer: nobody waits for it.
        request_id::spawn_detached(rehash(app.clone(), user.id.clone(), hash, password.clone()));
    }
    match opened {
        Err(error) if error.is_not_stored() => {
            tracing::warn!("somebody is signed in although nothing can be stored");
            let mut conn = app.db.read().await?;
            let Some(user) = signing_in.unchanged(&mut conn, app).await? else { return Ok(None) };
            let standing = db::factors::standing(&mut conn, &user.id).await?;
            // A code or a passkey could not be used up.
            if standing.has_any() {
                return Err(error);
            }
            sessions::open_unstored(app, &user, browser, standing.factor()).map(Some)
        }
        opened => opened,
    }
}

/// Stores a password as new ones are, where hashes cost something else when it was set.
async fn rehash(app: App, user_id: UserId, old: String, password: String) {
    let stored = async {
        let new = app.passwords.hash(password).await?;
        let mut tx = app.db.write().await?;
        db::users::rehash(&mut tx, &user_id, &old, &new).await?;
        tx.commit().await?;
        ApiResult::Ok(())
    };
    if let Err(error) = stored.await {
        tracing::warn!(%error, "a password could not be hashed anew");
    }
}

/// A user who has given their password.
struct SigningIn<'a> {
    guesser: &'a Guesser,
    id: &'a UserId,
    hash: Option<String>,
    code: Option<&'a str>,
    before: Option<&'a str>,
    browser: &'a Browser,
}

impl SigningIn<'_> {
    /// The user, if they may still sign in: during hashing there may have been many other attempts, or the user may
    /// have been locked out or changed.
    async fn unchanged(&self, conn: &mut Conn, app: &App) -> ApiResult<Option<UserRow>> {
        guessing::require_unlocked(app, self.guesser)?;
        let user = db::users::find(conn, &app.account_id, self.id).await?;
        Ok(user.filter(|user| user.password_hash == self.hash && user.is_active()))
    }

    async fn open(&self, app: &App, known: Option<UserRow>) -> ApiResult<Option<Opened>> {
        let mut tx = app.db.write().await?;
        let Some(user) = self.unchanged(&mut tx, app).await? else { return Ok(None) };
        let standing = db::factors::standing(&mut tx, &user.id).await?;
        if standing.has_any() {
            let code = self.code.ok_or_else(|| needed(&standing))?;
            if !codes::take(app, &mut tx, &user, code).await? {
                return Err(wrong_code(guessing::wrong(app, self.guesser, known)));
            }
        }
        guessing::forgive(app, &mut tx, self.guesser).await?;
        audit::note(app, &mut tx, Actor::User(&user), AuditAction::SignedIn, &user).await?;
        let opened =
            sessions::open_and_tell(app, &mut tx, &user, self.before, self.browser, OpenedBy::User).await?;
        tx.commit().await?;
        app.mail_monitor.wake();
        Ok(Some(opened))
    }
}

/// What is asked for beside the right password.
fn needed(standing: &Standing) -> ApiError {
    match standing.has_app {
        true => ProblemCode::CodeNeeded.into(),
        false => ProblemCode::PasskeyNeeded.into(),
    }
}

/// A wrong code is a guess like a wrong password, and says which of the two it was: the password was right.
fn wrong_code(guess: ApiError) -> ApiError {
    match guess.code() {
        ProblemCode::WrongCredentials => ApiError::field("code", "wrong, or no longer valid"),
        _ => guess,
    }
}

/// Begins a sign-in by a passkey.
pub(crate) async fn begin_by_passkey(app: &App) -> ApiResult<Ceremony> {
    sessions::require_passwords(&mut *app.db.read().await?, app).await?;
    passkeys::begin_sign_in(app)
}

/// Opens a session by a passkey, which says whose it is. The session that the browser had `before` (the hash of its token)
/// ends.
pub(crate) async fn by_passkey(
    app: &App,
    answer: CeremonyAnswer,
    before: Option<&str>,
    browser: &Browser,
) -> ApiResult<Opened> {
    let mut conn = app.db.read().await?;
    sessions::require_passwords(&mut conn, app).await?;
    let assertion = passkeys::sign_in(app, &mut conn, answer).await?;
    drop(conn);
    let mut tx = app.db.write().await?;
    let user = assertion.take(app, &mut tx).await?;
    if user.status(app.now())? != UserStatus::Active {
        return Err(ProblemCode::PasskeyRefused.into());
    }
    audit::note(app, &mut tx, Actor::User(&user), AuditAction::SignedIn, &user).await?;
    let opened = sessions::open_and_tell(app, &mut tx, &user, before, browser, OpenedBy::User).await?;
    tx.commit().await?;
    app.mail_monitor.wake();
    Ok(opened)
}

/// Opens a session by a link. The session that the browser had `before` (the hash of its token) ends.
pub(crate) async fn by_link(
    app: &App,
    claim: &Claim,
    before: Option<&str>,
    browser: &Browser,
) -> ApiResult<Opened> {
    let (id, now) = (claim.id.to_string(), app.now());
    let lifetime = operator::SIGN_IN_LINK_LIFETIME;
    let link = db::links::find(&mut *app.db.read().await?, &id, Purpose::SignIn).await?;
    sessions::open_link(link, lifetime, now)?;
    let mut tx = app.db.write().await?;
    // Read again, inside the only write transaction: a link works once.
    let link = sessions::open_link(db::links::find(&mut tx, &id, Purpose::SignIn).await?, lifetime, now)?;
    db::links::use_up(&mut tx, &link.user_id, Purpose::SignIn, now).await?;
    let user = db::users::find(&mut tx, &app.account_id, &link.user_id).await?;
    let user = user.filter(UserRow::is_active).ok_or(ProblemCode::LinkRevoked)?;
    audit::note(app, &mut tx, Actor::User(&user), AuditAction::SignedIn, &user).await?;
    let opened = sessions::open(app, &mut tx, &link.user_id, before, browser).await?;
    tx.commit().await?;
    Ok(opened)
}
