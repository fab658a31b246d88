//! Storage. Every statement of the server is in this module's files; the SQL keeps to what SQLite and PostgreSQL
//! share. What is SQLite's own is in this file, in [`migrations`] and in [`long_list`].
//!
//! Ids (UUIDs, as text) are for clients, and each is stored in one row alone; tables with many rows refer to each other
//! by numbers.

pub(crate) mod accounts;
pub(crate) mod api_keys;
pub(crate) mod audit;
pub(crate) mod batches;
pub(crate) mod column_mappings;
pub(crate) mod ends_with_access;
pub(crate) mod errors;
pub(crate) mod factors;
pub(crate) mod field_sync;
mod file;
pub(crate) mod flows;
pub(crate) mod guesses;
pub(crate) mod housekeeping;
pub(crate) mod idempotency;
pub(crate) mod integration;
pub(crate) mod invitations;
pub(crate) mod links;
pub(crate) mod long_list;
pub(crate) mod mail_kind;
pub(crate) mod mails;
pub(crate) mod marketo;
mod migrations;
pub(crate) mod people_counts;
pub(crate) mod proof_codes;
pub(crate) mod retries;
pub(crate) mod revocations;
pub(crate) mod rows;
pub(crate) mod salesforce;
pub(crate) mod salesforce_setup;
pub(crate) mod sealed;
pub(crate) mod session_tokens;
pub(crate) mod sessions;
pub(crate) mod setup_guide;
#[cfg(test)]
mod stored_texts;
pub(crate) mod teams;
#[cfg(test)]
pub(crate) mod test;
pub(crate) mod ticks;
pub(crate) mod users;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use api_types::limits::ROWS_PER_CHUNK;
use serde::Serialize;
use serde::de::value::{Error as ValueError, StrDeserializer};
use serde::de::{DeserializeOwned, IntoDeserializer as _};
use sqlx::error::DatabaseError;
use sqlx::pool::PoolConnection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Connection as _, Encode, Sqlite, SqliteConnection, SqlitePool, Transaction, Type};
use uuid::Uuid;

use file::DatabaseFile;
use migrations::OpenError;

/// A connection, inside a transaction or not.
pub(crate) type Conn = SqliteConnection;
/// A transaction that may write.
pub(crate) type Tx = Transaction<'static, Sqlite>;
/// A statement that is put together.
pub(crate) type Builder = sqlx::QueryBuilder<Sqlite>;
pub(crate) type DbResult<T> = Result<T, sqlx::Error>;

/// Rows that one statement writes or asks for: as many as a chunk brings at once.
pub(crate) const ROWS_PER_STATEMENT: usize = ROWS_PER_CHUNK;

const BEGIN: &str = "BEGIN IMMEDIATE";
const READERS: u32 = 4;
const BUSY: Duration = Duration::from_secs(5);

/// The database: one connection that writes, some that read meanwhile.
#[derive(Clone)]
pub(crate) struct Db {
    writer: SqlitePool,
    reader: SqlitePool,
    file: Arc<DatabaseFile>,
}

impl Db {
    /// Opens the database in `folder`, making or migrating it where needed.
    pub(crate) async fn open(folder: &Path) -> Result<Self, OpenError> {
        let options = options(folder);
        migrations::run(&options).await?;
        Ok(Self::connect(options).await?)
    }

    /// Opens the database in `folder` beside the server that it belongs to; `None` where it is of another version.
    pub(crate) async fn open_beside(folder: &Path) -> Result<Option<Self>, sqlx::Error> {
        let options = options(folder);
        if migrations::is_current(&options).await? {
            Self::connect(options).await.map(Some)
        } else {
            Ok(None)
        }
    }

    async fn connect(options: SqliteConnectOptions) -> Result<Self, sqlx::Error> {
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
        Ok(Self { writer, reader, file })
    }

    /// A connection that sees committed data.
    pub(crate) async fn read(&self) -> DbResult<PoolConnection<Sqlite>> {
        self.reader.acquire().await
    }

    /// The only write transaction at a time. Dropped without a commit, it is rolled back.
    pub(crate) async fn write(&self) -> DbResult<Tx> {
        match self.writer.begin_with(BEGIN).await {
            Err(error) if is_of_the_connection(&error) => {
                tracing::warn!(%error, "no transaction could be begun; its connection is replaced");
                if let Ok(conn) = self.writer.acquire().await {
                    // Whatever the result: the connection is gone.
                    let _ = conn.close().await;
                }
                self.writer.begin_with(BEGIN).await
            }
            begun => begun,
        }
    }

