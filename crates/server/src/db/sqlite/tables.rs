//! The tables of a database, as its schema has them.

use crate::db::builder::{Builder, quoted};
use crate::db::conn::{Conn, DbResult};
use crate::db::statement::statement;

/// The columns of all tables but SQLite's own and the migrations': table, name, type, and the place in the primary key, from
/// one on. Virtual tables and what they are made of are none of them.
pub(in crate::db) async fn columns(conn: &mut Conn) -> DbResult<Vec<(String, String, String, i64)>> {
    statement(
        "SELECT t.name, c.name, c.type, c.pk FROM pragma_table_list t JOIN pragma_table_info(t.name) c
          WHERE t.schema = 'main' AND t.type = 'table' AND t.name NOT IN ('sqlite_schema', 'sqlite_sequence', '_sqlx_migrations')
          ORDER BY t.name, c.cid",
    )
    .all(conn)
    .await
}

/// The greatest number that was given in a column: of rows that are gone, too, where their numbers are not given
/// again.
pub(in crate::db) async fn greatest_number(conn: &mut Conn, table: &str, column: &str) -> DbResult<i64> {
    let mut select = Builder::new("SELECT COALESCE(MAX(number), 0) FROM (SELECT MAX(");
    select.push(quoted(column)).push(") AS number FROM ").push(quoted(table));
    select.push(" UNION ALL SELECT seq FROM sqlite_sequence WHERE name = ").push_bind(table).push(")");
    let (greatest,): (i64,) = select.build().one(conn).await?;
    Ok(greatest)
}
