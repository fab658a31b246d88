//! Members and people who are invited.

mod list;

use std::collections::{HashMap, HashSet};

use api_types::{
    DeliveryStatus, InvitationId, Locale, LoginManagement, Person, PersonName, Persona, Role, TimeZone,
    UserId, UserStatus, display_name, full_name,
};
use futures_util::TryStreamExt as _;
use roster::{AddressKeys, Standing as AddressStanding};
use sqlx::FromRow;

use super::{
    AccountId, Builder, Conn, DbResult, ROWS_PER_STATEMENT, count, from_optional_text, from_text, push_list,
    statement, text,
};
use crate::platform::clock::Millis;
use crate::platform::text::unaccented;

pub(crate) use list::list;

/// A user as stored. `invited` covers those whose invitation has expired.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct UserRow {
    /// The number by which other rows refer to the person.
    pub(crate) number: i64,
    pub(crate) id: UserId,
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
    pub(crate) time_zone: Option<String>,
    pub(crate) password_hash: Option<String>,
    last_sign_in_at: i64,
    pub(crate) invitation_id: Option<InvitationId>,
    pub(crate) invitation_expires_at: Option<i64>,
    pub(crate) invitation_created_at: Option<i64>,
    invitation_language: Option<String>,
    invitation_mail: Option<String>,
    version: i64,
    created_at: i64,
}

impl UserRow {
    /// As shown beside what they did or own.
    pub(crate) fn person(self) -> Person {
        Person { name: full_name(&self.first_name, &self.last_name), id: self.id, email: self.email }
    }

    pub(crate) fn role(&self) -> DbResult<Role> {
        from_text(&self.role)
    }

