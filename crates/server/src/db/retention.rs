//! What is deleted for its age, in portions, and how much of it there was.

use std::time::Duration;

use api_types::BatchId;
use strum::{IntoStaticStr, VariantArray};

use super::done::Done;
use super::{AccountId, Builder, Conn, DbResult, ROWS_PER_STATEMENT, batches, count, invitations, statement};
use crate::platform::clock::Millis;

const DAY_MS: i64 = 24 * 3600 * 1000;

/// How long what has ended is kept.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Retention {
    pub(crate) audit: Duration,
    pub(crate) batches: Duration,
    pub(crate) invitations: Duration,
    pub(crate) sync: Duration,
    pub(crate) webhooks: Duration,
}

/// Tables of which the audit log says how many rows were deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub(crate) enum Table {
    Users,
    Mails,
    Invitations,
    BatchRows,
    Batches,
    SyncProblems,
    SyncRuns,
    ApiKeys,
    AuditEvents,
    WebhookMessages,
}

/// Invitations that ended before then without an answer; `$1` is the account, `$2` the time, and `$3` how many. The original
/// user stays, who was chosen to be the first.
const UNANSWERED: &str = "SELECT i.number, b.id FROM users u
   CROSS JOIN invitations i
   CROSS JOIN batches b
  WHERE u.account_id = $1 AND u.status = 'invited' AND u.invitation_expires_at <= $2
    AND u.id <> (SELECT COALESCE(a.original_user_id, '') FROM accounts a WHERE a.id = $1)
    AND i.number = u.invitation_number AND i.status = 'pending' AND b.number = i.batch_number
    AND NOT EXISTS (SELECT 1 FROM mails m WHERE m.invitation_number = i.number AND m.state = 'sending')
  LIMIT $3";

/// Withdraws invitations, with which their people go.
pub(super) async fn invited_people(
    conn: &mut Conn,
    account_id: &AccountId,
    before: Millis,
    limit: u32,
) -> DbResult<Done> {
    let limit = limit.min(u32::try_from(ROWS_PER_STATEMENT).unwrap_or(u32::MAX));
    let found: Vec<(i64, BatchId)> =
        statement(UNANSWERED).bind(account_id).bind(before.0).bind(limit).all(&mut *conn).await?;
    let (numbers, mut touched): (Vec<i64>, Vec<BatchId>) = found.into_iter().unzip();
    let revoked = invitations::revoke_pending(conn, &numbers, None).await?;
    touched.sort_unstable();
    touched.dedup();
    for batch in touched {
        batches::touch(conn, &batch).await?;
    }
    Ok(Done::of(revoked.into(), limit))
}

/// Batches with which nothing has happened since, and nothing will: nobody waits for an answer, no mail is on its way.
const OLD: &str = "SELECT number FROM batches WHERE kind <> 'expired' AND filled_at <= $1 AND is_dry_run = 0
    AND (kind = 'invitations'
         AND (state = 'sealed' AND settled_at <= $1 OR state IN ('cancelled', 'refused') AND sealed_at <= $1)
         AND revoking IS NULL AND retrying IS NULL AND mails_queued = 0 AND mails_sending = 0
         AND NOT EXISTS (SELECT 1 FROM invitations i JOIN users u ON u.invitation_number = i.number
                          WHERE i.batch_number = batches.number AND i.status = 'pending')
      OR kind = 'member_changes' AND state IN ('applied', 'undone', 'cancelled')
         AND COALESCE(undone_at, sealed_at, filled_at) <= $1)
  LIMIT $2";

/// Takes them out of all lists, in which nothing is half there. Deletes nothing.
pub(super) async fn old_batches(conn: &mut Conn, before: Millis, limit: u32) -> DbResult<Done> {
    let mark = format!("UPDATE batches SET kind = 'expired' WHERE number IN ({OLD})");
    let marked = Builder::new(mark).build().bind(before.0).bind(limit).execute(conn).await?;
    Ok(Done { deleted: 0, goes_on: Done::of(marked, limit).goes_on })
}

