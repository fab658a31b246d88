//! Members and people who are invited.

use std::collections::HashMap;

use api_types::{Locale, Persona, Role, SortOrder, UserQuery, UserSort, UserStatus};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use sqlx::FromRow;

use super::{Builder, Conn, DbResult, count, from_optional_text, from_text, like_anywhere, text};
use crate::clock::Millis;

/// A user as stored. `invited` covers those whose invitation has expired.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct UserRow {
    pub(crate) id: String,
    pub(crate) email: String,
    pub(crate) email_key: String,
    pub(crate) first_name: String,
    pub(crate) last_name: String,
    role: String,
    is_marketo_admin: i64,
    is_salesforce_admin: i64,
    pub(crate) workspace: String,
    status: String,
    locale: Option<String>,
    pub(crate) password_hash: Option<String>,
    last_sign_in_at: i64,
    pub(crate) invitation_id: Option<String>,
    pub(crate) invitation_expires_at: Option<i64>,
    pub(crate) invitation_created_at: Option<i64>,
    invitation_language: Option<String>,
    version: i64,
}

impl UserRow {
    pub(crate) fn role(&self) -> DbResult<Role> {
        from_text(&self.role)
    }

    pub(crate) fn personas(&self) -> Vec<Persona> {
        let mut personas = Vec::new();
        if self.is_marketo_admin != 0 {
            personas.push(Persona::MarketoAdmin);
        }
        if self.is_salesforce_admin != 0 {
            personas.push(Persona::SalesforceAdmin);
        }
        personas
    }

    pub(crate) fn status(&self, now: Millis) -> DbResult<UserStatus> {
        let stored = from_text(&self.status)?;
        let expired =
            stored == UserStatus::Invited && self.invitation_expires_at.is_none_or(|at| at <= now.0);
        Ok(if expired { UserStatus::Expired } else { stored })
    }

    pub(crate) fn is_active_admin(&self) -> DbResult<bool> {
        Ok(self.role()? == Role::Admin && from_text::<UserStatus>(&self.status)? == UserStatus::Active)
    }

    pub(crate) fn locale(&self) -> DbResult<Option<Locale>> {
        from_optional_text(self.locale.as_deref())
    }

    pub(crate) fn invitation_language(&self) -> DbResult<Option<Locale>> {
        from_optional_text(self.invitation_language.as_deref())
    }

    pub(crate) fn last_sign_in(&self) -> Option<Millis> {
        (self.last_sign_in_at > 0).then_some(Millis(self.last_sign_in_at))
    }

    pub(crate) fn version(&self) -> u32 {
        count(self.version)
    }

    /// The name to address somebody by, else the address.
    pub(crate) fn display_name(&self) -> String {
        display_name(&self.first_name, &self.last_name, &self.email)
    }
}

/// First and last name, else the address.
pub(crate) fn display_name(first_name: &str, last_name: &str, email: &str) -> String {
    let name = format!("{first_name} {last_name}");
    match name.trim() {
        "" => email.to_owned(),
        name => name.to_owned(),
    }
}

const SELECT: &str =
    "SELECT u.id, u.email, u.email_key, u.first_name, u.last_name, u.role, u.is_marketo_admin,
       u.is_salesforce_admin, w.name AS workspace, u.status, u.locale, u.password_hash, u.last_sign_in_at,
       u.invitation_id, u.invitation_expires_at, i.created_at AS invitation_created_at,
       i.language AS invitation_language, u.version
  FROM users u
  JOIN workspaces w ON w.id = u.workspace_id
  LEFT JOIN invitations i ON i.id = u.invitation_id";

pub(crate) async fn find(conn: &mut Conn, account_id: &str, id: &str) -> DbResult<Option<UserRow>> {
    let mut select = Builder::new(SELECT);
    select.push(" WHERE u.account_id = ").push_bind(account_id.to_owned());
    select.push(" AND u.id = ").push_bind(id.to_owned());
    select.build_query_as().fetch_optional(conn).await
}

pub(crate) async fn find_by_email(
    conn: &mut Conn,
    account_id: &str,
    email_key: &str,
) -> DbResult<Option<UserRow>> {
    let mut select = Builder::new(SELECT);
    select.push(" WHERE u.account_id = ").push_bind(account_id.to_owned());
    select.push(" AND u.email_key = ").push_bind(email_key.to_owned());
    select.build_query_as().fetch_optional(conn).await
}

/// What deciding about an address needs to know of who has it.
#[derive(Clone, Debug)]
pub(crate) struct Standing {
    pub(crate) user_id: String,
    pub(crate) status: UserStatus,
}

