//! Codes that were mailed to the owners of sessions, as proofs of who they are: the last of each session.

use sqlx::FromRow;

use super::{Conn, DbResult, statement};
use crate::platform::clock::Millis;

#[derive(Clone, Debug, FromRow)]
pub(crate) struct CodeRow {
    pub(crate) id: String,
    pub(crate) sent_at: i64,
    /// How often a wrong one was entered.
    #[sqlx(try_from = "i64")]
    pub(crate) wrong: u32,
}

/// Puts a code in the place of the session's last one.
pub(crate) async fn replace(conn: &mut Conn, session_hash: &str, id: &str, now: Millis) -> DbResult<()> {
    statement(
        "INSERT INTO proof_codes (session_hash, id, sent_at) VALUES ($1, $2, $3)
             ON CONFLICT (session_hash) DO UPDATE SET id = excluded.id, sent_at = excluded.sent_at, wrong = 0",
    )
    .bind(session_hash)
    .bind(id)
    .bind(now.0)
    .execute(conn)
    .await?;
    Ok(())
}

pub(crate) async fn find(conn: &mut Conn, session_hash: &str) -> DbResult<Option<CodeRow>> {
    statement("SELECT id, sent_at, wrong FROM proof_codes WHERE session_hash = $1")
        .bind(session_hash)
        .optional(conn)
        .await
}

/// Counts a wrong entry.
pub(crate) async fn note_wrong(conn: &mut Conn, session_hash: &str) -> DbResult<()> {
    statement("UPDATE proof_codes SET wrong = wrong + 1 WHERE session_hash = $1")
        .bind(session_hash)
        .execute(conn)
        .await?;
    Ok(())
}

/// The code of a session works no longer.
pub(crate) async fn delete(conn: &mut Conn, session_hash: &str) -> DbResult<()> {
    statement("DELETE FROM proof_codes WHERE session_hash = $1").bind(session_hash).execute(conn).await?;
    Ok(())
}
