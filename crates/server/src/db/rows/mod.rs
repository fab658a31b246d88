//! The rows of batches.

pub(crate) mod invitations;
pub(crate) mod member_changes;

use std::collections::HashSet;

use super::batches::BatchKind;
use super::{Builder, Conn, DbResult, count, push_list, text};

/// A row with its verdict.
pub(crate) struct JudgedRow<K: BatchKind> {
    pub(crate) row: u32,
    pub(crate) email: String,
    /// `None` where the address is not valid.
    pub(crate) email_key: Option<String>,
    pub(crate) first_name: String,
    pub(crate) last_name: String,
    pub(crate) verdict: K::Verdict,
    pub(crate) code: Option<K::Code>,
    pub(crate) detail: Option<String>,
    /// What is made of it, unless it has no effect.
    pub(crate) effect: Option<K::Effect>,
}

/// Stores the rows of one chunk in one statement.
pub(crate) async fn insert<K: BatchKind>(conn: &mut Conn, batch: i64, rows: &[JudgedRow<K>]) -> DbResult<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let codes = rows.iter().map(|row| row.code.map(text).transpose()).collect::<DbResult<Vec<_>>>()?;
    let mut insert = Builder::new(
        "INSERT INTO batch_rows (batch_number, row_number, email, email_key, first_name, last_name, verdict, code,
         detail, invitation_number) ",
    );
    insert.push_values(rows.iter().zip(codes), |mut values, (row, code)| {
        values
            .push_bind(batch)
            .push_bind(row.row)
            .push_bind(row.email.clone())
            .push_bind(row.email_key.clone())
            .push_bind(row.first_name.clone())
            .push_bind(row.last_name.clone())
            .push_bind::<&str>(row.verdict.into())
            .push_bind(code)
            .push_bind(row.detail.clone())
            .push_bind(row.effect.as_ref().and_then(K::invitation));
    });
    insert.build().execute(conn).await?;
    Ok(())
}

/// Which of these addresses earlier chunks of the batch have, in rows without an error.
pub(crate) async fn addresses_seen(conn: &mut Conn, batch: i64, keys: &[&str]) -> DbResult<HashSet<String>> {
    if keys.is_empty() {
        return Ok(HashSet::new());
    }
    let mut select = Builder::new("SELECT email_key FROM batch_rows WHERE batch_number = ");
    select.push_bind(batch).push(" AND verdict <> 'error' AND email_key IN (");
    let mut list = select.separated(", ");
    for key in keys {
        list.push_bind((*key).to_owned());
    }
    select.push(")");
    let rows: Vec<(String,)> = select.build().all(conn).await?;
    Ok(rows.into_iter().map(|(key,)| key).collect())
}

/// The first of these row numbers that the batch has already.
pub(crate) async fn any_stored(conn: &mut Conn, batch: i64, numbers: &[u32]) -> DbResult<Option<u32>> {
    let mut select = Builder::new("SELECT row_number FROM batch_rows WHERE batch_number = ");
    select.push_bind(batch);
    push_numbers(&mut select, "row_number", numbers);
    select.push(" ORDER BY row_number LIMIT 1");
    let found: Option<(i64,)> = select.build().optional(conn).await?;
    Ok(found.map(|(row,)| count(row)))
}

/// The condition that a row has one of these numbers.
fn push_numbers(select: &mut Builder, column: &str, numbers: &[u32]) {
    select.push(" AND ").push(column).push(" IN ");
    push_list(select, numbers);
}
