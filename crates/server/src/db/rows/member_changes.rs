//! The changes of members that rows of batches make.

use api_types::{
    MemberChange, MemberChangeCode, MemberChangeQuery, MemberChangeState, MemberUndo, MemberValues,
    MemberVerdict, UserId,
};
use sqlx::FromRow;

use super::{JudgedRow, push_numbers};
use crate::db::batches::BatchRecord;
use crate::db::batches::member_changes::{Change, MemberChanges};
use crate::db::{Builder, Conn, DbResult, Json, count, from_optional_text, from_text, text, to_json};

/// Stores what rows change, once the rows are stored.
pub(crate) async fn insert(conn: &mut Conn, batch: i64, rows: &[JudgedRow<MemberChanges>]) -> DbResult<()> {
    let changes = rows.iter().filter_map(|row| Some((row.row, row.effect.as_ref()?)));
    let changes = changes
        .map(|(row, new)| Ok((row, new, to_json(&new.change.before)?, to_json(&new.change.after)?)))
        .collect::<DbResult<Vec<_>>>()?;
    if changes.is_empty() {
        return Ok(());
    }
    let mut insert = Builder::new(
        "INSERT INTO member_changes (batch_number, row_number, user_id, before_values, after_values, ends_admin) ",
    );
    insert.push_values(changes, |mut values, (row, new, before, after)| {
        values
            .push_bind(batch)
            .push_bind(row)
            .push_bind(&new.change.user_id)
            .push_bind(before)
            .push_bind(after)
            .push_bind(i64::from(new.ends_admin));
    });
    insert.build().execute(conn).await?;
    Ok(())
}

#[derive(FromRow)]
struct RowRecord {
    row_number: i64,
    email: String,
    first_name: String,
    last_name: String,
    verdict: String,
    code: Option<String>,
    detail: Option<String>,
    /// Rows that change nothing have no values.
    before_values: Option<Json<MemberValues>>,
    after_values: Option<Json<MemberValues>>,
    is_applied: Option<i64>,
    undo: Option<String>,
    undo_code: Option<String>,
}

impl RowRecord {
    fn into_row(self) -> DbResult<MemberChange> {
        Ok(MemberChange {
            row: count(self.row_number),
            email: self.email,
            first_name: self.first_name,
            last_name: self.last_name,
            verdict: from_text(&self.verdict)?,
            code: from_optional_text(self.code.as_deref())?,
            detail: self.detail,
            before: self.before_values.map(|values| values.0).unwrap_or_default(),
            after: self.after_values.map(|values| values.0).unwrap_or_default(),
            applied: self.is_applied == Some(1),
            undo: from_optional_text(self.undo.as_deref())?,
            undo_code: from_optional_text(self.undo_code.as_deref())?,
        })
    }
}

const COLUMNS: &str = "SELECT r.row_number, r.email, r.first_name, r.last_name, r.verdict, r.code, r.detail,
       c.before_values, c.after_values, c.is_applied, c.undo, c.undo_code";
/// Rows with their changes.
const ROWS: &str = " FROM batch_rows r
  LEFT JOIN member_changes c ON c.batch_number = r.batch_number AND c.row_number = r.row_number
 WHERE r.batch_number = ";
/// The same, found by their changes. The order of the tables is deliberate.
const CHANGES: &str = " FROM member_changes c
 CROSS JOIN batch_rows r
 WHERE r.batch_number = c.batch_number AND r.row_number = c.row_number AND c.batch_number = ";

async fn read(conn: &mut Conn, select: Builder) -> DbResult<Vec<MemberChange>> {
    let rows: Vec<RowRecord> = select.build().all(conn).await?;
    rows.into_iter().map(RowRecord::into_row).collect()
}

/// The rows with these numbers as they are now, in no order.
pub(crate) async fn numbered(conn: &mut Conn, batch: i64, numbers: &[u32]) -> DbResult<Vec<MemberChange>> {
    let mut select = Builder::new(COLUMNS);
    select.push(ROWS).push_bind(batch);
    push_numbers(&mut select, "r.row_number", numbers);
    read(conn, select).await
}

