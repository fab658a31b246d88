//! Asking whether everything is whole.

use crate::db::conn::{Conn, DbResult};
use crate::db::statement::statement;

/// What is wrong: rules that are not held, and indexes that are not used. Pages that cannot be read, PostgreSQL reports by itself
/// where checksums are on.
pub(in crate::db) async fn find(conn: &mut Conn) -> DbResult<Vec<String>> {
    let wrong: Vec<(String,)> = statement(
        "SELECT 'the rule ' || k.conname || ' was never checked'
           FROM pg_constraint k JOIN pg_namespace n ON n.oid = k.connamespace
          WHERE n.nspname = current_schema() AND NOT k.convalidated
          UNION ALL
         SELECT 'the index ' || c.relname || ' is not usable'
           FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
          WHERE n.nspname = current_schema() AND NOT (i.indisvalid AND i.indisready)
          UNION ALL
         SELECT 'the trigger ' || t.tgname || ' is switched off'
           FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
          WHERE n.nspname = current_schema() AND t.tgenabled = 'D'",
    )
    .all(conn)
    .await?;
    Ok(wrong.into_iter().map(|(what,)| what).collect())
}
