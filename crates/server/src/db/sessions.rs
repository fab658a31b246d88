//! Sessions.

use sqlx::FromRow;

use super::{Conn, DbResult};
use crate::platform::clock::Millis;

#[derive(Clone, Debug, FromRow)]
pub(crate) struct SessionRow {
    pub(crate) token_hash: String,
    pub(crate) user_id: String,
    pub(crate) last_seen_at: i64,
    pub(crate) expires_at: i64,
    /// When its owner last proved who they are; 0 for never.
    pub(crate) proven_at: i64,
}

pub(crate) async fn insert(
    conn: &mut Conn,
    account_id: &str,
    session: &SessionRow,
    now: Millis,
) -> DbResult<()> {
    sqlx::query(
        "INSERT INTO sessions (token_hash, account_id, user_id, created_at, last_seen_at, expires_at, proven_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(&session.token_hash)
    .bind(account_id)
    .bind(&session.user_id)
    .bind(now.0)
    .bind(session.last_seen_at)
    .bind(session.expires_at)
    .bind(session.proven_at)
    .execute(conn)
    .await?;
    Ok(())
}

/// The session of a cookie, whether or not it has ended.
pub(crate) async fn find(conn: &mut Conn, token_hash: &str) -> DbResult<Option<SessionRow>> {
    sqlx::query_as(
        "SELECT token_hash, user_id, last_seen_at, expires_at, proven_at FROM sessions WHERE token_hash = $1",
    )
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

/// Notes that the owner of a session has proved who they are.
pub(crate) async fn prove(conn: &mut Conn, token_hash: &str, now: Millis) -> DbResult<()> {
    sqlx::query("UPDATE sessions SET proven_at = $1 WHERE token_hash = $2")
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
