//! Storage. Every statement of the server is in this module's files; the SQL keeps to what SQLite and PostgreSQL
//! share. What is a database's own is in [`sqlite`] and [`postgres`].
//!
//! Ids (UUIDs, as text) are for clients, and each is stored in one row alone; tables with many rows refer to each other
//! by numbers.

pub(crate) mod accounts;
pub(crate) mod api_keys;
pub(crate) mod audit;
pub(crate) mod audit_trail;
pub(crate) mod batches;
mod builder;
pub(crate) mod column_mappings;
mod conn;
mod done;
pub(crate) mod ends_with_access;
pub(crate) mod errors;
pub(crate) mod factors;
mod failures;
pub(crate) mod field_sync;
pub(crate) mod flows;
pub(crate) mod guesses;
pub(crate) mod housekeeping;
pub(crate) mod idempotency;
mod ids;
pub(crate) mod integration;
pub(crate) mod invitations;
pub(crate) mod keys_in_use;
pub(crate) mod links;
pub(crate) mod long_list;
pub(crate) mod mail_kind;
pub(crate) mod mails;
pub(crate) mod marketo;
mod move_mark;
pub(crate) mod moving;
mod open_error;
pub(crate) mod people_counts;
pub(crate) mod person_data;
mod postgres;
pub(crate) mod proof_codes;
pub(crate) mod restored;
pub(crate) mod retention;
pub(crate) mod retries;
pub(crate) mod revocations;
pub(crate) mod rows;
pub(crate) mod salesforce;
pub(crate) mod salesforce_setup;
#[cfg(test)]
mod schemas;
pub(crate) mod sealed;
mod search;
pub(crate) mod servers;
pub(crate) mod session_tokens;
pub(crate) mod sessions;
pub(crate) mod setup_guide;
pub(crate) mod snapshot;
mod sqlite;
mod statement;
mod stored;
#[cfg(test)]
mod stored_texts;
pub(crate) mod teams;
#[cfg(test)]
pub(crate) mod test;
pub(crate) mod ticks;
pub(crate) mod told;
mod transaction;
pub(crate) mod troubles;
mod upgrades;
pub(crate) mod users;
mod value;
pub(crate) mod webhooks;

use std::path::Path;
use std::time::Instant;

use api_types::limits::ROWS_PER_CHUNK;
use prometheus_client::metrics::histogram::Histogram;
use serde::Serialize;
use serde::de::value::{Error as ValueError, StrDeserializer};
use serde::de::{DeserializeOwned, IntoDeserializer as _};
use uuid::Uuid;

use crate::platform::clock::Millis;
use crate::platform::place::Place;
use builder::Builder;
pub(crate) use conn::{Conn, DbResult, Reader};
pub(crate) use failures::{is_busy, is_of_the_disk, is_of_the_rows};
pub(crate) use ids::AccountId;
use ids::StoredId;
use move_mark::{check_for_command, check_for_server};
use open_error::OpenError;
use postgres::open::PostgresDb;
use sqlite::open::SqliteDb;
use statement::{composed, statement};
use stored::{Flag, Json, Stored};
pub(crate) use transaction::{Tx, part};
pub(crate) use upgrades::Fit;
use value::Value;

/// The upper ends of the ranges that waits are counted in, in seconds. None is longer than a driver waits.
const WAITS: [f64; 7] = [0.001, 0.01, 0.1, 0.5, 1.0, 5.0, 10.0];

/// Rows that one statement writes or asks for: as many as a chunk brings at once.
pub(crate) const ROWS_PER_STATEMENT: usize = ROWS_PER_CHUNK;

/// The database.
#[derive(Clone)]
pub(crate) struct Db {
    driver: Driver,
    /// How long writers have waited for their turn, in seconds.
    waits: Histogram,
}

#[derive(Clone)]
enum Driver {
    Sqlite(SqliteDb),
    Postgres(PostgresDb),
}

impl Db {
    /// Opens the database of a place for the server with this id, making or migrating it where needed.
    pub(crate) async fn open(place: &Place, server: Option<&str>) -> Result<Self, OpenError> {
        Ok(Self::of(match &place.database {
            None => {
                check_for_server(&place.folder)?;
                Driver::Sqlite(SqliteDb::open(&place.folder).await?)
            }
            Some(url) => Driver::Postgres(PostgresDb::open(url, server, place.patience).await?),
        }))
    }

    /// Has nothing start on the database of a place before what is restored into it is whole. That of a folder needs nothing:
    /// its file comes there when it is.
    pub(crate) async fn begin_restore(place: &Place) -> Result<(), OpenError> {
        match &place.database {
            None => Ok(()),
            Some(url) => PostgresDb::begin_restore(url).await,
        }
    }

