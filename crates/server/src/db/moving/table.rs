//! A table as the schema has it, and the statements that read and fill it.

use super::progress::MoveError;
use super::row::Row;
use crate::db::builder::{Builder, quoted};
use crate::db::conn::{Conn, DbResult};
use crate::db::sqlite::tables;
use crate::db::value::Value;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Number,
    Text,
}

#[derive(Debug)]
struct Column {
    name: String,
    kind: Kind,
}

#[derive(Debug)]
pub(super) struct Table {
    name: String,
    columns: Vec<Column>,
    /// The places of the columns of the primary key, in its order.
    key: Vec<usize>,
}

/// The tables of a SQLite database.
pub(super) async fn of(source: &mut Conn) -> DbResult<Vec<Table>> {
    let mut tables: Vec<Table> = Vec::new();
    let mut keys = Vec::new();
    for (table, name, kind, place_in_key) in tables::columns(source).await? {
        if tables.last().is_none_or(|last| last.name != table) {
            tables.push(Table { name: table, columns: Vec::new(), key: Vec::new() });
            keys.push(Vec::new());
        }
        let (Some(table), Some(key)) = (tables.last_mut(), keys.last_mut()) else { continue };
        if place_in_key > 0 {
            key.push((place_in_key, table.columns.len()));
        }
        table.columns.push(Column { name, kind: if kind == "TEXT" { Kind::Text } else { Kind::Number } });
    }
    for (table, mut key) in tables.iter_mut().zip(keys) {
        key.sort_unstable();
        table.key = key.into_iter().map(|(_, column)| column).collect();
    }
    Ok(tables)
}

impl Table {
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// The columns, each with the table.
    pub(super) fn column_names(&self) -> impl Iterator<Item = (&str, &str)> {
        self.columns.iter().map(|column| (self.name.as_str(), column.name.as_str()))
    }

    fn all_columns(&self) -> String {
        let names: Vec<_> = self.columns.iter().map(|column| quoted(&column.name)).collect();
        names.join(", ")
    }

    fn key_columns(&self, after_each: &str) -> String {
        let key = self.key.iter().map(|at| quoted(&self.columns[*at].name) + after_each);
        key.collect::<Vec<_>>().join(", ")
    }

    pub(super) fn key_of(&self, row: &Row) -> Vec<Value> {
        self.key.iter().map(|at| row.0[*at].clone()).collect()
    }

    /// The next rows after a key, in the order of the key, which is the same in both databases.
    pub(super) fn portion(&self, after: Option<&[Value]>, rows: u32) -> Builder {
        let mut select = Builder::new("SELECT ");
        select.push(self.all_columns()).push(" FROM ").push(quoted(&self.name));
        if let Some(after) = after {
            select.push(" WHERE (").push(self.key_columns("")).push(") > (");
            let mut values = select.separated(", ");
            for value in after {
                values.push_bind(value.clone());
            }
            select.push(")");
        }
        select.push(" ORDER BY ").push(self.key_columns("")).push(" LIMIT ").push_bind(rows);
        select
    }

    /// The greatest key of the rows that are there.
    pub(super) async fn greatest_key(&self, conn: &mut Conn) -> DbResult<Option<Vec<Value>>> {
        let mut select = Builder::new("SELECT ");
        select.push(self.key_columns("")).push(" FROM ").push(quoted(&self.name));
        select.push(" ORDER BY ").push(self.key_columns(" DESC")).push(" LIMIT 1");
        Ok(select.build().optional::<Row>(conn).await?.map(|row| row.0))
    }

    pub(super) async fn count(&self, conn: &mut Conn) -> DbResult<u64> {
        let mut select = Builder::new("SELECT COUNT(*) FROM ");
        select.push(quoted(&self.name));
        let (rows,): (i64,) = select.build().one(conn).await?;
        Ok(u64::try_from(rows).unwrap_or_default())
    }

