//! Second factors: passkeys, authenticator apps, recovery codes, and the account's rule on who must have one.

use std::time::Duration;

use api_types::{FactorRule, FactorsNeededFrom, PasskeyId, Role, UserId};
use sqlx::FromRow;

use super::{AccountId, Builder, Conn, DbResult, count, from_text, statement, text};
use crate::platform::clock::Millis;

/// How long a ceremony of WebAuthn may take.
pub(crate) const CEREMONY_LIFETIME: Duration = Duration::from_secs(5 * 60);

#[derive(Clone, Debug, FromRow)]
pub(crate) struct PasskeyRow {
    pub(crate) id: PasskeyId,
    pub(crate) user_id: UserId,
    /// In Base64, as the authenticator names it.
    pub(crate) credential_id: String,
    pub(crate) name: String,
    /// As `webauthn-rs` writes it.
    pub(crate) credential: String,
    pub(crate) added_at: i64,
    pub(crate) last_used_at: Option<i64>,
}

const PASSKEYS: &str =
    "SELECT id, user_id, credential_id, name, credential, added_at, last_used_at FROM passkeys";

/// Returns whether it was new.
pub(crate) async fn insert_passkey(
    conn: &mut Conn,
    account_id: &AccountId,
    passkey: &PasskeyRow,
) -> DbResult<bool> {
    let inserted = statement(
        "INSERT INTO passkeys (id, account_id, user_id, credential_id, name, credential, added_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
             ON CONFLICT (account_id, credential_id) DO NOTHING",
    )
    .bind(&passkey.id)
    .bind(account_id)
    .bind(&passkey.user_id)
    .bind(&passkey.credential_id)
    .bind(&passkey.name)
    .bind(&passkey.credential)
    .bind(passkey.added_at)
    .execute(conn)
    .await?;
    Ok(inserted > 0)
}

/// The passkeys of a user, the oldest first.
pub(crate) async fn passkeys(conn: &mut Conn, user_id: &UserId) -> DbResult<Vec<PasskeyRow>> {
    let mut select = Builder::new(PASSKEYS);
    select.push(" WHERE user_id = ").push_bind(user_id).push(" ORDER BY added_at, id");
    select.build().all(conn).await
}

/// The passkey that its authenticator names so.
pub(crate) async fn passkey(
    conn: &mut Conn,
    account_id: &AccountId,
    credential_id: &str,
) -> DbResult<Option<PasskeyRow>> {
    let mut select = Builder::new(PASSKEYS);
    select.push(" WHERE account_id = ").push_bind(account_id);
    select.push(" AND credential_id = ").push_bind(credential_id.to_owned());
    select.build().optional(conn).await
}

/// Notes that a passkey was used, with what is new of it.
pub(crate) async fn note_passkey_use(
    conn: &mut Conn,
    id: &PasskeyId,
    credential: &str,
    now: Millis,
) -> DbResult<()> {
    statement("UPDATE passkeys SET credential = $1, last_used_at = $2 WHERE id = $3")
        .bind(credential)
        .bind(now.0)
        .bind(id)
        .execute(conn)
        .await?;
    Ok(())
}

pub(crate) async fn delete_passkey(conn: &mut Conn, id: &PasskeyId) -> DbResult<()> {
    statement("DELETE FROM passkeys WHERE id = $1").bind(id).execute(conn).await?;
    Ok(())
}

/// The authenticator app of a user.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct AppRow {
    /// Sealed, as is the next one.
    pub(crate) secret: Option<String>,
    /// Waits for the code that confirms it.
    pub(crate) next_secret: Option<String>,
    pub(crate) since: Option<i64>,
    last_step: i64,
}

impl AppRow {
    /// The step of the last code that was taken.
    pub(crate) fn last_step(&self) -> u64 {
        u64::try_from(self.last_step).unwrap_or_default()
    }
}

pub(crate) async fn app(conn: &mut Conn, user_id: &UserId) -> DbResult<Option<AppRow>> {
    statement("SELECT secret, next_secret, since, last_step FROM authenticator_apps WHERE user_id = $1")
        .bind(user_id)
        .optional(conn)
        .await
}

