//! A database while another one is moved into it: what says so, and what is away meanwhile.
//!
//! Indexes, foreign keys and triggers cost more with each row than for all rows at once, and triggers would count again what
//! was counted. The table `msi_move` stands for as long as the move lasts; a server refuses to start beside it.

use super::target::Target;
use crate::db::builder::{Builder, quoted};
use crate::db::conn::{Conn, DbResult};
use crate::db::statement::{Statement, composed, statement};

/// The id of the move that has made this database, and has not ended.
pub(in crate::db) async fn id(conn: &mut Conn) -> DbResult<Option<String>> {
    let (is_half,): (bool,) = statement("SELECT to_regclass('msi_move') IS NOT NULL").one(conn).await?;
    if !is_half {
        return Ok(None);
    }
    let (id,): (String,) = statement("SELECT id FROM msi_move").one(conn).await?;
    Ok(Some(id))
}

/// Whether there are tables of whoever, where the server's would be made. Those of an extension are none.
pub(in crate::db) async fn has_tables(conn: &mut Conn) -> DbResult<bool> {
    let (has_tables,): (bool,) = statement(
        "SELECT EXISTS (SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
              WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
                AND NOT EXISTS (SELECT 1 FROM pg_depend d
                     WHERE d.classid = CAST('pg_class' AS regclass) AND d.objid = c.oid AND d.deptype = 'e'))",
    )
    .one(conn)
    .await?;
    Ok(has_tables)
}

/// Says that a move has begun.
pub(in crate::db) async fn make(conn: &mut Conn, id: &str) -> DbResult<()> {
    statement("CREATE TABLE msi_move (id TEXT NOT NULL, changed_texts BIGINT NOT NULL)")
        .execute(conn)
        .await?;
    statement("INSERT INTO msi_move (id, changed_texts) VALUES ($1, 0)").bind(id).execute(conn).await?;
    Ok(())
}

pub(in crate::db) async fn note_changed_texts(conn: &mut Conn, more: i64) -> DbResult<()> {
    statement("UPDATE msi_move SET changed_texts = changed_texts + $1").bind(more).execute(conn).await?;
    Ok(())
}

/// The columns of the server's tables, each with its table.
pub(in crate::db) async fn columns(conn: &mut Conn) -> DbResult<Vec<(String, String)>> {
    statement(
        "SELECT CAST(c.table_name AS TEXT), CAST(c.column_name AS TEXT)
           FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
          WHERE table_schema = current_schema() AND t.table_type = 'BASE TABLE'
            AND table_name NOT IN ('_sqlx_migrations', 'msi_move', 'msi_move_parts')",
    )
    .all(conn)
    .await
}

/// The columns that are numbered by the database, each with its table.
pub(in crate::db) async fn numbered_columns(conn: &mut Conn) -> DbResult<Vec<(String, String)>> {
    statement(
        "SELECT CAST(table_name AS TEXT), CAST(column_name AS TEXT) FROM information_schema.columns
          WHERE table_schema = current_schema() AND is_identity = 'YES' AND table_name <> 'msi_move_parts'",
    )
    .all(conn)
    .await
}

/// The next number of a column is the one after this.
pub(in crate::db) async fn number_after(
    conn: &mut Conn,
    table: &str,
    column: &str,
    greatest: i64,
) -> DbResult<()> {
    let _: (i64,) = statement(
        "SELECT setval(CAST(pg_get_serial_sequence($1, $2) AS regclass), GREATEST(CAST($3 AS BIGINT), 1),
                CAST($3 AS BIGINT) > 0)",
    )
    .bind(table)
    .bind(column)
    .bind(greatest)
    .one(conn)
    .await?;
    Ok(())
}

