//! The second factors of a user, as they manage them: each change is in the audit log, and told by mail.

use api_types::{
    AppCode, AppSecret, AuditAction, Ceremony, Factors, NewPasskey, Passkey, PasskeyAdded, PasskeyId,
    ProblemCode, RecoveryCodes, UserId, limits,
};

use super::{authenticator_app, codes, passkeys, recovery_codes};
use crate::db::factors::{PasskeyRow, Standing};
use crate::db::{self, Conn, DbResult};
use crate::error::{ApiError, ApiResult};
use crate::platform::clock::Millis;
use crate::services::audit;
use crate::services::callers;
use crate::services::names;
use crate::services::notices::{self, Happened};
use crate::services::sessions::Caller;
use crate::state::App;

/// What a user has.
pub(crate) async fn list(conn: &mut Conn, user_id: &UserId) -> DbResult<Factors> {
    let app = db::factors::app(conn, user_id).await?;
    Ok(Factors {
        passkeys: db::factors::passkeys(conn, user_id).await?.into_iter().map(shown).collect(),
        app_since: app.and_then(|app| app.since).map(|since| Millis(since).timestamp()),
        recovery_codes_left: db::factors::recovery_codes_left(conn, user_id).await?,
    })
}

fn shown(row: PasskeyRow) -> Passkey {
    Passkey {
        id: row.id,
        name: row.name,
        added_at: Millis(row.added_at).timestamp(),
        last_used_at: row.last_used_at.map(|at| Millis(at).timestamp()),
    }
}

/// Begins the making of a passkey.
pub(crate) async fn begin_passkey(app: &App, caller: &Caller) -> ApiResult<Ceremony> {
    passkeys::begin_registration(app, &mut *app.db.read().await?, caller).await
}

/// Adds the passkey that a browser has made.
pub(crate) async fn add_passkey(app: &App, caller: &Caller, new: NewPasskey) -> ApiResult<PasskeyAdded> {
    let name = names::of_thing(&new.name, limits::PASSKEY_NAME_MAX)?;
    let made = passkeys::made(app, caller, new.answer)?;
    let (mut tx, caller) = callers::write_own(app, caller).await?;
    let caller = &caller;
    if db::factors::passkeys(&mut tx, caller.id()).await?.len() >= limits::PASSKEYS_MAX {
        let most = limits::PASSKEYS_MAX as u64;
        return Err(ApiError::new(ProblemCode::Conflict).detail("no more passkeys").limit("passkeys", most));
    }
    let recovery_codes = first_codes(app, &mut tx, caller).await?;
    let row = made.store(app, &mut tx, caller, &name).await?;
    note(app, &mut tx, caller, AuditAction::PasskeyAdded, Happened::PasskeyAdded(name)).await?;
    tx.commit().await?;
    app.mail_monitor.wake();
    Ok(PasskeyAdded { passkey: shown(row), recovery_codes })
}

/// Removes one of the caller's passkeys.
pub(crate) async fn remove_passkey(app: &App, caller: &Caller, id: &PasskeyId) -> ApiResult<()> {
    let (mut tx, caller) = callers::write_own(app, caller).await?;
    let caller = &caller;
    let mut own = db::factors::passkeys(&mut tx, caller.id()).await?;
    let place = own.iter().position(|row| row.id == *id).ok_or_else(ApiError::not_found)?;
    let removed = own.remove(place);
    let standing = db::factors::standing(&mut tx, caller.id()).await?;
    let left = Standing { has_passkey: !own.is_empty(), ..standing };
    db::factors::delete_passkey(&mut tx, &removed.id).await?;
    let happened = Happened::PasskeyRemoved(removed.name);
    end_removal(&mut tx, caller, &left).await?;
    note(app, &mut tx, caller, AuditAction::PasskeyRemoved, happened).await?;
    tx.commit().await?;
    app.mail_monitor.wake();
    Ok(())
}

