//! API keys, and the sessions of panels that they open.

use std::time::Duration;

use api_types::embed::{ApiKey, ApiKeyKind, OpensFor, PanelFlow};
use api_types::{ApiKeyId, Role, UserId};
use sqlx::FromRow;

use super::{
    AccountId, Builder, Conn, DbResult, count, from_json, from_text, push_list, statement, text, to_json,
};
use crate::platform::clock::Millis;

/// A key as stored. The hash of its secret is read by no one.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct ApiKeyRow {
    pub(crate) id: ApiKeyId,
    pub(crate) name: String,
    prefix: String,
    kind: String,
    /// The administrator for whom a command line acts.
    pub(crate) owner_id: Option<UserId>,
    origins: String,
    flows: String,
    role: String,
    grants: String,
    opens_for: String,
    created_by: String,
    creator_id: Option<UserId>,
    created_at: i64,
    last_used_at: Option<i64>,
    revoked_at: Option<i64>,
    ends_at: i64,
}

impl ApiKeyRow {
    pub(crate) fn is_revoked(&self) -> bool {
        self.revoked_at.is_some()
    }

    /// Whether it was revoked, or its time is over.
    pub(crate) fn has_ended(&self, now: Millis) -> bool {
        self.is_revoked() || Millis(self.ends_at) <= now
    }

    pub(crate) fn kind(&self) -> DbResult<ApiKeyKind> {
        from_text(&self.kind)
    }

    /// When it was last used, if ever.
    pub(crate) fn last_used(&self) -> Option<Millis> {
        self.last_used_at.map(Millis)
    }

    pub(crate) fn role(&self) -> DbResult<Role> {
        from_text(&self.role)
    }

    /// The highest role that is given through it.
    pub(crate) fn grants(&self) -> DbResult<Role> {
        from_text(&self.grants)
    }

    /// Whether it opens panels for this user.
    pub(crate) fn opens_for(&self, user_id: &UserId) -> DbResult<bool> {
        Ok(match from_json(&self.opens_for)? {
            OpensFor::Maker => self.creator_id.as_ref() == Some(user_id),
            OpensFor::Users(users) => users.contains(user_id),
            OpensFor::Everyone => true,
        })
    }

    pub(crate) fn has_origin(&self, origin: &str) -> DbResult<bool> {
        Ok(from_json::<Vec<String>>(&self.origins)?.iter().any(|own| own == origin))
    }

    pub(crate) fn has_flow(&self, flow: PanelFlow) -> DbResult<bool> {
        Ok(from_json::<Vec<PanelFlow>>(&self.flows)?.contains(&flow))
    }

    pub(crate) fn view(self) -> DbResult<ApiKey> {
        let time = |at: Option<i64>| at.map(|at| Millis(at).timestamp());
        Ok(ApiKey {
            kind: self.kind()?,
            origins: from_json(&self.origins)?,
            flows: from_json(&self.flows)?,
            role: self.role()?,
            grants: self.grants()?,
            opens_for: from_json(&self.opens_for)?,
            created_at: Millis(self.created_at).timestamp(),
            last_used_at: time(self.last_used_at),
            revoked_at: time(self.revoked_at),
            ends_at: Millis(self.ends_at).timestamp(),
            id: self.id,
            name: self.name,
            prefix: self.prefix,
            created_by: self.created_by,
            created_by_id: self.creator_id,
        })
    }
}

/// The key through which somebody acts.
#[derive(Clone, Debug)]
pub(crate) struct ActingKey {
    pub(crate) id: ApiKeyId,
    pub(crate) name: String,
    /// The highest role that is given through it.
    pub(crate) grants: Role,
}

impl ActingKey {
    /// The key through which a job's work was begun, if through one.
    pub(crate) async fn of_work(
        conn: &mut Conn,
        account_id: &AccountId,
        id: Option<&ApiKeyId>,
    ) -> DbResult<Option<Self>> {
        let Some(id) = id else { return Ok(None) };
        let key = find(conn, account_id, id).await?.ok_or(sqlx::Error::RowNotFound)?;
        Ok(Some(Self::try_from(key)?))
    }

    /// For the audit log.
    pub(crate) fn named(&self) -> (&ApiKeyId, &str) {
        (&self.id, &self.name)
    }
}

impl TryFrom<ApiKeyRow> for ActingKey {
    type Error = sqlx::Error;

    fn try_from(key: ApiKeyRow) -> DbResult<Self> {
        Ok(Self { grants: key.grants()?, id: key.id, name: key.name })
    }
}

