//! The Integration Information.

use sqlx::FromRow;

use super::{AccountId, Conn, DbResult, statement};

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

pub(crate) async fn find(conn: &mut Conn, account_id: &AccountId) -> DbResult<Option<IntegrationRow>> {
    statement(
        "SELECT munchkin_account_id, client_id, client_secret, secret_ends_with, updated_at FROM integrations
          WHERE account_id = $1",
    )
    .bind(account_id)
    .optional(conn)
    .await
}

pub(crate) async fn insert(conn: &mut Conn, account_id: &AccountId, row: &IntegrationRow) -> DbResult<()> {
    statement(
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
