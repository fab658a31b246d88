//! The windows of time that a pass is cut into, each with its export.

use api_types::SyncRunId;
use sqlx::FromRow;

use super::Tally;
use crate::db::{AccountId, Builder, Conn, DbResult, statement};
use crate::platform::clock::Millis;

#[derive(Clone, Debug, FromRow)]
pub(crate) struct WindowRow {
    pub(crate) position: i64,
    starts_at: i64,
    ends_at: i64,
    pub(crate) export_id: Option<String>,
    records: Option<i64>,
    records_done: i64,
    is_done: i64,
    #[sqlx(flatten)]
    pub(crate) tally: Tally,
}

impl WindowRow {
    /// Both ends belong to it.
    pub(crate) fn range(&self) -> (Millis, Millis) {
        (Millis(self.starts_at), Millis(self.ends_at))
    }

    /// How many people its export holds, once that is known.
    pub(crate) fn records(&self) -> Option<u64> {
        self.records.and_then(|records| u64::try_from(records).ok())
    }

    pub(crate) fn records_done(&self) -> u64 {
        u64::try_from(self.records_done).unwrap_or(0)
    }

    pub(crate) fn is_done(&self) -> bool {
        self.is_done != 0
    }
}

/// The windows of a pass, the latest first.
pub(crate) async fn list(conn: &mut Conn, pass_id: &SyncRunId) -> DbResult<Vec<WindowRow>> {
    statement(
        "SELECT position, starts_at, ends_at, export_id, records, records_done, is_done, created, updated, unchanged,
                not_in_salesforce, no_salesforce_owner, no_email, over_limit, failed
           FROM sync_windows WHERE pass_id = $1 ORDER BY position",
    )
    .bind(pass_id)
    .all(conn)
    .await
}

pub(crate) async fn insert(
    conn: &mut Conn,
    account_id: &AccountId,
    pass_id: &SyncRunId,
    position: i64,
    (starts_at, ends_at): (Millis, Millis),
) -> DbResult<()> {
    statement(
        "INSERT INTO sync_windows (pass_id, position, account_id, starts_at, ends_at, records_done, is_done, created,
         updated, unchanged, not_in_salesforce, no_salesforce_owner, no_email, over_limit, failed)
         VALUES ($1, $2, $3, $4, $5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)",
    )
    .bind(pass_id)
    .bind(position)
    .bind(account_id)
    .bind(starts_at.0)
    .bind(ends_at.0)
    .execute(conn)
    .await?;
    Ok(())
}

pub(crate) async fn set_export(
    conn: &mut Conn,
    pass_id: &SyncRunId,
    position: i64,
    export: &str,
) -> DbResult<()> {
    statement("UPDATE sync_windows SET export_id = $1 WHERE pass_id = $2 AND position = $3")
        .bind(export)
        .bind(pass_id)
        .bind(position)
        .execute(conn)
        .await?;
    Ok(())
}

/// Notes how many people an export holds.
pub(crate) async fn set_records(
    conn: &mut Conn,
    pass_id: &SyncRunId,
    position: i64,
    records: i64,
) -> DbResult<()> {
    statement("UPDATE sync_windows SET records = $1 WHERE pass_id = $2 AND position = $3")
        .bind(records)
        .bind(pass_id)
        .bind(position)
        .execute(conn)
        .await?;
    Ok(())
}

/// Adds to the number of people of a window who are dealt with.
pub(crate) async fn progress(
    conn: &mut Conn,
    pass_id: &SyncRunId,
    position: i64,
    records: i64,
    tally: &Tally,
) -> DbResult<()> {
    let mut update = Builder::new("UPDATE sync_windows SET ");
    tally.push_addition(&mut update);
    update.push(", records_done = records_done + ").push_bind(records);
    update.push(" WHERE pass_id = ").push_bind(pass_id);
    update.push(" AND position = ").push_bind(position);
    update.build().execute(conn).await?;
    Ok(())
}

/// Marks a window as complete.
pub(crate) async fn finish(conn: &mut Conn, pass_id: &SyncRunId, position: i64) -> DbResult<()> {
    statement("UPDATE sync_windows SET is_done = 1 WHERE pass_id = $1 AND position = $2")
        .bind(pass_id)
        .bind(position)
        .execute(conn)
        .await?;
    Ok(())
}

/// Forgets the export of a window, and the counts from it.
pub(crate) async fn reset(conn: &mut Conn, pass_id: &SyncRunId, position: i64) -> DbResult<()> {
    statement(
        "UPDATE sync_windows SET export_id = NULL, records = NULL, records_done = 0, created = 0, updated = 0,
                unchanged = 0, not_in_salesforce = 0, no_salesforce_owner = 0, no_email = 0, over_limit = 0, failed = 0
          WHERE pass_id = $1 AND position = $2",
    )
    .bind(pass_id)
    .bind(position)
    .execute(&mut *conn)
    .await?;
    statement("DELETE FROM sync_problems WHERE pass_id = $1 AND position = $2")
        .bind(pass_id)
        .bind(position)
        .execute(conn)
        .await?;
    Ok(())
}

pub(crate) async fn delete(conn: &mut Conn, pass_id: &SyncRunId) -> DbResult<()> {
    statement("DELETE FROM sync_windows WHERE pass_id = $1").bind(pass_id).execute(conn).await?;
    Ok(())
}
