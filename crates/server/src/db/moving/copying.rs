//! Copying a table.

use futures_util::future::try_join;

use super::progress::{Listener, MoveError, Step};
use super::row::Row;
use super::table::Table;
use crate::db::conn::Conn;
use crate::db::postgres::half;
use crate::db::postgres::target::Target;
use crate::db::value::{Value, without_nul};

/// Copies what the target has not yet, a portion in each transaction; the next one is read meanwhile.
pub(super) async fn copy(
    source: &mut Conn,
    target: &Target,
    table: &Table,
    portion: u32,
    tell: Listener<'_>,
) -> Result<(), MoveError> {
    let of = table.count(source).await?;
    let (mut rows, done) = {
        let mut there = target.db.read().await?;
        (table.count(&mut there).await?, table.greatest_key(&mut there).await?)
    };
    let mut next = read(source, table, done.as_deref(), portion).await?;
    while let Some(last) = next.last() {
        let (after, write) = (table.key_of(last), next.len());
        (next, ()) = try_join(read(source, table, Some(&after), portion), store(target, table, next)).await?;
        rows += write as u64;
        tell(Step::Copied { table: table.name(), rows, of });
    }
    Ok(())
}

async fn read(
    source: &mut Conn,
    table: &Table,
    after: Option<&[Value]>,
    portion: u32,
) -> Result<Vec<Row>, MoveError> {
    Ok(table.portion(after, portion).build().all(source).await?)
}

async fn store(target: &Target, table: &Table, mut rows: Vec<Row>) -> Result<(), MoveError> {
    let changed = rows.iter_mut().map(replace_nuls).sum::<i64>();
    let lines = table.lines(&rows)?;
    let mut tx = target.db.write().await?;
    half::copy_in(&mut tx, &table.copy_in(), &lines).await?;
    if changed > 0 {
        half::note_changed_texts(&mut tx, changed).await?;
    }
    Ok(tx.commit().await?)
}

/// Makes the texts of a row such as the target stores them. Returns how many have changed.
pub(super) fn replace_nuls(row: &mut Row) -> i64 {
    let mut changed = 0;
    for value in &mut row.0 {
        if let Value::Text(Some(text)) = value
            && let Some(other) = without_nul(text)
        {
            *text = other;
            changed += 1;
        }
    }
    changed
}
