//! Sending failed mails of batches again, portion by portion.
//!
//! The progress is stored in the batch, so that it survives a restart.

use api_types::{ApiKeyId, BatchId, Role, RowCode, UserId};
use serde::{Deserialize, Serialize};
use sqlx::FromRow;
use strum::VariantArray;

use super::batches::invitations::unsettle;
use super::{AccountId, Builder, Conn, DbResult, batches, count, from_text, mails, statement, text};
use crate::platform::clock::Millis;

/// Which mails of a batch are sent again, if their invitation is pending. Each includes those before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Which {
    /// Those that were given up, or refused by a status that may be about the sender: by the answer that is stored.
    GivenUp,
    /// All that failed; and those that were put off are tried at once.
    Failed,
    /// Those, too, of which it is unknown whether they arrived.
    FailedOrUnknown,
}

impl Which {
    /// The states in which such mails are.
    fn states(self) -> &'static [&'static str] {
        match self {
            Self::GivenUp => &["failed"],
            Self::Failed => &["failed", "queued"],
            Self::FailedOrUnknown => &["failed", "queued", "unknown"],
        }
    }
}

/// Begins to send mails of a batch again in the name of a person, unless it is not sealed, or as many are being queued
/// already.
pub(crate) async fn begin(
    conn: &mut Conn,
    batch: &BatchId,
    which: Which,
    by: (&UserId, &str),
    key_id: Option<&ApiKeyId>,
) -> DbResult<()> {
    let mut begin = begun(which, by, key_id)?;
    begin.push(" AND id = ").push_bind(batch);
    begin.build().execute(conn).await?;
    Ok(())
}

/// Begins to send the mails of every batch again that were given up.
pub(crate) async fn begin_all(
    conn: &mut Conn,
    account_id: &AccountId,
    by: (&UserId, &str),
    key_id: Option<&ApiKeyId>,
) -> DbResult<()> {
    let mut begin = begun(Which::GivenUp, by, key_id)?;
    begin.push(" AND mails_failed > 0 AND kind = 'invitations' AND account_id = ").push_bind(account_id);
    begin.build().execute(conn).await?;
    Ok(())
}

fn begun(which: Which, by: (&UserId, &str), key_id: Option<&ApiKeyId>) -> DbResult<Builder> {
    let mut begin = Builder::new("UPDATE batches SET retrying = ");
    begin.push_bind(text(which)?);
    begin.push(", retried_by = ").push_bind(by.0);
    begin.push(", retried_by_name = ").push_bind(by.1);
    begin.push(", work_key_id = ").push_bind(key_id);
    begin.push(", work_after = -1, work_done = 0, work_total = 0");
    for state in which.states() {
        begin.push(" + mails_").push(state);
    }
    begin.push(", revision = revision + 1 WHERE state = 'sealed' AND is_dry_run = 0 AND revoking IS NULL");
    begin.push(" AND (retrying IS NULL");
    for narrower in Which::VARIANTS.iter().filter(|other| **other < which) {
        begin.push(" OR retrying = ").push_bind(text(narrower)?);
    }
    begin.push(")");
    Ok(begin)
}

/// A batch whose failed mails are being queued again.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct Retry {
    pub(crate) batch_id: BatchId,
    number: i64,
    which: String,
    after: i64,
    /// How many were queued by the portions before.
    done: i64,
    /// Who has them sent.
    pub(crate) by: UserId,
    pub(crate) by_name: String,
    pub(crate) key_id: Option<ApiKeyId>,
}

impl Retry {
    pub(crate) fn which(&self) -> DbResult<Which> {
        from_text(&self.which)
    }
}

const SELECT: &str = "SELECT id AS batch_id, number, retrying AS which, work_after AS after, work_done AS done,
       retried_by AS by, retried_by_name AS by_name, work_key_id AS key_id FROM batches WHERE retrying IS NOT NULL";

/// The oldest batch with mails to be queued again, other than these.
pub(crate) async fn next(
    conn: &mut Conn,
    account_id: &AccountId,
    others_than: &[BatchId],
) -> DbResult<Option<BatchId>> {
    let mut select = Builder::new("SELECT id FROM batches WHERE retrying IS NOT NULL AND account_id = ");
    select.push_bind(account_id);
    batches::first_other_than(conn, select, others_than).await
}

/// That batch, if mails of it are to be queued again.
pub(crate) async fn of_batch(conn: &mut Conn, batch: &BatchId) -> DbResult<Option<Retry>> {
    let mut select = Builder::new(SELECT);
    select.push(" AND id = ").push_bind(batch);
    select.build().optional(conn).await
}

/// What a portion did.
pub(crate) struct Portion {
    /// How many mails it looked at.
    pub(crate) looked_at: u32,
    /// How many were queued so far.
    pub(crate) queued: u32,
    pub(crate) is_last: bool,
}