/// A key to be stored.
pub(crate) struct NewKey<'a> {
    pub(crate) id: &'a ApiKeyId,
    pub(crate) name: &'a str,
    pub(crate) prefix: &'a str,
    pub(crate) secret_hash: &'a str,
    pub(crate) kind: ApiKeyKind,
    pub(crate) owner_id: Option<&'a UserId>,
    pub(crate) origins: &'a [String],
    pub(crate) flows: &'a [PanelFlow],
    pub(crate) role: Role,
    pub(crate) grants: Role,
    pub(crate) opens_for: &'a OpensFor,
    pub(crate) created_by: &'a str,
    pub(crate) creator_id: Option<&'a UserId>,
    pub(crate) ends_at: Millis,
}

pub(crate) async fn insert(
    conn: &mut Conn,
    account_id: &AccountId,
    key: &NewKey<'_>,
    now: Millis,
) -> DbResult<()> {
    statement(
        "INSERT INTO api_keys (id, account_id, name, name_key, prefix, secret_hash, origins, flows, role, created_by,
         created_at, kind, owner_id, creator_id, grants, opens_for, ends_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
    )
    .bind(key.id)
    .bind(account_id)
    .bind(key.name)
    .bind(people::characters::key(key.name))
    .bind(key.prefix)
    .bind(key.secret_hash)
    .bind(to_json(&key.origins)?)
    .bind(to_json(&key.flows)?)
    .bind(key.role.as_str())
    .bind(key.created_by)
    .bind(now.0)
    .bind(key.kind.as_str())
    .bind(key.owner_id)
    .bind(key.creator_id)
    .bind(key.grants.as_str())
    .bind(to_json(key.opens_for)?)
    .bind(key.ends_at.0)
    .execute(conn)
    .await?;
    Ok(())
}

/// Keys that end between `now` and `until`, of which nobody was told yet, but for those that were made for no longer: their
/// ids, names, and who made them.
pub(crate) async fn ending(
    conn: &mut Conn,
    account_id: &AccountId,
    now: Millis,
    until: Millis,
) -> DbResult<Vec<(ApiKeyId, String, Option<UserId>)>> {
    statement(
        "SELECT id, name, creator_id FROM api_keys
          WHERE account_id = $1 AND ends_at > $2 AND ends_at <= $3 AND revoked_at IS NULL AND end_told_at IS NULL
            AND ends_at - created_at > $3 - $2",
    )
    .bind(account_id)
    .bind(now.0)
    .bind(until.0)
    .all(conn)
    .await
}

/// Marks those that have ended as revoked, so that others may have their names.
pub(crate) async fn retire(conn: &mut Conn, account_id: &AccountId, now: Millis) -> DbResult<()> {
    statement(
        "UPDATE api_keys SET revoked_at = ends_at WHERE account_id = $1 AND revoked_at IS NULL AND ends_at <= $2",
    )
    .bind(account_id)
    .bind(now.0)
    .execute(conn)
    .await?;
    Ok(())
}

pub(crate) async fn note_end_told(conn: &mut Conn, id: &ApiKeyId, now: Millis) -> DbResult<()> {
    statement("UPDATE api_keys SET end_told_at = $1 WHERE id = $2")
        .bind(now.0)
        .bind(id)
        .execute(conn)
        .await?;
    Ok(())
}

const SELECT: &str =
    "SELECT id, name, prefix, kind, owner_id, origins, flows, role, grants, opens_for, created_by, creator_id, created_at,
       last_used_at,
       revoked_at, ends_at
  FROM api_keys";

/// The latest keys, those that were revoked last.
pub(crate) async fn list(conn: &mut Conn, account_id: &AccountId, limit: u32) -> DbResult<Vec<ApiKeyRow>> {
    let mut select = Builder::new(SELECT);
    select.push(" WHERE account_id = ").push_bind(account_id);
    select.push(" ORDER BY revoked_at IS NOT NULL, created_at DESC, id LIMIT ").push_bind(limit);
    select.build().all(conn).await
}

pub(crate) async fn find(
    conn: &mut Conn,
    account_id: &AccountId,
    id: &ApiKeyId,
) -> DbResult<Option<ApiKeyRow>> {
    let mut select = Builder::new(SELECT);
    select.push(" WHERE account_id = ").push_bind(account_id);
    select.push(" AND id = ").push_bind(id);
    select.build().optional(conn).await
}

/// The key with that secret, revoked or not.
pub(crate) async fn find_by_secret(
    conn: &mut Conn,
    account_id: &AccountId,
    secret_hash: &str,
) -> DbResult<Option<ApiKeyRow>> {
    let mut select = Builder::new(SELECT);
    select.push(" WHERE secret_hash = ").push_bind(secret_hash.to_owned());
    select.push(" AND account_id = ").push_bind(account_id);
    select.build().optional(conn).await
}

