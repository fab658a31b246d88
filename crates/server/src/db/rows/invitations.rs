//! The rows of batches with their invitations and mails.

use api_types::{
    BatchRow, DeliveryStatus, InvitationId, InvitationStatus, RowInvitation, RowQuery, RowResult, RowVerdict,
    UserId,
};
use sqlx::FromRow;

use super::push_numbers;
use crate::db::batches::BatchRecord;
use crate::db::batches::invitations::{Invitations, expired};
use crate::db::invitations::present_status;
use crate::db::{Builder, Conn, DbResult, count, from_optional_text, from_text, statement};
use crate::platform::clock::Millis;

#[derive(FromRow)]
struct RowRecord {
    row_number: i64,
    email: String,
    first_name: String,
    last_name: String,
    verdict: String,
    code: Option<String>,
    detail: Option<String>,
    invitation_id: Option<InvitationId>,
    user_id: Option<UserId>,
    invitation_status: Option<String>,
    invitation_expires_at: Option<i64>,
    mail_state: Option<String>,
    mail_code: Option<String>,
    mail_detail: Option<String>,
    attempts: Option<i64>,
    next_attempt_at: Option<i64>,
}

impl RowRecord {
    fn into_row(self, now: Millis) -> DbResult<BatchRow> {
        let invitation = match (self.invitation_id, self.invitation_status) {
            (Some(id), Some(status)) => Some(RowInvitation {
                id,
                user_id: self.user_id,
                status: present_status(&status, self.invitation_expires_at.unwrap_or(0), now)?,
            }),
            _ => None,
        };
        let delivery = from_optional_text(self.mail_state.as_deref())?.unwrap_or(DeliveryStatus::Skipped);
        let code = self.mail_code.or(self.code);
        let attempts = self.attempts.map_or(0, count);
        let is_deferred = delivery == DeliveryStatus::Queued && attempts > 0;
        Ok(BatchRow {
            result: RowResult {
                row: count(self.row_number),
                verdict: from_text(&self.verdict)?,
                delivery,
                code: from_optional_text(code.as_deref())?,
                detail: self.mail_detail.or(self.detail),
            },
            email: self.email,
            first_name: self.first_name,
            last_name: self.last_name,
            attempts,
            next_try_at: self.next_attempt_at.filter(|_| is_deferred).map(|at| Millis(at).timestamp()),
            invitation,
        })
    }
}

const COLUMNS: &str = "SELECT r.row_number, r.email, r.first_name, r.last_name, r.verdict, r.code, r.detail,
       i.id AS invitation_id, i.status AS invitation_status, i.expires_at AS invitation_expires_at,
       (SELECT u.id FROM users u WHERE u.number = i.user_number) AS user_id,
       m.state AS mail_state, m.code AS mail_code, m.detail AS mail_detail, m.attempts,
       m.next_attempt_at";
/// Rows with their invitations and mails, in the order of the file.
const ROWS: &str = " FROM batch_rows r
  LEFT JOIN invitations i ON i.number = r.invitation_number
  LEFT JOIN mails m ON m.invitation_number = r.invitation_number
 WHERE r.batch_number = ";
/// The same, found by their mails. The order of the tables is deliberate.
const MAILS: &str = " FROM mails m
 CROSS JOIN batch_rows r
  LEFT JOIN invitations i ON i.number = m.invitation_number
 WHERE r.batch_number = m.batch_number AND r.row_number = m.row_number AND m.batch_number = ";
/// The same, found by their invitations.
const INVITATIONS: &str = " FROM invitations i
 CROSS JOIN batch_rows r
  LEFT JOIN mails m ON m.invitation_number = i.number
 WHERE r.batch_number = i.batch_number AND r.row_number = i.row_number AND i.batch_number = ";

/// The rows with these numbers as they are now, in no order.
pub(crate) async fn numbered(
    conn: &mut Conn,
    batch: i64,
    numbers: &[u32],
    now: Millis,
) -> DbResult<Vec<BatchRow>> {
    let mut select = Builder::new(COLUMNS);
    select.push(ROWS).push_bind(batch);
    push_numbers(&mut select, "r.row_number", numbers);
    let rows: Vec<RowRecord> = select.build().all(conn).await?;
    rows.into_iter().map(|row| row.into_row(now)).collect()
}

/// Up to `limit` rows of a batch in the order of their numbers, beginning after `after`.
pub(crate) async fn list(
    conn: &mut Conn,
    batch: i64,
    query: &RowQuery,
    after: Option<u32>,
    limit: u32,
    now: Millis,
) -> DbResult<Vec<BatchRow>> {
    let rows: Vec<RowRecord> = page(batch, query, after, limit, now).build().all(&mut *conn).await?;
    rows.into_iter().map(|row| row.into_row(now)).collect()
}

/// How many rows of a batch match a filter.
pub(crate) async fn matching(
    conn: &mut Conn,
    batch: &BatchRecord<Invitations>,
    query: &RowQuery,
    now: Millis,
) -> DbResult<u32> {
    match (query.invitation, query.delivery, query.verdict) {
        (None, _, _) => Ok(batch.matching(query)),
        (Some(InvitationStatus::Accepted), None, None) => Ok(batch.accepted()),
        (Some(InvitationStatus::Revoked), None, None) => Ok(batch.revoked()),
        (Some(InvitationStatus::Expired), None, None) => expired(conn, batch, now).await,
        (Some(InvitationStatus::Pending), None, None) => {
            Ok(batch.pending().saturating_sub(expired(conn, batch, now).await?))
        }
        (Some(_), _, _) => {
            let (matching,): (i64,) =
                filtered("SELECT COUNT(*)", batch.number, query, now).0.build().one(conn).await?;
            Ok(count(matching))
        }
    }
}