    /// The statement that rows are copied in by, as lines of [`Table::lines`].
    pub(super) fn copy_in(&self) -> String {
        format!("COPY {} ({}) FROM STDIN", quoted(&self.name), self.all_columns())
    }

    /// Rows in PostgreSQL's text format: values between tabs, with backslashes before what has a meaning of its own.
    pub(super) fn lines(&self, rows: &[Row]) -> Result<Vec<u8>, MoveError> {
        let mut lines = Vec::new();
        for row in rows {
            for (at, (column, value)) in self.columns.iter().zip(&row.0).enumerate() {
                if at > 0 {
                    lines.push(b'\t');
                }
                match (column.kind, value) {
                    (_, null) if null.is_null() => lines.extend_from_slice(b"\\N"),
                    (Kind::Number, Value::Int(Some(number))) => {
                        lines.extend_from_slice(number.to_string().as_bytes());
                    }
                    (Kind::Text, Value::Text(Some(text))) => push_escaped(&mut lines, text),
                    _ => {
                        let key = shown(&self.key_of(row));
                        return Err(MoveError::UnexpectedValue { table: self.name.clone(), key });
                    }
                }
            }
            lines.push(b'\n');
        }
        Ok(lines)
    }
}

fn push_escaped(line: &mut Vec<u8>, text: &str) {
    for byte in text.bytes() {
        let letter = match byte {
            b'\\' => b'\\',
            b'\n' => b'n',
            b'\r' => b'r',
            b'\t' => b't',
            _ => {
                line.push(byte);
                continue;
            }
        };
        line.extend_from_slice(&[b'\\', letter]);
    }
}

/// A key in messages.
pub(super) fn shown(key: &[Value]) -> String {
    let values = key.iter().map(|value| match value {
        Value::Int(Some(number)) => number.to_string(),
        Value::Text(Some(text)) => format!("{text:?}"),
        Value::Int(None) | Value::Text(None) => "NULL".to_owned(),
    });
    values.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::test::{check_plan, plan};
    use crate::db::{Db, statement};
    use crate::platform::place::Place;

    #[tokio::test]
    async fn r16_every_table_but_those_of_searches_is_moved_by_its_key() {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::open(&Place::in_folder(folder.path()), None).await.unwrap();
        let mut conn = db.read().await.unwrap();
        let made: Vec<(String,)> = statement(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'
                AND sql NOT LIKE 'CREATE TABLE ''%' AND name NOT IN ('sqlite_sequence', '_sqlx_migrations') ORDER BY name",
        )
        .all(&mut conn)
        .await
        .unwrap();
        let tables = of(&mut conn).await.unwrap();
        assert!(tables.len() > 40);
        let names: Vec<_> = tables.iter().map(|table| (table.name.clone(),)).collect();
        assert_eq!(names, made);
        for table in tables {
            let key = vec![Value::from(0_i64); table.key.len()];
            check_plan(&plan(&mut conn, &table.portion(Some(&key), 1)).await);
        }
    }

    #[test]
    fn r16_lines_are_as_postgres_reads_them() {
        let column = |name: &str, kind| Column { name: name.to_owned(), kind };
        let columns = vec![column("id", Kind::Number), column("a \"b", Kind::Text)];
        let table = Table { name: "t".to_owned(), columns, key: vec![0] };
        assert_eq!(table.copy_in(), "COPY \"t\" (\"id\", \"a \"\"b\") FROM STDIN");
        let row = |id: i64, text: &str| Row(vec![Value::from(id), Value::from(text)]);
        let rows = [row(-1, "a\tb\\N\n\r"), row(2, ""), Row(vec![Value::Int(None), Value::Int(None)])];
        assert_eq!(table.lines(&rows).unwrap(), b"-1\ta\\tb\\\\N\\n\\r\n2\t\n\\N\t\\N\n");
        let wrong =
            table.lines(&[Row(vec![Value::from(7_i64), Value::from(8_i64)])]).unwrap_err().to_string();
        assert!(wrong.starts_with("t has a value") && wrong.ends_with("at 7"), "{wrong}");
    }
}
