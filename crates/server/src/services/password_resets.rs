//! New passwords for those who have forgotten theirs, by links that are sent by mail.

use std::time::Duration;

use api_types::{AuditAction, AuditField, PasswordReset, ProblemCode};
use uuid::Uuid;

use crate::db;
use crate::db::mail_kind::MailKind;
use crate::db::mails::RESET_LIFETIME;
use crate::db::users::UserRow;
use crate::error::ApiResult;
use crate::platform::clock::Millis;
use crate::platform::token::{Claim, Purpose};
use crate::services::address;
use crate::services::api_keys;
use crate::services::audit::{self, Actor, Subject};
use crate::services::guessing;
use crate::services::mail::ResetPayload;
use crate::services::notices::{self, Happened};
use crate::services::sessions::{self, open_link};
use crate::state::App;
use crate::state::guesses::Guesser;
use crate::state::passwords;

/// The least time between two links, and the most links that are open at once, so that a mailbox is not flooded. All of
/// them work until one is used or the password is changed: a request for a link does not withdraw earlier ones.
const RESET_PAUSE: Duration = Duration::from_secs(60);
const RESETS_AT_ONCE: usize = 5;

/// Sends a mail with a link to set a new password, if the address is an active member's. The result and its time do not
/// tell whether it is: the work is done in the background.
pub(crate) async fn request(app: &App, email: &str) -> ApiResult<()> {
    let (key, now) = (address::lookup_key(email), app.now());
    sessions::require_passwords(&mut *app.db.read().await?, app).await?;
    let app = app.clone();
    tokio::spawn(async move {
        if let Err(error) = send(&app, &key, now).await {
            tracing::error!(%error, "a password reset could not be sent");
        }
    });
    Ok(())
}

async fn send(app: &App, email_key: &str, now: Millis) -> ApiResult<()> {
    // Looked up before a write transaction is opened: most addresses that are tried are unknown.
    if db::users::find_by_email(&mut *app.db.read().await?, &app.account_id, email_key).await?.is_none() {
        return Ok(());
    }
    let mut tx = app.db.write().await?;
    let user = db::users::find_by_email(&mut tx, &app.account_id, email_key).await?;
    if let Some(user) = user.filter(UserRow::is_active) {
        let recent = now.plus(RESET_LIFETIME.saturating_sub(RESET_PAUSE));
        let mut open = db::links::open(&mut tx, &user.id, Purpose::PasswordReset).await?;
        open.retain(|until| !until.is_over(RESET_LIFETIME, now));
        if open.len() >= RESETS_AT_ONCE || open.iter().any(|until| *until > recent) {
            return Ok(());
        }
        let link_id = Uuid::now_v7().to_string();
        let expires_at = now.plus(RESET_LIFETIME);
        db::links::insert(&mut tx, &app.account_id, &link_id, &user.id, Purpose::PasswordReset, expires_at)
            .await?;
        let payload = serde_json::to_string(&ResetPayload { link_id })?;
        db::mails::queue_personal(&mut tx, &app.account_id, &user.id, MailKind::PasswordReset, &payload, now)
            .await?;
        tx.commit().await?;
        app.mail_monitor.wake();
    }
    Ok(())
}

/// A new password that may be stored, with the user whose link it was sent with.
pub(crate) struct Reset {
    link_id: String,
    user: UserRow,
    hash: String,
    end_keys: bool,
    /// When the link was read first.
    at: Millis,
}

impl Reset {
    /// The user: the key of the address.
    pub(crate) fn email_key(&self) -> &str {
        &self.user.email_key
    }
}

/// Checks a link and the new password that was sent with it.
pub(crate) async fn prepare(app: &App, claim: &Claim, wanted: PasswordReset) -> ApiResult<Reset> {
    let PasswordReset { new_password, end_keys, .. } = wanted;
    let link_id = claim.id.to_string();
    let now = app.now();
    let mut conn = app.db.read().await?;
    sessions::require_passwords(&mut conn, app).await?;
    let link =
        open_link(db::links::find(&mut conn, &link_id, Purpose::PasswordReset).await?, RESET_LIFETIME, now)?;
    let user = db::users::find(&mut conn, &app.account_id, &link.user_id).await?;
    drop(conn);
    let user = user.filter(UserRow::is_active).ok_or(ProblemCode::LinkRevoked)?;
    passwords::check_rules(&new_password, &user.email).map_err(|error| error.in_field("new_password"))?;
    let hash = app.passwords.hash(new_password).await?;
    Ok(Reset { link_id, user, hash, end_keys, at: now })
}

/// Stores the new password. Every session of the person ends. The guesses of the browser are forgiven, if it is known
/// as the `device` of the person.
pub(crate) async fn finish(app: &App, reset: &Reset, device: Option<String>) -> ApiResult<()> {
    let Reset { link_id, user, hash, end_keys, at } = reset;
    let mut tx = app.db.write().await?;
    // Read again: during hashing the link may have been used.
    open_link(db::links::find(&mut tx, link_id, Purpose::PasswordReset).await?, RESET_LIFETIME, *at)?;
    db::links::use_up(&mut tx, &user.id, Purpose::PasswordReset, *at).await?;
    db::users::set_password(&mut tx, &user.id, hash).await?;
    let changes = [audit::secret(AuditField::Password)];
    let subject = Subject::from(user).changing(&changes);
    audit::note(app, &mut tx, Actor::User(user), AuditAction::PasswordChanged, subject).await?;
    if *end_keys {
        api_keys::end_of(app, &mut tx, Actor::User(user), &[&user.id]).await?;
    }
    notices::tell(app, &mut tx, &user.id, Happened::PasswordChanged).await?;
    sessions::end_all(app, &mut tx, &[&user.id]).await?;
    guessing::forget(app, &mut tx, &user.email_key).await?;
    if let Some(number) = device {
        guessing::forgive(app, &mut tx, &Guesser::Device(number)).await?;
    }
    tx.commit().await?;
    app.mail_monitor.wake();
    Ok(())
}