    /// Kept while the person is not an administrator, so that giving the role back restores them.
    pub(crate) fn personas(&self) -> Vec<Persona> {
        let mut personas = Vec::new();
        if self.role != Role::Admin.as_str() {
            return personas;
        }
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

    /// Whether they may sign in; not if that cannot be read.
    pub(crate) fn is_active(&self) -> bool {
        from_text(&self.status).is_ok_and(|status: UserStatus| status == UserStatus::Active)
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

    /// What became of the mail of the invitation.
    pub(crate) fn invitation_delivery(&self) -> DbResult<Option<DeliveryStatus>> {
        from_optional_text(self.invitation_mail.as_deref())
    }

    pub(crate) fn last_sign_in(&self) -> Option<Millis> {
        (self.last_sign_in_at > 0).then_some(Millis(self.last_sign_in_at))
    }

    /// Since when the person is in the account.
    pub(crate) fn created(&self) -> Millis {
        Millis(self.created_at)
    }

    pub(crate) fn version(&self) -> u32 {
        count(self.version)
    }

    /// The full name, else the address.
    pub(crate) fn display_name(&self) -> String {
        display_name(&self.first_name, &self.last_name, &self.email)
    }

    /// The name beside what the person does now.
    pub(crate) fn named(&self) -> PersonName {
        PersonName { name: self.display_name(), id: Some(self.id.clone()) }
    }
}

const SELECT: &str =
    "SELECT u.number, u.id, u.email, u.email_key, u.first_name, u.last_name, u.role, u.is_marketo_admin,
       u.is_salesforce_admin, w.name AS workspace, u.status, u.locale, u.time_zone, u.password_hash, u.last_sign_in_at,
       i.id AS invitation_id, u.invitation_expires_at, i.created_at AS invitation_created_at,
       i.language AS invitation_language,
       (SELECT m.state FROM mails m WHERE m.invitation_number = u.invitation_number) AS invitation_mail,
       u.version, u.created_at
  FROM users u
  JOIN workspaces w ON w.number = u.workspace_number
  LEFT JOIN invitations i ON i.number = u.invitation_number";

pub(crate) async fn find(conn: &mut Conn, account_id: &AccountId, id: &UserId) -> DbResult<Option<UserRow>> {
    let mut select = Builder::new(SELECT);
    select.push(" WHERE u.account_id = ").push_bind(account_id);
    select.push(" AND u.id = ").push_bind(id);
    select.build().optional(conn).await
}

pub(crate) async fn find_by_email(
    conn: &mut Conn,
    account_id: &AccountId,
    email_key: &str,
) -> DbResult<Option<UserRow>> {
    let mut select = Builder::new(SELECT);
    select.push(" WHERE u.account_id = ").push_bind(account_id);
    select.push(" AND u.email_key = ").push_bind(email_key.to_owned());
    select.build().optional(conn).await
}

/// The users who have these addresses.
pub(crate) async fn find_by_emails(
    conn: &mut Conn,
    account_id: &AccountId,
    email_keys: &[&str],
) -> DbResult<Vec<UserRow>> {
    if email_keys.is_empty() {
        return Ok(Vec::new());
    }
    select_with(account_id, "u.email_key", email_keys).build().all(conn).await
}

/// The users with these ids who are still there.
pub(crate) async fn find_all(
    conn: &mut Conn,
    account_id: &AccountId,
    ids: &[&UserId],
) -> DbResult<Vec<UserRow>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    select_all(account_id, ids).build().all(conn).await
}

/// Found by their ids, as by [`push_by_id`].
fn select_all(account_id: &AccountId, ids: &[&UserId]) -> Builder {
    let mut select = Builder::new(SELECT);
    select.push(" WHERE u.id IN (SELECT id");
    push_by_id(&mut select, account_id, ids.iter().copied());
    select.push(")");
    select
}

/// The users of whom a column has one of these values.
fn select_with(account_id: &AccountId, column: &'static str, values: &[&str]) -> Builder {
    let mut select = Builder::new(SELECT);
    select.push(" WHERE u.account_id = ").push_bind(account_id);
    select.push(" AND ").push(column).push(" IN (");
    let mut list = select.separated(", ");
    for value in values {
        list.push_bind((*value).to_owned());
    }
    select.push(")");
    select
}

/// What the verdict on an address needs to know of the user who has it.
#[derive(Clone, Debug)]
pub(crate) struct AddressHolder {
    pub(crate) user_id: UserId,
    pub(crate) status: UserStatus,
}

/// The users who have these addresses, by address key.
pub(crate) async fn standings(
    conn: &mut Conn,
    account_id: &AccountId,
    email_keys: &[&str],
    now: Millis,
) -> DbResult<HashMap<String, AddressHolder>> {
    let mut standings = HashMap::new();
    if email_keys.is_empty() {
        return Ok(standings);
    }
    let mut select =
        Builder::new("SELECT email_key, id, status, invitation_expires_at FROM users WHERE account_id = ");
    select.push_bind(account_id).push(" AND email_key IN (");
    let mut list = select.separated(", ");
    for key in email_keys {
        list.push_bind((*key).to_owned());
    }
    select.push(")");
    let rows: Vec<(String, UserId, String, Option<i64>)> = select.build().all(conn).await?;
    for (key, user_id, status, expires_at) in rows {
        let stored = from_text(&status)?;
        let expired = stored == UserStatus::Invited && expires_at.is_none_or(|at| at <= now.0);
        let status = if expired { UserStatus::Expired } else { stored };
        standings.insert(key, AddressHolder { user_id, status });
    }
    Ok(standings)
}

/// The address keys of all people whose address cannot be invited: members, and those whose invitation can still be
/// accepted.
pub(crate) async fn address_keys(
    conn: &mut Conn,
    account_id: &AccountId,
    now: Millis,
) -> DbResult<AddressKeys> {
    let seed = super::accounts::address_seed(conn, account_id).await?;
    let mut people = statement(
        "SELECT email_key, status FROM users
          WHERE account_id = $1 AND (status <> 'invited' OR invitation_expires_at > $2)",
    )
    .bind(account_id)
    .bind(now.0)
    .stream(conn)?;
    let mut words = Vec::new();
    while let Some((email_key, status)) = people.try_next().await? {
        let (email_key, status): (String, String) = (email_key, status);
        let standing = match from_text(&status)? {
            UserStatus::Active => AddressStanding::Active,
            UserStatus::Deactivated => AddressStanding::Deactivated,
            UserStatus::Invited => AddressStanding::Invited,
            // Never stored.
            UserStatus::Expired => continue,
        };
        words.push(seed.word(&email_key, standing));
    }
    Ok(AddressKeys::new(seed, words))
}

/// A person to be stored: an invited one, or the first administrator.
#[derive(Clone, Debug)]
pub(crate) struct NewUser {
    pub(crate) id: UserId,
    pub(crate) email: String,
    pub(crate) email_key: String,
    pub(crate) first_name: String,
    pub(crate) last_name: String,
    pub(crate) role: Role,
    pub(crate) personas: Vec<Persona>,
    pub(crate) workspace_id: String,
    pub(crate) status: UserStatus,
    pub(crate) last_sign_in: Option<Millis>,
    /// Its number, and when it stops working.
    pub(crate) invitation: Option<(i64, Millis)>,
}

/// The numbers by which other rows refer to these users, by id.
pub(crate) async fn numbers<'a>(
    conn: &mut Conn,
    account_id: &AccountId,
    ids: impl IntoIterator<Item = &'a UserId>,
) -> DbResult<HashMap<UserId, i64>> {
    let mut select = Builder::new("SELECT id, number");
    push_by_id(&mut select, account_id, ids);
    let rows: Vec<(UserId, i64)> = select.build().all(conn).await?;
    Ok(rows.into_iter().collect())
}

