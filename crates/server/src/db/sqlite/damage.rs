//! Reading everything, to see whether it is whole.

use crate::db::conn::{Conn, DbResult};
use crate::db::statement::statement;

/// What is wrong, in SQLite's words.
pub(in crate::db) async fn find(conn: &mut Conn) -> DbResult<Vec<String>> {
    let pages: Vec<(String,)> =
        statement("SELECT integrity_check FROM pragma_integrity_check").all(conn).await?;
    let pages = pages.into_iter().map(|(what,)| what).filter(|what| what != "ok");
    let orphans: Vec<(String, String, i64)> =
        statement("SELECT \"table\", parent, COUNT(*) FROM pragma_foreign_key_check GROUP BY 1, 2")
            .all(conn)
            .await?;
    let orphans = orphans
        .into_iter()
        .map(|(table, parent, rows)| format!("{rows} rows of {table} belong to none of {parent}"));
    Ok(pages.chain(orphans).collect())
}
