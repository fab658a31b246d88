//! Batches of invitations.

use std::time::Duration;

use api_types::{
    BatchOptions, BatchSource, BatchState, DeliveryCounts, DeliveryStatus, Revoking, RowQuery, RowVerdict,
    VerdictCounts,
};
use sqlx::FromRow;

use super::{Builder, Conn, DbResult, count, from_text, text};
use crate::platform::clock::Millis;

const DAY: Duration = Duration::from_secs(24 * 3600);

#[derive(Clone, Debug, FromRow)]
pub(crate) struct BatchRecord {
    /// The number by which other rows refer to the batch.
    number: i64,
    pub(crate) id: String,
    /// `None` once the person is removed.
    pub(crate) created_by: Option<String>,
    pub(crate) created_by_name: String,
    source: String,
    pub(crate) file_name: Option<String>,
    options: String,
    state: String,
    is_dry_run: i64,
    is_all_or_none: i64,
    expected_rows: i64,
    next_chunk: i64,
    ready: i64,
    member: i64,
    invited: i64,
    duplicate: i64,
    over_seats: i64,
    error: i64,
    mails_queued: i64,
    mails_sending: i64,
    mails_sent: i64,
    mails_failed: i64,
    mails_cancelled: i64,
    mails_unknown: i64,
    accepted: i64,
    revoked: i64,
    pub(crate) revision: i64,
    pub(crate) created_at: i64,
    pub(crate) sealed_at: Option<i64>,
    pub(crate) settled_at: Option<i64>,
    revoking: Option<String>,
    revoking_total: i64,
    revoking_done: i64,
}

impl BatchRecord {
    pub(crate) fn source(&self) -> DbResult<BatchSource> {
        from_text(&self.source)
    }

    pub(crate) fn state(&self) -> DbResult<BatchState> {
        from_text(&self.state)
    }

    pub(crate) fn options(&self) -> DbResult<BatchOptions> {
        serde_json::from_str(&self.options).map_err(|error| sqlx::Error::Decode(error.into()))
    }

    /// The progress of revoking its invitations, while that goes on.
    pub(crate) fn revoking(&self) -> Option<Revoking> {
        self.revoking.as_ref()?;
        let (done, total) = (count(self.revoking_done), count(self.revoking_total));
        Some(Revoking { done, total: total.max(done) })
    }

    pub(crate) fn is_dry_run(&self) -> bool {
        self.is_dry_run != 0
    }

    pub(crate) fn is_all_or_none(&self) -> bool {
        self.is_all_or_none != 0
    }

    pub(crate) fn expected_rows(&self) -> u32 {
        count(self.expected_rows)
    }

    pub(crate) fn next_chunk(&self) -> u32 {
        count(self.next_chunk)
    }

    pub(crate) fn verdicts(&self) -> VerdictCounts {
        VerdictCounts {
            ready: count(self.ready),
            member: count(self.member),
            invited: count(self.invited),
            duplicate: count(self.duplicate),
            over_seats: count(self.over_seats),
            error: count(self.error),
        }
    }

    /// Rows by the delivery of their mail.
    pub(crate) fn deliveries(&self) -> DeliveryCounts {
        let mut deliveries = DeliveryCounts {
            queued: count(self.mails_queued),
            sending: count(self.mails_sending),
            sent: count(self.mails_sent),
            failed: count(self.mails_failed),
            cancelled: count(self.mails_cancelled),
            unknown: count(self.mails_unknown),
            skipped: 0,
        };
        deliveries.skipped = self.verdicts().total().saturating_sub(deliveries.total());
        deliveries
    }

    pub(crate) fn accepted(&self) -> u32 {
        count(self.accepted)
    }

    pub(crate) fn revoked(&self) -> u32 {
        count(self.revoked)
    }

    /// How many invitations are neither accepted nor revoked; they may have expired.
    pub(crate) fn pending(&self) -> u32 {
        self.deliveries().mails().saturating_sub(self.accepted().saturating_add(self.revoked()))
    }