/// `FROM` and `WHERE` for those of the account's users who have these ids, which finds them by their ids however many there
/// are: with many ids SQLite would rather use the index of the account, and read all its users.
pub(super) fn push_by_id<'a>(
    select: &mut Builder,
    account_id: &AccountId,
    ids: impl IntoIterator<Item = &'a UserId>,
) {
    select.push(" FROM users WHERE account_id || '' = ").push_bind(account_id).push(" AND id IN (");
    let mut list = select.separated(", ");
    for id in ids {
        list.push_bind(id);
    }
    select.push(")");
}

/// Users, many in one statement.
pub(crate) async fn insert(
    conn: &mut Conn,
    account_id: &AccountId,
    users: &[NewUser],
    now: Millis,
) -> DbResult<()> {
    let workspaces: Vec<(String, i64)> = statement("SELECT id, number FROM workspaces WHERE account_id = $1")
        .bind(account_id)
        .all(&mut *conn)
        .await?;
    let workspaces: HashMap<String, i64> = workspaces.into_iter().collect();
    for users in users.chunks(ROWS_PER_STATEMENT) {
        let mut insert = Builder::new(
            "INSERT INTO users (id, account_id, email, email_key, first_name, last_name, sort_name, search_text, role,
             is_marketo_admin, is_salesforce_admin, workspace_number, status, last_sign_in_at,
             invitation_number, invitation_expires_at, version, created_at, joined_at, admin_since) ",
        );
        insert.push_values(users, |mut row, user| {
            let has = |persona| i64::from(user.personas.contains(&persona));
            row.push_bind(&user.id)
                .push_bind(account_id)
                .push_bind(user.email.clone())
                .push_bind(user.email_key.clone())
                .push_bind(user.first_name.clone())
                .push_bind(user.last_name.clone())
                .push_bind(sort_name(&user.first_name, &user.last_name, &user.email_key))
                .push_bind(search_text(&user.first_name, &user.last_name, &user.email))
                .push_bind(user.role.as_str())
                .push_bind(has(Persona::MarketoAdmin))
                .push_bind(has(Persona::SalesforceAdmin))
                .push_bind(workspaces.get(&user.workspace_id).copied())
                .push_bind(user.status.as_str())
                .push_bind(user.last_sign_in.map_or(0, |at| at.0))
                .push_bind(user.invitation.map(|(number, _)| number))
                .push_bind(user.invitation.map(|(_, expires)| expires.0))
                .push_bind(1_i64)
                .push_bind(now.0)
                .push_bind(now.0)
                .push_bind(now.0);
        });
        insert.build().execute(&mut *conn).await?;
    }
    Ok(())
}

