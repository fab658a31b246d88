//! Outgoing mail: queued, leased by the mail worker, settled.
//!
//! ```text
//! queued -> sending -> sent | failed | queued (deferred)
//!    \          \--> unknown (the server stopped in between)
//!     \-> cancelled
//! ```

use std::time::Duration;

use api_types::{Locale, RowCode};
use sqlx::FromRow;

use super::invitations::{self, Which};
use super::{Builder, Conn, DbResult, batches, count, text};
use crate::clock::Millis;
use crate::mail::Audience;

/// Mails that belong to one person rather than to an invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PersonalMail {
    PasswordReset,
    Test,
}

impl PersonalMail {
    fn as_str(self) -> &'static str {
        match self {
            Self::PasswordReset => "password_reset",
            Self::Test => "test",
        }
    }
}

/// Queues a mail to a user. `payload` is JSON that the mail's kind knows to read.
pub(crate) async fn queue_personal(
    conn: &mut Conn,
    account_id: &str,
    user_id: &str,
    kind: PersonalMail,
    payload: &str,
    now: Millis,
) -> DbResult<()> {
    sqlx::query(
        "INSERT INTO mails (id, account_id, kind, user_id, payload, edition, state, attempts, next_attempt_at)
         VALUES ($1, $2, $3, $4, $5, 1, 'queued', 0, $6)",
    )
    .bind(super::new_id())
    .bind(account_id)
    .bind(kind.as_str())
    .bind(user_id)
    .bind(payload)
    .bind(now.0)
    .execute(conn)
    .await?;
    Ok(())
}

/// A mail that this server has leased, with all it takes to write it.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct LeasedMail {
    pub(crate) id: String,
    lease_id: String,
    pub(crate) kind: String,
    pub(crate) batch_id: Option<String>,
    pub(crate) payload: Option<String>,
    edition: i64,
    attempts: i64,
    pub(crate) recipient: Option<String>,
    pub(crate) first_name: Option<String>,
    pub(crate) invitation_id: Option<String>,
    generation: Option<i64>,
    pub(crate) language: Option<String>,
    pub(crate) options: Option<String>,
    pub(crate) inviter: Option<String>,
    pub(crate) invitation_status: Option<String>,
    is_marketo_admin: i64,
}

impl LeasedMail {
    pub(crate) fn edition(&self) -> u32 {
        count(self.edition)
    }

    /// Counts this attempt.
    pub(crate) fn attempts(&self) -> u32 {
        count(self.attempts)
    }

    pub(crate) fn generation(&self) -> u32 {
        self.generation.map_or(0, count)
    }

    pub(crate) fn audience(&self) -> Audience {
        if self.is_marketo_admin == 0 { Audience::Anyone } else { Audience::MarketoAdmin }
    }

    pub(crate) fn locale(&self) -> Locale {
        self.language.as_deref().and_then(Locale::lookup).unwrap_or_default()
    }
}