/// Stores a secret that is to be confirmed, in the place of another such one.
pub(crate) async fn set_next_secret(
    conn: &mut Conn,
    account_id: &AccountId,
    user_id: &UserId,
    sealed: &str,
) -> DbResult<()> {
    statement(
        "INSERT INTO authenticator_apps (user_id, account_id, next_secret) VALUES ($1, $2, $3)
             ON CONFLICT (user_id) DO UPDATE SET next_secret = excluded.next_secret",
    )
    .bind(user_id)
    .bind(account_id)
    .bind(sealed)
    .execute(conn)
    .await?;
    Ok(())
}

/// Puts the secret that was to be confirmed in the place of the one before. The code of `step` has confirmed it.
pub(crate) async fn confirm_secret(
    conn: &mut Conn,
    user_id: &UserId,
    step: u64,
    now: Millis,
) -> DbResult<()> {
    statement(
        "UPDATE authenticator_apps SET secret = next_secret, next_secret = NULL, since = $1, last_step = $2
          WHERE user_id = $3",
    )
    .bind(now.0)
    .bind(i64::try_from(step).unwrap_or(i64::MAX))
    .bind(user_id)
    .execute(conn)
    .await?;
    Ok(())
}

/// Notes that the code of a step was taken.
pub(crate) async fn use_step(conn: &mut Conn, user_id: &UserId, step: u64) -> DbResult<()> {
    statement("UPDATE authenticator_apps SET last_step = $1 WHERE user_id = $2")
        .bind(i64::try_from(step).unwrap_or(i64::MAX))
        .bind(user_id)
        .execute(conn)
        .await?;
    Ok(())
}

pub(crate) async fn delete_app(conn: &mut Conn, user_id: &UserId) -> DbResult<()> {
    statement("DELETE FROM authenticator_apps WHERE user_id = $1").bind(user_id).execute(conn).await?;
    Ok(())
}

/// Puts new recovery codes in the place of those before.
pub(crate) async fn replace_recovery_codes(
    conn: &mut Conn,
    account_id: &AccountId,
    user_id: &UserId,
    hashes: &[String],
) -> DbResult<()> {
    delete_recovery_codes(conn, user_id).await?;
    for hash in hashes {
        statement("INSERT INTO recovery_codes (user_id, account_id, hash) VALUES ($1, $2, $3)")
            .bind(user_id)
            .bind(account_id)
            .bind(hash)
            .execute(&mut *conn)
            .await?;
    }
    Ok(())
}

/// Uses up a recovery code. Returns whether there was one.
pub(crate) async fn use_recovery_code(conn: &mut Conn, user_id: &UserId, hash: &str) -> DbResult<bool> {
    let used = statement("DELETE FROM recovery_codes WHERE user_id = $1 AND hash = $2")
        .bind(user_id)
        .bind(hash)
        .execute(conn)
        .await?;
    Ok(used > 0)
}

pub(crate) async fn recovery_codes_left(conn: &mut Conn, user_id: &UserId) -> DbResult<u32> {
    let (left,): (i64,) =
        statement("SELECT COUNT(*) FROM recovery_codes WHERE user_id = $1").bind(user_id).one(conn).await?;
    Ok(count(left))
}

pub(crate) async fn delete_recovery_codes(conn: &mut Conn, user_id: &UserId) -> DbResult<()> {
    statement("DELETE FROM recovery_codes WHERE user_id = $1").bind(user_id).execute(conn).await?;
    Ok(())
}

/// Deletes every factor of a user. Returns whether there was one.
pub(crate) async fn delete_all(conn: &mut Conn, user_id: &UserId) -> DbResult<bool> {
    let passkeys =
        statement("DELETE FROM passkeys WHERE user_id = $1").bind(user_id).execute(&mut *conn).await?;
    let had_app = app(conn, user_id).await?.is_some_and(|app| app.since.is_some());
    delete_app(conn, user_id).await?;
    delete_recovery_codes(conn, user_id).await?;
    Ok(had_app || passkeys > 0)
}