/// Gives a person whose invitation has expired the data of a new one. Earlier personas stay.
pub(crate) async fn invite_again(conn: &mut Conn, user: &NewUser) -> DbResult<()> {
    let (invitation, expires_at) = user.invitation.map(|(number, expires)| (number, expires.0)).unzip();
    statement(
        "UPDATE users SET email = $1, first_name = $2, last_name = $3, sort_name = $4, search_text = $5, role = $6,
                workspace_number = (SELECT number FROM workspaces WHERE id = $7), status = $8, invitation_number = $9, invitation_expires_at = $10,
                is_marketo_admin = CASE WHEN $11 = 1 THEN 1 ELSE is_marketo_admin END,
                is_salesforce_admin = CASE WHEN $12 = 1 THEN 1 ELSE is_salesforce_admin END,
                version = version + 1
          WHERE id = $13",
    )
    .bind(&user.email)
    .bind(&user.first_name)
    .bind(&user.last_name)
    .bind(sort_name(&user.first_name, &user.last_name, &user.email_key))
    .bind(search_text(&user.first_name, &user.last_name, &user.email))
    .bind(user.role.as_str())
    .bind(&user.workspace_id)
    .bind(user.status.as_str())
    .bind(invitation)
    .bind(expires_at)
    .bind(user.personas.contains(&Persona::MarketoAdmin))
    .bind(user.personas.contains(&Persona::SalesforceAdmin))
    .bind(&user.id)
    .execute(&mut *conn)
    .await?;
    statement("DELETE FROM team_members WHERE user_number = (SELECT number FROM users WHERE id = $1)")
        .bind(&user.id)
        .execute(conn)
        .await?;
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
    statement(
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

/// Corrects the address of an invited person.
pub(crate) async fn set_email(conn: &mut Conn, user: &UserRow, email: &str, email_key: &str) -> DbResult<()> {
    statement(
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

pub(crate) async fn set_role(conn: &mut Conn, ids: &[&UserId], role: Role, now: Millis) -> DbResult<()> {
    let mut update = Builder::new("UPDATE users SET role = ");
    update.push_bind(role.as_str()).push(", admin_since = ").push_bind(now.0);
    change_each(conn, update, ids).await
}

pub(crate) async fn set_personas(conn: &mut Conn, id: &UserId, personas: &[Persona]) -> DbResult<()> {
    statement(
        "UPDATE users SET is_marketo_admin = $1, is_salesforce_admin = $2, version = version + 1 WHERE id = $3",
    )
    .bind(personas.contains(&Persona::MarketoAdmin))
    .bind(personas.contains(&Persona::SalesforceAdmin))
    .bind(id)
    .execute(conn)
    .await?;
    Ok(())
}

pub(crate) async fn set_status(
    conn: &mut Conn,
    ids: &[&UserId],
    status: UserStatus,
    now: Millis,
) -> DbResult<()> {
    let mut update = Builder::new("UPDATE users SET status = ");
    update.push_bind(status.as_str()).push(", joined_at = ").push_bind(now.0);
    change_each(conn, update, ids).await
}

pub(crate) async fn set_workspace(conn: &mut Conn, ids: &[&UserId], workspace_id: &str) -> DbResult<()> {
    let mut update =
        Builder::new("UPDATE users SET workspace_number = (SELECT number FROM workspaces WHERE id = ");
    update.push_bind(workspace_id.to_owned()).push(")");
    change_each(conn, update, ids).await
}

/// Makes a change of the people with these ids, in one statement for all of them.
async fn change_each(conn: &mut Conn, mut update: Builder, ids: &[&UserId]) -> DbResult<()> {
    if ids.is_empty() {
        return Ok(());
    }
    update.push(", version = version + 1 WHERE id IN ");
    push_list(&mut update, ids);
    update.build().execute(conn).await?;
    Ok(())
}

pub(crate) async fn set_locale(conn: &mut Conn, id: &UserId, locale: Option<Locale>) -> DbResult<()> {
    statement("UPDATE users SET locale = $1, version = version + 1 WHERE id = $2")
        .bind(locale.map(text).transpose()?)
        .bind(id)
        .execute(conn)
        .await?;
    Ok(())
}

pub(crate) async fn set_time_zone(conn: &mut Conn, id: &UserId, zone: Option<&TimeZone>) -> DbResult<()> {
    statement("UPDATE users SET time_zone = $1, version = version + 1 WHERE id = $2")
        .bind(zone.map(TimeZone::as_str))
        .bind(id)
        .execute(conn)
        .await?;
    Ok(())
}

pub(crate) async fn set_password(conn: &mut Conn, id: &UserId, hash: &str) -> DbResult<()> {
    statement("UPDATE users SET password_hash = $1, version = version + 1 WHERE id = $2")
        .bind(hash)
        .bind(id)
        .execute(conn)
        .await?;
    Ok(())
}

/// Puts another hash of the same password in the place of the old one, unless it has changed.
pub(crate) async fn rehash(conn: &mut Conn, id: &UserId, old: &str, new: &str) -> DbResult<()> {
    statement("UPDATE users SET password_hash = $1 WHERE id = $2 AND password_hash = $3")
        .bind(new)
        .bind(id)
        .bind(old)
        .execute(conn)
        .await?;
    Ok(())
}

/// Makes an invited person a member.
pub(crate) async fn activate(conn: &mut Conn, id: &UserId, locale: Locale, now: Millis) -> DbResult<()> {
    statement(
        "UPDATE users SET status = 'active', locale = COALESCE(locale, $1), invitation_number = NULL,
                invitation_expires_at = NULL, joined_at = $2, accepted_at = $2, version = version + 1
          WHERE id = $3",
    )
    .bind(text(locale)?)
    .bind(now.0)
    .bind(id)
    .execute(conn)
    .await?;
    Ok(())
}

pub(crate) async fn extend_invitation(conn: &mut Conn, id: &UserId, expires_at: Millis) -> DbResult<()> {
    statement("UPDATE users SET invitation_expires_at = $1, version = version + 1 WHERE id = $2")
        .bind(expires_at.0)
        .bind(id)
        .execute(conn)
        .await?;
    Ok(())
}

pub(crate) async fn note_sign_in(conn: &mut Conn, id: &UserId, now: Millis) -> DbResult<()> {
    statement("UPDATE users SET last_sign_in_at = $1 WHERE id = $2")
        .bind(now.0)
        .bind(id)
        .execute(conn)
        .await?;
    Ok(())
}

pub(crate) async fn delete(conn: &mut Conn, id: &UserId) -> DbResult<()> {
    statement("DELETE FROM users WHERE id = $1").bind(id).execute(conn).await?;
    Ok(())
}

/// Ids of up to `limit` active administrators who can sign in: where sign-in is through Salesforce only, those who have
/// done so before. Those whom the compared changes of a batch make something else do not count.
pub(crate) async fn able_admins(
    conn: &mut Conn,
    account_id: &AccountId,
    management: LoginManagement,
    batch: Option<i64>,
    limit: usize,
) -> DbResult<HashSet<UserId>> {
    let select = select_able_admins(account_id, management, batch, limit);
    let admins: Vec<(UserId,)> = select.build().all(conn).await?;
    Ok(admins.into_iter().map(|(id,)| id).collect())
}

/// The full names of active administrators.
pub(crate) async fn names_of_admins(conn: &mut Conn, account_id: &AccountId) -> DbResult<Vec<String>> {
    let names: Vec<(String, String)> = statement(
        "SELECT first_name, last_name FROM users
          WHERE role = 'admin' AND status || '' = 'active' AND account_id = $1",
    )
    .bind(account_id)
    .all(conn)
    .await?;
    Ok(names.into_iter().map(|(first, last)| full_name(&first, &last)).collect())
}

/// By the index of roles: administrators are few, active people are not.
fn select_able_admins(
    account_id: &AccountId,
    management: LoginManagement,
    batch: Option<i64>,
    limit: usize,
) -> Builder {
    let mut select = Builder::new(
        "SELECT id FROM users WHERE role = 'admin' AND status || '' = 'active' AND account_id = ",
    );
    select.push_bind(account_id);
    if management == LoginManagement::SalesforceOnly {
        select.push(" AND id IN (SELECT user_id FROM salesforce_identities)");
    }
    if let Some(batch) = batch {
        select
            .push(" AND NOT EXISTS (SELECT 1 FROM member_changes c WHERE c.batch_number = ")
            .push_bind(batch);
        select.push(" AND c.user_id = users.id AND c.ends_admin = 1)");
    }
    select.push(" LIMIT ").push_bind(i64::try_from(limit).unwrap_or(i64::MAX));
    select
}

/// How many active people Salesforce has not let in so far, and the first of them: administrators, then by name.
pub(crate) async fn without_salesforce(
    conn: &mut Conn,
    account_id: &AccountId,
    limit: u32,
) -> DbResult<(u32, Vec<UserRow>)> {
    const THEY: &str = "u.status || '' = 'active'
        AND NOT EXISTS (SELECT 1 FROM salesforce_identities s WHERE s.user_id = u.id)";
    let mut count = Builder::new("SELECT COUNT(*) FROM users u WHERE u.account_id = ");
    count.push_bind(account_id).push(" AND ").push(THEY);
    let (total,): (i64,) = count.build().one(&mut *conn).await?;
    let mut select = Builder::new(SELECT);
    select.push(" WHERE u.account_id = ").push_bind(account_id).push(" AND ").push(THEY);
    select.push(" ORDER BY u.role, u.sort_name, u.number LIMIT ").push_bind(limit);
    Ok((super::count(total), select.build().all(conn).await?))
}

/// The first active administrator, to whom the operator's sign-in link belongs.
pub(crate) async fn first_admin(conn: &mut Conn, account_id: &AccountId) -> DbResult<Option<UserRow>> {
    let mut select = Builder::new(SELECT);
    select.push(" WHERE u.account_id = ").push_bind(account_id);
    select.push(" AND u.role = 'admin' AND u.status = 'active' ORDER BY u.id LIMIT 1");
    select.build().optional(conn).await
}

/// The ids of active administrators who have signed in before, those who did so last first.
pub(crate) async fn latest_admins(
    conn: &mut Conn,
    account_id: &AccountId,
    limit: u32,
) -> DbResult<Vec<UserId>> {
    let ids: Vec<(UserId,)> = statement(
        "SELECT id FROM users
          WHERE account_id = $1 AND role = 'admin' AND status || '' = 'active' AND last_sign_in_at > 0
          ORDER BY last_sign_in_at DESC, number LIMIT $2",
    )
    .bind(account_id)
    .bind(limit)
    .all(conn)
    .await?;
    Ok(ids.into_iter().map(|(id,)| id).collect())
}

/// Everybody with the role, in the order of their addresses.
pub(crate) async fn admins(conn: &mut Conn, account_id: &AccountId) -> DbResult<Vec<UserRow>> {
    let mut select = Builder::new(SELECT);
    select.push(" WHERE u.account_id = ").push_bind(account_id);
    select.push(" AND u.role = 'admin' ORDER BY u.email_key");
    select.build().all(conn).await
}

/// People without a name are sorted by their address, among the others.
fn sort_name(first_name: &str, last_name: &str, email_key: &str) -> String {
    unaccented(&display_name(first_name, last_name, email_key))
}

fn search_text(first_name: &str, last_name: &str, email: &str) -> String {
    unaccented(&format!("{} {email}", people::names::searchable(first_name, last_name)))
}

/// The person who was invited or chosen first; `None` once that person is removed.
pub(crate) async fn original_user(conn: &mut Conn, account_id: &AccountId) -> DbResult<Option<UserRow>> {
    let id: Option<(Option<UserId>,)> =
        statement("SELECT original_user_id FROM accounts WHERE id = $1 AND is_original_user_chosen = 1")
            .bind(account_id)
            .optional(&mut *conn)
            .await?;
    match id {
        Some((Some(id),)) => find(conn, account_id, &id).await,
        _ => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::super::test::{plan, sqlite_database};
    use super::*;

    #[tokio::test]
    async fn p7_users_are_found_by_their_ids_however_many_are_asked_for() {
        let (db, account, _folder) = sqlite_database().await;
        let ids: Vec<UserId> = (0..1_000).map(|id| UserId(format!("id {id}"))).collect();
        let mut select = Builder::new("SELECT number");
        push_by_id(&mut select, &account, &ids);
        let steps = plan(&mut db.read().await.unwrap(), &select).await;
        assert_eq!(steps, ["SEARCH users USING INDEX users_by_id (id=?)"]);
    }

    #[tokio::test]
    async fn r20_a_portion_reads_its_own_people_and_the_administrators_alone() {
        let (db, account, _folder) = sqlite_database().await;
        let mut conn = db.read().await.unwrap();
        for ids in [&["a"][..], &["a", "b", "c", "d", "e", "f", "g"], &["a"; 1_000]] {
            let users: Vec<UserId> = ids.iter().map(|id| UserId((*id).to_owned())).collect();
            let steps = plan(&mut conn, &select_all(&account, &users.iter().collect::<Vec<_>>())).await;
            assert!(steps[0].starts_with("SEARCH u USING INDEX users_by_id (id=?)"), "{steps:#?}");
            let emails = plan(&mut conn, &select_with(&account, "u.email_key", ids)).await;
            assert!(emails[0].contains("users_by_email (account_id=? AND email_key=?)"), "{emails:#?}");
        }
        for management in [LoginManagement::AllLoginMethods, LoginManagement::SalesforceOnly] {
            let steps = plan(&mut conn, &select_able_admins(&account, management, Some(1), 9)).await;
            assert!(steps[0].contains("users_by_role (account_id=? AND role=?)"), "{steps:#?}");
            let ended = "member_changes_ending (batch_number=? AND user_id=?)";
            assert!(steps.iter().any(|step| step.contains(ended)), "{steps:#?}");
        }
    }
}