/// Leases up to `limit` mails that are due: personal ones first, then a fair share of every sealed batch.
pub(crate) async fn lease(
    conn: &mut Conn,
    lease_id: &str,
    limit: u32,
    until: Millis,
    now: Millis,
) -> DbResult<Vec<LeasedMail>> {
    let mut ids = due(conn, None, limit, now).await?;
    let batches: Vec<(String,)> = sqlx::query_as(
        "SELECT id FROM batches WHERE state = 'sealed' AND settled_at IS NULL AND is_dry_run = 0",
    )
    .fetch_all(&mut *conn)
    .await?;
    let mut left = batches.len();
    for (batch,) in batches {
        let free = limit.saturating_sub(u32::try_from(ids.len()).unwrap_or(u32::MAX));
        if free == 0 {
            break;
        }
        let share = free.div_ceil(u32::try_from(left).unwrap_or(u32::MAX));
        ids.extend(due(conn, Some(&batch), share, now).await?);
        left -= 1;
    }
    if ids.is_empty() {
        return Ok(Vec::new());
    }

    let mut update = Builder::new("UPDATE mails SET state = 'sending', attempts = attempts + 1, lease_id = ");
    update.push_bind(lease_id.to_owned()).push(", lease_until = ").push_bind(until.0);
    update.push(" WHERE state = 'queued' AND id IN (");
    let mut list = update.separated(", ");
    for id in &ids {
        list.push_bind(id.clone());
    }
    update.push(")");
    update.build().execute(&mut *conn).await?;

    sqlx::query_as(
        "SELECT m.id, m.lease_id, m.kind, m.batch_id, m.payload, m.edition, m.attempts, u.email AS recipient, u.first_name,
                m.invitation_id, i.generation, COALESCE(i.language, u.locale) AS language, b.options,
                b.created_by_name AS inviter, i.status AS invitation_status,
                COALESCE(u.is_marketo_admin, 0) AS is_marketo_admin
           FROM mails m
           LEFT JOIN invitations i ON i.id = m.invitation_id
           LEFT JOIN batches b ON b.id = m.batch_id
           LEFT JOIN users u ON u.id = COALESCE(i.user_id, m.user_id)
          WHERE m.lease_id = $1 AND m.state = 'sending' ORDER BY m.id",
    )
    .bind(lease_id)
    .fetch_all(conn)
    .await
}

async fn due(conn: &mut Conn, batch: Option<&str>, limit: u32, now: Millis) -> DbResult<Vec<String>> {
    let mut select = Builder::new("SELECT id FROM mails WHERE batch_id ");
    match batch {
        Some(batch) => select.push("= ").push_bind(batch.to_owned()),
        None => select.push("IS NULL"),
    };
    select.push(" AND state = 'queued' AND next_attempt_at <= ").push_bind(now.0);
    select.push(" ORDER BY next_attempt_at, id LIMIT ").push_bind(limit);
    let rows: Vec<(String,)> = select.build_query_as().fetch_all(conn).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// What became of an attempt to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Sent,
    /// Refused for good, or deferred once too often.
    Failed {
        code: RowCode,
        detail: String,
    },
    /// To be tried again.
    Deferred {
        after: Duration,
        detail: String,
    },
    /// Not sent at all: the invitation was revoked in the meantime.
    Cancelled,
}

/// Notes what became of a leased mail, unless it was queued anew meanwhile. What is known late, after the lease ran out,
/// is better than not knowing. A mail that was cancelled on its way is not tried again, and its invitation is revoked if
/// it did not arrive.
pub(crate) async fn settle(
    conn: &mut Conn,
    mail: &LeasedMail,
    outcome: &Outcome,
    now: Millis,
) -> DbResult<()> {
    let (state, code, detail, next) = match outcome {
        Outcome::Sent => ("sent", None, None, now),
        Outcome::Failed { code, detail } => ("failed", Some(*code), Some(detail.as_str()), now),
        Outcome::Deferred { after, detail } => ("queued", None, Some(detail.as_str()), now.plus(*after)),
        Outcome::Cancelled => ("cancelled", Some(RowCode::Revoked), None, now),
    };
    let settled = sqlx::query(
        "UPDATE mails SET state = $1, code = $2, detail = $3, next_attempt_at = $4, lease_id = NULL, lease_until = NULL
          WHERE id = $5 AND lease_id = $6 AND state IN ('sending', 'unknown')",
    )
    .bind(state)
    .bind(code.map(text).transpose()?)
    .bind(detail)
    .bind(next.0)
    .bind(&mail.id)
    .bind(&mail.lease_id)
    .execute(&mut *conn)
    .await?;
    let Some(batch) = mail.batch_id.as_deref().filter(|_| settled.rows_affected() > 0) else { return Ok(()) };
    if state != "sent" && batches::is_cancelled(conn, batch).await? {
        invitations::revoke(conn, Which::UnsentOfBatch(batch)).await?;
    }
    if state == "queued" {
        // The invitation was revoked while the mail was on its way.
        sqlx::query(
            "UPDATE mails SET state = 'cancelled', code = $1, detail = NULL
              WHERE id = $2 AND state = 'queued'
                AND invitation_id IN (SELECT id FROM invitations WHERE status <> 'pending')",
        )
        .bind(text(RowCode::Revoked)?)
        .bind(&mail.id)
        .execute(&mut *conn)
        .await?;
        batches::unsettle(conn, batch).await?;
    }
    Ok(())
}