    /// Has servers start on it from now on, in the transaction of all else.
    pub(crate) async fn end_restore(&self, tx: &mut Tx) -> DbResult<()> {
        match &self.driver {
            Driver::Sqlite(_) => Ok(()),
            Driver::Postgres(_) => PostgresDb::end_restore(tx).await,
        }
    }

    /// Opens a database that is being restored, and migrates it where needed.
    pub(crate) async fn open_restored(place: &Place) -> Result<Self, OpenError> {
        Ok(Self::of(match &place.database {
            None => Driver::Sqlite(SqliteDb::open(&place.folder).await?),
            Some(url) => Driver::Postgres(PostgresDb::open_restored(url).await?),
        }))
    }

    /// Whether no server has started on a place yet. Nothing is made there.
    ///
    /// # Errors
    /// When the data is elsewhere, or no server could start on the database.
    pub(crate) async fn is_new(place: &Place) -> Result<bool, OpenError> {
        match &place.database {
            None => {
                check_for_command(&place.folder)?;
                Ok(!SqliteDb::is_in(&place.folder))
            }
            Some(url) => PostgresDb::is_new(url).await,
        }
    }

    /// Opens the database of a place beside the server that it belongs to; `None` where its version does not fit.
    pub(crate) async fn open_beside(place: &Place, fit: Fit) -> Result<Option<Self>, OpenError> {
        let driver = match &place.database {
            None => {
                check_for_command(&place.folder)?;
                SqliteDb::open_beside(&place.folder, fit).await?.map(Driver::Sqlite)
            }
            Some(url) => PostgresDb::open_beside(url, fit).await?.map(Driver::Postgres),
        };
        Ok(driver.map(Self::of))
    }

    fn of(driver: Driver) -> Self {
        Self { driver, waits: Histogram::new(WAITS) }
    }

    /// A connection that sees committed data.
    pub(crate) async fn read(&self) -> DbResult<Reader> {
        match &self.driver {
            Driver::Sqlite(db) => db.read().await,
            Driver::Postgres(db) => db.read().await,
        }
    }

    /// The only write transaction at a time. Dropped without a commit, it is rolled back.
    pub(crate) async fn write(&self) -> DbResult<Tx> {
        let asked = Instant::now();
        let tx = match &self.driver {
            Driver::Sqlite(db) => db.write().await,
            Driver::Postgres(db) => db.write().await,
        };
        self.waits.observe(asked.elapsed().as_secs_f64());
        tx
    }

    /// The same, unless another server has a transaction of this name; `None` then.
    pub(crate) async fn write_named(&self, name: &str) -> DbResult<Option<Tx>> {
        let asked = Instant::now();
        let tx = match &self.driver {
            Driver::Sqlite(db) => db.write().await.map(Some),
            Driver::Postgres(db) => db.write_named(name).await,
        };
        self.waits.observe(asked.elapsed().as_secs_f64());
        tx
    }

    /// Waits until no other server holds this name, and holds it until dropped.
    pub(crate) async fn hold(&self, name: &str) -> DbResult<Option<Tx>> {
        match &self.driver {
            Driver::Sqlite(_) => Ok(None),
            Driver::Postgres(db) => db.hold(name).await.map(Some),
        }
    }

    /// The same for a server that is not there yet, to enter.
    pub(crate) async fn write_as_newcomer(&self) -> DbResult<Tx> {
        match &self.driver {
            Driver::Sqlite(db) => db.write().await,
            Driver::Postgres(db) => db.write_as_newcomer().await,
        }
    }

    /// How long writers have waited for their turn, and in vain, in seconds.
    pub(crate) fn waits(&self) -> Histogram {
        self.waits.clone()
    }

    /// The connections that read: how many are in use, of how many at most.
    pub(crate) fn readers(&self) -> (u32, u32) {
        match &self.driver {
            Driver::Sqlite(db) => db.readers(),
            Driver::Postgres(db) => db.readers(),
        }
    }

    /// A connection for what must not wait for those who read or write.
    pub(crate) async fn apart(&self) -> DbResult<Reader> {
        match &self.driver {
            Driver::Sqlite(db) => db.read().await,
            Driver::Postgres(db) => db.apart().await,
        }
    }

    /// Whether other servers may use it, too.
    pub(crate) fn is_shared(&self) -> bool {
        matches!(self.driver, Driver::Postgres(_))
    }

    /// How much room its rows, indexes and free pages take, in bytes.
    pub(crate) async fn bytes(&self) -> DbResult<u64> {
        match &self.driver {
            Driver::Sqlite(db) => db.bytes().await,
            Driver::Postgres(db) => db.bytes().await,
        }
    }

    /// Whether rows can be read from where they are stored, and not only from memory. It is asked after a write.
    pub(crate) async fn is_readable(&self) -> DbResult<bool> {
        match &self.driver {
            Driver::Sqlite(db) => db.is_readable().await,
            Driver::Postgres(db) => db.is_readable().await,
        }
    }

