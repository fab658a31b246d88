//! What the operator does by the command line beside a running server, when nobody else can: each is in the audit log.

use std::path::Path;

use api_types::{ActorKind, AuditAction, Role, UserStatus};

use super::seed::{self, link_base};
use crate::db::audit::NewEvent;
use crate::db::users::UserRow;
use crate::db::{self, Conn, Db};
use crate::error::StartError;
use crate::platform::clock::{Clock as _, Millis, SystemClock};
use crate::platform::request_id;
use crate::platform::token::TokenKey;
use crate::services::address;
use crate::services::notices::{self, Happened};

/// A new one-time link that signs an active administrator in, below an address or, without one, that of [`link_base`]: the
/// one with this address or, without one, the first. Works beside a running server.
///
/// # Errors
/// When there is no account in the folder, or no such administrator.
pub async fn sign_in_link(
    data: &Path,
    base: Option<&str>,
    email: Option<&str>,
) -> Result<String, StartError> {
    let base = base.map_or_else(|| link_base(data, None, None), |base| Ok(base.to_owned()))?;
    let db = open(data).await?;
    let key = TokenKey::load(data)?;
    let token = seed::new_sign_in_token(&db, &key, SystemClock.now(), email).await?;
    db.close().await;
    Ok(format!("{}/sign-in#{token}", base.trim_end_matches('/')))
}

/// The administrators of the account: a line for each, of address, name, status and last sign-in, between tabs.
///
/// # Errors
/// When there is no account in the folder.
pub async fn admins(data: &Path) -> Result<String, StartError> {
    let db = open(data).await?;
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

/// Ends all sessions of the user with this address.
///
/// # Errors
/// When there is no such user.
pub async fn end_sessions(data: &Path, email: &str) -> Result<(), StartError> {
    let db = open(data).await?;
    let mut tx = db.write().await?;
    let account = account(&mut tx).await?;
    let user = find(&mut tx, &account, email).await?;
    db::sessions::delete_of_user(&mut tx, &user.id).await?;
    note(&mut tx, &account, AuditAction::SessionsEnded, &user, &user.email, SystemClock.now()).await?;
    tx.commit().await?;
    db.close().await;
    Ok(())
}

/// Makes an active user an administrator. Their sessions end, as they do whenever permissions change, and they are told.
///
/// # Errors
/// When there is no such active user.
pub async fn promote(data: &Path, email: &str) -> Result<(), StartError> {
    let (db, now) = (open(data).await?, SystemClock.now());
    let mut tx = db.write().await?;
    let account = account(&mut tx).await?;
    let user = find(&mut tx, &account, email).await?;
    if user.status(now)? != UserStatus::Active {
        return Err(format!("{email} is not active").into());
    }
    if user.role()? != Role::Admin {
        db::users::set_role(&mut tx, &user.id, Role::Admin).await?;
        db::sessions::delete_of_user(&mut tx, &user.id).await?;
        let subject = format!("{} ({})", user.email, Role::Admin.as_str());
        note(&mut tx, &account, AuditAction::RoleChanged, &user, &subject, now).await?;
        notices::queue(&mut tx, &account, &user.id, Happened::BecameAdmin, now).await?;
    }
    tx.commit().await?;
    db.close().await;
    Ok(())
}

async fn open(data: &Path) -> Result<Db, StartError> {
    let other = "the data is that of another version of the server: start this one once, then ask again";
    Db::open_beside(data).await?.ok_or_else(|| other.into())
}

/// The id of the account.
async fn account(conn: &mut Conn) -> Result<String, StartError> {
    let account = db::accounts::only(conn).await?.ok_or("there is no account yet: start the server first")?;
    Ok(account.id)
}

async fn find(conn: &mut Conn, account: &str, email: &str) -> Result<UserRow, StartError> {
    let found = db::users::find_by_email(conn, account, &address::lookup_key(email)).await?;
    found.ok_or_else(|| format!("there is no user with the address {email}").into())
}

async fn note(
    conn: &mut Conn,
    account: &str,
    action: AuditAction,
    user: &UserRow,
    subject: &str,
    at: Millis,
) -> Result<(), StartError> {
    let event = NewEvent {
        at,
        kind: ActorKind::Server,
        actor: "",
        actor_id: None,
        key: None,
        action: action.as_str(),
        subject,
        person_id: Some(&user.id),
        request_id: &request_id::current(),
    };
    Ok(db::audit::insert(conn, account, &event).await?)
}