/// Marks batches without waiting mails as settled, so that they are not looked at again.
pub(crate) async fn settle_batches(conn: &mut Conn, now: Millis) -> DbResult<()> {
    sqlx::query(
        "UPDATE batches SET settled_at = $1, revision = revision + 1
          WHERE state = 'sealed' AND settled_at IS NULL
            AND NOT EXISTS (SELECT 1 FROM mails m WHERE m.batch_id = batches.id AND m.state IN ('queued', 'sending'))",
    )
    .bind(now.0)
    .execute(conn)
    .await?;
    Ok(())
}

/// Mails whose lease ran out by `now` were on their way when a server stopped: nobody knows whether they arrived.
/// `None` ends every lease, for a start at which no other server can hold one. Answers how many.
pub(crate) async fn expire_leases(conn: &mut Conn, now: Option<Millis>) -> DbResult<u64> {
    let by = now.map_or(i64::MAX, |now| now.0);
    sqlx::query(
        "UPDATE batches SET revision = revision + 1
          WHERE id IN (SELECT batch_id FROM mails WHERE state = 'sending' AND lease_until <= $1)",
    )
    .bind(by)
    .execute(&mut *conn)
    .await?;
    let expired = sqlx::query(
        "UPDATE mails SET state = 'unknown', code = $1, detail = NULL, lease_until = NULL
          WHERE state = 'sending' AND lease_until <= $2",
    )
    .bind(text(RowCode::MailInterrupted)?)
    .bind(by)
    .execute(conn)
    .await?;
    Ok(expired.rows_affected())
}

/// When the next mail is due, if one waits.
pub(crate) async fn next_due(conn: &mut Conn) -> DbResult<Option<Millis>> {
    // A minimum per batch is one look into the index, however many mails wait.
    let (due,): (Option<i64>,) = sqlx::query_as(
        "SELECT MIN(due) FROM (
             SELECT MIN(next_attempt_at) AS due FROM mails WHERE batch_id IS NULL AND state = 'queued'
             UNION ALL
             SELECT (SELECT MIN(m.next_attempt_at) FROM mails m WHERE m.batch_id = b.id AND m.state = 'queued') AS due
               FROM batches b WHERE b.state = 'sealed' AND b.settled_at IS NULL
         ) AS waiting",
    )
    .fetch_one(conn)
    .await?;
    Ok(due.map(Millis))
}

/// Queues the mail of an invitation as a new edition, which arrives beside those before.
pub(crate) async fn queue_again(conn: &mut Conn, invitation_id: &str, now: Millis) -> DbResult<()> {
    sqlx::query(
        "UPDATE mails SET state = 'queued', edition = edition + 1, attempts = 0, next_attempt_at = $1, lease_id = NULL,
                lease_until = NULL, code = NULL, detail = NULL
          WHERE invitation_id = $2",
    )
    .bind(now.0)
    .bind(invitation_id)
    .execute(conn)
    .await?;
    Ok(())
}

/// Queues the failed mails of a batch whose invitations are pending, as the same edition. Answers how many.
pub(crate) async fn retry(
    conn: &mut Conn,
    batch_id: &str,
    include_unknown: bool,
    now: Millis,
) -> DbResult<u64> {
    let retried = sqlx::query(
        "UPDATE mails SET state = 'queued', attempts = 0, next_attempt_at = $1, lease_id = NULL, code = NULL,
                detail = NULL
          WHERE batch_id = $2 AND (state = 'failed' OR (state = 'unknown' AND $3 = 1))
            AND invitation_id IN (SELECT id FROM invitations WHERE status = 'pending' AND expires_at > $1)",
    )
    .bind(now.0)
    .bind(batch_id)
    .bind(i64::from(include_unknown))
    .execute(conn)
    .await?;
    Ok(retried.rows_affected())
}