    /// How many rows match a filter by delivery and verdict. Except in a dry run, the rows with a mail are exactly those that are ready.
    pub(crate) fn matching(&self, query: &RowQuery) -> u32 {
        let (mut verdicts, mut deliveries) = (self.verdicts(), self.deliveries());
        let mails = deliveries.mails();
        match (query.delivery, query.verdict) {
            (None, None) => verdicts.total(),
            (None, Some(verdict)) => *verdicts.of(verdict),
            (Some(DeliveryStatus::Skipped), Some(RowVerdict::Ready)) => verdicts.ready.saturating_sub(mails),
            (Some(DeliveryStatus::Skipped), Some(verdict)) => *verdicts.of(verdict),
            (Some(delivery), None | Some(RowVerdict::Ready)) => *deliveries.of(delivery),
            (Some(_), Some(_)) => 0,
        }
    }
}

const COLUMNS: &str = "SELECT number, id, created_by, created_by_name, source, file_name, options, state, is_dry_run,
       is_all_or_none, expected_rows, next_chunk, ready, member, invited, duplicate, over_seats, error,
       mails_queued, mails_sending, mails_sent, mails_failed, mails_cancelled, mails_unknown, accepted, revoked,
       revision, created_at, sealed_at, settled_at, revoking, revoking_total, revoking_done
  FROM batches";

/// A batch to be stored.
pub(crate) struct NewBatch<'a> {
    pub(crate) id: &'a str,
    pub(crate) created_by: &'a str,
    pub(crate) created_by_name: &'a str,
    pub(crate) source: BatchSource,
    pub(crate) file_name: Option<&'a str>,
    pub(crate) options: &'a BatchOptions,
    pub(crate) dry_run: bool,
    pub(crate) all_or_none: bool,
    pub(crate) expected_rows: u32,
}

pub(crate) async fn insert(
    conn: &mut Conn,
    account_id: &str,
    batch: &NewBatch<'_>,
    now: Millis,
) -> DbResult<()> {
    let options = serde_json::to_string(batch.options).map_err(|error| sqlx::Error::Encode(error.into()))?;
    sqlx::query(
        "INSERT INTO batches (id, account_id, created_by, created_by_name, source, file_name, options, state,
                is_dry_run, is_all_or_none, expected_rows, next_chunk, ready, member, invited, duplicate, over_seats,
                error, revision, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, 'open', $8, $9, $10, 0, 0, 0, 0, 0, 0, 0, 1, $11)",
    )
    .bind(batch.id)
    .bind(account_id)
    .bind(batch.created_by)
    .bind(batch.created_by_name)
    .bind(text(batch.source)?)
    .bind(batch.file_name)
    .bind(options)
    .bind(i64::from(batch.dry_run))
    .bind(i64::from(batch.all_or_none))
    .bind(batch.expected_rows)
    .bind(now.0)
    .execute(conn)
    .await?;
    Ok(())
}

pub(crate) async fn find(conn: &mut Conn, account_id: &str, id: &str) -> DbResult<Option<BatchRecord>> {
    let mut select = Builder::new(COLUMNS);
    select.push(" WHERE account_id = ").push_bind(account_id.to_owned());
    select.push(" AND id = ").push_bind(id.to_owned());
    select.build_query_as().fetch_optional(conn).await
}

/// Batches that are no dry runs, the latest first. `before` is the last id of the page before.
pub(crate) async fn list(
    conn: &mut Conn,
    account_id: &str,
    before: Option<&str>,
    limit: u32,
) -> DbResult<(Vec<BatchRecord>, u64)> {
    let mut select = Builder::new(COLUMNS);
    select.push(" WHERE account_id = ").push_bind(account_id.to_owned()).push(" AND is_dry_run = 0");
    if let Some(before) = before {
        select.push(" AND id < ").push_bind(before.to_owned());
    }
    select.push(" ORDER BY id DESC LIMIT ").push_bind(i64::from(limit));
    let rows = select.build_query_as().fetch_all(&mut *conn).await?;
    let (total,): (i64,) =
        sqlx::query_as("SELECT COUNT(*) FROM batches WHERE account_id = $1 AND is_dry_run = 0")
            .bind(account_id)
            .fetch_one(conn)
            .await?;
    Ok((rows, u64::try_from(total).unwrap_or(0)))
}