/// Who has these addresses already, by address key.
pub(crate) async fn standings(
    conn: &mut Conn,
    account_id: &str,
    email_keys: &[&str],
    now: Millis,
) -> DbResult<HashMap<String, Standing>> {
    let mut standings = HashMap::new();
    if email_keys.is_empty() {
        return Ok(standings);
    }
    let mut select =
        Builder::new("SELECT email_key, id, status, invitation_expires_at FROM users WHERE account_id = ");
    select.push_bind(account_id.to_owned()).push(" AND email_key IN (");
    let mut list = select.separated(", ");
    for key in email_keys {
        list.push_bind((*key).to_owned());
    }
    select.push(")");
    let rows: Vec<(String, String, String, Option<i64>)> = select.build_query_as().fetch_all(conn).await?;
    for (key, user_id, status, expires_at) in rows {
        let stored = from_text(&status)?;
        let expired = stored == UserStatus::Invited && expires_at.is_none_or(|at| at <= now.0);
        let status = if expired { UserStatus::Expired } else { stored };
        standings.insert(key, Standing { user_id, status });
    }
    Ok(standings)
}

/// A person to be stored: somebody invited, or the first administrator.
#[derive(Clone, Debug)]
pub(crate) struct NewUser {
    pub(crate) id: String,
    pub(crate) email: String,
    pub(crate) email_key: String,
    pub(crate) first_name: String,
    pub(crate) last_name: String,
    pub(crate) role: Role,
    pub(crate) personas: Vec<Persona>,
    pub(crate) workspace_id: String,
    pub(crate) status: UserStatus,
    pub(crate) last_sign_in: Option<Millis>,
    pub(crate) invitation: Option<(String, Millis)>,
}

/// Users in one statement each thousand.
pub(crate) async fn insert(
    conn: &mut Conn,
    account_id: &str,
    users: &[NewUser],
    now: Millis,
) -> DbResult<()> {
    for users in users.chunks(1_000) {
        let mut insert = Builder::new(
            "INSERT INTO users (id, account_id, email, email_key, first_name, last_name, sort_name, search_text, role,
             is_marketo_admin, is_salesforce_admin, workspace_id, status, last_sign_in_at, invitation_id,
             invitation_expires_at, version, created_at) ",
        );
        insert.push_values(users, |mut row, user| {
            let has = |persona| i64::from(user.personas.contains(&persona));
            row.push_bind(user.id.clone())
                .push_bind(account_id.to_owned())
                .push_bind(user.email.clone())
                .push_bind(user.email_key.clone())
                .push_bind(user.first_name.clone())
                .push_bind(user.last_name.clone())
                .push_bind(sort_name(&user.first_name, &user.last_name, &user.email_key))
                .push_bind(search_text(&user.first_name, &user.last_name, &user.email))
                .push_bind(user.role.as_str())
                .push_bind(has(Persona::MarketoAdmin))
                .push_bind(has(Persona::SalesforceAdmin))
                .push_bind(user.workspace_id.clone())
                .push_bind(user.status.as_str())
                .push_bind(user.last_sign_in.map_or(0, |at| at.0))
                .push_bind(user.invitation.as_ref().map(|(id, _)| id.clone()))
                .push_bind(user.invitation.as_ref().map(|(_, expires)| expires.0))
                .push_bind(1_i64)
                .push_bind(now.0);
        });
        insert.build().execute(&mut *conn).await?;
    }
    Ok(())
}

/// Gives somebody whose invitation has expired the data of a new one.
pub(crate) async fn invite_again(conn: &mut Conn, user: &NewUser) -> DbResult<()> {
    let (invitation_id, expires_at) = match &user.invitation {
        Some((id, expires)) => (Some(id), Some(expires.0)),
        None => (None, None),
    };
    sqlx::query(
        "UPDATE users SET email = $1, first_name = $2, last_name = $3, sort_name = $4, search_text = $5, role = $6,
                workspace_id = $7, status = $8, invitation_id = $9, invitation_expires_at = $10, version = version + 1
          WHERE id = $11",
    )
    .bind(&user.email)
    .bind(&user.first_name)
    .bind(&user.last_name)
    .bind(sort_name(&user.first_name, &user.last_name, &user.email_key))
    .bind(search_text(&user.first_name, &user.last_name, &user.email))
    .bind(user.role.as_str())
    .bind(&user.workspace_id)
    .bind(user.status.as_str())
    .bind(invitation_id)
    .bind(expires_at)
    .bind(&user.id)
    .execute(&mut *conn)
    .await?;
    sqlx::query("DELETE FROM team_members WHERE user_id = $1").bind(&user.id).execute(conn).await?;
    Ok(())
}

