//! Batches of people to invite.

use std::time::Duration;

use api_types::{
    BatchOptions, BatchSource, BatchState, DeliveryCounts, DeliveryStatus, Retrying, Revoking, RowCode,
    RowQuery, RowVerdict, VerdictCounts,
};
use serde::{Deserialize, Serialize};
use sqlx::FromRow;

use super::{BatchKind, BatchRecord, first_other_than};
use crate::db::{Builder, Conn, DbResult, count, text};
use crate::platform::clock::Millis;

const DAY: Duration = Duration::from_secs(24 * 3600);

/// What became of the invitations of a batch.
#[derive(FromRow)]
pub(crate) struct Invitations {
    mails_queued: i64,
    mails_sending: i64,
    mails_sent: i64,
    mails_failed: i64,
    mails_cancelled: i64,
    mails_unknown: i64,
    accepted: i64,
    revoked: i64,
    pub(crate) settled_at: Option<i64>,
    revoking: Option<String>,
    retrying: Option<String>,
}

/// What was chosen for the people of a batch.
#[derive(Serialize, Deserialize)]
pub(crate) struct Terms {
    pub(crate) source: BatchSource,
    /// Nobody is invited unless everybody can be.
    pub(crate) all_or_none: bool,
    pub(crate) options: BatchOptions,
}

impl BatchKind for Invitations {
    const NAME: &'static str = "invitations";
    const COLUMNS: &'static str = "mails_queued, mails_sending, mails_sent, mails_failed, mails_cancelled,
        mails_unknown, accepted, revoked, settled_at, revoking, retrying";
    const UNDER_WAY: &'static [&'static str] =
        &["state = 'open'", "state = 'sealed' AND settled_at IS NULL", "revoking IS NOT NULL"];

    type Terms = Terms;
    type State = BatchState;
    type Verdict = RowVerdict;
    type Code = RowCode;
    type Verdicts = VerdictCounts;
    /// The number of the invitation.
    type Effect = i64;

    fn invitation(number: &i64) -> Option<i64> {
        Some(*number)
    }
}

impl BatchRecord<Invitations> {
    pub(crate) fn options(&self) -> &BatchOptions {
        &self.terms().options
    }

    /// The progress of revoking its invitations, while that goes on.
    pub(crate) fn revoking(&self) -> Option<Revoking> {
        self.own.revoking.as_ref()?;
        let (done, total) = self.progress();
        Some(Revoking { done, total: total.max(done) })
    }

    /// The progress of sending its failed mails again, while that goes on.
    pub(crate) fn retrying(&self) -> Option<Retrying> {
        self.own.retrying.as_ref()?;
        let (done, total) = self.progress();
        Some(Retrying { done, total: total.max(done) })
    }

    /// Rows by the delivery of their mail.
    pub(crate) fn deliveries(&self) -> DeliveryCounts {
        let mut deliveries = DeliveryCounts {
            queued: count(self.own.mails_queued),
            sending: count(self.own.mails_sending),
            sent: count(self.own.mails_sent),
            failed: count(self.own.mails_failed),
            cancelled: count(self.own.mails_cancelled),
            unknown: count(self.own.mails_unknown),
            skipped: 0,
        };
        deliveries.skipped = self.rows().saturating_sub(deliveries.total());
        deliveries
    }

    pub(crate) fn accepted(&self) -> u32 {
        count(self.own.accepted)
    }

    pub(crate) fn revoked(&self) -> u32 {
        count(self.own.revoked)
    }

    /// How many invitations are neither accepted nor revoked; they may have expired.
    pub(crate) fn pending(&self) -> u32 {
        self.deliveries().mails().saturating_sub(self.accepted().saturating_add(self.revoked()))
    }

    /// How many rows match a filter by delivery and verdict. Except in a dry run, the rows with a mail are exactly those that are ready.
    pub(crate) fn matching(&self, query: &RowQuery) -> u32 {
        let (verdicts, deliveries) = (self.verdicts(), self.deliveries());
        let mails = deliveries.mails();
        match (query.delivery, query.verdict) {
            (None, None) => verdicts.total(),
            (None, Some(verdict)) => verdicts.get(verdict),
            (Some(DeliveryStatus::Skipped), Some(RowVerdict::Ready)) => verdicts.ready.saturating_sub(mails),
            (Some(DeliveryStatus::Skipped), Some(verdict)) => verdicts.get(verdict),
            (Some(delivery), None | Some(RowVerdict::Ready)) => deliveries.get(delivery),
            (Some(_), Some(_)) => 0,
        }
    }
}