/// What of a batch is the server's or its sender's to do yet, so that it is under way.
const UNDER_WAY: [&str; 3] =
    ["state = 'open'", "state = 'sealed' AND settled_at IS NULL", "revoking IS NOT NULL"];

/// Batches that wait for rows, have mails to send, or are being revoked, in no order.
pub(crate) async fn under_way(conn: &mut Conn, account_id: &str, limit: u32) -> DbResult<Vec<BatchRecord>> {
    under_way_of(account_id, limit).build_query_as().fetch_all(conn).await
}

fn under_way_of(account_id: &str, limit: u32) -> Builder {
    let mut select = Builder::new(COLUMNS);
    select.push(" WHERE number IN (");
    for (index, condition) in UNDER_WAY.iter().enumerate() {
        select.push(if index == 0 { "" } else { " UNION ALL " });
        select.push("SELECT number FROM batches WHERE account_id = ").push_bind(account_id.to_owned());
        select.push(" AND is_dry_run = 0 AND ").push(condition);
    }
    select.push(") LIMIT ").push_bind(limit);
    select
}

/// Batches with which nothing more happens by itself, the latest first.
pub(crate) async fn ended(conn: &mut Conn, account_id: &str, limit: u32) -> DbResult<Vec<BatchRecord>> {
    ended_of(account_id, limit).build_query_as().fetch_all(conn).await
}

fn ended_of(account_id: &str, limit: u32) -> Builder {
    let mut select = Builder::new(COLUMNS);
    select.push(" WHERE account_id = ").push_bind(account_id.to_owned()).push(" AND is_dry_run = 0");
    for condition in UNDER_WAY {
        select.push(" AND NOT (").push(condition).push(")");
    }
    select.push(" ORDER BY id DESC LIMIT ").push_bind(limit);
    select
}

/// The invitations of a batch that have no answer.
#[derive(Clone, Copy, Default)]
pub(crate) struct Unanswered {
    /// Pending and not expired, with a mail that was sent, or may have been.
    pub(crate) waiting: u32,
    pub(crate) expired: u32,
}

/// Counts them, by the stored counts where possible.
pub(crate) async fn unanswered(conn: &mut Conn, batch: &BatchRecord, now: Millis) -> DbResult<Unanswered> {
    let mails = batch.deliveries();
    let pending = batch.pending();
    let expired = expired(conn, batch, now).await?;
    let mut elsewhere = mails.queued.saturating_add(mails.sending).saturating_add(expired);
    if pending > elsewhere && mails.failed > 0 {
        let (failed,): (i64,) = sqlx::query_as(
            "SELECT COUNT(*) FROM mails m CROSS JOIN invitations i
              WHERE m.batch_number = $1 AND m.state = 'failed' AND i.number = m.invitation_number
                AND i.status = 'pending' AND i.expires_at > $2",
        )
        .bind(batch.number)
        .bind(now.0)
        .fetch_one(&mut *conn)
        .await?;
        elsewhere = elsewhere.saturating_add(count(failed));
    }
    Ok(Unanswered { waiting: pending.saturating_sub(elsewhere), expired })
}

/// How many invitations of the batch have expired without an answer.
pub(crate) async fn expired(conn: &mut Conn, batch: &BatchRecord, now: Millis) -> DbResult<u32> {
    let earliest = Millis(batch.created_at).plus(DAY * u32::from(batch.options()?.expires_in_days));
    if batch.pending() == 0 || now < earliest {
        return Ok(0);
    }
    let (expired,): (i64,) = sqlx::query_as(
        "SELECT COUNT(*) FROM invitations WHERE batch_number = $1 AND status = 'pending' AND expires_at <= $2",
    )
    .bind(batch.number)
    .bind(now.0)
    .fetch_one(conn)
    .await?;
    Ok(count(expired))
}

/// The address of the first row that is invited, and the id of its person.
pub(crate) async fn first_ready(conn: &mut Conn, id: &str) -> DbResult<Option<(String, Option<String>)>> {
    sqlx::query_as(
        "SELECT r.email, u.id FROM batch_rows r
           LEFT JOIN invitations i ON i.number = r.invitation_number
           LEFT JOIN users u ON u.number = i.user_number AND i.status = 'pending'
          WHERE r.batch_number = (SELECT number FROM batches WHERE id = $1) AND r.verdict = 'ready'
          ORDER BY r.row_number LIMIT 1",
    )
    .bind(id)
    .fetch_optional(conn)
    .await
}