/// Changes names; `None` leaves one as it is.
pub(crate) async fn rename(
    conn: &mut Conn,
    user: &UserRow,
    first_name: Option<&str>,
    last_name: Option<&str>,
) -> DbResult<()> {
    let first_name = first_name.unwrap_or(&user.first_name);
    let last_name = last_name.unwrap_or(&user.last_name);
    sqlx::query(
        "UPDATE users SET first_name = $1, last_name = $2, sort_name = $3, search_text = $4, version = version + 1
          WHERE id = $5",
    )
    .bind(first_name)
    .bind(last_name)
    .bind(sort_name(first_name, last_name, &user.email_key))
    .bind(search_text(first_name, last_name, &user.email))
    .bind(&user.id)
    .execute(conn)
    .await?;
    Ok(())
}

/// Corrects the address of somebody invited.
pub(crate) async fn set_email(conn: &mut Conn, user: &UserRow, email: &str, email_key: &str) -> DbResult<()> {
    sqlx::query(
        "UPDATE users SET email = $1, email_key = $2, sort_name = $3, search_text = $4, version = version + 1
          WHERE id = $5",
    )
    .bind(email)
    .bind(email_key)
    .bind(sort_name(&user.first_name, &user.last_name, email_key))
    .bind(search_text(&user.first_name, &user.last_name, email))
    .bind(&user.id)
    .execute(conn)
    .await?;
    Ok(())
}

pub(crate) async fn set_role(conn: &mut Conn, id: &str, role: Role) -> DbResult<()> {
    sqlx::query("UPDATE users SET role = $1, version = version + 1 WHERE id = $2")
        .bind(role.as_str())
        .bind(id)
        .execute(conn)
        .await?;
    Ok(())
}

pub(crate) async fn set_status(conn: &mut Conn, id: &str, status: UserStatus) -> DbResult<()> {
    sqlx::query("UPDATE users SET status = $1, version = version + 1 WHERE id = $2")
        .bind(status.as_str())
        .bind(id)
        .execute(conn)
        .await?;
    Ok(())
}

pub(crate) async fn set_locale(conn: &mut Conn, id: &str, locale: Option<Locale>) -> DbResult<()> {
    sqlx::query("UPDATE users SET locale = $1, version = version + 1 WHERE id = $2")
        .bind(locale.map(text).transpose()?)
        .bind(id)
        .execute(conn)
        .await?;
    Ok(())
}

pub(crate) async fn set_password(conn: &mut Conn, id: &str, hash: &str) -> DbResult<()> {
    sqlx::query("UPDATE users SET password_hash = $1, version = version + 1 WHERE id = $2")
        .bind(hash)
        .bind(id)
        .execute(conn)
        .await?;
    Ok(())
}

/// Makes an invited person a member.
pub(crate) async fn activate(conn: &mut Conn, id: &str, locale: Locale) -> DbResult<()> {
    sqlx::query(
        "UPDATE users SET status = 'active', locale = COALESCE(locale, $1), invitation_id = NULL,
                invitation_expires_at = NULL, version = version + 1
          WHERE id = $2",
    )
    .bind(text(locale)?)
    .bind(id)
    .execute(conn)
    .await?;
    Ok(())
}

pub(crate) async fn extend_invitation(conn: &mut Conn, id: &str, expires_at: Millis) -> DbResult<()> {
    sqlx::query("UPDATE users SET invitation_expires_at = $1, version = version + 1 WHERE id = $2")
        .bind(expires_at.0)
        .bind(id)
        .execute(conn)
        .await?;
    Ok(())
}

pub(crate) async fn note_sign_in(conn: &mut Conn, id: &str, now: Millis) -> DbResult<()> {
    sqlx::query("UPDATE users SET last_sign_in_at = $1 WHERE id = $2")
        .bind(now.0)
        .bind(id)
        .execute(conn)
        .await?;
    Ok(())
}

pub(crate) async fn delete(conn: &mut Conn, id: &str) -> DbResult<()> {
    sqlx::query("DELETE FROM users WHERE id = $1").bind(id).execute(conn).await?;
    Ok(())
}

pub(crate) async fn active_admins(conn: &mut Conn, account_id: &str) -> DbResult<u32> {
    let (admins,): (i64,) = sqlx::query_as(
        "SELECT COUNT(*) FROM users WHERE account_id = $1 AND role = 'admin' AND status = 'active'",
    )
    .bind(account_id)
    .fetch_one(conn)
    .await?;
    Ok(count(admins))
}

/// The administrator who can let others in: the original user while active, else the first active one.
pub(crate) async fn first_admin(conn: &mut Conn, account_id: &str) -> DbResult<Option<String>> {
    let id: Option<(String,)> = sqlx::query_as(
        "SELECT u.id FROM users u JOIN accounts a ON a.id = u.account_id
          WHERE u.account_id = $1 AND u.role = 'admin' AND u.status = 'active'
          ORDER BY CASE WHEN u.id = a.original_user_id THEN 0 ELSE 1 END, u.id LIMIT 1",
    )
    .bind(account_id)
    .fetch_optional(conn)
    .await?;
    Ok(id.map(|(id,)| id))
}

