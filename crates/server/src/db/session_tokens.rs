//! The tokens of pages of other sites: which of them are current, and for which session.

use sqlx::FromRow;

use super::{Conn, DbResult};
use crate::platform::clock::Millis;

#[derive(Clone, Debug, FromRow)]
pub(crate) struct TokensRow {
    pub(crate) id: String,
    pub(crate) session_hash: String,
    pub(crate) generation: u32,
    pub(crate) issued_at: i64,
}

pub(crate) async fn insert(conn: &mut Conn, account_id: &str, tokens: &TokensRow) -> DbResult<()> {
    sqlx::query(
        "INSERT INTO session_tokens (id, account_id, session_hash, generation, issued_at)
         VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(&tokens.id)
    .bind(account_id)
    .bind(&tokens.session_hash)
    .bind(tokens.generation)
    .bind(tokens.issued_at)
    .execute(conn)
    .await?;
    Ok(())
}

pub(crate) async fn find(conn: &mut Conn, id: &str) -> DbResult<Option<TokensRow>> {
    sqlx::query_as("SELECT id, session_hash, generation, issued_at FROM session_tokens WHERE id = $1")
        .bind(id)
        .fetch_optional(conn)
        .await
}

/// Uses up the tokens of this and all earlier generations.
pub(crate) async fn advance(conn: &mut Conn, tokens: &TokensRow, now: Millis) -> DbResult<()> {
    sqlx::query("UPDATE session_tokens SET generation = $1, issued_at = $2 WHERE id = $3")
        .bind(tokens.generation + 1)
        .bind(now.0)
        .bind(&tokens.id)
        .execute(conn)
        .await?;
    Ok(())
}

pub(crate) async fn delete(conn: &mut Conn, id: &str) -> DbResult<()> {
    sqlx::query("DELETE FROM session_tokens WHERE id = $1").bind(id).execute(conn).await?;
    Ok(())
}