fn page(batch: i64, query: &RowQuery, after: Option<u32>, limit: u32, now: Millis) -> Builder {
    let (mut select, row_number) = filtered(COLUMNS, batch, query, now);
    if let Some(after) = after {
        select.push(" AND ").push(row_number).push(" > ").push_bind(after);
    }
    select.push(" ORDER BY ").push(row_number).push(" LIMIT ").push_bind(i64::from(limit));
    select
}

/// The rows that match a filter, and the column of their numbers. States and verdicts are literals, by which the planner
/// can choose the partial index that holds them alone.
fn filtered(columns: &str, batch: i64, query: &RowQuery, now: Millis) -> (Builder, &'static str) {
    let mut select = Builder::new(columns);
    let mailed = query.delivery.filter(|delivery| *delivery != DeliveryStatus::Skipped);
    let row_number = match (query.invitation, mailed) {
        (Some(status), mailed) => {
            select.push(INVITATIONS).push_bind(batch);
            push_status(&mut select, status, now);
            match (mailed, query.delivery) {
                (Some(delivery), _) => {
                    select.push(" AND m.state = '").push(delivery.as_str()).push("'");
                }
                // A row with an invitation has a mail.
                (None, Some(_)) => {
                    select.push(" AND 1 = 0");
                }
                (None, None) => {}
            }
            "i.row_number"
        }
        (None, Some(delivery)) => {
            select.push(MAILS).push_bind(batch);
            select.push(" AND m.state = '").push(delivery.as_str()).push("'");
            "m.row_number"
        }
        (None, None) => {
            select.push(ROWS).push_bind(batch);
            if query.delivery.is_some() {
                select.push(" AND r.invitation_number IS NULL");
            }
            "r.row_number"
        }
    };
    // A row with an invitation and a mail is ready.
    let is_ready = mailed.is_some() || query.invitation.is_some();
    match query.verdict {
        Some(RowVerdict::Ready) if is_ready => {}
        Some(RowVerdict::Ready) => {
            select.push(" AND r.verdict = 'ready'");
        }
        Some(_) if is_ready => {
            select.push(" AND 1 = 0");
        }
        Some(verdict) => {
            select.push(" AND r.verdict <> 'ready' AND r.verdict = '").push(verdict.as_str()).push("'");
        }
        None => {}
    }
    (select, row_number)
}

/// An expired invitation is a pending one whose time is over.
fn push_status(select: &mut Builder, status: InvitationStatus, now: Millis) {
    let (stored, expires) = match status {
        InvitationStatus::Pending => (InvitationStatus::Pending, Some(" > ")),
        InvitationStatus::Expired => (InvitationStatus::Pending, Some(" <= ")),
        InvitationStatus::Accepted | InvitationStatus::Revoked => (status, None),
    };
    select.push(" AND i.status = '").push(stored.as_str()).push("'");
    if let Some(comparison) = expires {
        select.push(" AND i.expires_at").push(comparison).push_bind(now.0);
    }
}

/// Corrects the address of a row whose invitation is sent to another address.
pub(crate) async fn set_email(
    conn: &mut Conn,
    batch: i64,
    row: u32,
    email: &str,
    email_key: &str,
) -> DbResult<()> {
    statement(
        "UPDATE batch_rows SET email = $1, email_key = $2
          WHERE batch_number = $3 AND row_number = $4",
    )
    .bind(email)
    .bind(email_key)
    .bind(batch)
    .bind(row)
    .execute(conn)
    .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::test::{check_plan, plan, sqlite_database};

    #[tokio::test]
    async fn p7_whatever_filter_of_a_batchs_rows_is_read_from_an_index_in_its_order() {
        let (db, _, _folder) = sqlite_database().await;
        let mut conn = db.read().await.unwrap();
        let deliveries = || DeliveryStatus::ALL.into_iter().map(Some).chain([None]);
        let verdicts = || RowVerdict::ALL.into_iter().map(Some).chain([None]);
        let filters = deliveries().flat_map(|delivery| verdicts().map(move |verdict| (delivery, verdict)));
        for (delivery, verdict) in filters {
            for invitation in InvitationStatus::ALL.into_iter().map(Some).chain([None]) {
                let query = RowQuery { delivery, verdict, invitation, ..RowQuery::default() };
                let steps = plan(&mut conn, &page(1, &query, Some(7), 50, Millis(0))).await;
                check_plan(&steps);
                let first = steps.iter().find(|step| step.starts_with("SEARCH")).unwrap();
                let index = match (invitation, delivery, verdict) {
                    (Some(_), _, _) => "invitations_by_batch",
                    (_, Some(delivery), _) if delivery != DeliveryStatus::Skipped => "mails_by_row",
                    (_, _, Some(verdict)) if verdict != RowVerdict::Ready => "batch_rows_not_ready",
                    (_, Some(_), _) => "batch_rows_without_mail",
                    (_, None, _) => "sqlite_autoindex_batch_rows_1",
                };
                assert!(first.contains(index), "{query:?}: {steps:#?}");
                assert!(first.contains("row_number>?"), "{steps:#?}");
            }
        }
    }
}
