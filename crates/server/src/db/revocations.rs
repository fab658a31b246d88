//! Revoking the invitations of batches, portion by portion.
//!
//! The progress is stored in the batch, so that it survives a restart.

use api_types::BatchId;
use serde::{Deserialize, Serialize};
use sqlx::FromRow;

use super::{
    AccountId, Builder, Conn, DbResult, batches, count, from_text, invitations, mails, statement, text,
};
use crate::platform::clock::Millis;

/// Which pending invitations of a batch are revoked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Which {
    /// All of them.
    Pending,
    /// Those whose mail was not sent and will not be: it waits, or was refused.
    Unsent,
}

/// Begins to revoke, unless that is under way already. Revoking every invitation starts over, even after the unsent
/// ones. From here on no mail of the batch is leased. Returns how many invitations it is about.
pub(crate) async fn begin(conn: &mut Conn, batch: &BatchId, which: Which, now: Millis) -> DbResult<u32> {
    let mut begin = Builder::new("UPDATE batches SET revoking = ");
    begin.push_bind(text(which)?);
    begin
        .push(", retrying = NULL, work_done = 0, work_after = -1, settled_at = COALESCE(settled_at, ")
        .push_bind(now.0);
    begin.push("), revision = revision + 1, work_total = (SELECT COUNT(*) FROM ");
    match which {
        Which::Pending => {
            begin.push("invitations WHERE batch_number = batches.number AND status = 'pending')")
        }
        Which::Unsent => {
            begin.push("mails WHERE batch_number = batches.number AND state IN ('queued', 'failed'))")
        }
    };
    begin.push(" WHERE id = ").push_bind(batch);
    begin.push(" AND (revoking IS NULL OR revoking <> 'pending') RETURNING work_total");
    let begun: Option<(i64,)> = begin.build().optional(conn).await?;
    Ok(begun.map_or(0, |(total,)| count(total)))
}

/// How far the revoking of a batch is.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
struct Revocation {
    number: i64,
    which: String,
    after: i64,
}

/// The oldest batch with invitations to be revoked, other than these.
pub(crate) async fn next(
    conn: &mut Conn,
    account_id: &AccountId,
    others_than: &[BatchId],
) -> DbResult<Option<BatchId>> {
    let mut select = Builder::new("SELECT id FROM batches WHERE revoking IS NOT NULL AND account_id = ");
    select.push_bind(account_id);
    batches::first_other_than(conn, select, others_than).await
}

/// The progress of one batch.
async fn of_batch(conn: &mut Conn, batch: &BatchId) -> DbResult<Option<Revocation>> {
    statement(
        "SELECT number, revoking AS which, work_after AS after FROM batches WHERE revoking IS NOT NULL AND id = $1",
    )
    .bind(batch)
    .optional(conn)
    .await
}

/// Deals with the next `limit` invitations of a batch. Returns whether there are more.
pub(crate) async fn go_on(conn: &mut Conn, batch: &BatchId, limit: u32, now: Millis) -> DbResult<bool> {
    let Some(revocation) = of_batch(conn, batch).await? else { return Ok(false) };
    let next: Vec<(i64, i64)> = statement(
        "SELECT number, row_number FROM invitations
          WHERE batch_number = $1 AND status = 'pending' AND row_number > $2 ORDER BY row_number LIMIT $3",
    )
    .bind(revocation.number)
    .bind(revocation.after)
    .bind(limit)
    .all(&mut *conn)
    .await?;
    let last = next.last().map_or(revocation.after, |(_, row)| *row);
    let is_over = count(i64::try_from(next.len()).unwrap_or(i64::MAX)) < limit;
    let pending: Vec<i64> = next.into_iter().map(|(number, _)| number).collect();
    let pending = match from_text(&revocation.which)? {
        Which::Pending => pending,
        Which::Unsent => unsent(conn, pending).await?,
    };
    let revoked = invitations::revoke_pending(conn, &pending, Some(now)).await?;
    statement(
        "UPDATE batches SET work_done = work_done + $1, work_after = $2, revision = revision + 1
          WHERE id = $3",
    )
    .bind(revoked)
    .bind(last)
    .bind(batch)
    .execute(&mut *conn)
    .await?;
    if is_over {
        // A mail that was being sent may have been put off by now.
        statement(
            "UPDATE batches SET revoking = NULL, work_total = 0, work_done = 0, work_after = -1,
                    settled_at = NULL WHERE id = $1",
        )
        .bind(batch)
        .execute(&mut *conn)
        .await?;
        mails::settle_batches(conn, now).await?;
    }
    Ok(!is_over)
}

/// What comes of single invitations of these batches that were revoked: clients that follow the batches are told, and those
/// batches that have nothing left to send are settled.
pub(crate) async fn end_single(conn: &mut Conn, of: &[&BatchId], now: Millis) -> DbResult<()> {
    for batch in of {
        batches::touch(conn, batch).await?;
    }
    mails::settle_batches(conn, now).await
}

async fn unsent(conn: &mut Conn, invitations: Vec<i64>) -> DbResult<Vec<i64>> {
    if invitations.is_empty() {
        return Ok(invitations);
    }
    let mut select = Builder::new(
        "SELECT invitation_number FROM mails WHERE state IN ('queued', 'failed') AND invitation_number IN (",
    );
    let mut list = select.separated(", ");
    for number in invitations {
        list.push_bind(number);
    }
    select.push(")");
    let unsent: Vec<(i64,)> = select.build().all(conn).await?;
    Ok(unsent.into_iter().map(|(number,)| number).collect())
}
