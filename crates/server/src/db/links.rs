//! One-time links other than invitations.

use api_types::UserId;
use sqlx::FromRow;

use super::{AccountId, Conn, DbResult, statement};
use crate::platform::clock::Millis;
use crate::platform::token::Purpose;

#[derive(FromRow)]
pub(crate) struct LinkRow {
    pub(crate) user_id: UserId,
    pub(crate) expires_at: i64,
    pub(crate) used_at: Option<i64>,
}

pub(crate) async fn insert(
    conn: &mut Conn,
    account_id: &AccountId,
    id: &str,
    user_id: &UserId,
    purpose: Purpose,
    expires_at: Millis,
) -> DbResult<()> {
    statement(
        "INSERT INTO one_time_links (id, account_id, user_id, purpose, expires_at, used_at)
         VALUES ($1, $2, $3, $4, $5, NULL)",
    )
    .bind(id)
    .bind(account_id)
    .bind(user_id)
    .bind(purpose.into_str())
    .bind(expires_at.0)
    .execute(conn)
    .await?;
    Ok(())
}

pub(crate) async fn find(conn: &mut Conn, id: &str, purpose: Purpose) -> DbResult<Option<LinkRow>> {
    statement("SELECT user_id, expires_at, used_at FROM one_time_links WHERE id = $1 AND purpose = $2")
        .bind(id)
        .bind(purpose.into_str())
        .optional(conn)
        .await
}

/// The expiry times of a user's unused links for a purpose.
pub(crate) async fn open(conn: &mut Conn, user_id: &UserId, purpose: Purpose) -> DbResult<Vec<Millis>> {
    let until: Vec<(i64,)> = statement(
        "SELECT expires_at FROM one_time_links WHERE user_id = $1 AND purpose = $2 AND used_at IS NULL",
    )
    .bind(user_id)
    .bind(purpose.into_str())
    .all(conn)
    .await?;
    Ok(until.into_iter().map(|(until,)| Millis(until)).collect())
}

/// Invalidates every open link of a user for a purpose: one was used, the password was changed, or the operator
/// has asked for another.
pub(crate) async fn use_up(conn: &mut Conn, user_id: &UserId, purpose: Purpose, now: Millis) -> DbResult<()> {
    statement(
        "UPDATE one_time_links SET used_at = $1 WHERE user_id = $2 AND purpose = $3 AND used_at IS NULL",
    )
    .bind(now.0)
    .bind(user_id)
    .bind(purpose.into_str())
    .execute(conn)
    .await?;
    Ok(())
}