/// The invitations of a batch that have no answer.
#[derive(Clone, Copy, Default)]
pub(crate) struct Unanswered {
    /// Pending and not expired, with a mail that was sent, or may have been.
    pub(crate) waiting: u32,
    pub(crate) expired: u32,
}

/// Counts them, by the stored counts where possible.
pub(crate) async fn unanswered(
    conn: &mut Conn,
    batch: &BatchRecord<Invitations>,
    now: Millis,
) -> DbResult<Unanswered> {
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
pub(crate) async fn expired(conn: &mut Conn, batch: &BatchRecord<Invitations>, now: Millis) -> DbResult<u32> {
    let earliest = Millis(batch.created_at).plus(DAY * u32::from(batch.options().expires_in_days));
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
pub(crate) async fn first_ready(conn: &mut Conn, batch: i64) -> DbResult<Option<(String, Option<String>)>> {
    sqlx::query_as(
        "SELECT r.email, u.id FROM batch_rows r
           LEFT JOIN invitations i ON i.number = r.invitation_number
           LEFT JOIN users u ON u.number = i.user_number AND i.status = 'pending'
          WHERE r.batch_number = $1 AND r.verdict = 'ready'
          ORDER BY r.row_number LIMIT 1",
    )
    .bind(batch)
    .fetch_optional(conn)
    .await
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

/// Whether a pending invitation of a batch makes an administrator.
pub(crate) async fn makes_admins(conn: &mut Conn, number: i64) -> DbResult<bool> {
    let (makes,): (bool,) = sqlx::query_as(
        "SELECT EXISTS (SELECT 1 FROM invitations i JOIN users u ON u.number = i.user_number
                         WHERE i.batch_number = $1 AND i.status = 'pending' AND u.role = 'admin')",
    )
    .bind(number)
    .fetch_one(conn)
    .await?;
    Ok(makes)
}

/// Whether the person in whose name a batch is sent is an active administrator.
pub(crate) const HAS_RIGHT: &str = "EXISTS (SELECT 1 FROM users u
                 WHERE u.id = batches.created_by AND u.role = 'admin' AND u.status = 'active')";

/// Batches with mails to be sent whose person is no active administrator any more. Conditions follow.
fn without_right(account_id: &str) -> Builder {
    let mut select = Builder::new("SELECT id FROM batches WHERE state = 'sealed' AND settled_at IS NULL");
    select.push(" AND is_dry_run = 0 AND NOT ").push(HAS_RIGHT);
    select.push(" AND account_id = ").push_bind(account_id.to_owned());
    select
}

/// The oldest batch that may not be sent any more, other than these.
pub(crate) async fn next_without_right(
    conn: &mut Conn,
    account_id: &str,
    others_than: &[String],
) -> DbResult<Option<String>> {
    first_other_than(conn, without_right(account_id), others_than).await
}

/// Whether a batch may not be sent any more.
pub(crate) async fn is_without_right(conn: &mut Conn, account_id: &str, id: &str) -> DbResult<bool> {
    let mut select = without_right(account_id);
    select.push(" AND id = ").push_bind(id.to_owned());
    Ok(select.build().fetch_optional(conn).await?.is_some())
}

pub(crate) async fn is_cancelled(conn: &mut Conn, id: &str) -> DbResult<bool> {
    let (found,): (i64,) =
        sqlx::query_as("SELECT COUNT(*) FROM batches WHERE id = $1 AND state = 'cancelled'")
            .bind(id)
            .fetch_one(conn)
            .await?;
    Ok(found > 0)
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
        "SELECT id FROM batches WHERE account_id = $1 AND kind = $2 AND state = 'open' AND is_dry_run = 0 AND created_at < $3",
    )
    .bind(account_id)
    .bind(Invitations::NAME)
    .bind(before.0)
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}
