//! Copying a database while it is used.

use std::path::{Path, PathBuf};

use super::open::{FILE, SqliteDb};
use crate::db::conn::{Conn, DbResult};
use crate::db::statement::statement;

impl SqliteDb {
    /// How large it is, and how large a copy can become.
    pub(in crate::db) async fn bytes(&self) -> DbResult<u64> {
        let mut conn = self.read().await?;
        let (bytes,): (i64,) =
            statement("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()")
                .one(&mut conn)
                .await?;
        Ok(u64::try_from(bytes).unwrap_or(0))
    }

    /// Writes a copy into a folder, without what was deleted. Writers go on meanwhile: only their log grows.
    pub(in crate::db) async fn copy(&self, folder: &Path) -> DbResult<PathBuf> {
        let file = folder.join(FILE);
        let name = file.to_str().ok_or_else(|| std::io::Error::other("the folder's name is not UTF-8"))?;
        statement("VACUUM INTO $1").bind(name).execute(&mut *self.read().await?).await?;
        Ok(file)
    }
}

/// What is wrong with a database, if anything.
pub(in crate::db) async fn damage(conn: &mut Conn) -> DbResult<Option<String>> {
    let (found,): (String,) =
        statement("SELECT integrity_check FROM pragma_integrity_check").one(&mut *conn).await?;
    if found != "ok" {
        return Ok(Some(found));
    }
    let (orphans,): (i64,) = statement("SELECT COUNT(*) FROM pragma_foreign_key_check").one(conn).await?;
    Ok((orphans > 0).then(|| format!("{orphans} rows refer to rows that are not there")))
}

/// The tables but SQLite's own and the migrations'. Virtual tables and what they are made of are none of them.
pub(in crate::db) async fn tables(conn: &mut Conn) -> DbResult<Vec<String>> {
    let names: Vec<(String,)> = statement(
        "SELECT name FROM pragma_table_list
          WHERE schema = 'main' AND type = 'table' AND SUBSTR(name, 1, 7) <> 'sqlite_' AND name <> '_sqlx_migrations'",
    )
    .all(conn)
    .await?;
    Ok(names.into_iter().map(|(name,)| name).collect())
}
