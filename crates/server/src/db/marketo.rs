//! The connection to Marketo, who may use it, and the standing of Marketo's people in the account.

use std::collections::HashMap;

use api_types::{
    BatchId, ConnectionFailure, DeliveryStatus, InvitationId, Role, UserId, UserStatus, display_name,
    full_name,
};
use sqlx::FromRow;

use super::teams::name_key;
use super::{
    AccountId, Builder, Conn, DbResult, ROWS_PER_STATEMENT, from_optional_text, from_text, like_anywhere,
    new_id, statement, text,
};
use crate::platform::clock::Millis;
use crate::platform::text::unaccented;

/// The connection with its owner.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct ConnectionRow {
    pub(crate) munchkin_account_id: String,
    pub(crate) client_id: String,
    /// Sealed for [`ConnectionRow::COLUMN`] and the account.
    pub(crate) client_secret: String,
    pub(crate) secret_ends_with: String,
    pub(crate) owner_id: UserId,
    pub(crate) connected_at: i64,
    pub(crate) checked_at: i64,
    failure: Option<String>,
    pub(crate) owner_email: String,
    owner_first_name: String,
    owner_last_name: String,
    owner_role: String,
    owner_status: String,
}

impl ConnectionRow {
    pub(crate) const COLUMN: &str = "marketo_connections.client_secret";

    pub(crate) fn failure(&self) -> DbResult<Option<ConnectionFailure>> {
        from_optional_text(self.failure.as_deref())
    }

    /// First and last name; empty where there is none.
    pub(crate) fn owner_name(&self) -> String {
        full_name(&self.owner_first_name, &self.owner_last_name)
    }

    pub(crate) fn is_owner_active(&self) -> DbResult<bool> {
        let active = from_text::<UserStatus>(&self.owner_status)? == UserStatus::Active;
        Ok(active && from_text::<Role>(&self.owner_role)? == Role::Admin)
    }
}

pub(crate) async fn connection(conn: &mut Conn, account_id: &AccountId) -> DbResult<Option<ConnectionRow>> {
    statement(
        "SELECT c.munchkin_account_id, c.client_id, c.client_secret, c.secret_ends_with, c.owner_id, c.connected_at,
                c.checked_at, c.failure, u.email AS owner_email, u.first_name AS owner_first_name,
                u.last_name AS owner_last_name, u.role AS owner_role, u.status AS owner_status
           FROM marketo_connections c JOIN users u ON u.id = c.owner_id
          WHERE c.account_id = $1",
    )
    .bind(account_id)
    .optional(conn)
    .await
}

/// A connection that was just made.
pub(crate) struct NewConnection<'a> {
    pub(crate) munchkin_account_id: &'a str,
    pub(crate) client_id: &'a str,
    pub(crate) client_secret: &'a str,
    pub(crate) secret_ends_with: &'a str,
    pub(crate) owner_id: &'a UserId,
    pub(crate) connected_at: Millis,
}

/// Stores the connection in the place of the one before, if there was one, and forgets failed attempts.
pub(crate) async fn connect(
    conn: &mut Conn,
    account_id: &AccountId,
    new: &NewConnection<'_>,
) -> DbResult<()> {
    statement(
        "INSERT INTO marketo_connections (account_id, munchkin_account_id, client_id, client_secret, secret_ends_with,
                owner_id, connected_at, checked_at, failure)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $7, NULL)
         ON CONFLICT (account_id) DO UPDATE SET munchkin_account_id = excluded.munchkin_account_id,
                client_id = excluded.client_id, client_secret = excluded.client_secret,
                secret_ends_with = excluded.secret_ends_with, owner_id = excluded.owner_id,
                connected_at = excluded.connected_at, checked_at = excluded.checked_at, failure = NULL",
    )
    .bind(account_id)
    .bind(new.munchkin_account_id)
    .bind(new.client_id)
    .bind(new.client_secret)
    .bind(new.secret_ends_with)
    .bind(new.owner_id)
    .bind(new.connected_at.0)
    .execute(&mut *conn)
    .await?;
    statement("DELETE FROM marketo_failed_attempts WHERE account_id = $1")
        .bind(account_id)
        .execute(conn)
        .await?;
    Ok(())
}

/// Stores the result of a check, unless the connection was made anew meanwhile.
pub(crate) async fn note_check(
    conn: &mut Conn,
    account_id: &AccountId,
    checked: &ConnectionRow,
    failure: Option<ConnectionFailure>,
    now: Millis,
) -> DbResult<()> {
    statement(
        "UPDATE marketo_connections SET checked_at = $1, failure = $2 WHERE account_id = $3 AND connected_at = $4",
    )
    .bind(now.0)
    .bind(failure.map(text).transpose()?)
    .bind(account_id)
    .bind(checked.connected_at)
    .execute(conn)
    .await?;
    Ok(())
}