/// Up to `limit` rows of a batch in the order of their numbers, beginning after `after`.
pub(crate) async fn list(
    conn: &mut Conn,
    batch: i64,
    query: &MemberChangeQuery,
    after: Option<u32>,
    limit: u32,
) -> DbResult<Vec<MemberChange>> {
    read(conn, page(batch, query, after, limit)).await
}

/// The verdict is a literal, by which the planner can choose the partial index that holds it.
fn page(batch: i64, query: &MemberChangeQuery, after: Option<u32>, limit: u32) -> Builder {
    let mut select = Builder::new(COLUMNS);
    let row_number = match (query.undo, query.verdict) {
        (Some(undo), _) => {
            select.push(CHANGES).push_bind(batch);
            select.push(" AND c.undo = ").push_bind(undo.as_str());
            "c.row_number"
        }
        (None, verdict) => {
            select.push(ROWS).push_bind(batch);
            if let Some(verdict) = verdict {
                select.push(" AND r.verdict <> 'ready' AND r.verdict = '").push(verdict.as_str()).push("'");
            }
            "r.row_number"
        }
    };
    if let Some(after) = after {
        select.push(" AND ").push(row_number).push(" > ").push_bind(after);
    }
    select.push(" ORDER BY ").push(row_number).push(" LIMIT ").push_bind(limit);
    select
}

/// A change that is to be applied or undone.
#[derive(FromRow)]
struct ChangeRecord {
    row_number: i64,
    user_id: UserId,
    before_values: Json<MemberValues>,
    after_values: Json<MemberValues>,
}

/// The next changes of a batch, by the numbers of their rows: all of them to be applied, or those that were and are not
/// undone yet.
pub(crate) async fn next(
    conn: &mut Conn,
    batch: &BatchRecord<MemberChanges>,
    state: MemberChangeState,
    limit: u32,
) -> DbResult<Vec<(u32, Change)>> {
    let mut select = Builder::new(
        "SELECT row_number, user_id, before_values, after_values FROM member_changes WHERE batch_number = ",
    );
    select.push_bind(batch.number).push(" AND row_number > ").push_bind(batch.position());
    if state == MemberChangeState::Undoing {
        select.push(" AND is_applied = 1 AND undo IS NULL");
    }
    select.push(" ORDER BY row_number LIMIT ").push_bind(limit);
    let records: Vec<ChangeRecord> = select.build().all(conn).await?;
    let changes = records.into_iter().map(|record| {
        let (before, after) = (record.before_values.0, record.after_values.0);
        (count(record.row_number), Change { user_id: record.user_id, before, after })
    });
    Ok(changes.collect())
}

/// What a row has changed from what to what.
pub(crate) struct Applied<'a> {
    pub(crate) row: u32,
    pub(crate) before: &'a MemberValues,
    pub(crate) after: &'a MemberValues,
}

/// Why a row changes nothing after all.
pub(crate) struct Refused {
    pub(crate) row: u32,
    pub(crate) verdict: MemberVerdict,
    pub(crate) code: Option<MemberChangeCode>,
    pub(crate) detail: Option<String>,
}

/// What undoing did to a row.
pub(crate) struct Undone {
    pub(crate) row: u32,
    pub(crate) undo: MemberUndo,
    pub(crate) code: Option<MemberChangeCode>,
}

