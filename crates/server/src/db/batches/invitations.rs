//! Batches of people to invite.

use std::time::Duration;

use api_types::{
    BatchId, BatchOptions, BatchSource, BatchState, DeliveryCounts, DeliveryStatus, Retrying, Revoking,
    RowCode, RowQuery, RowVerdict, UserId, VerdictCounts,
};
use serde::{Deserialize, Serialize};
use sqlx::FromRow;

use super::{BatchKind, BatchRecord, first_other_than, statement};
use crate::db::{AccountId, Builder, Conn, DbResult, count, text};
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
    const CHANGES_NOTHING_WHILE_OPEN: bool = false;

    type Id = BatchId;
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
        let (failed,): (i64,) = statement(
            "SELECT COUNT(*) FROM mails m CROSS JOIN invitations i
              WHERE m.batch_number = $1 AND m.state = 'failed' AND i.number = m.invitation_number
                AND i.status = 'pending' AND i.expires_at > $2",
        )
        .bind(batch.number)
        .bind(now.0)
        .one(&mut *conn)
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
    let (expired,): (i64,) = statement(
        "SELECT COUNT(*) FROM invitations WHERE batch_number = $1 AND status = 'pending' AND expires_at <= $2",
    )
    .bind(batch.number)
    .bind(now.0)
    .one(conn)
    .await?;
    Ok(count(expired))
}

/// The address of the first row that is invited, and the id of its person.
pub(crate) async fn first_ready(conn: &mut Conn, batch: i64) -> DbResult<Option<(String, Option<UserId>)>> {
    statement(
        "SELECT r.email, u.id FROM batch_rows r
           LEFT JOIN invitations i ON i.number = r.invitation_number
           LEFT JOIN users u ON u.number = i.user_number AND i.status = 'pending'
          WHERE r.batch_number = $1 AND r.verdict = 'ready'
          ORDER BY r.row_number LIMIT 1",
    )
    .bind(batch)
    .optional(conn)
    .await
}

/// The addresses and names of the first rows.
pub(crate) async fn first_rows(
    conn: &mut Conn,
    batch: i64,
    count: u32,
) -> DbResult<Vec<(String, String, String)>> {
    statement(
        "SELECT email, first_name, last_name FROM batch_rows WHERE batch_number = $1 ORDER BY row_number LIMIT $2",
    )
    .bind(batch)
    .bind(count)
    .all(conn)
    .await
}

/// Closes the batch for further rows. From here on the mail worker finds the batch's mails; no row is touched.
pub(crate) async fn close(conn: &mut Conn, id: &BatchId, state: BatchState, now: Millis) -> DbResult<()> {
    statement(
        "UPDATE batches SET state = $1, sealed_at = COALESCE(sealed_at, $2), revision = revision + 1 WHERE id = $3",
    )
    .bind(text(state)?)
    .bind(now.0)
    .bind(id)
    .execute(conn)
    .await?;
    Ok(())
}

/// Seals a batch that was cancelled, once all that was not sent of it is revoked.
pub(crate) async fn seal_again(conn: &mut Conn, id: &BatchId) -> DbResult<()> {
    statement(
        "UPDATE batches SET state = 'sealed', cancel_code = NULL, revision = revision + 1
          WHERE id = $1 AND state = 'cancelled' AND revoking IS NULL",
    )
    .bind(id)
    .execute(conn)
    .await?;
    Ok(())
}

/// The condition of batches of invitations that are closed and may have waiting mails. The kind is no column of the index
/// by which they are found, and must not lead to another one.
pub(crate) const UNSETTLED: &str = "state = 'sealed' AND settled_at IS NULL AND kind || '' = 'invitations'";

/// Asks whether one of those in whose name a batch is sent is an active administrator: who opened it, or who had mails of
/// it sent again last. One of them may be left out.
pub(crate) fn push_has_right(select: &mut Builder, without: Option<&UserId>) {
    select.push(
        "EXISTS (SELECT 1 FROM users u
                  WHERE u.id IN (batches.created_by, batches.retried_by) AND u.role = 'admin' AND u.status = 'active'",
    );
    if let Some(without) = without {
        select.push(" AND u.id <> ").push_bind(without);
    }
    select.push(")");
}

/// Has the rest of a batch sent in the name of this person, too, who has a mail of it sent again. Where many are being
/// sent again, they stay the work of whoever began that.
pub(crate) async fn send_for(conn: &mut Conn, id: &BatchId, by: (&UserId, &str)) -> DbResult<()> {
    statement("UPDATE batches SET retried_by = $1, retried_by_name = $2 WHERE id = $3 AND retrying IS NULL")
        .bind(by.0)
        .bind(by.1)
        .bind(id)
        .execute(conn)
        .await?;
    Ok(())
}