/// Ends the connection, and with it the access of every member.
pub(crate) async fn disconnect(conn: &mut Conn, account_id: &AccountId) -> DbResult<()> {
    for table in ["marketo_access", "marketo_connections"] {
        let mut delete = Builder::new("DELETE FROM ");
        delete.push(table).push(" WHERE account_id = ").push_bind(account_id);
        delete.build().execute(&mut *conn).await?;
    }
    Ok(())
}

/// The last failed attempt to connect since the last successful one.
pub(crate) async fn failed_attempt(
    conn: &mut Conn,
    account_id: &AccountId,
) -> DbResult<Option<(Millis, ConnectionFailure)>> {
    let row: Option<(i64, String)> =
        statement("SELECT at, failure FROM marketo_failed_attempts WHERE account_id = $1")
            .bind(account_id)
            .optional(conn)
            .await?;
    row.map(|(at, failure)| Ok((Millis(at), from_text(&failure)?))).transpose()
}

pub(crate) async fn note_failed_attempt(
    conn: &mut Conn,
    account_id: &AccountId,
    failure: ConnectionFailure,
    now: Millis,
) -> DbResult<()> {
    statement(
        "INSERT INTO marketo_failed_attempts (account_id, at, failure) VALUES ($1, $2, $3)
         ON CONFLICT (account_id) DO UPDATE SET at = excluded.at, failure = excluded.failure",
    )
    .bind(account_id)
    .bind(now.0)
    .bind(text(failure)?)
    .execute(conn)
    .await?;
    Ok(())
}

/// A person who may use the connection.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct AccessRow {
    pub(crate) user_id: UserId,
    pub(crate) email: String,
    first_name: String,
    last_name: String,
    pub(crate) workspace: String,
    pub(crate) granted_at: i64,
}

impl AccessRow {
    /// First and last name; empty where there is none.
    pub(crate) fn name(&self) -> String {
        full_name(&self.first_name, &self.last_name)
    }

    /// The name, else the address.
    pub(crate) fn display_name(&self) -> String {
        display_name(&self.first_name, &self.last_name, &self.email)
    }
}

const ACCESS: &str = "SELECT a.user_id, u.email, u.first_name, u.last_name, w.name AS workspace, a.granted_at
  FROM marketo_access a JOIN users u ON u.id = a.user_id JOIN workspaces w ON w.id = a.workspace_id";

/// A page of those with access by name, and how many there are. `after` is the last user of the page before.
pub(crate) async fn access_list(
    conn: &mut Conn,
    account_id: &AccountId,
    search: Option<&str>,
    after: Option<&UserId>,
    limit: u32,
) -> DbResult<(Vec<AccessRow>, u64)> {
    let filter = |builder: &mut Builder| {
        builder.push(" WHERE a.account_id = ").push_bind(account_id);
        if let Some(search) = search.map(str::trim).filter(|search| !search.is_empty()) {
            let pattern = like_anywhere(&unaccented(search));
            builder.push(" AND u.search_text LIKE ").push_bind(pattern).push(r" ESCAPE '\'");
        }
    };
    let mut counting = Builder::new("SELECT COUNT(*) FROM marketo_access a JOIN users u ON u.id = a.user_id");
    filter(&mut counting);
    let (total,): (i64,) = counting.build().one(&mut *conn).await?;
    let mut select = Builder::new(ACCESS);
    filter(&mut select);
    if let Some(after) = after {
        select.push(" AND (u.sort_name, u.id) > (SELECT sort_name, id FROM users WHERE id = ");
        select.push_bind(after).push(")");
    }
    select.push(" ORDER BY u.sort_name, u.id LIMIT ").push_bind(i64::from(limit));
    let rows = select.build().all(conn).await?;
    Ok((rows, u64::try_from(total).unwrap_or(0)))
}

pub(crate) async fn access_of(
    conn: &mut Conn,
    account_id: &AccountId,
    user_id: &UserId,
) -> DbResult<Option<AccessRow>> {
    let mut select = Builder::new(ACCESS);
    select.push(" WHERE a.account_id = ").push_bind(account_id);
    select.push(" AND a.user_id = ").push_bind(user_id);
    select.build().optional(conn).await
}

pub(crate) async fn grant(
    conn: &mut Conn,
    account_id: &AccountId,
    user_id: &UserId,
    workspace_id: &str,
    now: Millis,
) -> DbResult<()> {
    statement(
        "INSERT INTO marketo_access (user_id, account_id, workspace_id, granted_at) VALUES ($1, $2, $3, $4)",
    )
    .bind(user_id)
    .bind(account_id)
    .bind(workspace_id)
    .bind(now.0)
    .execute(conn)
    .await?;
    Ok(())
}

pub(crate) async fn withdraw(conn: &mut Conn, user_id: &UserId) -> DbResult<()> {
    statement("DELETE FROM marketo_access WHERE user_id = $1").bind(user_id).execute(conn).await?;
    Ok(())
}