/// Of the batches that are being deleted: what is deleted of a table, by its key; `$1` is how many. Whatever refers to a row
/// is deleted before it.
fn of_expired(table: Table) -> Option<(&'static str, &'static str)> {
    Some(match table {
        Table::Mails => (
            "number",
            "SELECT m.number FROM batches b CROSS JOIN mails m
              WHERE b.kind = 'expired' AND m.batch_number = b.number LIMIT $1",
        ),
        Table::Invitations => (
            "number",
            "SELECT i.number FROM batches b CROSS JOIN invitations i
              WHERE b.kind = 'expired' AND i.batch_number = b.number LIMIT $1",
        ),
        Table::BatchRows => (
            "batch_number, row_number",
            "SELECT r.batch_number, r.row_number FROM batches b CROSS JOIN batch_rows r
              WHERE b.kind = 'expired' AND r.batch_number = b.number LIMIT $1",
        ),
        // One whose rows could not be deleted stays, too.
        Table::Batches => (
            "number",
            "SELECT number FROM batches WHERE kind = 'expired'
                AND NOT EXISTS (SELECT 1 FROM batch_rows r WHERE r.batch_number = batches.number)
                AND NOT EXISTS (SELECT 1 FROM invitations i WHERE i.batch_number = batches.number)
              LIMIT $1",
        ),
        Table::Users
        | Table::SyncProblems
        | Table::SyncRuns
        | Table::ApiKeys
        | Table::AuditEvents
        | Table::WebhookMessages => return None,
    })
}

pub(super) async fn of_expired_batches(conn: &mut Conn, table: Table, limit: u32) -> DbResult<Done> {
    let Some((key, select)) = of_expired(table) else { return Ok(Done::of(0, limit)) };
    let name: &str = table.into();
    let delete = format!("DELETE FROM {name} WHERE ({key}) IN ({select})");
    Ok(Done::of(Builder::new(delete).build().bind(limit).execute(conn).await?, limit))
}

/// Runs that ended before then, but what is asked for however old it is: the latest of each kind with the other runs of its pass,
/// and the latest that met people who are in Salesforce; `$1` is the time.
const OLD_RUNS: &str = "SELECT r.id, r.pass_id FROM sync_runs r
  WHERE r.ended_at <= $1
    AND EXISTS (SELECT 1 FROM sync_runs o WHERE o.account_id = r.account_id AND o.kind = r.kind AND o.id > r.id)
    AND (r.created + r.updated + r.unchanged + r.no_salesforce_owner = 0
         OR EXISTS (SELECT 1 FROM sync_runs o WHERE o.account_id = r.account_id AND o.id > r.id
                       AND o.created + o.updated + o.unchanged + o.no_salesforce_owner > 0))
    AND NOT EXISTS (SELECT 1 FROM sync_runs o WHERE o.pass_id = r.pass_id
                       AND (o.ended_at IS NULL OR o.ended_at > $1
                            OR NOT EXISTS (SELECT 1 FROM sync_runs l WHERE l.account_id = o.account_id AND l.kind = o.kind
                                              AND l.id > o.id)))
    AND NOT EXISTS (SELECT 1 FROM sync_windows w WHERE w.pass_id = r.pass_id)";

/// The first of these runs, up to `$2`, of whose passes there are problems left, or none.
fn first_old_runs(has_problems: bool) -> String {
    let exists = if has_problems { "EXISTS" } else { "NOT EXISTS" };
    format!(
        "{OLD_RUNS} AND {exists} (SELECT 1 FROM sync_problems p WHERE p.pass_id = r.pass_id) ORDER BY r.ended_at LIMIT $2"
    )
}

/// Deletes whom the passes of old runs could not bring over.
pub(super) async fn sync_problems(conn: &mut Conn, before: Millis, limit: u32) -> DbResult<Done> {
    let problems = format!(
        "DELETE FROM sync_problems WHERE (pass_id, position, record) IN (
             SELECT p.pass_id, p.position, p.record FROM (SELECT DISTINCT pass_id FROM ({}) old) l
               CROSS JOIN sync_problems p WHERE p.pass_id = l.pass_id LIMIT $2)",
        first_old_runs(true)
    );
    Ok(Done::of(Builder::new(problems).build().bind(before.0).bind(limit).execute(conn).await?, limit))
}

/// Deletes old runs whose passes have no problems left.
pub(super) async fn sync_runs(conn: &mut Conn, before: Millis, limit: u32) -> DbResult<Done> {
    let runs = format!("DELETE FROM sync_runs WHERE id IN (SELECT id FROM ({}) old)", first_old_runs(false));
    Ok(Done::of(Builder::new(runs).build().bind(before.0).bind(limit).execute(conn).await?, limit))
}

/// Keys that ended before then and that nothing names: no event, no batch.
const OLD_KEYS: &str = "SELECT k.id FROM api_keys k
  WHERE k.account_id = $1 AND k.created_at <= $2 AND COALESCE(k.revoked_at, k.ends_at) <= $2
    AND NOT EXISTS (SELECT 1 FROM audit_events e WHERE e.key_id = k.id)
    AND NOT EXISTS (SELECT 1 FROM batches b WHERE b.work_key_id = k.id)
  LIMIT $3";

pub(super) async fn api_keys(
    conn: &mut Conn,
    account_id: &AccountId,
    before: Millis,
    limit: u32,
) -> DbResult<Done> {
    let delete = format!("DELETE FROM api_keys WHERE id IN ({OLD_KEYS})");
    let deleted =
        Builder::new(delete).build().bind(account_id).bind(before.0).bind(limit).execute(conn).await?;
    Ok(Done::of(deleted, limit))
}

