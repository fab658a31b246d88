//! What the operator does by the command line beside a running server, when nobody else can: each is in the audit log.

use std::time::Duration;

use api_types::{AuditAction, AuditField, Role, UserStatus};
use uuid::Uuid;

use super::seed::link_base;
use crate::db::accounts::AccountRow;
use crate::db::users::UserRow;
use crate::db::{self, AccountId, Conn, Db, Fit};
use crate::error::StartError;
use crate::platform::clock::{Clock as _, Millis, SystemClock};
use crate::platform::place::Place;
use crate::platform::secrets::Keyring;
use crate::platform::token::{Claim, Purpose, TokenKeys};
use crate::services::address;
use crate::services::audit::{self, Subject};
use crate::services::notices::{self, Happened};
use crate::services::open_sessions::ALL;

/// How long a link that signs in works.
pub(crate) const SIGN_IN_LINK_LIFETIME: Duration = Duration::from_secs(24 * 3600);

/// A new one-time link that signs an active administrator in, below an address or, without one, that of [`link_base`]: the
/// one with this address or, without one, the first. Works beside a running server. Administrators are told.
///
/// # Errors
/// When there is no account in the folder, or no such administrator.
pub async fn sign_in_link(
    place: &Place,
    base: Option<&str>,
    email: Option<&str>,
) -> Result<String, StartError> {
    let base = base.map_or_else(|| link_base(&place.folder, None, None), |base| Ok(base.to_owned()))?;
    let db = open(place).await?;
    let (key, keyring, now) = (token_keys(place)?, keyring(place)?, SystemClock.now());
    let mut tx = db.write().await?;
    let account = account(&mut tx).await?;
    let admin = match email {
        Some(email) => {
            let found = db::users::find_by_email(&mut tx, &account, &address::lookup_key(email)).await?;
            let admin = found.filter(|user| user.is_active_admin().unwrap_or_default());
            admin.ok_or_else(|| format!("{email} is not the address of an active administrator"))?
        }
        None => first_admin(&mut tx, &account).await?,
    };
    let token = new_sign_in_token(&mut tx, &account, (&key, &keyring), &admin, now).await?;
    notices::queue_to_admins(&mut tx, &account, Happened::OperatorMadeLink(admin.email), now).await?;
    tx.commit().await?;
    db.close().await;
    Ok(format!("{}/sign-in#{token}", base.trim_end_matches('/')))
}

/// A token for a link that signs in the first active administrator, where a start of the server shows it.
pub(crate) async fn sign_in_token(
    db: &Db,
    keys: (&TokenKeys, &Keyring),
    now: Millis,
) -> Result<String, StartError> {
    let mut tx = db.write().await?;
    let account = account(&mut tx).await?;
    let admin = first_admin(&mut tx, &account).await?;
    let token = new_sign_in_token(&mut tx, &account, keys, &admin, now).await?;
    tx.commit().await?;
    Ok(token)
}

async fn first_admin(conn: &mut Conn, account: &AccountId) -> Result<UserRow, StartError> {
    let admin = db::users::first_admin(conn, account).await?;
    admin.ok_or_else(|| "there is no active administrator".into())
}

/// A token for a link that signs this user in. Earlier ones of theirs stop working.
async fn new_sign_in_token(
    conn: &mut Conn,
    account: &AccountId,
    (key, keyring): (&TokenKeys, &Keyring),
    user: &UserRow,
    now: Millis,
) -> Result<String, StartError> {
    db::links::use_up(conn, &user.id, Purpose::SignIn, now).await?;
    let id = Uuid::now_v7();
    let expires_at = now.plus(SIGN_IN_LINK_LIFETIME);
    db::links::insert(conn, account, &id.to_string(), &user.id, Purpose::SignIn, expires_at).await?;
    audit::by_operator(conn, keyring, account, AuditAction::SignInLinkMade, user, now).await?;
    Ok(key.mint(Purpose::SignIn, Claim { id, generation: 0 }))
}

/// The administrators of the account: a line for each, of address, name, status and last sign-in, between tabs.
///
/// # Errors
/// When there is no account in the folder.
pub async fn admins(place: &Place) -> Result<String, StartError> {
    let db = open(place).await?;
    let mut conn = db.read().await?;
    let account = account(&mut conn).await?;
    let mut lines = vec!["address\tname\tstatus\tlast sign-in".to_owned()];
    for user in db::users::admins(&mut conn, &account).await? {
        let last = user.last_sign_in().map_or_else(|| "never".to_owned(), |at| at.timestamp().0);
        let status = user.status(SystemClock.now())?;
        let name = api_types::full_name(&user.first_name, &user.last_name);
        lines.push(format!("{}\t{name}\t{}\t{last}", user.email, status.as_str()));
    }
    drop(conn);
    db.close().await;
    Ok(lines.join("\n"))
}

/// Ends all sessions of the user with this address. Administrators are told.
///
/// # Errors
/// When there is no such user.
pub async fn end_sessions(place: &Place, email: &str) -> Result<(), StartError> {
    let (db, keyring) = (open(place).await?, keyring(place)?);
    let mut tx = db.write().await?;
    let account = account(&mut tx).await?;
    let (user, now) = (find(&mut tx, &account, email).await?, SystemClock.now());
    db::sessions::delete_of_users(&mut tx, &[&user.id]).await?;
    let subject = format!("{} ({ALL})", user.email);
    let subject = Subject::user(&user.id, &subject);
    audit::by_operator(&mut tx, &keyring, &account, AuditAction::SessionsEnded, subject, now).await?;
    notices::queue_to_admins(&mut tx, &account, Happened::OperatorEndedSessions(user.email), now).await?;
    tx.commit().await?;
    db.close().await;
    Ok(())
}