    /// Whether there is a database in a folder.
    pub(crate) fn is_in(folder: &Path) -> bool {
        SqliteDb::is_in(folder)
    }

    /// What is wrong with what is stored: pages that cannot be read, indexes that differ from their tables, rows without
    /// those they belong to. It reads everything.
    pub(crate) async fn damage(&self) -> DbResult<Vec<String>> {
        let mut conn = self.read().await?;
        match &self.driver {
            Driver::Sqlite(_) => sqlite::damage::find(&mut conn).await,
            Driver::Postgres(_) => postgres::damage::find(&mut conn).await,
        }
    }

    /// The name and the version of the database's program.
    pub(crate) async fn version(&self) -> DbResult<String> {
        let (name, version) = match &self.driver {
            Driver::Sqlite(_) => ("SQLite", statement("SELECT sqlite_version()")),
            Driver::Postgres(_) => ("PostgreSQL", statement("SELECT current_setting('server_version')")),
        };
        let (version,): (String,) = version.one(&mut *self.read().await?).await?;
        Ok(format!("{name} {version}"))
    }

    /// What time it is by the database's server, where it has a clock of its own.
    pub(crate) async fn clock(&self) -> DbResult<Option<Millis>> {
        match &self.driver {
            Driver::Sqlite(_) => Ok(None),
            Driver::Postgres(_) => servers::clock(&mut *self.read().await?).await.map(Some),
        }
    }

    /// Takes what was deleted out of what is stored, as far as the database does not do so by itself: out of the indexes of
    /// searches, out of the file, and out of its log. Returns whether nothing is left.
    pub(crate) async fn forget_deleted(&self) -> DbResult<bool> {
        match &self.driver {
            Driver::Sqlite(db) => db.forget_deleted().await,
            // Its own housekeeping does it.
            Driver::Postgres(_) => Ok(true),
        }
    }

    pub(crate) async fn close(&self) {
        match &self.driver {
            Driver::Sqlite(db) => db.close().await,
            Driver::Postgres(db) => db.close().await,
        }
    }
}

/// A new id. Ids grow with time, so rows of one time lie together.
pub(crate) fn new_id<Id: From<String>>() -> Id {
    Uuid::now_v7().to_string().into()
}

/// Another id that is sorted where that one is.
pub(crate) fn new_id_in_place_of<Id: From<String>>(id: &str) -> Id {
    let made = Uuid::parse_str(id).ok().and_then(|id| id.get_timestamp());
    made.map_or_else(new_id, |made| Uuid::new_v7(made).to_string().into())
}

/// A list of values in parentheses.
fn push_list<T>(statement: &mut Builder, values: &[T])
where
    T: Clone + Into<Value>,
{
    statement.push("(");
    let mut list = statement.separated(", ");
    for value in values {
        list.push_bind(value.clone());
    }
    statement.push(")");
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
        use std::time::Duration;

        use sqlx::sqlite::SqliteConnectOptions;
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
        let db = Db::open(&Place::in_folder(folder.path()), None).await.unwrap();
        let mut conn = db.read().await.unwrap();
        let keys: Vec<(String, String)> = statement(
            "SELECT t.name, k.\"from\" FROM sqlite_schema t JOIN pragma_foreign_key_list(t.name) k
              WHERE t.type = 'table' AND k.seq = 0 ORDER BY t.name, k.id",
        )
        .all(&mut conn)
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
        let db = Db::open(&Place::in_folder(folder.path()), None).await.unwrap();
        let mut tx = db.write().await.unwrap();
        statement("CREATE TABLE ballast (content BLOB)").execute(&mut tx).await.unwrap();
        tx.commit().await.unwrap();

        let mut tx = db.write().await.unwrap();
        // As many pages as there are: the disk of this connection is full.
        statement("PRAGMA max_page_count = 1").execute(&mut tx).await.unwrap();
        let full = statement("INSERT INTO ballast VALUES (zeroblob(1000000))").execute(&mut tx).await;
        let full = full.err().unwrap();
        assert!(is_of_the_disk(&full), "{full}");
        let problem = crate::error::ApiError::from(full).into_problem();
        assert_eq!(problem.code, api_types::ProblemCode::NotStored);
        drop(tx);

        let mut tx = db.write().await.unwrap();
        statement("INSERT INTO ballast VALUES (zeroblob(1000000))").execute(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
        let (kept,): (i64,) =
            statement("SELECT COUNT(*) FROM ballast").one(&mut db.read().await.unwrap()).await.unwrap();
        assert_eq!(kept, 1);
    }

    #[test]
    fn wildcards_are_searched_for_literally() {
        assert_eq!(like_anywhere(r"50%_a\b"), r"%50\%\_a\\b%");
    }
}
