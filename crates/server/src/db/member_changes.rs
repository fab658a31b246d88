//! Changes of members by a file.

use std::collections::{HashMap, HashSet};

use api_types::{
    MemberAction, MemberChange, MemberChangeCode, MemberChangeQuery, MemberChangeState, MemberUndo,
    MemberUndoCounts, MemberValues, MemberVerdictCounts,
};
use sqlx::FromRow;

use super::housekeeping::COMPARISONS_KEPT;
use super::{Builder, Conn, DbResult, count, from_json, from_optional_text, from_text, text, to_json};
use crate::platform::clock::Millis;

#[derive(Clone, Debug, FromRow)]
pub(crate) struct BatchRow {
    /// The number by which other rows refer to the batch.
    pub(crate) number: i64,
    pub(crate) id: String,
    pub(crate) created_by: String,
    pub(crate) created_by_name: String,
    pub(crate) undone_by: String,
    pub(crate) undone_by_name: String,
    /// `None` once the person is removed.
    pub(crate) creator_id: Option<String>,
    pub(crate) undoer_id: Option<String>,
    action: String,
    pub(crate) file_name: Option<String>,
    state: String,
    expected_rows: i64,
    next_chunk: i64,
    to_change: i64,
    unchanged: i64,
    not_member: i64,
    not_allowed: i64,
    duplicate: i64,
    over_seats: i64,
    error: i64,
    position: i64,
    done: i64,
    total: i64,
    applied: i64,
    restored: i64,
    partly: i64,
    left_alone: i64,
    pub(crate) revision: i64,
    pub(crate) created_at: i64,
    pub(crate) applied_at: Option<i64>,
    pub(crate) undone_at: Option<i64>,
}

impl BatchRow {
    pub(crate) fn action(&self) -> DbResult<MemberAction> {
        from_text(&self.action)
    }

    pub(crate) fn state(&self) -> DbResult<MemberChangeState> {
        from_text(&self.state)
    }

    /// Whether housekeeping may be deleting it unless it is being applied.
    pub(crate) fn is_expired(&self, now: Millis) -> bool {
        self.created_at <= now.minus(COMPARISONS_KEPT).0
    }

    pub(crate) fn expected_rows(&self) -> u32 {
        count(self.expected_rows)
    }

    pub(crate) fn next_chunk(&self) -> u32 {
        count(self.next_chunk)
    }

    pub(crate) fn verdicts(&self) -> MemberVerdictCounts {
        MemberVerdictCounts {
            change: count(self.to_change),
            unchanged: count(self.unchanged),
            not_member: count(self.not_member),
            not_allowed: count(self.not_allowed),
            duplicate: count(self.duplicate),
            over_seats: count(self.over_seats),
            error: count(self.error),
        }
    }

    pub(crate) fn done(&self) -> u32 {
        count(self.done)
    }

    pub(crate) fn total(&self) -> u32 {
        count(self.total)
    }

    pub(crate) fn applied(&self) -> u32 {
        count(self.applied)
    }

    pub(crate) fn undone(&self) -> MemberUndoCounts {
        MemberUndoCounts {
            restored: count(self.restored),
            partly: count(self.partly),
            left: count(self.left_alone),
        }
    }

    /// How many rows match a filter.
    pub(crate) fn matching(&self, query: &MemberChangeQuery) -> u32 {
        match (query.undo, query.verdict) {
            (Some(undo), _) => *self.undone().of(undo),
            (None, Some(verdict)) => self.verdicts().get(verdict),
            (None, None) => self.verdicts().total(),
        }
    }
}

const SELECT: &str =
    "SELECT number, id, created_by, created_by_name, undone_by, undone_by_name,
       (SELECT u.id FROM users u WHERE u.id = created_by) AS creator_id,
       (SELECT u.id FROM users u WHERE u.id = undone_by) AS undoer_id, action, file_name, state,
       expected_rows, next_chunk, to_change, unchanged, not_member, not_allowed, duplicate, over_seats, error, position,
       done, total, applied, restored, partly, left_alone, revision, created_at, applied_at, undone_at
  FROM member_change_batches";

/// A batch as it is opened.
pub(crate) struct NewBatch<'a> {
    pub(crate) id: &'a str,
    pub(crate) created_by: &'a str,
    pub(crate) created_by_name: &'a str,
    pub(crate) action: MemberAction,
    pub(crate) file_name: Option<&'a str>,
    pub(crate) expected_rows: u32,
}

