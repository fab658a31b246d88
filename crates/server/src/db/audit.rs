//! The audit log.

use super::{Conn, DbResult, new_id};
use crate::clock::Millis;

/// An event as it is written.
pub(crate) struct NewEvent<'a> {
    pub(crate) at: Millis,
    pub(crate) actor: &'a str,
    pub(crate) action: &'a str,
    pub(crate) subject: &'a str,
    pub(crate) request_id: &'a str,
}

pub(crate) async fn insert(conn: &mut Conn, account_id: &str, event: &NewEvent<'_>) -> DbResult<()> {
    sqlx::query(
        "INSERT INTO audit_events (id, account_id, at, actor, action, subject, search_text, request_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(new_id())
    .bind(account_id)
    .bind(event.at.0)
    .bind(event.actor)
    .bind(event.action)
    .bind(event.subject)
    .bind(format!("{} {}", event.actor, event.subject).to_lowercase())
    .bind(event.request_id)
    .execute(conn)
    .await?;
    Ok(())
}