/// Stores what rows have changed. This and what follows take a statement for a portion.
pub(crate) async fn note_applied(conn: &mut Conn, batch: i64, applied: &[Applied<'_>]) -> DbResult<()> {
    if applied.is_empty() {
        return Ok(());
    }
    let values =
        applied.iter().map(|applied| Ok((applied.row, to_json(applied.before)?, to_json(applied.after)?)));
    update_applied(batch, values.collect::<DbResult<Vec<_>>>()?).build().execute(conn).await?;
    Ok(())
}

fn update_applied(batch: i64, applied: Vec<(u32, String, String)>) -> Builder {
    let mut update = Builder::new("WITH l (row_number, before_values, after_values) AS (");
    update.push_values(applied, |mut values, (row, before, after)| {
        values.push_bind(row).push_bind(before).push_bind(after);
    });
    update.push(
        ") UPDATE member_changes SET before_values = l.before_values, after_values = l.after_values, is_applied = 1
             FROM l WHERE member_changes.row_number = l.row_number AND member_changes.batch_number = ",
    );
    update.push_bind(batch);
    update
}

/// Stores why rows change nothing.
pub(crate) async fn note_refused(conn: &mut Conn, batch: i64, refused: Vec<Refused>) -> DbResult<()> {
    if refused.is_empty() {
        return Ok(());
    }
    let numbers: Vec<u32> = refused.iter().map(|refused| refused.row).collect();
    let mut delete = Builder::new("DELETE FROM member_changes WHERE batch_number = ");
    delete.push_bind(batch);
    push_numbers(&mut delete, "row_number", &numbers);
    delete.build().execute(&mut *conn).await?;
    update_refused(batch, refused)?.build().execute(conn).await?;
    Ok(())
}

fn update_refused(batch: i64, refused: Vec<Refused>) -> DbResult<Builder> {
    let codes =
        refused.iter().map(|refused| refused.code.map(text).transpose()).collect::<DbResult<Vec<_>>>()?;
    let mut update = Builder::new("WITH l (row_number, verdict, code, detail) AS (");
    update.push_values(refused.into_iter().zip(codes), |mut values, (refused, code)| {
        values
            .push_bind(refused.row)
            .push_bind(refused.verdict.as_str())
            .push_bind(code)
            .push_bind(refused.detail);
    });
    update.push(
        ") UPDATE batch_rows SET verdict = l.verdict, code = l.code, detail = l.detail
             FROM l WHERE batch_rows.row_number = l.row_number AND batch_rows.batch_number = ",
    );
    update.push_bind(batch);
    Ok(update)
}

/// Stores what undoing did to rows.
pub(crate) async fn note_undone(conn: &mut Conn, batch: i64, undone: &[Undone]) -> DbResult<()> {
    if undone.is_empty() {
        return Ok(());
    }
    update_undone(batch, undone).build().execute(conn).await?;
    Ok(())
}

fn update_undone(batch: i64, undone: &[Undone]) -> Builder {
    let mut update = Builder::new("WITH l (row_number, undo, code) AS (");
    update.push_values(undone, |mut values, undone| {
        values
            .push_bind(undone.row)
            .push_bind(undone.undo.as_str())
            .push_bind(undone.code.map(MemberChangeCode::as_str));
    });
    update.push(
        ") UPDATE member_changes SET undo = l.undo, undo_code = l.code
             FROM l WHERE member_changes.row_number = l.row_number AND member_changes.batch_number = ",
    );
    update.push_bind(batch);
    update
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::test::{check_plan, database, plan, sqlite_database};

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
            check_plan(&plan(&mut conn, &page(1, &query, Some(7), 50)).await);
        }
    }
    #[tokio::test]
    async fn r20_the_rows_of_a_portion_are_found_in_an_index() {
        let (db, _, _folder) = sqlite_database().await;
        let mut conn = db.read().await.unwrap();
        let values = || (1..4).map(|row| (row, String::new(), String::new())).collect();
        let (verdict, undo) = (MemberVerdict::Unchanged, MemberUndo::Left);
        let refused = (1..4).map(|row| Refused { row, verdict, code: None, detail: None }).collect();
        let undone: Vec<_> = (1..4).map(|row| Undone { row, undo, code: None }).collect();
        for (update, table) in [
            (update_applied(1, values()), "member_changes"),
            (update_refused(1, refused).unwrap(), "batch_rows"),
            (update_undone(1, &undone), "member_changes"),
        ] {
            let steps = plan(&mut conn, &update).await;
            let found = format!("SEARCH {table} USING");
            let is_found = |step: &&String| {
                step.starts_with(&found) && step.ends_with("(batch_number=? AND row_number=?)")
            };
            assert!(steps.iter().any(|step| is_found(&step)), "{steps:#?}");
        }
    }
}
