//! What a person sees and changes of their own: name, language and password.

use api_types::{
    AuditAction, AuditField, LocaleChoice, Me, PasswordChange, ProblemCode, Profile, ProfileChange,
    TimeZoneChoice, UserId,
};

use crate::db::users::UserRow;
use crate::db::{self, Conn, DbResult};
use crate::error::{ApiError, ApiResult};
use crate::platform::clock::Millis;
use crate::platform::token::Purpose;
use crate::services::api_keys;
use crate::services::audit::{self, Actor, Subject};
use crate::services::callers;
use crate::services::guessing;
use crate::services::names;
use crate::services::notices::{self, Happened};
use crate::services::proofs;
use crate::services::sessions::{self, Browser, Caller, Opened};
use crate::state::App;
use crate::state::passwords;

/// The caller's profile.
pub(crate) async fn show(app: &App, conn: &mut Conn, caller: &Caller) -> ApiResult<Profile> {
    let teams = teams(conn, &caller.user).await?;
    let api_keys = db::api_keys::valid_of_maker(conn, &app.account_id, caller.id(), app.now()).await?;
    let workspace = caller.user.workspace.clone();
    Ok(Profile { me: sessions::me(&caller.user)?, teams, workspace, api_keys })
}

/// The names of a person's teams, `Everyone` first.
async fn teams(conn: &mut Conn, user: &UserRow) -> DbResult<Vec<String>> {
    let others = db::teams::of_users(conn, std::slice::from_ref(&user.id)).await?.remove(&user.id);
    let mut teams = vec![api_types::EVERYONE.to_owned()];
    teams.extend(others.unwrap_or_default());
    Ok(teams)
}

/// A change with its names as they are stored.
pub(crate) fn cleaned(change: ProfileChange) -> ApiResult<ProfileChange> {
    Ok(ProfileChange {
        first_name: names::of_person("first_name", change.first_name)?,
        last_name: names::of_person("last_name", change.last_name)?,
        time_zone: change.time_zone.map(well_formed).transpose()?,
        ..change
    })
}

fn well_formed(choice: TimeZoneChoice) -> ApiResult<TimeZoneChoice> {
    match &choice {
        TimeZoneChoice::Named(zone) if !zone.is_well_formed() => {
            Err(ApiError::field("time_zone", "no name of a time zone, such as Europe/Berlin"))
        }
        _ => Ok(choice),
    }
}

/// Changes the caller's name, language or time zone. The names are [`cleaned`].
pub(crate) async fn change(
    app: &App,
    conn: &mut Conn,
    caller: &Caller,
    change: &ProfileChange,
) -> ApiResult<Me> {
    if change.first_name.is_some() || change.last_name.is_some() {
        let before = find(app, conn, caller.id()).await?;
        db::users::rename(conn, &before, change.first_name.as_deref(), change.last_name.as_deref()).await?;
        let after = find(app, conn, caller.id()).await?;
        audit::user_renamed(app, conn, caller, &before, &after).await?;
    }
    if let Some(choice) = change.locale {
        let locale = match choice {
            LocaleChoice::Browser => None,
            LocaleChoice::Locale(locale) => Some(locale),
        };
        db::users::set_locale(conn, caller.id(), locale).await?;
    }
    if let Some(choice) = &change.time_zone {
        let zone = match choice {
            TimeZoneChoice::Browser => None,
            TimeZoneChoice::Named(zone) => Some(zone),
        };
        db::users::set_time_zone(conn, caller.id(), zone).await?;
    }
    let user = find(app, conn, caller.id()).await?;
    sessions::me(&user)
}

async fn find(app: &App, conn: &mut Conn, id: &UserId) -> ApiResult<UserRow> {
    db::users::find(conn, &app.account_id, id).await?.ok_or_else(|| ProblemCode::SignedOut.into())
}

/// Changes the caller's password. Every other session of the person ends; this one continues, as a new one that is
/// returned where the browser can take its cookie: if it has sent that of the session, whose hash is `cookie`.
pub(crate) async fn change_password(
    app: &App,
    caller: &Caller,
    change: PasswordChange,
    cookie: Option<&str>,
    browser: &Browser,
) -> ApiResult<Option<Opened>> {
    // A session is taken as a credential here, so guessing is limited as at sign-in, but apart from the guesses of
    // others.
    let guesser = guessing::in_session(caller);
    if caller.user.password_hash.is_none() {
        // Otherwise a session alone would make a way in that outlives it.
        proofs::require(app, caller)?;
    }
    if let Some(hash) = caller.user.password_hash.clone() {
        guessing::require_unlocked(app, &guesser)?;
        let current = change.current.unwrap_or_default();
        let matches = app.passwords.verify(current, Some(hash)).await?;
        let mut tx = app.db.write().await?;
        guessing::require_unlocked(app, &guesser)?;
        if !matches {
            let email = &caller.user.email;
            audit::by_caller(app, &mut tx, caller, AuditAction::SignInFailed, email).await?;
            guessing::wrong_by_user(app, &mut tx, &guesser).await?;
            tx.commit().await?;
            return Err(ApiError::field("current", "the current password is wrong"));
        }
    }
    let end_keys = change.end_keys;
    passwords::check_rules(&change.new, &caller.user.email).map_err(|error| error.in_field("new"))?;
    let hash = app.passwords.hash(change.new).await?;
    // During hashing, the session may have ended, as by a link for a new password.
    let (mut tx, caller) = callers::write_own(app, caller).await?;
    let caller = &caller;
    db::users::set_password(&mut tx, caller.id(), &hash).await?;
    // A link that was asked for before must not replace the new password.
    db::links::use_up(&mut tx, caller.id(), Purpose::PasswordReset, app.now()).await?;
    let changes = [audit::secret(AuditField::Password)];
    let subject = Subject::from(&caller.user.email).changing(&changes);
    audit::by_caller(app, &mut tx, caller, AuditAction::PasswordChanged, subject).await?;
    if end_keys {
        api_keys::end_of(app, &mut tx, Actor::Caller(caller), &[caller.id()]).await?;
    }
    notices::tell(app, &mut tx, caller.id(), Happened::PasswordChanged).await?;
    let opened = match cookie {
        Some(_) => {
            sessions::end_all(app, &mut tx, &[caller.id()]).await?;
            let by = caller.session.opened_by;
            let opened = sessions::open_by(app, &mut tx, caller.id(), cookie, browser, by).await?;
            // A password alone proves nothing where there is a second factor.
            sessions::prove_as_of(&mut tx, &opened, Millis(caller.session.proven_at)).await?;
            Some(opened)
        }
        // By a token: the page could not take another cookie.
        None => {
            sessions::end_others(app, &mut tx, &caller.session).await?;
            None
        }
    };
    tx.commit().await?;
    app.mail_monitor.wake();
    Ok(opened)
}