/// The standing of a person in the account, with the open invitation and the state of its mail.
#[derive(Clone, Debug)]
pub(crate) struct AccountState {
    pub(crate) user_id: UserId,
    pub(crate) status: UserStatus,
    pub(crate) invitation: Option<OpenInvitation>,
}

/// An invitation that was not accepted, whether or not it has expired.
#[derive(Clone, Debug)]
pub(crate) struct OpenInvitation {
    pub(crate) id: InvitationId,
    pub(crate) batch_id: BatchId,
    pub(crate) expires_at: Millis,
    pub(crate) delivery: DeliveryStatus,
}

#[derive(FromRow)]
struct StoredStanding {
    email_key: String,
    id: UserId,
    status: String,
    invitation_id: Option<InvitationId>,
    batch_id: Option<BatchId>,
    invitation_expires_at: Option<i64>,
    mail_state: Option<String>,
}

/// The people with these addresses, by address key.
pub(crate) async fn standings(
    conn: &mut Conn,
    account_id: &AccountId,
    email_keys: &[String],
) -> DbResult<HashMap<String, AccountState>> {
    let mut standings = HashMap::new();
    for keys in email_keys.chunks(ROWS_PER_STATEMENT) {
        let mut select = Builder::new(
            "SELECT u.email_key, u.id, u.status, i.id AS invitation_id, b.id AS batch_id, u.invitation_expires_at,
                    m.state AS mail_state
               FROM users u
               LEFT JOIN invitations i ON i.number = u.invitation_number
               LEFT JOIN batches b ON b.number = i.batch_number
               LEFT JOIN mails m ON m.invitation_number = u.invitation_number
              WHERE u.account_id = ",
        );
        select.push_bind(account_id).push(" AND u.email_key IN (");
        let mut list = select.separated(", ");
        for key in keys {
            list.push_bind(key.clone());
        }
        select.push(")");
        let rows: Vec<StoredStanding> = select.build().all(&mut *conn).await?;
        for row in rows {
            let invitation =
                match (row.invitation_id, row.batch_id, row.invitation_expires_at, row.mail_state) {
                    (Some(id), Some(batch_id), Some(expires_at), Some(state)) => Some(OpenInvitation {
                        id,
                        batch_id,
                        expires_at: Millis(expires_at),
                        delivery: from_text(&state)?,
                    }),
                    _ => None,
                };
            let standing = AccountState { user_id: row.id, status: from_text(&row.status)?, invitation };
            standings.insert(row.email_key, standing);
        }
    }
    Ok(standings)
}

/// Gives an invited person the persona *Marketo Admin*.
pub(crate) async fn make_marketo_admin(conn: &mut Conn, user_id: &UserId) -> DbResult<()> {
    statement("UPDATE users SET is_marketo_admin = 1, version = version + 1 WHERE id = $1")
        .bind(user_id)
        .execute(conn)
        .await?;
    Ok(())
}

/// Updates the workspaces from Marketo, by number and name. Known ones are renamed, new ones added; those that are gone
/// stay, since people are in them. A name that another workspace has is not changed. Returns the names that changed,
/// before and after.
pub(crate) async fn take_workspaces(
    conn: &mut Conn,
    account_id: &AccountId,
    workspaces: &[(i64, String)],
) -> DbResult<Vec<(String, String)>> {
    let mut renamed = Vec::new();
    for (number, name) in workspaces {
        let name = name.trim();
        if name.is_empty() {
            continue;
        }
        // The one of that number, else the one of that name that has none.
        let own: Option<(String, String)> = statement(
            "SELECT id, name FROM workspaces
              WHERE account_id = $1 AND (marketo_id = $2 OR (marketo_id IS NULL AND name_key = $3))
              ORDER BY CASE WHEN marketo_id = $2 THEN 0 ELSE 1 END LIMIT 1",
        )
        .bind(account_id)
        .bind(*number)
        .bind(name_key(name))
        .optional(&mut *conn)
        .await?;
        let (id, before) = own.unzip();
        let (taken,): (i64,) =
            statement("SELECT COUNT(*) FROM workspaces WHERE account_id = $1 AND name_key = $2 AND id <> $3")
                .bind(account_id)
                .bind(name_key(name))
                .bind(id.as_deref().unwrap_or_default())
                .one(&mut *conn)
                .await?;
        if taken > 0 {
            continue;
        }
        let statement = match &id {
            Some(_) => statement(
                "UPDATE workspaces SET name = $3, name_key = $4, marketo_id = $5 WHERE id = $1 AND account_id = $2",
            ),
            None => statement(
                "INSERT INTO workspaces (id, account_id, name, name_key, marketo_id, is_default)
                 VALUES ($1, $2, $3, $4, $5, 0)",
            ),
        };
        statement
            .bind(id.unwrap_or_else(new_id))
            .bind(account_id)
            .bind(name)
            .bind(name_key(name))
            .bind(*number)
            .execute(&mut *conn)
            .await?;
        renamed.extend(before.filter(|before| before != name).map(|before| (before, name.to_owned())));
    }
    Ok(renamed)
}
