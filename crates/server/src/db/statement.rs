//! Statements with their values, and how the driver of a connection runs them.

use std::borrow::Cow;

use futures_util::stream::BoxStream;
use sqlx::postgres::PgArguments;
use sqlx::query::{Query, QueryAs};
use sqlx::sqlite::SqliteArguments;
use sqlx::{Arguments as _, AssertSqlSafe, Postgres, Sqlite};

use super::conn::{Conn, DbResult};
use super::stored::Stored;
use super::value::{Value, without_nul};

/// A statement with its values. Its text names them `$1`, `$2` and so on, or has a `?` for each in turn, not both; it has
/// no other question mark. Drivers keep what they have prepared by its text.
pub(crate) struct Statement {
    sql: Cow<'static, str>,
    values: Vec<Value>,
}

/// A statement that is a constant.
pub(crate) fn statement(sql: &'static str) -> Statement {
    Statement::new(sql.into(), Vec::new())
}

/// A statement that was made of constants.
pub(crate) fn composed(sql: String) -> Statement {
    Statement::new(sql.into(), Vec::new())
}

impl Statement {
    pub(super) fn new(sql: Cow<'static, str>, values: Vec<Value>) -> Self {
        Self { sql, values }
    }

    /// Adds the next value.
    pub(crate) fn bind(mut self, value: impl Into<Value>) -> Self {
        self.values.push(value.into());
        self
    }

    /// Runs it for what it changes. Returns how many rows that were.
    pub(crate) async fn execute(self, conn: &mut Conn) -> DbResult<u64> {
        match conn {
            Conn::Sqlite(link) => {
                let query = self.for_sqlite()?;
                Ok(link.ask(|conn| query.execute(conn)).await?.rows_affected())
            }
            Conn::Postgres(link) => {
                let query = self.for_postgres()?;
                Ok(link.ask(|conn| query.execute(conn)).await?.rows_affected())
            }
        }
    }

    /// All its rows.
    pub(crate) async fn all<T: Stored>(self, conn: &mut Conn) -> DbResult<Vec<T>> {
        match conn {
            Conn::Sqlite(link) => {
                let query = self.rows_of_sqlite()?;
                link.ask(|conn| query.fetch_all(conn)).await
            }
            Conn::Postgres(link) => {
                let query = self.rows_of_postgres()?;
                link.ask(|conn| query.fetch_all(conn)).await
            }
        }
    }

    /// Its first row.
    ///
    /// # Errors
    /// Also when it has none.
    pub(crate) async fn one<T: Stored>(self, conn: &mut Conn) -> DbResult<T> {
        self.optional(conn).await?.ok_or(sqlx::Error::RowNotFound)
    }

    /// Its first row, if it has any.
    pub(crate) async fn optional<T: Stored>(self, conn: &mut Conn) -> DbResult<Option<T>> {
        match conn {
            Conn::Sqlite(link) => {
                let query = self.rows_of_sqlite()?;
                link.ask(|conn| query.fetch_optional(conn)).await
            }
            Conn::Postgres(link) => {
                let query = self.rows_of_postgres()?;
                link.ask(|conn| query.fetch_optional(conn)).await
            }
        }
    }

    /// Its rows one after the other, for those that are too many to be held at once.
    pub(crate) fn stream<T: Stored + 'static>(self, conn: &mut Conn) -> DbResult<BoxStream<'_, DbResult<T>>> {
        match conn {
            Conn::Sqlite(link) => {
                let query = self.rows_of_sqlite()?;
                Ok(link.each(|conn| query.fetch(conn)))
            }
            Conn::Postgres(link) => {
                let query = self.rows_of_postgres()?;
                Ok(link.each(|conn| query.fetch(conn)))
            }
        }
    }