    /// Whether rows can be read from the file that was opened. What a connection has read before it would not read from
    /// the file again, unless something was written since; so this is asked after a write.
    pub(crate) async fn is_readable(&self) -> DbResult<bool> {
        let mut conn = self.read().await?;
        // These rows have been in the file, and not in its log, since the start.
        let has_rows = migrations::has_run(&mut conn).await?;
        let (bytes,): (i64,) =
            sqlx::query_as("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()")
                .fetch_one(&mut *conn)
                .await?;
        Ok(has_rows && self.file.is_whole(u64::try_from(bytes).unwrap_or(u64::MAX)))
    }

    pub(crate) async fn close(&self) {
        self.reader.close().await;
        self.writer.close().await;
    }
}

fn options(folder: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(folder.join("msi.sqlite3"))
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(BUSY)
}

/// Whether a begin failed for what may be wrong with the connection, and not because others write.
fn is_of_the_connection(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed => false,
        sqlx::Error::Database(error) => !is_busy(&**error),
        _ => true,
    }
}

/// Whether another process, such as the command line, kept the database locked for writing for too long.
pub(crate) fn is_busy(error: &dyn DatabaseError) -> bool {
    const BUSY: u32 = 5;
    const LOCKED: u32 = 6;
    matches!(kind(error), Some(BUSY | LOCKED))
}

/// Whether the disk cannot be written to: it is full, broken, or read-only.
pub(crate) fn is_of_the_disk(error: &sqlx::Error) -> bool {
    const PERM: u32 = 3;
    const READONLY: u32 = 8;
    const IOERR: u32 = 10;
    const FULL: u32 = 13;
    const CANTOPEN: u32 = 14;
    let sqlx::Error::Database(error) = error else { return false };
    matches!(kind(&**error), Some(PERM | READONLY | IOERR | FULL | CANTOPEN))
}

/// Whether an error is of the rows at hand, and would be the same next time: not of the disk, the connection or other
/// writers.
pub(crate) fn is_of_the_rows(error: &sqlx::Error) -> bool {
    const ERROR: u32 = 1;
    const CONSTRAINT: u32 = 19;
    const MISMATCH: u32 = 20;
    match error {
        sqlx::Error::Database(error) => matches!(kind(&**error), Some(ERROR | CONSTRAINT | MISMATCH)),
        sqlx::Error::Decode(_)
        | sqlx::Error::Encode(_)
        | sqlx::Error::ColumnDecode { .. }
        | sqlx::Error::RowNotFound => true,
        _ => false,
    }
}

/// Begins a part of a transaction that can be rolled back alone.
pub(crate) async fn part(conn: &mut Conn) -> DbResult<Transaction<'_, Sqlite>> {
    conn.begin().await
}

/// SQLite's primary result code.
fn kind(error: &dyn DatabaseError) -> Option<u32> {
    // The lower byte is the primary code, the rest extends it.
    Some(error.code()?.parse::<u32>().ok()? & 0xff)
}

/// A new id. Ids grow with time, so rows of one time lie together.
pub(crate) fn new_id() -> String {
    Uuid::now_v7().to_string()
}

/// A list of values in parentheses.
fn push_list<T>(statement: &mut Builder, values: &[T])
where
    T: Clone + for<'q> Encode<'q, Sqlite> + Type<Sqlite> + 'static,
{
    statement.push("(");
    let mut list = statement.separated(", ");
    for value in values {
        list.push_bind(value.clone());
    }
    statement.push(")");
}

fn push_texts(statement: &mut Builder, values: &[&str]) {
    let owned: Vec<String> = values.iter().map(|value| (*value).to_owned()).collect();
    push_list(statement, &owned);
}

/// An enum of the wire contract as it is stored.
pub(crate) fn text<T: Serialize>(value: T) -> DbResult<String> {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(text)) => Ok(text),
        Ok(other) => Err(sqlx::Error::Encode(format!("{other} is not a name").into())),
        Err(error) => Err(sqlx::Error::Encode(error.into())),
    }
}

/// A stored name as an enum of the wire contract.
pub(crate) fn from_text<T: DeserializeOwned>(text: &str) -> DbResult<T> {
    let deserializer: StrDeserializer<'_, ValueError> = text.into_deserializer();
    T::deserialize(deserializer).map_err(|error| sqlx::Error::Decode(Box::new(error)))
}

/// `Some` of a stored name.
pub(crate) fn from_optional_text<T: DeserializeOwned>(text: Option<&str>) -> DbResult<Option<T>> {
    text.map(from_text).transpose()
}

/// A value of the wire contract with data of its own, as it is stored.
pub(crate) fn to_json<T: Serialize>(value: &T) -> DbResult<String> {
    serde_json::to_string(value).map_err(|error| sqlx::Error::Encode(error.into()))
}