/// Batches with mails to be sent in the name of nobody who is an active administrator. Conditions follow.
fn without_right(account_id: &AccountId) -> Builder {
    let mut select = Builder::new("SELECT id FROM batches WHERE ");
    select.push(UNSETTLED).push(" AND is_dry_run = 0 AND NOT ");
    push_has_right(&mut select, None);
    select.push(" AND account_id = ").push_bind(account_id);
    select
}

/// The oldest batch that may not be sent any more, other than these.
pub(crate) async fn next_without_right(
    conn: &mut Conn,
    account_id: &AccountId,
    others_than: &[BatchId],
) -> DbResult<Option<BatchId>> {
    first_other_than(conn, without_right(account_id), others_than).await
}

/// Whether a batch may not be sent any more.
pub(crate) async fn is_without_right(
    conn: &mut Conn,
    account_id: &AccountId,
    id: &BatchId,
) -> DbResult<bool> {
    let mut select = without_right(account_id);
    select.push(" AND id = ").push_bind(id);
    Ok(select.build().optional::<()>(conn).await?.is_some())
}

pub(crate) async fn is_cancelled(conn: &mut Conn, id: &BatchId) -> DbResult<bool> {
    let (found,): (i64,) = statement("SELECT COUNT(*) FROM batches WHERE id = $1 AND state = 'cancelled'")
        .bind(id)
        .one(conn)
        .await?;
    Ok(found > 0)
}

/// Makes the mail worker look at the batch again; not while its invitations are being revoked, after which it looks
/// anyway.
pub(crate) async fn unsettle(conn: &mut Conn, id: &BatchId) -> DbResult<()> {
    statement(
        "UPDATE batches SET settled_at = CASE WHEN revoking IS NULL THEN NULL ELSE settled_at END,
                revision = revision + 1 WHERE id = $1",
    )
    .bind(id)
    .execute(conn)
    .await?;
    Ok(())
}

/// The batches with waiting mails.
pub(crate) async fn unsettled(conn: &mut Conn) -> DbResult<Vec<BatchId>> {
    let mut select = Builder::new("SELECT id FROM batches WHERE ");
    select.push(UNSETTLED);
    let rows: Vec<(BatchId,)> = select.build().all(conn).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Open batches to which no rows have been added for a while: they will not be sealed.
pub(crate) async fn abandoned(
    conn: &mut Conn,
    account_id: &AccountId,
    before: Millis,
) -> DbResult<Vec<BatchId>> {
    let rows: Vec<(BatchId,)> = select_abandoned(account_id, before).build().all(conn).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Those that are open are few.
fn select_abandoned(account_id: &AccountId, before: Millis) -> Builder {
    let mut select = Builder::new("SELECT id FROM batches WHERE state = 'open' AND is_dry_run + 0 = 0");
    select.push(" AND kind || '' = '").push(Invitations::NAME).push("' AND account_id = ");
    select.push_bind(account_id).push(" AND filled_at < ").push_bind(before.0);
    select
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::test::{check_plan, database, plan, sqlite_database};

    #[tokio::test]
    async fn only_invitations_have_mails_that_are_waited_for() -> DbResult<()> {
        let (db, account, _folder) = database().await;
        let mut tx = db.write().await?;
        for (id, kind) in [("a", "invitations"), ("b", "member_changes")] {
            statement(
                "INSERT INTO batches (id, account_id, kind, created_by, created_by_name, terms, verdicts, state,
                        is_dry_run, expected_rows, created_at, filled_at, sealed_at)
                 VALUES ($1, $2, $3, '', '', '{}', '{}', 'sealed', 0, 1, 0, 0, 0)",
            )
            .bind(id)
            .bind(&account)
            .bind(kind)
            .execute(&mut tx)
            .await?;
        }
        let a = BatchId("a".to_owned());
        assert_eq!(unsettled(&mut tx).await?, std::slice::from_ref(&a));
        assert_eq!(next_without_right(&mut tx, &account, &[]).await?, Some(a));
        crate::db::mails::settle_batches(&mut tx, Millis(7)).await?;
        let settled: Vec<(String,)> =
            statement("SELECT id FROM batches WHERE settled_at = 7").all(&mut tx).await?;
        assert_eq!(settled, [("a".to_owned(),)]);
        check_plan(&plan(&mut tx, &without_right(&account)).await);
        Ok(())
    }
    #[tokio::test]
    async fn r20_abandoned_batches_are_found_among_the_open_ones() -> DbResult<()> {
        let (db, account, _folder) = sqlite_database().await;
        let steps = plan(&mut *db.read().await?, &select_abandoned(&account, Millis(7))).await;
        assert!(steps[0].contains("batches_unsettled (state=?)"), "{steps:#?}");
        Ok(())
    }
}
