//! A database in a file: one connection that writes, some that read meanwhile.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Connection as _, Sqlite, SqlitePool};

use super::errors::{self, is_busy, is_of_the_connection};
use super::file::DatabaseFile;
use super::{schema, search};
use crate::db::conn::{Conn, DbResult, Link, Reader, Watched};
use crate::db::open_error::OpenError;
use crate::db::statement::statement;
use crate::db::transaction::Tx;
use crate::db::upgrades::Fit;
use crate::platform::portion::Portion;

/// The file of the database in the data folder.
pub(in crate::db) const FILE: &str = "msi.sqlite3";
const BEGIN: &str = "BEGIN IMMEDIATE";
const READERS: u32 = 4;
/// How much of an index of a search is merged at first.
const PAGES: u32 = 50;
const BUSY: Duration = Duration::from_secs(5);
/// To what the log is cut once a large transaction is in the database: twice what it grows to by small ones.
const LOG_BYTES: u32 = 8 * 1024 * 1024;

/// An open database.
#[derive(Clone)]
pub(crate) struct SqliteDb {
    writer: SqlitePool,
    reader: SqlitePool,
    file: Arc<DatabaseFile>,
    /// Whether the disk has refused something of the last transaction.
    disk_refuses: Arc<AtomicBool>,
}

fn is_of_the_disk(error: &sqlx::Error) -> bool {
    error.as_database_error().is_some_and(errors::is_of_the_disk)
}

impl SqliteDb {
    /// Opens the database in `folder`, making or migrating it where needed.
    pub(in crate::db) async fn open(folder: &Path) -> Result<Self, OpenError> {
        let options = options(folder);
        schema::run(&options).await?;
        Ok(Self::connect(options).await?)
    }

    /// Opens the database in `folder` beside the server that it belongs to; `None` where its version does not fit.
    pub(in crate::db) async fn open_beside(folder: &Path, fit: Fit) -> DbResult<Option<Self>> {
        let options = options(folder);
        if schema::is(&options, fit).await? { Self::connect(options).await.map(Some) } else { Ok(None) }
    }

    /// Whether there is a database in `folder`.
    pub(in crate::db) fn is_in(folder: &Path) -> bool {
        options(folder).get_filename().is_file()
    }

    async fn connect(options: SqliteConnectOptions) -> DbResult<Self> {
        // A failure may end a transaction behind the driver's back; its rollback then fails, and with it every later
        // begin on that connection. Such a connection is closed, and the next transaction has a new one.
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
            .after_release(|conn, _| {
                Box::pin(async move {
                    // Waits for the rollback of a transaction that was dropped.
                    conn.ping().await?;
                    Ok(!conn.is_in_transaction())
                })
            })
            .connect_with(options.clone())
            .await?;
        let file = Arc::new(DatabaseFile::of(options.get_filename())?);
        let reader =
            SqlitePoolOptions::new().max_connections(READERS).connect_with(options.read_only(true)).await?;
        Ok(Self { writer, reader, file, disk_refuses: Arc::default() })
    }

    pub(in crate::db) async fn read(&self) -> DbResult<Reader> {
        Ok(Reader::new(Conn::Sqlite(Link::outside(self.reader.acquire().await?, None))))
    }

    pub(in crate::db) async fn write(&self) -> DbResult<Tx> {
        if self.disk_refuses.swap(false, Ordering::Relaxed) {
            self.empty_log().await;
        }
        let begun = match self.begin().await {
            Err(error) if is_of_the_connection(&error) => {
                tracing::warn!(%error, "no transaction could be begun; its connection is replaced");
                if let Ok(conn) = self.writer.acquire().await {
                    // Whatever the result: the connection is gone.
                    let _ = conn.close().await;
                }
                self.begin().await
            }
            begun => begun,
        };
        let mut link = begun?;
        link.watch(Watched { is_it: is_of_the_disk, came: Arc::clone(&self.disk_refuses) });
        Ok(Tx::new(Conn::Sqlite(link)))
    }

