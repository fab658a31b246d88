//! Limits on guessing passwords, and what becomes of a wrong one.

use std::time::Duration;

use api_types::{AuditAction, ProblemCode, UserStatus};

use crate::db::guesses::KEPT;
use crate::db::mail_kind::MailKind;
use crate::db::told::Told;
use crate::db::users::UserRow;
use crate::db::{self, Conn, DbResult};
use crate::error::{ApiError, ApiResult};
use crate::platform::clock::Millis;
use crate::platform::request_id;
use crate::services::audit::{self, Actor};
use crate::services::sessions::Caller;
use crate::state::App;
use crate::state::guesses::{Guesser, Noted};

/// An owner is told at most this often that their password is guessed at, for as long as it goes on.
const TOLD_EVERY: Duration = Duration::from_secs(24 * 3600);

/// Whose guess it is that a signed-in user makes.
pub(crate) fn in_session(caller: &Caller) -> Guesser {
    Guesser::Session { user: caller.id().clone(), session: caller.session.id.clone() }
}

/// Fails while no guess is taken from them.
pub(crate) fn require_unlocked(app: &App, guesser: &Guesser) -> ApiResult<()> {
    app.guesses.locked_for(guesser, app.elapsed()).map_or(Ok(()), |left| Err(locked(left)))
}

fn locked(left: Duration) -> ApiError {
    ApiError::new(ProblemCode::LockedOut).retry_after(left.as_secs() + 1)
}

/// Counts a wrong password at sign-in, and returns what to answer. If the address is that of a `known` user, it is
/// stored after the answer, so that the answer takes the same time for every address.
pub(crate) fn wrong(app: &App, guesser: &Guesser, known: Option<UserRow>) -> ApiError {
    let noted = app.guesses.note(guesser, known.is_some(), app.elapsed());
    if let Noted::Locked(left) = noted {
        return locked(left);
    }
    // Of every address: a server that counts those of users alone would tell which these are.
    app.tell(Told::Guess { by: guesser.stored(), is_of_user: known.is_some() });
    if let Some(user) = known {
        let (app, guesser, now) = (app.clone(), guesser.clone(), app.now());
        request_id::spawn_detached(async move {
            if let Err(error) = store(&app, &guesser, &user, noted, now).await {
                tracing::error!(%error, "a failed sign-in could not be stored");
            }
        });
    }
    ProblemCode::WrongCredentials.into()
}

async fn store(app: &App, guesser: &Guesser, user: &UserRow, noted: Noted, now: Millis) -> ApiResult<()> {
    let mut tx = app.db.write().await?;
    audit::note(app, &mut tx, Actor::Server, AuditAction::SignInFailed, user).await?;
    db::guesses::insert(&mut tx, &app.account_id, &guesser.stored(), now).await?;
    let is_told = noted == Noted::LastFromAnywhere && tell(app, &mut tx, user, now).await?;
    tx.commit().await?;
    if is_told {
        app.mail_monitor.wake();
    }
    Ok(())
}

/// Tells the owner that passwords of strangers are no longer taken. Returns whether a mail is queued.
async fn tell(app: &App, conn: &mut Conn, user: &UserRow, now: Millis) -> ApiResult<bool> {
    const KIND: MailKind = MailKind::PasswordGuessing;
    let last = db::mails::last_personal(conn, &user.id, KIND).await?;
    let is_known = last.is_some_and(|last| !last.is_past(TOLD_EVERY, now));
    if is_known || user.status(now)? != UserStatus::Active {
        return Ok(false);
    }
    db::mails::queue_personal(conn, &app.account_id, &user.id, KIND, "{}", now).await?;
    Ok(true)
}

/// Counts a wrong proof of a person who is signed in, in the transaction that says so in the audit log.
pub(crate) async fn wrong_by_user(app: &App, conn: &mut Conn, guesser: &Guesser) -> DbResult<()> {
    app.guesses.note(guesser, true, app.elapsed());
    let told = Told::Guess { by: guesser.stored(), is_of_user: true };
    db::told::tell(conn, &app.this_server.id, &told).await?;
    db::guesses::insert(conn, &app.account_id, &guesser.stored(), app.now()).await
}

/// Forgets the guesses of this guesser alone, who has proved to be the owner, in the transaction that the proof leads to.
pub(crate) async fn forgive(app: &App, conn: &mut Conn, guesser: &Guesser) -> DbResult<()> {
    db::guesses::forgive(conn, &app.account_id, &guesser.stored()).await?;
    app.guesses.forgive(guesser);
    db::told::tell(conn, &app.this_server.id, &Told::Forgiven(guesser.stored())).await
}

/// Forgets all guesses of strangers at an address, whose owner has another password now.
pub(crate) async fn forget(app: &App, conn: &mut Conn, email_key: &str) -> DbResult<()> {
    db::guesses::forget(conn, &app.account_id, email_key).await?;
    app.guesses.forget(email_key);
    db::told::tell(conn, &app.this_server.id, &Told::Forgotten(email_key.to_owned())).await
}

/// Counts what earlier processes stored.
pub(crate) async fn restore(app: &App) -> DbResult<()> {
    let (now, elapsed) = (app.now(), app.elapsed());
    let mut conn = app.db.read().await?;
    for (guesser, at) in db::guesses::since(&mut conn, &app.account_id, now.minus(KEPT)).await? {
        if !at.plus(KEPT).is_over(KEPT, now) {
            app.guesses.restore(&guesser, at.until(now), elapsed);
        }
    }
    Ok(())
}