pub(crate) async fn insert(
    conn: &mut Conn,
    account_id: &str,
    batch: &NewBatch<'_>,
    now: Millis,
) -> DbResult<()> {
    sqlx::query(
        "INSERT INTO member_change_batches (id, account_id, created_by, created_by_name, action, file_name, state,
                expected_rows, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, 'open', $7, $8)",
    )
    .bind(batch.id)
    .bind(account_id)
    .bind(batch.created_by)
    .bind(batch.created_by_name)
    .bind(batch.action.as_str())
    .bind(batch.file_name)
    .bind(batch.expected_rows)
    .bind(now.0)
    .execute(conn)
    .await?;
    Ok(())
}

pub(crate) async fn find(conn: &mut Conn, account_id: &str, id: &str) -> DbResult<Option<BatchRow>> {
    let mut select = Builder::new(SELECT);
    select.push(" WHERE account_id = ").push_bind(account_id.to_owned());
    select.push(" AND id = ").push_bind(id.to_owned());
    select.build_query_as().fetch_optional(conn).await
}

/// The batches, the latest first, and how many there are.
pub(crate) async fn list(
    conn: &mut Conn,
    account_id: &str,
    before: Option<&str>,
    limit: u32,
) -> DbResult<(Vec<BatchRow>, u64)> {
    let (total,): (i64,) = sqlx::query_as("SELECT COUNT(*) FROM member_change_batches WHERE account_id = $1")
        .bind(account_id)
        .fetch_one(&mut *conn)
        .await?;
    let mut select = Builder::new(SELECT);
    select.push(" WHERE account_id = ").push_bind(account_id.to_owned());
    if let Some(before) = before {
        select.push(" AND id < ").push_bind(before.to_owned());
    }
    select.push(" ORDER BY id DESC LIMIT ").push_bind(limit);
    let rows = select.build_query_as().fetch_all(conn).await?;
    Ok((rows, u64::from(count(total))))
}

/// Whether a batch is being applied or undone.
const UNDER_WAY: &str = "state IN ('applying', 'undoing')";

/// Batches that are being applied or undone, in no order.
pub(crate) async fn under_way(conn: &mut Conn, account_id: &str, limit: u32) -> DbResult<Vec<BatchRow>> {
    under_way_of(account_id, limit).build_query_as().fetch_all(conn).await
}

fn under_way_of(account_id: &str, limit: u32) -> Builder {
    let mut select = Builder::new(SELECT);
    select.push(" WHERE account_id = ").push_bind(account_id.to_owned());
    select.push(format!(" AND {UNDER_WAY} LIMIT ")).push_bind(limit);
    select
}

/// Batches that were applied, whatever came of them, and with which nothing more happens by itself; the latest first.
pub(crate) async fn ended(conn: &mut Conn, account_id: &str, limit: u32) -> DbResult<Vec<BatchRow>> {
    ended_of(account_id, limit).build_query_as().fetch_all(conn).await
}

fn ended_of(account_id: &str, limit: u32) -> Builder {
    let mut select = Builder::new(SELECT);
    select.push(" WHERE account_id = ").push_bind(account_id.to_owned());
    select.push(format!(" AND applied_at IS NOT NULL AND NOT {UNDER_WAY}"));
    select.push(" ORDER BY id DESC LIMIT ").push_bind(limit);
    select
}

/// The oldest batch that is being applied or undone.
pub(crate) async fn moving(conn: &mut Conn, account_id: &str) -> DbResult<Option<BatchRow>> {
    let mut select = Builder::new(SELECT);
    select.push(" WHERE account_id = ").push_bind(account_id.to_owned());
    select.push(format!(" AND {UNDER_WAY} ORDER BY id LIMIT 1"));
    select.build_query_as().fetch_optional(conn).await
}

/// Begins the work that a state stands for, for the person with this id and name, whoever compared.
pub(crate) async fn begin(
    conn: &mut Conn,
    id: &str,
    state: MemberChangeState,
    by: (&str, &str),
    total: u32,
    now: Millis,
) -> DbResult<()> {
    let (at, who) = match state {
        MemberChangeState::Undoing => ("undone_at", "undone_by"),
        _ => ("applied_at", "created_by"),
    };
    let mut update = Builder::new("UPDATE member_change_batches SET state = ");
    update.push_bind(text(state)?).push(", position = -1, done = 0, total = ").push_bind(total);
    update.push(format!(", {at} = ")).push_bind(now.0);
    update.push(format!(", {who} = ")).push_bind(by.0.to_owned());
    update.push(format!(", {who}_name = ")).push_bind(by.1.to_owned());
    update.push(", revision = revision + 1 WHERE id = ").push_bind(id.to_owned());
    update.build().execute(conn).await?;
    Ok(())
}