/// A page of the user list.
pub(crate) struct UserPage {
    pub(crate) rows: Vec<UserRow>,
    pub(crate) next_cursor: Option<String>,
    pub(crate) total: u64,
}

/// Where the next page begins: after this sort value and id.
#[derive(Serialize, Deserialize)]
struct Cursor(SortValue, String);

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum SortValue {
    Number(i64),
    Text(String),
}

/// Lists users. `None` where the cursor is not one of ours.
pub(crate) async fn list(
    conn: &mut Conn,
    account_id: &str,
    query: &UserQuery,
    limit: u32,
    now: Millis,
) -> DbResult<Option<UserPage>> {
    let sort = query.sort.unwrap_or_default();
    let order = query.order.unwrap_or_default();
    let after = match query.cursor.as_deref().map(Cursor::decode) {
        Some(None) => return Ok(None),
        Some(cursor) => cursor,
        None => None,
    };

    let mut counting = Builder::new("SELECT COUNT(*) FROM users u");
    push_filter(&mut counting, account_id, query, now);
    let (total,): (i64,) = counting.build_query_as().fetch_one(&mut *conn).await?;

    let column = column(sort);
    let (comparison, direction) = match order {
        SortOrder::Ascending => (" > (", " ASC"),
        SortOrder::Descending => (" < (", " DESC"),
    };
    let mut select = Builder::new(SELECT);
    push_filter(&mut select, account_id, query, now);
    if let Some(Cursor(value, id)) = after {
        select.push(" AND (").push(column).push(", u.id)").push(comparison);
        match value {
            SortValue::Number(number) => select.push_bind(number),
            SortValue::Text(text) => select.push_bind(text),
        };
        select.push(", ").push_bind(id).push(")");
    }
    select.push(" ORDER BY ").push(column).push(direction).push(", u.id").push(direction);
    select.push(" LIMIT ").push_bind(i64::from(limit) + 1);
    let mut rows: Vec<UserRow> = select.build_query_as().fetch_all(conn).await?;

    let more = rows.len() > limit as usize;
    rows.truncate(limit as usize);
    let next_cursor = rows.last().filter(|_| more).map(|last| Cursor::after(last, sort).encode());
    Ok(Some(UserPage { rows, next_cursor, total: u64::try_from(total).unwrap_or(0) }))
}

fn push_filter(builder: &mut Builder, account_id: &str, query: &UserQuery, now: Millis) {
    builder.push(" WHERE u.account_id = ").push_bind(account_id.to_owned());
    if let Some(search) = query.search.as_deref().map(str::trim).filter(|search| !search.is_empty()) {
        builder
            .push(" AND u.search_text LIKE ")
            .push_bind(like_anywhere(&search.to_lowercase()))
            .push(r" ESCAPE '\'");
    }
    if let Some(role) = query.role {
        builder.push(" AND u.role = ").push_bind(role.as_str());
    }
    match query.status {
        Some(UserStatus::Active) => builder.push(" AND u.status = 'active'"),
        Some(UserStatus::Deactivated) => builder.push(" AND u.status = 'deactivated'"),
        Some(UserStatus::Invited) => {
            builder.push(" AND u.status = 'invited' AND u.invitation_expires_at > ").push_bind(now.0)
        }
        Some(UserStatus::Expired) => {
            builder.push(" AND u.status = 'invited' AND u.invitation_expires_at <= ").push_bind(now.0)
        }
        None => builder,
    };
}

fn column(sort: UserSort) -> &'static str {
    match sort {
        UserSort::Name => "u.sort_name",
        UserSort::Email => "u.email_key",
        UserSort::Role => "u.role",
        UserSort::Status => "u.status",
        UserSort::LastSignIn => "u.last_sign_in_at",
    }
}

impl Cursor {
    fn after(row: &UserRow, sort: UserSort) -> Self {
        let value = match sort {
            UserSort::Name => SortValue::Text(sort_name(&row.first_name, &row.last_name, &row.email_key)),
            UserSort::Email => SortValue::Text(row.email_key.clone()),
            UserSort::Role => SortValue::Text(row.role.clone()),
            UserSort::Status => SortValue::Text(row.status.clone()),
            UserSort::LastSignIn => SortValue::Number(row.last_sign_in_at),
        };
        Self(value, row.id.clone())
    }

    fn encode(&self) -> String {
        URL_SAFE_NO_PAD.encode(serde_json::to_vec(self).unwrap_or_default())
    }

    fn decode(text: &str) -> Option<Self> {
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).ok()?).ok()
    }
}

/// People without a name are sorted by their address, among the others.
fn sort_name(first_name: &str, last_name: &str, email_key: &str) -> String {
    display_name(first_name, last_name, email_key).to_lowercase()
}

fn search_text(first_name: &str, last_name: &str, email: &str) -> String {
    format!("{first_name} {last_name} {email}").to_lowercase()
}