/// Makes an active user an administrator. Their sessions end, as they do whenever permissions change, and they are told, as are
/// the other administrators.
///
/// # Errors
/// When there is no such active user.
pub async fn promote(place: &Place, email: &str) -> Result<(), StartError> {
    let (db, keyring, now) = (open(place).await?, keyring(place)?, SystemClock.now());
    let mut tx = db.write().await?;
    let account = account(&mut tx).await?;
    let user = find(&mut tx, &account, email).await?;
    if user.status(now)? != UserStatus::Active {
        return Err(format!("{email} is not active").into());
    }
    if user.role()? != Role::Admin {
        let promoted = Happened::OperatorPromoted(user.email.clone());
        notices::queue_to_admins(&mut tx, &account, promoted, now).await?;
        db::users::set_role(&mut tx, &[&user.id], Role::Admin, now).await?;
        db::sessions::delete_of_users(&mut tx, &[&user.id]).await?;
        let subject = format!("{} ({})", user.email, Role::Admin.as_str());
        let (from, to) = (user.role()?.as_str(), Role::Admin.as_str());
        let changes = [audit::change(AuditField::Role, Some(from), Some(to))];
        let subject = Subject::user(&user.id, &subject).changing(&changes);
        audit::by_operator(&mut tx, &keyring, &account, AuditAction::RoleChanged, subject, now).await?;
        notices::queue(&mut tx, &account, &[&user.id], Happened::BecameAdmin, now).await?;
    }
    tx.commit().await?;
    db.close().await;
    Ok(())
}

/// Removes all second factors of the user with this address, who has lost them. Their sessions end, and they are told.
///
/// # Errors
/// When there is no such user.
pub async fn reset_factors(place: &Place, email: &str) -> Result<(), StartError> {
    let (db, keyring, now) = (open(place).await?, keyring(place)?, SystemClock.now());
    let mut tx = db.write().await?;
    let account = account(&mut tx).await?;
    let user = find(&mut tx, &account, email).await?;
    if !db::factors::delete_all(&mut tx, &user.id).await? {
        return Err(format!("{email} has no second factor").into());
    }
    db::sessions::delete_of_users(&mut tx, &[&user.id]).await?;
    audit::by_operator(&mut tx, &keyring, &account, AuditAction::FactorsReset, &user, now).await?;
    notices::queue(&mut tx, &account, &[&user.id], Happened::FactorsReset, now).await?;
    tx.commit().await?;
    db.close().await;
    Ok(())
}

async fn open(place: &Place) -> Result<Db, StartError> {
    open_of(place, Fit::Sufficient).await
}

async fn open_of(place: &Place, fit: Fit) -> Result<Db, StartError> {
    let other = match fit {
        Fit::Exact => "the data is that of another version of the server: ask by that version",
        Fit::Sufficient => {
            "the data is that of another version of the server: start this one once, then ask again"
        }
    };
    Db::open_beside(place, fit).await?.ok_or_else(|| other.into())
}

/// The keys by which the audit log's codes are made.
pub(crate) fn keyring(place: &Place) -> Result<Keyring, StartError> {
    let keyring = Keyring::read(place.secret_keys.as_deref(), &place.folder)?;
    keyring.ok_or_else(|| {
        "the audit log needs the server's keys: set MSI_SECRET_KEYS as for the server, or name its data folder".into()
    })
}

/// The keys by which links are made. The server would not know a link by a new one.
fn token_keys(place: &Place) -> Result<TokenKeys, StartError> {
    let keys = TokenKeys::read(place.token_keys.as_deref(), &place.folder)?;
    keys.ok_or_else(|| {
        "a link needs the server's keys: set MSI_TOKEN_KEYS as for the server, or name its data folder".into()
    })
}

/// The database of a place, and its account; `None` where there is no account yet, as before the first start.
pub(crate) async fn found(place: &Place) -> Result<Option<(Db, AccountRow)>, StartError> {
    if Db::is_new(place).await? {
        return Ok(None);
    }
    let db = open(place).await?;
    let account = db::accounts::only(&mut *db.read().await?).await?;
    if account.is_none() {
        db.close().await;
    }
    Ok(account.map(|account| (db, account)))
}

/// The database of a place, and its account.
pub(crate) async fn opened(place: &Place, fit: Fit) -> Result<(Db, AccountRow), StartError> {
    let db = open_of(place, fit).await?;
    let account = db::accounts::only(&mut *db.read().await?).await?;
    let account = account.ok_or("there is no account yet: start the server first")?;
    Ok((db, account))
}

/// The id of the account.
async fn account(conn: &mut Conn) -> Result<AccountId, StartError> {
    let account = db::accounts::only(conn).await?.ok_or("there is no account yet: start the server first")?;
    Ok(account.id)
}

async fn find(conn: &mut Conn, account: &AccountId, email: &str) -> Result<UserRow, StartError> {
    let found = db::users::find_by_email(conn, account, &address::lookup_key(email)).await?;
    found.ok_or_else(|| format!("there is no user with the address {email}").into())
}