/// Adds to what was deleted of a table on the day.
pub(crate) async fn add(
    conn: &mut Conn,
    account_id: &AccountId,
    table: Table,
    deleted: u32,
    now: Millis,
) -> DbResult<()> {
    let name: &str = table.into();
    statement(
        "INSERT INTO retention_counts AS known (account_id, table_name, day, deleted) VALUES ($1, $2, $3, $4)
             ON CONFLICT (account_id, table_name, day) DO UPDATE SET deleted = known.deleted + excluded.deleted",
    )
    .bind(account_id)
    .bind(name)
    .bind(now.0.div_euclid(DAY_MS))
    .bind(deleted)
    .execute(conn)
    .await?;
    Ok(())
}

/// What was deleted of a table on a day that is over.
pub(crate) struct OfDay {
    pub(crate) table: String,
    pub(crate) day: Millis,
    pub(crate) deleted: u32,
}

/// Takes out what was deleted on days that are over: each is told once.
pub(crate) async fn take_past_days(
    conn: &mut Conn,
    account_id: &AccountId,
    now: Millis,
) -> DbResult<Vec<OfDay>> {
    let mut taken: Vec<(i64, String, i64)> = statement(
        "DELETE FROM retention_counts WHERE account_id = $1 AND day <> $2 RETURNING day, table_name, deleted",
    )
    .bind(account_id)
    .bind(now.0.div_euclid(DAY_MS))
    .all(conn)
    .await?;
    taken.sort_unstable();
    let told = taken.into_iter().map(|(day, table, deleted)| OfDay {
        table,
        day: Millis(day * DAY_MS),
        deleted: count(deleted),
    });
    Ok(told.collect())
}

/// Whether a day is over of which something is to be told.
pub(crate) async fn has_past_days(conn: &mut Conn, account_id: &AccountId, now: Millis) -> DbResult<bool> {
    let (has,): (bool,) =
        statement("SELECT EXISTS (SELECT 1 FROM retention_counts WHERE account_id = $1 AND day <> $2)")
            .bind(account_id)
            .bind(now.0.div_euclid(DAY_MS))
            .one(conn)
            .await?;
    Ok(has)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::audit;
    use crate::db::test::{check_plan, database, note_event, plan};
    use crate::platform::secrets::Keyring;

    #[tokio::test]
    async fn r25_what_is_old_is_found_in_an_index() {
        let (db, _, _folder) = database().await;
        let mut conn = db.read().await.unwrap();
        let of_batches =
            Table::VARIANTS.iter().filter_map(|table| of_expired(*table)).map(|(_, select)| select);
        let of_runs = [first_old_runs(true), first_old_runs(false)];
        let of_runs = of_runs.iter().map(String::as_str);
        for select in of_batches.chain(of_runs).chain([UNANSWERED, OLD, OLD_KEYS, audit::OLD]) {
            let mut steps = plan(&mut conn, &Builder::new(select)).await;
            // Of what is being deleted there is nothing but that in its index.
            steps.retain(|step| !step.contains("batches_expired"));
            check_plan(&steps);
        }
    }

    #[tokio::test]
    async fn r25_a_portion_takes_the_oldest_and_no_more_than_it_may() -> DbResult<()> {
        let (db, account, folder) = database().await;
        let keyring = Keyring::load(None, folder.path())?;
        let mut tx = db.write().await?;
        for at in 1..=5 {
            note_event(&mut tx, &keyring, &account, Millis(at)).await?;
        }
        let first = audit::delete(&mut tx, &keyring, Millis(4), 2).await?;
        assert!((first.deleted, first.goes_on) == (2, true));
        let second = audit::delete(&mut tx, &keyring, Millis(4), 2).await?;
        assert!((second.deleted, second.goes_on) == (1, false));
        let left: Vec<(i64,)> = statement("SELECT at FROM audit_events ORDER BY at").all(&mut tx).await?;
        assert_eq!(left, [(4,), (5,)]);
        for deleted in [2, 1] {
            add(&mut tx, &account, Table::AuditEvents, deleted, Millis(7)).await?;
        }
        assert!(take_past_days(&mut tx, &account, Millis(DAY_MS - 1)).await?.is_empty(), "the day goes on");
        let told = take_past_days(&mut tx, &account, Millis(DAY_MS)).await?;
        let told: Vec<_> =
            told.iter().map(|of_day| (of_day.table.as_str(), of_day.day, of_day.deleted)).collect();
        assert_eq!(told, [("audit_events", Millis(0), 3)]);
        assert!(!has_past_days(&mut tx, &account, Millis(DAY_MS)).await?);
        Ok(())
    }
}
