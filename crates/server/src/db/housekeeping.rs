//! Forgetting what is no longer needed.

use std::time::Duration;

use super::{Conn, DbResult, batches, flows, invitations};
use crate::clock::Millis;

const DAY: Duration = Duration::from_secs(24 * 3600);
/// How long the answer to an idempotency key is kept; published in the account's limits.
pub(crate) const IDEMPOTENCY_DAYS: u32 = 7;
/// A batch that was never sealed is given up after this.
const ABANDONED_AFTER: Duration = Duration::from_secs(7 * 24 * 3600);

/// Deletes ended sessions and flows, used links, old answers, old dry runs and settled personal mails, and cancels
/// batches that nobody sealed.
pub(crate) async fn tidy(
    conn: &mut Conn,
    account_id: &str,
    session_idle: Duration,
    now: Millis,
) -> DbResult<()> {
    let day_ago = now.minus(DAY).0;
    sqlx::query("DELETE FROM sessions WHERE expires_at <= $1 OR last_seen_at <= $2")
        .bind(now.0)
        .bind(now.minus(session_idle).0)
        .execute(&mut *conn)
        .await?;
    sqlx::query("DELETE FROM one_time_links WHERE expires_at <= $1")
        .bind(day_ago)
        .execute(&mut *conn)
        .await?;
    sqlx::query("DELETE FROM sign_in_failures WHERE updated_at <= $1")
        .bind(day_ago)
        .execute(&mut *conn)
        .await?;
    sqlx::query("DELETE FROM idempotency_keys WHERE created_at <= $1")
        .bind(now.minus(DAY * IDEMPOTENCY_DAYS).0)
        .execute(&mut *conn)
        .await?;
    sqlx::query("DELETE FROM batches WHERE is_dry_run = 1 AND created_at <= $1")
        .bind(day_ago)
        .execute(&mut *conn)
        .await?;
    sqlx::query("DELETE FROM mails WHERE batch_id IS NULL AND state <> 'queued' AND next_attempt_at <= $1")
        .bind(day_ago)
        .execute(&mut *conn)
        .await?;
    flows::forget(conn, now.minus(DAY)).await?;
    for batch in batches::abandoned(conn, account_id, now.minus(ABANDONED_AFTER)).await? {
        invitations::revoke(conn, invitations::Which::OfBatch(&batch)).await?;
        batches::close(conn, &batch, api_types::BatchState::Cancelled, now).await?;
    }
    Ok(())
}