pub(crate) async fn set_state(conn: &mut Conn, id: &str, state: MemberChangeState) -> DbResult<()> {
    sqlx::query("UPDATE member_change_batches SET state = $1, revision = revision + 1 WHERE id = $2")
        .bind(text(state)?)
        .bind(id)
        .execute(conn)
        .await?;
    Ok(())
}

/// What a portion of work changes in the numbers of a batch.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Progress {
    pub(crate) done: u32,
    pub(crate) applied: u32,
    /// Rows with another verdict than before, by the one they have now. They were `change`.
    pub(crate) judged_again: MemberVerdictCounts,
    pub(crate) undone: MemberUndoCounts,
    pub(crate) position: i64,
}

pub(crate) async fn advance(conn: &mut Conn, number: i64, progress: &Progress) -> DbResult<()> {
    let now = &progress.judged_again;
    sqlx::query(
        "UPDATE member_change_batches SET position = $1, done = done + $2, applied = applied + $3,
                to_change = to_change - $4, unchanged = unchanged + $5, not_member = not_member + $6,
                not_allowed = not_allowed + $7, over_seats = over_seats + $8, error = error + $9,
                restored = restored + $10, partly = partly + $11, left_alone = left_alone + $12,
                revision = revision + 1
          WHERE number = $13",
    )
    .bind(progress.position)
    .bind(progress.done)
    .bind(progress.applied)
    .bind(now.total())
    .bind(now.unchanged)
    .bind(now.not_member)
    .bind(now.not_allowed)
    .bind(now.over_seats)
    .bind(now.error)
    .bind(progress.undone.restored)
    .bind(progress.undone.partly)
    .bind(progress.undone.left)
    .bind(number)
    .execute(conn)
    .await?;
    Ok(())
}

/// The fingerprint under which a chunk was stored.
pub(crate) async fn chunk_fingerprint(conn: &mut Conn, batch: i64, chunk: u32) -> DbResult<Option<String>> {
    let found: Option<(String,)> =
        sqlx::query_as("SELECT fingerprint FROM member_change_chunks WHERE batch_number = $1 AND chunk = $2")
            .bind(batch)
            .bind(chunk)
            .fetch_optional(conn)
            .await?;
    Ok(found.map(|(fingerprint,)| fingerprint))
}

/// A row as it is judged.
#[derive(Clone, Debug)]
pub(crate) struct JudgedRow {
    pub(crate) change: MemberChange,
    pub(crate) email_key: Option<String>,
    /// Whom it is about, whatever address they have by now.
    pub(crate) user_id: Option<String>,
    pub(crate) ends_admin: bool,
}

/// Stores a chunk, adds its verdicts to the counts, and expects the next one.
pub(crate) async fn insert_chunk(
    conn: &mut Conn,
    batch: i64,
    chunk: u32,
    fingerprint: &str,
    rows: &[JudgedRow],
) -> DbResult<()> {
    sqlx::query("INSERT INTO member_change_chunks (batch_number, chunk, fingerprint) VALUES ($1, $2, $3)")
        .bind(batch)
        .bind(chunk)
        .bind(fingerprint)
        .execute(&mut *conn)
        .await?;
    let mut counts = MemberVerdictCounts::default();
    let mut stored = Vec::with_capacity(rows.len());
    for row in rows {
        *counts.of(row.change.verdict) += 1;
        let change = &row.change;
        let code = change.code.map(MemberChangeCode::as_str);
        stored.push((row, code, values_text(&change.before)?, values_text(&change.after)?));
    }
    let mut insert = Builder::new(
        "INSERT INTO member_change_rows (batch_number, row_number, chunk, email, email_key, first_name, last_name,
         verdict, code, detail, before_values, after_values, ends_admin, user_id) ",
    );
    insert.push_values(stored, |mut values, (row, code, before, after)| {
        let change = &row.change;
        values
            .push_bind(batch)
            .push_bind(change.row)
            .push_bind(chunk)
            .push_bind(change.email.clone())
            .push_bind(row.email_key.clone())
            .push_bind(change.first_name.clone())
            .push_bind(change.last_name.clone())
            .push_bind(change.verdict.as_str())
            .push_bind(code)
            .push_bind(change.detail.clone())
            .push_bind(before)
            .push_bind(after)
            .push_bind(i64::from(row.ends_admin))
            .push_bind(row.user_id.clone());
    });
    insert.build().execute(&mut *conn).await?;
    sqlx::query(
        "UPDATE member_change_batches SET next_chunk = next_chunk + 1, to_change = to_change + $1,
                unchanged = unchanged + $2, not_member = not_member + $3, not_allowed = not_allowed + $4,
                duplicate = duplicate + $5, over_seats = over_seats + $6, error = error + $7, revision = revision + 1
          WHERE number = $8",
    )
    .bind(counts.change)
    .bind(counts.unchanged)
    .bind(counts.not_member)
    .bind(counts.not_allowed)
    .bind(counts.duplicate)
    .bind(counts.over_seats)
    .bind(counts.error)
    .bind(batch)
    .execute(conn)
    .await?;
    Ok(())
}

