//! Sessions.

use sqlx::FromRow;

use super::{Conn, DbResult};
use crate::platform::clock::Millis;

#[derive(Clone, Debug, FromRow)]
pub(crate) struct SessionRow {
    pub(crate) token_hash: String,
    /// By which it is listed and ended.
    pub(crate) id: String,
    pub(crate) user_id: String,
    pub(crate) created_at: i64,
    pub(crate) last_seen_at: i64,
    pub(crate) expires_at: i64,
    /// When its owner last proved who they are; 0 for never.
    pub(crate) proven_at: i64,
    /// Where it was opened: the browser and system as they name themselves, and the network.
    pub(crate) browser: String,
    pub(crate) network: String,
}

/// A session as a list shows it.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct ListedSession {
    #[sqlx(flatten)]
    pub(crate) session: SessionRow,
    /// The origin of the page around it, and the name of the key, for the session of a panel.
    pub(crate) host: Option<String>,
    pub(crate) key_name: Option<String>,
    /// The origin of a console on another site that has tokens of it.
    pub(crate) console: Option<String>,
}

pub(crate) async fn insert(conn: &mut Conn, account_id: &str, session: &SessionRow) -> DbResult<()> {
    sqlx::query(
        "INSERT INTO sessions (token_hash, account_id, id, user_id, created_at, last_seen_at, expires_at, proven_at,
                browser, network)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(&session.token_hash)
    .bind(account_id)
    .bind(&session.id)
    .bind(&session.user_id)
    .bind(session.created_at)
    .bind(session.last_seen_at)
    .bind(session.expires_at)
    .bind(session.proven_at)
    .bind(&session.browser)
    .bind(&session.network)
    .execute(conn)
    .await?;
    Ok(())
}

/// The session of a cookie, whether or not it has ended.
pub(crate) async fn find(conn: &mut Conn, token_hash: &str) -> DbResult<Option<SessionRow>> {
    sqlx::query_as("SELECT * FROM sessions WHERE token_hash = $1").bind(token_hash).fetch_optional(conn).await
}

pub(crate) async fn by_id(conn: &mut Conn, account_id: &str, id: &str) -> DbResult<Option<SessionRow>> {
    sqlx::query_as("SELECT * FROM sessions WHERE id = $1 AND account_id = $2")
        .bind(id)
        .bind(account_id)
        .fetch_optional(conn)
        .await
}

/// The stored sessions of a user, the latest first, whether or not they have ended.
pub(crate) async fn of_user(conn: &mut Conn, user_id: &str) -> DbResult<Vec<ListedSession>> {
    sqlx::query_as(
        "SELECT s.*, p.origin AS host, k.name AS key_name,
                (SELECT t.origin FROM session_tokens t WHERE t.session_hash = s.token_hash
                  ORDER BY t.issued_at DESC LIMIT 1) AS console
           FROM sessions s
           LEFT JOIN panel_sessions p ON p.session_hash = s.token_hash
           LEFT JOIN api_keys k ON k.id = p.api_key_id
          WHERE s.user_id = $1
          ORDER BY s.created_at DESC, s.id DESC",
    )
    .bind(user_id)
    .fetch_all(conn)
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
