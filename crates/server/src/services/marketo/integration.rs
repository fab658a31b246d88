//! The Integration Information: filled in once, shown without its secret, and the secret to a person who confirmed their
//! password.

use std::time::Duration;

use api_types::{AuditAction, Credentials, Integration, ProblemCode, RevealedSecret, SecretReveal};

use super::connection;
use crate::clients::services::MarketoCredentials;
use crate::db::integration::IntegrationRow;
use crate::db::{self, Conn};
use crate::error::{ApiError, ApiResult};
use crate::platform::clock::Millis;
use crate::platform::secrets::SecretContext;
use crate::services::audit;
use crate::services::guessing;
use crate::services::sessions::Caller;
use crate::state::App;
use crate::state::guesses::Guesser;

/// How long secrets are shown after the password was confirmed.
const CONFIRMED_FOR: Duration = Duration::from_secs(5 * 60);

/// What is known of it, without the secret.
pub(crate) async fn show(app: &App, conn: &mut Conn) -> ApiResult<Integration> {
    let row = db::integration::find(conn, &app.account_id).await?;
    let credentials = row.map(|row| Credentials {
        munchkin_account_id: row.munchkin_account_id,
        client_id: row.client_id,
        client_secret_ends_with: row.secret_ends_with,
        updated_at: Millis(row.updated_at).timestamp(),
    });
    Ok(Integration { available: app.services.marketo.integration.is_some(), credentials })
}

/// The secret, once the caller has confirmed the password, now or lately.
pub(crate) async fn reveal(app: &App, caller: &Caller, reveal: SecretReveal) -> ApiResult<RevealedSecret> {
    if let Some(password) = reveal.password {
        confirm(app, caller, password).await?;
    }
    let mut tx = app.db.write().await?;
    let session = &caller.session.token_hash;
    if !db::integration::is_password_confirmed(&mut tx, session, CONFIRMED_FOR, app.now()).await? {
        return Err(password_needed(caller));
    }
    let row = db::integration::find(&mut tx, &app.account_id).await?.ok_or_else(ApiError::not_found)?;
    let credentials = connection::of_integration(app, &row).map_err(|_| ProblemCode::Internal)?;
    audit::by_caller(app, &mut tx, caller, AuditAction::SecretRevealed, &row.client_id).await?;
    tx.commit().await?;
    Ok(RevealedSecret { client_secret: credentials.client_secret.expose().to_owned() })
}

/// Records for the session that its owner has confirmed the password, or counts a failed attempt to sign in.
async fn confirm(app: &App, caller: &Caller, password: String) -> ApiResult<()> {
    let hash = caller.user.password_hash.clone();
    if hash.is_none() {
        return Err(password_needed(caller));
    }
    // Counted apart from failed sign-ins by others, who have no session.
    let guesser = Guesser::User(caller.id().to_owned());
    guessing::require_unlocked(app, &guesser)?;
    let matches = app.passwords.verify(password, hash).await?;
    let (mut tx, now) = (app.db.write().await?, app.now());
    // Checked again: during hashing there may have been many other attempts.
    guessing::require_unlocked(app, &guesser)?;
    if !matches {
        guessing::wrong_by_user(app, &mut tx, &guesser).await?;
        let failed = AuditAction::SecretRevealFailed;
        audit::by_caller(app, &mut tx, caller, failed, &caller.user.email).await?;
        tx.commit().await?;
        return Err(ApiError::field("password", "the password is wrong"));
    }
    guessing::forgive(app, &mut tx, &guesser).await?;
    db::integration::confirm_password(&mut tx, &caller.session.token_hash, now).await?;
    tx.commit().await?;
    Ok(())
}

fn password_needed(caller: &Caller) -> ApiError {
    let what = match caller.user.password_hash {
        Some(_) => "confirm the password",
        None => "set a password first",
    };
    ApiError::new(ProblemCode::PasswordNeeded).detail(what)
}

/// Fills in the Integration Information, unless it is there already or the operator configured no credentials for it.
pub(crate) async fn activate(app: &App, conn: &mut Conn, caller: &Caller) -> ApiResult<()> {
    let Some(credentials) = &app.services.marketo.integration else { return Ok(()) };
    if db::integration::find(conn, &app.account_id).await?.is_some() {
        return Ok(());
    }
    let MarketoCredentials { munchkin_account_id, client_id, client_secret } = credentials;
    let place = SecretContext { column: IntegrationRow::COLUMN, row: &app.account_uuid };
    let sealed = connection::seal(app, place, client_secret)?;
    let row = IntegrationRow {
        munchkin_account_id: munchkin_account_id.clone(),
        client_id: client_id.clone(),
        client_secret: sealed,
        secret_ends_with: client_secret.ends_with(),
        updated_at: app.now().0,
    };
    db::integration::insert(conn, &app.account_id, &row).await?;
    let subject = &row.munchkin_account_id;
    audit::by_caller(app, conn, caller, AuditAction::IntegrationActivated, subject).await?;
    Ok(())
}