/// The valid keys that these people have made.
pub(crate) async fn of_makers(
    conn: &mut Conn,
    account_id: &AccountId,
    user_ids: &[&UserId],
) -> DbResult<Vec<ApiKeyRow>> {
    let mut select = Builder::new(SELECT);
    select.push(" WHERE account_id = ").push_bind(account_id).push(" AND creator_id IN ");
    push_list(&mut select, user_ids);
    select.push(" AND revoked_at IS NULL ORDER BY created_at, id");
    select.build().all(conn).await
}

/// How many keys that a person has made are valid.
pub(crate) async fn valid_of_maker(
    conn: &mut Conn,
    account_id: &AccountId,
    user_id: &UserId,
    now: Millis,
) -> DbResult<u32> {
    let (keys,): (i64,) = statement(
        "SELECT COUNT(*) FROM api_keys
          WHERE account_id = $1 AND creator_id = $2 AND revoked_at IS NULL AND ends_at > $3",
    )
    .bind(account_id)
    .bind(user_id)
    .bind(now.0)
    .one(conn)
    .await?;
    Ok(count(keys))
}

/// The names of the valid keys.
pub(crate) async fn valid_names(conn: &mut Conn, account_id: &AccountId) -> DbResult<Vec<String>> {
    let names: Vec<(String,)> =
        statement("SELECT name FROM api_keys WHERE account_id = $1 AND revoked_at IS NULL")
            .bind(account_id)
            .all(conn)
            .await?;
    Ok(names.into_iter().map(|(name,)| name).collect())
}

pub(crate) async fn revoke(conn: &mut Conn, id: &ApiKeyId, now: Millis) -> DbResult<()> {
    statement("UPDATE api_keys SET revoked_at = $1 WHERE id = $2").bind(now.0).bind(id).execute(conn).await?;
    Ok(())
}

pub(crate) async fn note_use(conn: &mut Conn, id: &ApiKeyId, now: Millis) -> DbResult<()> {
    statement("UPDATE api_keys SET last_used_at = $1 WHERE id = $2")
        .bind(now.0)
        .bind(id)
        .execute(conn)
        .await?;
    Ok(())
}

/// What a session of a panel is limited to, as stored.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct PanelRow {
    pub(crate) api_key_id: ApiKeyId,
    pub(crate) origin: String,
    flow: String,
    pub(crate) issued_at: i64,
}

impl PanelRow {
    pub(crate) fn new(key: &ApiKeyRow, origin: &str, flow: PanelFlow, now: Millis) -> DbResult<Self> {
        Ok(Self {
            api_key_id: key.id.clone(),
            origin: origin.to_owned(),
            flow: text(flow)?,
            issued_at: now.0,
        })
    }

    pub(crate) fn flow(&self) -> DbResult<PanelFlow> {
        from_text(&self.flow)
    }
}

/// Limits a session to a panel.
pub(crate) async fn limit(conn: &mut Conn, session_hash: &str, panel: &PanelRow) -> DbResult<()> {
    statement(
        "INSERT INTO panel_sessions (session_hash, api_key_id, origin, flow, issued_at) VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(session_hash)
    .bind(&panel.api_key_id)
    .bind(&panel.origin)
    .bind(&panel.flow)
    .bind(panel.issued_at)
    .execute(conn)
    .await?;
    Ok(())
}

pub(crate) async fn limits_of(conn: &mut Conn, session_hash: &str) -> DbResult<Option<PanelRow>> {
    statement("SELECT api_key_id, origin, flow, issued_at FROM panel_sessions WHERE session_hash = $1")
        .bind(session_hash)
        .optional(conn)
        .await
}

/// Whether the audit log is to say that the key opens such sessions for a person: it does so once in `every`.
pub(crate) async fn is_to_note(
    conn: &mut Conn,
    panel: &PanelRow,
    user_id: &UserId,
    every: Duration,
    now: Millis,
) -> DbResult<bool> {
    let noted = statement(
        "INSERT INTO api_key_uses (api_key_id, user_id, origin, flow, noted_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (api_key_id, user_id, origin, flow) DO UPDATE SET noted_at = excluded.noted_at
         WHERE api_key_uses.noted_at <= $6 OR api_key_uses.noted_at > $5",
    )
    .bind(&panel.api_key_id)
    .bind(user_id)
    .bind(&panel.origin)
    .bind(&panel.flow)
    .bind(now.0)
    .bind(now.minus(every).0)
    .execute(conn)
    .await?;
    Ok(noted > 0)
}