/// Which of these addresses earlier chunks of the batch have, in rows without an error.
pub(crate) async fn addresses_seen(conn: &mut Conn, batch: i64, keys: &[&str]) -> DbResult<HashSet<String>> {
    if keys.is_empty() {
        return Ok(HashSet::new());
    }
    let mut select = Builder::new("SELECT email_key FROM member_change_rows WHERE batch_number = ");
    select.push_bind(batch).push(" AND verdict <> 'error' AND email_key IN (");
    let mut list = select.separated(", ");
    for key in keys {
        list.push_bind((*key).to_owned());
    }
    select.push(")");
    let rows: Vec<(String,)> = select.build_query_as().fetch_all(conn).await?;
    Ok(rows.into_iter().map(|(key,)| key).collect())
}

/// The ids of those who would no longer be administrators.
pub(crate) async fn admins_ended(conn: &mut Conn, batch: i64) -> DbResult<Vec<String>> {
    let rows: Vec<(String,)> = sqlx::query_as(
        "SELECT user_id FROM member_change_rows
          WHERE batch_number = $1 AND ends_admin = 1 AND user_id IS NOT NULL",
    )
    .bind(batch)
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// The first of these row numbers that the batch has already.
pub(crate) async fn any_stored(conn: &mut Conn, batch: i64, rows: &[u32]) -> DbResult<Option<u32>> {
    let mut select = Builder::new("SELECT row_number FROM member_change_rows WHERE batch_number = ");
    select.push_bind(batch).push(" AND row_number IN (");
    let mut list = select.separated(", ");
    for row in rows {
        list.push_bind(*row);
    }
    select.push(") ORDER BY row_number LIMIT 1");
    let found: Option<(i64,)> = select.build_query_as().fetch_optional(conn).await?;
    Ok(found.map(|(row,)| count(row)))
}

#[derive(FromRow)]
struct ChangeRecord {
    row_number: i64,
    email: String,
    email_key: Option<String>,
    first_name: String,
    last_name: String,
    verdict: String,
    code: Option<String>,
    detail: Option<String>,
    before_values: String,
    after_values: String,
    ends_admin: i64,
    user_id: Option<String>,
    is_applied: i64,
    undo: Option<String>,
    undo_code: Option<String>,
}

impl ChangeRecord {
    fn into_row(self) -> DbResult<JudgedRow> {
        Ok(JudgedRow {
            email_key: self.email_key,
            user_id: self.user_id,
            ends_admin: self.ends_admin != 0,
            change: MemberChange {
                row: count(self.row_number),
                email: self.email,
                first_name: self.first_name,
                last_name: self.last_name,
                verdict: from_text(&self.verdict)?,
                code: from_optional_text(self.code.as_deref())?,
                detail: self.detail,
                before: values(&self.before_values)?,
                after: values(&self.after_values)?,
                applied: self.is_applied != 0,
                undo: from_optional_text(self.undo.as_deref())?,
                undo_code: from_optional_text(self.undo_code.as_deref())?,
            },
        })
    }
}

fn values_text(values: &MemberValues) -> DbResult<String> {
    if values.is_empty() { Ok(String::new()) } else { to_json(values) }
}

fn values(text: &str) -> DbResult<MemberValues> {
    if text.is_empty() { Ok(MemberValues::default()) } else { from_json(text) }
}

const ROWS: &str =
    "SELECT row_number, email, email_key, first_name, last_name, verdict, code, detail, before_values,
       after_values, ends_admin, user_id, is_applied, undo, undo_code
  FROM member_change_rows WHERE batch_number = ";

async fn rows(conn: &mut Conn, mut select: Builder) -> DbResult<Vec<JudgedRow>> {
    let records: Vec<ChangeRecord> = select.build_query_as().fetch_all(conn).await?;
    records.into_iter().map(ChangeRecord::into_row).collect()
}

/// A chunk's rows as they are now, by number.
pub(crate) async fn chunk_rows(
    conn: &mut Conn,
    batch: i64,
    numbers: &[u32],
) -> DbResult<HashMap<u32, MemberChange>> {
    let mut select = Builder::new(ROWS);
    select.push_bind(batch).push(" AND row_number IN (");
    let mut list = select.separated(", ");
    for number in numbers {
        list.push_bind(*number);
    }
    select.push(")");
    Ok(rows(conn, select).await?.into_iter().map(|row| (row.change.row, row.change)).collect())
}

/// A page of the rows of a batch, in their order.
pub(crate) async fn page(
    conn: &mut Conn,
    batch: i64,
    query: &MemberChangeQuery,
    after: Option<u32>,
    limit: u32,
) -> DbResult<Vec<MemberChange>> {
    let select = page_of(batch, query, after, limit);
    Ok(rows(conn, select).await?.into_iter().map(|row| row.change).collect())
}

fn page_of(batch: i64, query: &MemberChangeQuery, after: Option<u32>, limit: u32) -> Builder {
    let mut select = Builder::new(ROWS);
    select.push_bind(batch);
    match (query.undo, query.verdict) {
        (Some(undo), _) => {
            select.push(" AND undo = ").push_bind(undo.as_str());
        }
        (None, Some(verdict)) => {
            select.push(" AND verdict = ").push_bind(verdict.as_str());
        }
        (None, None) => {}
    }
    if let Some(after) = after {
        select.push(" AND row_number > ").push_bind(after);
    }
    select.push(" ORDER BY row_number LIMIT ").push_bind(limit);
    select
}

/// The next rows that a job deals with: those that change something, or those that did.
pub(crate) async fn next_rows(
    conn: &mut Conn,
    batch: &BatchRow,
    state: MemberChangeState,
    limit: u32,
) -> DbResult<Vec<JudgedRow>> {
    let mut select = Builder::new(ROWS);
    select.push_bind(batch.number).push(" AND verdict = 'change'");
    if state == MemberChangeState::Undoing {
        select.push(" AND is_applied = 1");
    }
    select.push(" AND row_number > ").push_bind(batch.position);
    select.push(" ORDER BY row_number LIMIT ").push_bind(limit);
    rows(conn, select).await
}

/// Stores what a row became when the batch was applied.
pub(crate) async fn note_applied(conn: &mut Conn, batch: i64, row: &MemberChange) -> DbResult<()> {
    sqlx::query(
        "UPDATE member_change_rows SET verdict = $1, code = $2, detail = $3, before_values = $4, after_values = $5,
                is_applied = $6 WHERE batch_number = $7 AND row_number = $8",
    )
    .bind(row.verdict.as_str())
    .bind(row.code.map(MemberChangeCode::as_str))
    .bind(&row.detail)
    .bind(values_text(&row.before)?)
    .bind(values_text(&row.after)?)
    .bind(i64::from(row.applied))
    .bind(batch)
    .bind(row.row)
    .execute(conn)
    .await?;
    Ok(())
}

/// Stores what undoing did to a row.
pub(crate) async fn note_undone(
    conn: &mut Conn,
    batch: i64,
    row: u32,
    undo: MemberUndo,
    code: Option<MemberChangeCode>,
) -> DbResult<()> {
    sqlx::query(
        "UPDATE member_change_rows SET undo = $1, undo_code = $2 WHERE batch_number = $3 AND row_number = $4",
    )
    .bind(undo.as_str())
    .bind(code.map(MemberChangeCode::as_str))
    .bind(batch)
    .bind(row)
    .execute(conn)
    .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use api_types::MemberVerdict;

    use super::super::test::{check_plan, database, plan};
    use super::*;

    #[tokio::test]
    async fn p7_a_page_of_a_large_batch_is_found_by_an_index_whatever_the_filter() {
        let (db, _, _folder) = database().await;
        let mut conn = db.read().await.unwrap();
        let queries = [
            MemberChangeQuery::default(),
            MemberChangeQuery { verdict: Some(MemberVerdict::Error), ..MemberChangeQuery::default() },
            MemberChangeQuery { undo: Some(MemberUndo::Left), ..MemberChangeQuery::default() },
        ];
        for query in queries {
            check_plan(&plan(&mut conn, &page_of(1, &query, Some(7), 50)).await);
        }
    }

    #[tokio::test]
    async fn p7_what_is_under_way_and_what_has_ended_is_found_by_indexes() {
        let (db, account, _folder) = database().await;
        let mut conn = db.read().await.unwrap();
        for select in [under_way_of(&account, 20), ended_of(&account, 20)] {
            check_plan(&plan(&mut conn, &select).await);
        }
    }
}