    fn for_sqlite(self) -> DbResult<Query<'static, Sqlite, SqliteArguments>> {
        self.check();
        let values = of_sqlite(self.values)?;
        Ok(sqlx::query_with(AssertSqlSafe(self.sql), values))
    }

    fn rows_of_sqlite<T: Stored>(self) -> DbResult<QueryAs<'static, Sqlite, T, SqliteArguments>> {
        self.check();
        let values = of_sqlite(self.values)?;
        Ok(sqlx::query_as_with(AssertSqlSafe(self.sql), values))
    }

    fn for_postgres(self) -> DbResult<Query<'static, Postgres, PgArguments>> {
        self.check();
        let values = of_postgres(self.values)?;
        Ok(sqlx::query_with(AssertSqlSafe(numbered(self.sql)), values))
    }

    fn rows_of_postgres<T: Stored>(self) -> DbResult<QueryAs<'static, Postgres, T, PgArguments>> {
        self.check();
        let values = of_postgres(self.values)?;
        Ok(sqlx::query_as_with(AssertSqlSafe(numbered(self.sql)), values))
    }

    /// In tests, whatever runs has a place for each of its values, in one of the two ways.
    fn check(&self) {
        debug_assert_eq!(places(&self.sql), Some(self.values.len()), "{}", self.sql);
    }
}

/// How many values a text has places for, if it has them in one of the two ways.
pub(super) fn places(sql: &str) -> Option<usize> {
    let marks = sql.matches('?').count();
    let numbers = sql.split('$').skip(1).map(|rest| {
        let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        rest[..digits].parse::<usize>().ok()
    });
    let named = numbers.collect::<Option<Vec<_>>>()?.into_iter().max().unwrap_or(0);
    (marks == 0 || named == 0).then_some(marks + named)
}

fn of_sqlite(values: Vec<Value>) -> DbResult<SqliteArguments> {
    let mut arguments = SqliteArguments::default();
    arguments.reserve(values.len(), 0);
    for value in values {
        match value {
            Value::Int(value) => arguments.add(value),
            Value::Text(value) => arguments.add(value),
        }
        .map_err(sqlx::Error::Encode)?;
    }
    Ok(arguments)
}

/// A text as PostgreSQL has it: with the number of its place for each `?`, and without lists of nothing.
pub(super) fn numbered(sql: Cow<'static, str>) -> Cow<'static, str> {
    if sql.contains("IN ()") {
        let text = sql.replace("NOT IN ()", "<> ALL ('{}')").replace("IN ()", "= ANY ('{}')");
        return numbered(text.into());
    }
    let mut parts = sql.split('?');
    let Some(first) = parts.next().filter(|first| first.len() < sql.len()) else { return sql };
    let mut text = String::with_capacity(sql.len() + sql.len() / 4);
    text.push_str(first);
    for (at, part) in parts.enumerate() {
        text.push('$');
        text.push_str(&(at + 1).to_string());
        text.push_str(part);
    }
    text.into()
}

fn of_postgres(values: Vec<Value>) -> DbResult<PgArguments> {
    let mut arguments = PgArguments::default();
    arguments.reserve(values.len(), 0);
    for value in values {
        match value {
            Value::Int(value) => arguments.add(value),
            // None is stored with a NUL: nothing is equal to it then, either.
            Value::Text(value) => arguments.add(value.map(|text| without_nul(&text).unwrap_or(text))),
        }
        .map_err(sqlx::Error::Encode)?;
    }
    Ok(arguments)
}

#[cfg(test)]
mod tests {
    use super::{numbered, places};

    #[test]
    fn places_are_numbered_for_postgres() {
        assert_eq!(numbered("SELECT 1".into()), "SELECT 1");
        assert_eq!(numbered("a = $1 AND b = $2".into()), "a = $1 AND b = $2");
        assert_eq!(numbered("a IN (?, ?) AND b = ?".into()), "a IN ($1, $2) AND b = $3");
        assert_eq!(numbered("a NOT IN () OR b IN ()".into()), "a <> ALL ('{}') OR b = ANY ('{}')");
    }

    #[test]
    fn values_have_their_places_in_one_of_two_ways() {
        assert_eq!(places("SELECT 1"), Some(0));
        assert_eq!(places("SELECT $1, $12, $1"), Some(12));
        assert_eq!(places("SELECT ?, ?"), Some(2));
        assert_eq!(places("SELECT $1, ?"), None);
        assert_eq!(places("SELECT '$'"), None);
    }
}
