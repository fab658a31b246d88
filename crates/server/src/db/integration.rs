//! The Integration Information, and confirmations of passwords, without which its secret is not shown.

use std::time::Duration;

use sqlx::FromRow;

use super::{Conn, DbResult};
use crate::platform::clock::Millis;

/// The Integration Information as stored.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct IntegrationRow {
    pub(crate) munchkin_account_id: String,
    pub(crate) client_id: String,
    /// Sealed for [`IntegrationRow::COLUMN`] and the account.
    pub(crate) client_secret: String,
    pub(crate) secret_ends_with: String,
    pub(crate) updated_at: i64,
}

impl IntegrationRow {
    pub(crate) const COLUMN: &str = "integrations.client_secret";
}

pub(crate) async fn find(conn: &mut Conn, account_id: &str) -> DbResult<Option<IntegrationRow>> {
    sqlx::query_as(
        "SELECT munchkin_account_id, client_id, client_secret, secret_ends_with, updated_at FROM integrations
          WHERE account_id = $1",
    )
    .bind(account_id)
    .fetch_optional(conn)
    .await
}

pub(crate) async fn insert(conn: &mut Conn, account_id: &str, row: &IntegrationRow) -> DbResult<()> {
    sqlx::query(
        "INSERT INTO integrations (account_id, munchkin_account_id, client_id, client_secret, secret_ends_with,
                updated_at)
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(account_id)
    .bind(&row.munchkin_account_id)
    .bind(&row.client_id)
    .bind(&row.client_secret)
    .bind(&row.secret_ends_with)
    .bind(row.updated_at)
    .execute(conn)
    .await?;
    Ok(())
}

/// Records that the owner of a session has just confirmed their password.
pub(crate) async fn confirm_password(conn: &mut Conn, token_hash: &str, now: Millis) -> DbResult<()> {
    sqlx::query("UPDATE sessions SET password_confirmed_at = $1 WHERE token_hash = $2")
        .bind(now.0)
        .bind(token_hash)
        .execute(conn)
        .await?;
    Ok(())
}

/// Whether the owner of a session confirmed their password within the last `span`.
pub(crate) async fn is_password_confirmed(
    conn: &mut Conn,
    token_hash: &str,
    span: Duration,
    now: Millis,
) -> DbResult<bool> {
    let (confirmed,): (i64,) = sqlx::query_as(
        "SELECT COUNT(*) FROM sessions
          WHERE token_hash = $1 AND password_confirmed_at > $2 AND password_confirmed_at <= $3",
    )
    .bind(token_hash)
    .bind(now.minus(span).0)
    .bind(now.0)
    .fetch_one(conn)
    .await?;
    Ok(confirmed > 0)
}