/// Adds a chunk's verdicts to the counts, and expects the next chunk.
pub(crate) async fn add_chunk(conn: &mut Conn, id: &str, verdicts: &VerdictCounts) -> DbResult<()> {
    sqlx::query(
        "UPDATE batches SET next_chunk = next_chunk + 1, ready = ready + $1, member = member + $2,
                invited = invited + $3, duplicate = duplicate + $4, over_seats = over_seats + $5, error = error + $6,
                revision = revision + 1
          WHERE id = $7",
    )
    .bind(verdicts.ready)
    .bind(verdicts.member)
    .bind(verdicts.invited)
    .bind(verdicts.duplicate)
    .bind(verdicts.over_seats)
    .bind(verdicts.error)
    .bind(id)
    .execute(conn)
    .await?;
    Ok(())
}

/// Closes the batch for further rows. From here on the mail worker finds the batch's mails; no row is touched.
pub(crate) async fn close(conn: &mut Conn, id: &str, state: BatchState, now: Millis) -> DbResult<()> {
    sqlx::query(
        "UPDATE batches SET state = $1, sealed_at = COALESCE(sealed_at, $2), revision = revision + 1 WHERE id = $3",
    )
    .bind(text(state)?)
    .bind(now.0)
    .bind(id)
    .execute(conn)
    .await?;
    Ok(())
}

pub(crate) async fn is_cancelled(conn: &mut Conn, id: &str) -> DbResult<bool> {
    let (found,): (i64,) =
        sqlx::query_as("SELECT COUNT(*) FROM batches WHERE id = $1 AND state = 'cancelled'")
            .bind(id)
            .fetch_one(conn)
            .await?;
    Ok(found > 0)
}

/// The number by which the rows of a batch refer to it.
pub(crate) async fn number(conn: &mut Conn, id: &str) -> DbResult<i64> {
    let (number,): (i64,) =
        sqlx::query_as("SELECT number FROM batches WHERE id = $1").bind(id).fetch_one(conn).await?;
    Ok(number)
}

/// Tells clients that follow the batch that it changed.
pub(crate) async fn touch(conn: &mut Conn, id: &str) -> DbResult<()> {
    sqlx::query("UPDATE batches SET revision = revision + 1 WHERE id = $1").bind(id).execute(conn).await?;
    Ok(())
}

/// Makes the mail worker look at the batch again; not while its invitations are being revoked, after which it looks
/// anyway.
pub(crate) async fn unsettle(conn: &mut Conn, id: &str) -> DbResult<()> {
    sqlx::query(
        "UPDATE batches SET settled_at = CASE WHEN revoking IS NULL THEN NULL ELSE settled_at END,
                revision = revision + 1 WHERE id = $1",
    )
    .bind(id)
    .execute(conn)
    .await?;
    Ok(())
}

/// The batches with waiting mails.
pub(crate) async fn unsettled(conn: &mut Conn) -> DbResult<Vec<String>> {
    let rows: Vec<(String,)> =
        sqlx::query_as("SELECT id FROM batches WHERE state = 'sealed' AND settled_at IS NULL")
            .fetch_all(conn)
            .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Open batches to which no rows have been added for a while: they will not be sealed.
pub(crate) async fn abandoned(conn: &mut Conn, account_id: &str, before: Millis) -> DbResult<Vec<String>> {
    let rows: Vec<(String,)> = sqlx::query_as(
        "SELECT id FROM batches WHERE account_id = $1 AND state = 'open' AND is_dry_run = 0 AND created_at < $2",
    )
    .bind(account_id)
    .bind(before.0)
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::test::{check_plan, database, plan};

    #[tokio::test]
    async fn p7_what_is_under_way_and_what_has_ended_is_found_by_indexes() {
        let (db, account, _folder) = database().await;
        let mut conn = db.read().await.unwrap();
        for select in [under_way_of(&account, 20), ended_of(&account, 20)] {
            check_plan(&plan(&mut conn, &select).await);
        }
    }
}