/// Reads what [`to_json`] wrote.
pub(crate) fn from_json<T: DeserializeOwned>(text: &str) -> DbResult<T> {
    serde_json::from_str(text).map_err(|error| sqlx::Error::Decode(error.into()))
}

/// A pattern for `LIKE ... ESCAPE '\'` that finds `part` anywhere.
pub(crate) fn like_anywhere(part: &str) -> String {
    let mut pattern = String::with_capacity(part.len() + 2);
    pattern.push('%');
    for c in part.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

/// A count from the database, where no count is negative or beyond four billion.
pub(crate) fn count(value: i64) -> u32 {
    u32::try_from(value.max(0)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use api_types::{Locale, RowCode};

    #[test]
    fn enums_are_stored_by_their_wire_names() {
        assert_eq!(text(Locale::PtBr).unwrap(), "pt-BR");
        assert_eq!(from_text::<Locale>("pt-BR").unwrap(), Locale::PtBr);
        assert_eq!(from_text::<RowCode>("unknown_team").unwrap(), RowCode::UnknownTeam);
        assert!(from_text::<Locale>("klingon").is_err());
    }

    #[tokio::test]
    async fn r15_a_database_that_is_busy_is_no_failure_of_the_server() {
        use sqlx::{ConnectOptions as _, Connection as _};
        let folder = tempfile::tempdir().unwrap();
        let options = SqliteConnectOptions::new()
            .filename(folder.path().join("x.sqlite3"))
            .create_if_missing(true)
            .busy_timeout(Duration::ZERO);
        let mut one = options.connect().await.unwrap();
        let mut two = options.connect().await.unwrap();
        let held = one.begin_with("BEGIN IMMEDIATE").await.unwrap();
        let error = two.begin_with("BEGIN IMMEDIATE").await.err().unwrap();
        let problem = crate::error::ApiError::from(error).into_problem();
        assert_eq!((problem.code, problem.retry_after), (api_types::ProblemCode::Unavailable, Some(1)));
        drop(held);
    }

    #[tokio::test]
    async fn r20_every_foreign_key_has_an_index() {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::open(folder.path()).await.unwrap();
        let mut conn = db.read().await.unwrap();
        let keys: Vec<(String, String)> = sqlx::query_as(
            "SELECT t.name, k.\"from\" FROM sqlite_schema t JOIN pragma_foreign_key_list(t.name) k
              WHERE t.type = 'table' AND k.seq = 0 ORDER BY t.name, k.id",
        )
        .fetch_all(&mut *conn)
        .await
        .unwrap();
        assert!(keys.len() > 20, "{keys:?}");
        let mut without = Vec::new();
        for (table, column) in keys {
            // The query by which SQLite finds the rows of a parent that is deleted.
            let children = Builder::new(format!("SELECT 1 FROM {table} WHERE {column} = ?"));
            let steps = test::plan(&mut conn, &children).await;
            if !steps.iter().all(|step| step.starts_with("SEARCH")) {
                without.push(format!("{table}.{column}"));
            }
        }
        assert_eq!(without, Vec::<String>::new());
    }

    #[tokio::test]
    async fn r21_a_transaction_that_the_disk_ended_stops_no_later_one() {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::open(folder.path()).await.unwrap();
        let mut tx = db.write().await.unwrap();
        sqlx::query("CREATE TABLE ballast (content BLOB)").execute(&mut *tx).await.unwrap();
        tx.commit().await.unwrap();

        let mut tx = db.write().await.unwrap();
        // As many pages as there are: the disk of this connection is full.
        sqlx::query("PRAGMA max_page_count = 1").execute(&mut *tx).await.unwrap();
        let full = sqlx::query("INSERT INTO ballast VALUES (zeroblob(1000000))").execute(&mut *tx).await;
        let full = full.err().unwrap();
        assert!(is_of_the_disk(&full), "{full}");
        let problem = crate::error::ApiError::from(full).into_problem();
        assert_eq!(problem.code, api_types::ProblemCode::NotStored);
        drop(tx);

        let mut tx = db.write().await.unwrap();
        sqlx::query("INSERT INTO ballast VALUES (zeroblob(1000000))").execute(&mut *tx).await.unwrap();
        tx.commit().await.unwrap();
        let (kept,): (i64,) = sqlx::query_as("SELECT COUNT(*) FROM ballast")
            .fetch_one(&mut *db.read().await.unwrap())
            .await
            .unwrap();
        assert_eq!(kept, 1);
    }

    #[test]
    fn wildcards_are_searched_for_literally() {
        assert_eq!(like_anywhere(r"50%_a\b"), r"%50\%\_a\\b%");
    }
}
