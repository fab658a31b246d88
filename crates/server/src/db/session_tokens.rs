//! The tokens of pages of other sites: which of them are current, and for which session.

use sqlx::FromRow;

use super::{AccountId, Conn, DbResult, Flag, statement};
use crate::platform::clock::Millis;

#[derive(Clone, Debug, FromRow)]
pub(crate) struct TokensRow {
    pub(crate) id: String,
    pub(crate) session_hash: String,
    #[sqlx(try_from = "i64")]
    pub(crate) generation: u32,
    pub(crate) issued_at: i64,
    /// Whether an access token of this generation has been used.
    #[sqlx(try_from = "Flag")]
    pub(crate) is_used: bool,
}

pub(crate) async fn insert(
    conn: &mut Conn,
    account_id: &AccountId,
    tokens: &TokensRow,
    origin: &str,
) -> DbResult<()> {
    statement(
        "INSERT INTO session_tokens (id, account_id, session_hash, origin, generation, issued_at, is_used)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(&tokens.id)
    .bind(account_id)
    .bind(&tokens.session_hash)
    .bind(origin)
    .bind(tokens.generation)
    .bind(tokens.issued_at)
    .bind(tokens.is_used)
    .execute(conn)
    .await?;
    Ok(())
}

pub(crate) async fn find(conn: &mut Conn, id: &str) -> DbResult<Option<TokensRow>> {
    statement("SELECT id, session_hash, generation, issued_at, is_used FROM session_tokens WHERE id = $1")
        .bind(id)
        .optional(conn)
        .await
}

/// Begins the next generation, unused.
pub(crate) async fn advance(conn: &mut Conn, tokens: &TokensRow, now: Millis) -> DbResult<TokensRow> {
    statement(
        "UPDATE session_tokens SET generation = generation + 1, issued_at = $1, is_used = 0 WHERE id = $2
         RETURNING id, session_hash, generation, issued_at, is_used",
    )
    .bind(now.0)
    .bind(&tokens.id)
    .one(conn)
    .await
}

/// Notes that a token of this generation was used, if it is still the current one.
pub(crate) async fn note_use(conn: &mut Conn, tokens: &TokensRow) -> DbResult<()> {
    statement("UPDATE session_tokens SET is_used = 1 WHERE id = $1 AND generation = $2")
        .bind(&tokens.id)
        .bind(tokens.generation)
        .execute(conn)
        .await?;
    Ok(())
}

pub(crate) async fn delete(conn: &mut Conn, id: &str) -> DbResult<()> {
    statement("DELETE FROM session_tokens WHERE id = $1").bind(id).execute(conn).await?;
    Ok(())
}