/// Uses up a ceremony. Returns whether it was not used before.
pub(crate) async fn use_ceremony(
    conn: &mut Conn,
    account_id: &AccountId,
    id: &str,
    expires_at: Millis,
) -> DbResult<bool> {
    let used = statement(
        "INSERT INTO used_ceremonies (id, account_id, expires_at) VALUES ($1, $2, $3)
             ON CONFLICT (id) DO NOTHING",
    )
    .bind(id)
    .bind(account_id)
    .bind(expires_at.0)
    .execute(conn)
    .await?;
    Ok(used > 0)
}

/// What a user has, and what the account asks of them.
#[derive(Clone, Debug)]
pub(crate) struct Standing {
    pub(crate) has_passkey: bool,
    pub(crate) has_app: bool,
    pub(crate) role: Role,
    pub(crate) rule: FactorRule,
    /// Since when the rule asks for what it asks for.
    pub(crate) needed_since: Millis,
    pub(crate) joined_at: Millis,
    pub(crate) admin_since: Millis,
}

#[derive(FromRow)]
struct StandingRecord {
    has_passkey: bool,
    has_app: bool,
    role: String,
    factors_needed_from: String,
    #[sqlx(try_from = "i64")]
    factor_grace_days: u8,
    factors_needed_since: i64,
    joined_at: i64,
    admin_since: i64,
}

/// Of a user who is there.
pub(crate) async fn standing(conn: &mut Conn, user_id: &UserId) -> DbResult<Standing> {
    let row: StandingRecord = statement(
        "SELECT EXISTS (SELECT 1 FROM passkeys p WHERE p.user_id = u.id) AS has_passkey,
                EXISTS (SELECT 1 FROM authenticator_apps p WHERE p.user_id = u.id AND p.since IS NOT NULL) AS has_app,
                u.role, u.joined_at, u.admin_since, a.factors_needed_from, a.factor_grace_days, a.factors_needed_since
           FROM users u JOIN accounts a ON a.id = u.account_id
          WHERE u.id = $1",
    )
    .bind(user_id)
    .one(conn)
    .await?;
    Ok(Standing {
        has_passkey: row.has_passkey,
        has_app: row.has_app,
        role: from_text(&row.role)?,
        rule: FactorRule {
            needed_from: from_text(&row.factors_needed_from)?,
            grace_days: row.factor_grace_days,
        },
        needed_since: Millis(row.factors_needed_since),
        joined_at: Millis(row.joined_at),
        admin_since: Millis(row.admin_since),
    })
}

/// The account's rule.
pub(crate) async fn rule(conn: &mut Conn, account_id: &AccountId) -> DbResult<FactorRule> {
    let (needed_from, grace_days): (String, i64) =
        statement("SELECT factors_needed_from, factor_grace_days FROM accounts WHERE id = $1")
            .bind(account_id)
            .one(conn)
            .await?;
    let grace_days = u8::try_from(grace_days).map_err(|error| sqlx::Error::Decode(error.into()))?;
    Ok(FactorRule { needed_from: from_text(&needed_from)?, grace_days })
}

/// Stores another rule; `since` when it asks for what it asks for, if not for as long as the one before.
pub(crate) async fn set_rule(
    conn: &mut Conn,
    account_id: &AccountId,
    FactorRule { needed_from, grace_days }: FactorRule,
    since: Option<Millis>,
) -> DbResult<()> {
    statement(
        "UPDATE accounts SET factors_needed_from = $1, factor_grace_days = $2,
                factors_needed_since = COALESCE($3, factors_needed_since)
          WHERE id = $4",
    )
    .bind(text::<FactorsNeededFrom>(needed_from)?)
    .bind(i64::from(grace_days))
    .bind(since.map(|since| since.0))
    .bind(account_id)
    .execute(conn)
    .await?;
    Ok(())
}