    /// Brings into the file what is in the log, as far as nobody reads it there, so that the log begins anew. SQLite itself does so
    /// after a commit, and there is none as long as the log has no room to grow.
    async fn empty_log(&self) {
        let Ok(conn) = self.writer.acquire().await else { return };
        let mut conn = Conn::Sqlite(Link::outside(conn, None));
        if let Err(error) = statement("PRAGMA wal_checkpoint(PASSIVE)").execute(&mut conn).await {
            tracing::warn!(%error, "what the log of the database has could not be brought into its file");
        }
    }

    async fn begin(&self) -> DbResult<Link<Sqlite>> {
        Link::inside(self.writer.acquire().await?, Some(BEGIN), None).await
    }

    /// The connections that read: how many are in use, of how many at most.
    pub(in crate::db) fn readers(&self) -> (u32, u32) {
        let idle = u32::try_from(self.reader.num_idle()).unwrap_or(u32::MAX);
        (self.reader.size().saturating_sub(idle), READERS)
    }

    /// What a connection has read before it would not read from the file again, unless something was written since; so
    /// this is asked after a write.
    pub(in crate::db) async fn is_readable(&self) -> DbResult<bool> {
        let mut conn = self.read().await?;
        // These rows have been in the file, and not in its log, since the start.
        let has_rows = match &mut *conn {
            Conn::Sqlite(link) => link.ask(schema::has_run).await?,
            Conn::Postgres(_) => false,
        };
        let (bytes,): (i64,) =
            statement("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()")
                .one(&mut conn)
                .await?;
        Ok(has_rows && self.file.is_whole(u64::try_from(bytes).unwrap_or(u64::MAX)))
    }

    /// Writes the file anew, which takes as long as copying it, and empties the log.
    pub(in crate::db) async fn forget_deleted(&self) -> DbResult<bool> {
        for index in search::INDEXES {
            let mut portion = Portion::of(PAGES);
            let mut begins = true;
            let mut goes_on = true;
            while goes_on {
                let mut tx = self.write().await?;
                let merged = portion.timed(async |pages| {
                    let more = search::rewrite(&mut tx, index, pages, begins).await?;
                    tx.commit().await?;
                    DbResult::Ok(more)
                });
                goes_on = merged.await?;
                begins = false;
            }
        }
        let mut conn = Conn::Sqlite(Link::outside(self.writer.acquire().await?, None));
        match statement("VACUUM").execute(&mut conn).await {
            Err(sqlx::Error::Database(error)) if is_busy(&*error) => return Ok(false),
            outcome => outcome?,
        };
        let (busy, ..): (i64, i64, i64) = statement("PRAGMA wal_checkpoint(TRUNCATE)").one(&mut conn).await?;
        Ok(busy == 0)
    }

    pub(in crate::db) async fn close(&self) {
        self.reader.close().await;
        self.writer.close().await;
    }
}

pub(super) fn options(folder: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(folder.join(FILE))
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(BUSY)
        .pragma("journal_size_limit", LOG_BYTES.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn r25_the_log_does_not_stay_as_large_as_the_largest_transaction() {
        let folder = tempfile::tempdir().unwrap();
        let db = SqliteDb::open(folder.path()).await.unwrap();
        let log = || folder.path().join("msi.sqlite3-wal").metadata().unwrap().len();
        let write = async |sql: &'static str| {
            let mut tx = db.write().await.unwrap();
            statement(sql).execute(&mut tx).await.unwrap();
            tx.commit().await.unwrap();
        };
        write("CREATE TABLE ballast (content BLOB)").await;
        write("INSERT INTO ballast VALUES (zeroblob(30000000))").await;
        assert!(log() > 30_000_000, "{}", log());
        // The next transaction begins the log anew.
        write("INSERT INTO ballast VALUES (zeroblob(1))").await;
        assert!(log() <= LOG_BYTES.into(), "{}", log());
    }
}