/// Deals with the next `limit` mails of a batch. None is queued that gives a role above the `highest`.
pub(crate) async fn go_on(
    conn: &mut Conn,
    retry: &Retry,
    limit: u32,
    highest: Role,
    now: Millis,
) -> DbResult<Portion> {
    let which = retry.which()?;
    let next: Vec<(i64, i64)> =
        candidates(retry.number, which, retry.after, limit).build().all(&mut *conn).await?;
    let mails: Vec<i64> = next.iter().map(|(mail, _)| *mail).collect();
    let queued = if mails.is_empty() { 0 } else { queue(conn, &mails, which, highest, now).await? };
    let looked_at = u32::try_from(mails.len()).unwrap_or(u32::MAX);
    statement(
        "UPDATE batches SET work_done = work_done + $1, work_after = $2, revision = revision + 1 WHERE number = $3",
    )
    .bind(queued)
    .bind(next.last().map_or(retry.after, |(_, row)| *row))
    .bind(retry.number)
    .execute(&mut *conn)
    .await?;
    if queued > 0 {
        unsettle(conn, &retry.batch_id).await?;
    }
    let is_last = looked_at < limit;
    if is_last {
        end(conn, retry, now).await?;
    }
    Ok(Portion { looked_at, queued: count(retry.done).saturating_add(queued), is_last })
}

/// Queues no more mails of the batch.
pub(crate) async fn end(conn: &mut Conn, retry: &Retry, now: Millis) -> DbResult<()> {
    statement("UPDATE batches SET retrying = NULL, revision = revision + 1 WHERE number = $1")
        .bind(retry.number)
        .execute(&mut *conn)
        .await?;
    mails::settle_batches(conn, now).await
}

/// The next mails of a batch in the order of its rows, with the numbers of these: one that fails again is not met twice.
fn candidates(batch: i64, which: Which, after: i64, limit: u32) -> Builder {
    let mut select = Builder::new("SELECT number, row_number FROM (");
    for (index, state) in which.states().iter().enumerate() {
        select.push(if index == 0 { "" } else { " UNION ALL " });
        select
            .push("SELECT * FROM (SELECT number, row_number FROM mails WHERE batch_number = ")
            .push_bind(batch);
        select.push(" AND state = '").push(state).push("' AND row_number > ").push_bind(after);
        select.push(" ORDER BY row_number LIMIT ").push_bind(limit).push(") l");
    }
    select.push(") AS found ORDER BY row_number LIMIT ").push_bind(limit);
    select
}

/// Queues those of these mails that are meant, as the same edition. Returns how many.
async fn queue(conn: &mut Conn, mails: &[i64], which: Which, highest: Role, now: Millis) -> DbResult<u32> {
    let mut update = Builder::new(
        "UPDATE mails SET state = 'queued', attempts = 0, lease_id = NULL, code = NULL, detail = NULL,
            queued_at = ",
    );
    update.push_bind(now.0).push(", next_attempt_at = ").push_bind(now.0).push(" WHERE state <> 'queued'");
    if which == Which::GivenUp {
        update.push(" AND (code = ").push_bind(text(RowCode::MailDeferred)?);
        update.push(" OR code = ").push_bind(text(RowCode::MailRefused)?);
        update.push(
            " AND (detail LIKE '% 5.7.%' OR detail LIKE '%#5.7.%' OR detail LIKE '% 5.4.5%' OR detail LIKE '%#5.4.5%'))",
        );
    }
    update.push(
        " AND EXISTS (SELECT 1 FROM invitations i
                       WHERE i.number = mails.invitation_number AND i.status = 'pending' AND i.expires_at > ",
    );
    update.push_bind(now.0);
    if highest < Role::Admin {
        update.push(
            " AND NOT EXISTS (SELECT 1 FROM users u WHERE u.number = i.user_number AND u.role = 'admin')",
        );
    }
    update.push(")");
    push_numbers(&mut update, mails);
    let queued = update.build().execute(&mut *conn).await?;

    // Those that were put off.
    let mut hasten = Builder::new("UPDATE mails SET next_attempt_at = ");
    hasten.push_bind(now.0).push(" WHERE state = 'queued' AND next_attempt_at > ").push_bind(now.0);
    push_numbers(&mut hasten, mails);
    hasten.build().execute(conn).await?;
    Ok(u32::try_from(queued).unwrap_or(u32::MAX))
}

fn push_numbers(statement: &mut Builder, mails: &[i64]) {
    statement.push(" AND number IN (");
    let mut list = statement.separated(", ");
    for mail in mails {
        list.push_bind(*mail);
    }
    statement.push(")");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::test::{check_plan, plan, sqlite_database};

    #[tokio::test]
    async fn r20_the_next_mails_are_found_in_an_index_however_many_there_are() {
        let (db, account, _folder) = sqlite_database().await;
        let mut conn = db.read().await.unwrap();
        for which in Which::VARIANTS {
            let mut steps = plan(&mut conn, &candidates(1, *which, 7, 100)).await;
            let searches = steps
                .iter()
                .filter(|step| step.contains("mails_by_row (batch_number=? AND state=? AND row_number>?)"));
            assert_eq!(searches.count(), which.states().len(), "{steps:#?}");
            // A portion of each state.
            steps.retain(|step| {
                !step.starts_with("USE TEMP B-TREE FOR ORDER BY") && !step.starts_with("SCAN (subquery")
            });
            check_plan(&steps);
        }
        let mut next = Builder::new(SELECT);
        next.push(" AND account_id = ").push_bind(account).push(" ORDER BY id LIMIT 1");
        check_plan(&plan(&mut conn, &next).await);
    }
}