/// Takes away, once, what costs with each row, and writes down how it is made again.
pub(in crate::db) async fn take_away(target: &Target) -> DbResult<()> {
    let mut tx = target.db.write().await?;
    let (is_done,): (bool,) =
        statement("SELECT to_regclass('msi_move_parts') IS NOT NULL").one(&mut tx).await?;
    if is_done {
        return Ok(());
    }
    // What is composed here, PostgreSQL has made of its own schema. Foreign keys are taken before the indexes that they rest on, and made after them.
    let indexes: Vec<(String, String)> = statement(
        "SELECT format('DROP INDEX %s', CAST(i.indexrelid AS regclass)), pg_get_indexdef(i.indexrelid)
           FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace
          WHERE n.nspname = current_schema() AND c.relkind = 'r' AND NOT EXISTS
                (SELECT 1 FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x'))
          ORDER BY 1",
    )
    .all(&mut tx)
    .await?;
    let keys: Vec<(String, String)> = statement(
        "SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', CAST(k.conrelid AS regclass), k.conname),
                format('ALTER TABLE %s ADD CONSTRAINT %I %s', CAST(k.conrelid AS regclass), k.conname,
                    pg_get_constraintdef(k.oid))
           FROM pg_constraint k JOIN pg_namespace n ON n.oid = k.connamespace
          WHERE n.nspname = current_schema() AND k.contype = 'f' ORDER BY 1",
    )
    .all(&mut tx)
    .await?;
    statement(
        "CREATE TABLE msi_move_parts (number BIGINT GENERATED ALWAYS AS IDENTITY, made_by TEXT NOT NULL)",
    )
    .execute(&mut tx)
    .await?;
    for (_, made_by) in indexes.iter().chain(&keys) {
        statement("INSERT INTO msi_move_parts (made_by) VALUES ($1)").bind(made_by).execute(&mut tx).await?;
    }
    for (taken_by, _) in keys.into_iter().chain(indexes) {
        composed(taken_by).execute(&mut tx).await?;
    }
    let mut tables: Vec<String> = columns(&mut tx).await?.into_iter().map(|(table, _)| table).collect();
    tables.sort_unstable();
    tables.dedup();
    for table in tables {
        alter(&table, "DISABLE TRIGGER USER").execute(&mut tx).await?;
    }
    tx.commit().await
}

/// Makes again what was taken away, each in a transaction of its own.
pub(in crate::db) async fn put_back(target: &Target, mut tell: impl FnMut(u64, u64)) -> DbResult<()> {
    let parts: Vec<(i64, String)> = statement("SELECT number, made_by FROM msi_move_parts ORDER BY number")
        .all(&mut *target.db.read().await?)
        .await?;
    let of = parts.len() as u64;
    for (done, (number, made_by)) in (1..).zip(parts) {
        let mut tx = target.db.write().await?;
        composed(made_by).execute(&mut tx).await?;
        statement("DELETE FROM msi_move_parts WHERE number = $1").bind(number).execute(&mut tx).await?;
        tx.commit().await?;
        tell(done, of);
    }
    Ok(())
}

fn alter(table: &str, how: &str) -> Statement {
    let mut alter = Builder::new("ALTER TABLE ");
    alter.push(quoted(table)).push(" ").push(how);
    alter.build()
}

/// Lets the database see how many rows there are of what.
pub(in crate::db) async fn analyze(target: &Target, tables: impl Iterator<Item = &str>) -> DbResult<()> {
    let mut tx = target.db.write().await?;
    for table in tables {
        let mut analyze = Builder::new("ANALYZE ");
        analyze.push(quoted(table));
        analyze.build().execute(&mut tx).await?;
    }
    tx.commit().await
}

/// Ends the move: a server may start. Returns how many texts were changed.
pub(in crate::db) async fn end(target: &Target, tables: impl Iterator<Item = &str>) -> DbResult<i64> {
    let mut tx = target.db.write().await?;
    for table in tables {
        alter(table, "ENABLE TRIGGER USER").execute(&mut tx).await?;
    }
    let (changed_texts,): (i64,) = statement("SELECT changed_texts FROM msi_move").one(&mut tx).await?;
    statement("DROP TABLE msi_move, msi_move_parts").execute(&mut tx).await?;
    tx.commit().await?;
    Ok(changed_texts)
}

/// Copies lines in PostgreSQL's text format into a table.
pub(in crate::db) async fn copy_in(conn: &mut Conn, copy: &str, lines: &[u8]) -> DbResult<()> {
    let Conn::Postgres(link) = conn else {
        return Err(sqlx::Error::Protocol("SQLite copies no lines".to_owned()));
    };
    let copied = link.ask(|conn| async move {
        let mut copying = conn.copy_in_raw(copy).await?;
        copying.send(lines).await?;
        copying.finish().await
    });
    copied.await.map(|_| ())
}
