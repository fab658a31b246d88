//! Rows of any table.

use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{ColumnIndex, Decode, FromRow, Type, ValueRef as _};

use crate::db::conn::DbResult;
use crate::db::value::Value;

/// A row with all its values.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Row(pub(super) Vec<Value>);

impl FromRow<'_, SqliteRow> for Row {
    fn from_row(row: &SqliteRow) -> DbResult<Self> {
        values(row).map(Self)
    }
}

impl FromRow<'_, PgRow> for Row {
    fn from_row(row: &PgRow) -> DbResult<Self> {
        values(row).map(Self)
    }
}

fn values<'r, R: sqlx::Row>(row: &'r R) -> DbResult<Vec<Value>>
where
    usize: ColumnIndex<R>,
    i64: Decode<'r, R::Database> + Type<R::Database>,
    String: Decode<'r, R::Database> + Type<R::Database>,
{
    let value = |at| {
        let stored = row.try_get_raw(at)?;
        if stored.is_null() {
            // In SQLite, NULL has no type.
            return Ok(Value::Int(None));
        }
        let is_number = <i64 as Type<R::Database>>::compatible(&stored.type_info());
        Ok(if is_number { Value::Int(Some(row.try_get(at)?)) } else { Value::Text(Some(row.try_get(at)?)) })
    };
    (0..row.len()).map(value).collect()
}
