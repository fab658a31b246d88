//! Sessions and failed sign-ins.

use std::time::Duration;

use sqlx::FromRow;

use super::{Conn, DbResult};
use crate::platform::clock::Millis;

#[derive(Clone, Debug, FromRow)]
pub(crate) struct SessionRow {
    pub(crate) token_hash: String,
    pub(crate) user_id: String,
    pub(crate) last_seen_at: i64,
    pub(crate) expires_at: i64,
}

pub(crate) async fn insert(
    conn: &mut Conn,
    account_id: &str,
    session: &SessionRow,
    now: Millis,
) -> DbResult<()> {
    sqlx::query(
        "INSERT INTO sessions (token_hash, account_id, user_id, created_at, last_seen_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(&session.token_hash)
    .bind(account_id)
    .bind(&session.user_id)
    .bind(now.0)
    .bind(session.last_seen_at)
    .bind(session.expires_at)
    .execute(conn)
    .await?;
    Ok(())
}

/// The session of a cookie, whether or not it has ended.
pub(crate) async fn find(conn: &mut Conn, token_hash: &str) -> DbResult<Option<SessionRow>> {
    sqlx::query_as("SELECT token_hash, user_id, last_seen_at, expires_at FROM sessions WHERE token_hash = $1")
        .bind(token_hash)
        .fetch_optional(conn)
        .await
}

pub(crate) async fn touch(conn: &mut Conn, token_hash: &str, now: Millis) -> DbResult<()> {
    sqlx::query("UPDATE sessions SET last_seen_at = $1 WHERE token_hash = $2")
        .bind(now.0)
        .bind(token_hash)
        .execute(conn)
        .await?;
    Ok(())
}

pub(crate) async fn delete(conn: &mut Conn, token_hash: &str) -> DbResult<()> {
    sqlx::query("DELETE FROM sessions WHERE token_hash = $1").bind(token_hash).execute(conn).await?;
    Ok(())
}

/// Ends every session of a user.
pub(crate) async fn delete_of_user(conn: &mut Conn, user_id: &str) -> DbResult<()> {
    sqlx::query("DELETE FROM sessions WHERE user_id = $1").bind(user_id).execute(conn).await?;
    Ok(())
}

/// Ends every other session of the user of this one.
pub(crate) async fn delete_others(conn: &mut Conn, session: &SessionRow) -> DbResult<()> {
    sqlx::query("DELETE FROM sessions WHERE user_id = $1 AND token_hash <> $2")
        .bind(&session.user_id)
        .bind(&session.token_hash)
        .execute(conn)
        .await?;
    Ok(())
}

/// Until when sign-in by this address is locked, if it is: for `lock` at most.
pub(crate) async fn locked_until(
    conn: &mut Conn,
    account_id: &str,
    email_key: &str,
    lock: Duration,
    now: Millis,
) -> DbResult<Option<Millis>> {
    let until: Option<(Option<i64>,)> = sqlx::query_as(
        "SELECT locked_until FROM sign_in_failures WHERE account_id = $1 AND email_key = $2 AND locked_until > $3",
    )
    .bind(account_id)
    .bind(email_key)
    .bind(now.0)
    .fetch_optional(conn)
    .await?;
    Ok(until.and_then(|(until,)| until).map(Millis).filter(|until| !until.is_over(lock, now)))
}

/// Counts a failure; the one that makes `allowed` locks the address for `lock` and starts the count anew.
pub(crate) async fn note_failure(
    conn: &mut Conn,
    account_id: &str,
    email_key: &str,
    allowed: u32,
    lock: Duration,
    now: Millis,
) -> DbResult<()> {
    sqlx::query(
        "INSERT INTO sign_in_failures (account_id, email_key, failures, locked_until, updated_at)
         VALUES ($1, $2, 1, NULL, $3)
         ON CONFLICT (account_id, email_key)
         DO UPDATE SET failures = sign_in_failures.failures + 1, updated_at = excluded.updated_at",
    )
    .bind(account_id)
    .bind(email_key)
    .bind(now.0)
    .execute(&mut *conn)
    .await?;
    sqlx::query(
        "UPDATE sign_in_failures SET failures = 0, locked_until = $1
          WHERE account_id = $2 AND email_key = $3 AND failures >= $4",
    )
    .bind(now.plus(lock).0)
    .bind(account_id)
    .bind(email_key)
    .bind(allowed)
    .execute(conn)
    .await?;
    Ok(())
}

pub(crate) async fn clear_failures(conn: &mut Conn, account_id: &str, email_key: &str) -> DbResult<()> {
    sqlx::query("DELETE FROM sign_in_failures WHERE account_id = $1 AND email_key = $2")
        .bind(account_id)
        .bind(email_key)
        .execute(conn)
        .await?;
    Ok(())
}