/// A secret for the caller's app, in the place of the one before once a code has confirmed it.
pub(crate) async fn begin_app(app: &App, caller: &Caller) -> ApiResult<AppSecret> {
    let (mut tx, caller) = callers::write_own(app, caller).await?;
    let caller = &caller;
    let secret = authenticator_app::begin(app, &mut tx, &caller.user).await?;
    tx.commit().await?;
    Ok(secret)
}

/// Takes the code that confirms the secret.
pub(crate) async fn confirm_app(app: &App, caller: &Caller, entered: &AppCode) -> ApiResult<RecoveryCodes> {
    let code = codes::cleaned(&entered.code);
    let (mut tx, caller) = callers::write_own(app, caller).await?;
    let caller = &caller;
    let recovery_codes = first_codes(app, &mut tx, caller).await?;
    if !authenticator_app::confirm(app, &mut tx, &caller.user, &code).await? {
        return Err(ApiError::field("code", "not the code of this moment"));
    }
    note(app, &mut tx, caller, AuditAction::AuthenticatorAppAdded, Happened::AppAdded).await?;
    tx.commit().await?;
    app.mail_monitor.wake();
    Ok(RecoveryCodes { recovery_codes })
}

/// Removes the caller's app.
pub(crate) async fn remove_app(app: &App, caller: &Caller) -> ApiResult<()> {
    let (mut tx, caller) = callers::write_own(app, caller).await?;
    let caller = &caller;
    let standing = db::factors::standing(&mut tx, caller.id()).await?;
    if !standing.has_app {
        return Err(ApiError::not_found());
    }
    db::factors::delete_app(&mut tx, caller.id()).await?;
    end_removal(&mut tx, caller, &Standing { has_app: false, ..standing }).await?;
    note(app, &mut tx, caller, AuditAction::AuthenticatorAppRemoved, Happened::AppRemoved).await?;
    tx.commit().await?;
    app.mail_monitor.wake();
    Ok(())
}

/// New recovery codes, in the place of those before.
pub(crate) async fn renew_codes(app: &App, caller: &Caller) -> ApiResult<RecoveryCodes> {
    let (mut tx, caller) = callers::write_own(app, caller).await?;
    let caller = &caller;
    if !db::factors::standing(&mut tx, caller.id()).await?.has_any() {
        return Err(ApiError::new(ProblemCode::Conflict).detail("they come with the first second factor"));
    }
    let recovery_codes = recovery_codes::renew(app, &mut tx, caller.id()).await?;
    note(app, &mut tx, caller, AuditAction::RecoveryCodesMade, Happened::RecoveryCodesMade).await?;
    tx.commit().await?;
    app.mail_monitor.wake();
    Ok(RecoveryCodes { recovery_codes })
}

/// The recovery codes that come with the first factor.
async fn first_codes(app: &App, conn: &mut Conn, caller: &Caller) -> ApiResult<Vec<String>> {
    if db::factors::standing(conn, caller.id()).await?.has_any() {
        return Ok(Vec::new());
    }
    recovery_codes::renew(app, conn, caller.id()).await
}

/// The last factor goes with the recovery codes, unless the account's rule asks for one.
async fn end_removal(conn: &mut Conn, caller: &Caller, left: &Standing) -> ApiResult<()> {
    if left.has_any() {
        return Ok(());
    }
    if left.needs_one() {
        return Err(ProblemCode::FactorFixed.into());
    }
    Ok(db::factors::delete_recovery_codes(conn, caller.id()).await?)
}

async fn note(
    app: &App,
    conn: &mut Conn,
    caller: &Caller,
    action: AuditAction,
    happened: Happened,
) -> DbResult<()> {
    let subject = match &happened {
        Happened::PasskeyAdded(name) | Happened::PasskeyRemoved(name) => name.clone(),
        _ => caller.user.email.clone(),
    };
    audit::by_caller(app, conn, caller, action, &subject).await?;
    notices::tell(app, conn, caller.id(), happened).await
}
