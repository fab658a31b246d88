//! Copies of a whole database, as it was at one moment, and what is in them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::accounts::{self, AccountRow};
use super::builder::Builder;
use super::open_error::OpenError;
pub(crate) use super::postgres::dump::SpareName;
use super::postgres::dump::{self, Moment, ProgramError};
use super::postgres::schema as postgres_schema;
use super::sealed::{self, KeyNames};
use super::sqlite::open::{FILE, SqliteDb};
use super::sqlite::{schema as sqlite_schema, snapshot as sqlite};
use super::upgrades::{self, Fit};
use super::{Conn, DbResult, statement};
use crate::platform::disk;
use crate::platform::place::{DatabaseUrl, Place};

/// The kind of a database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Engine {
    Sqlite,
    Postgres,
}

impl Engine {
    /// That of a place.
    pub(crate) fn of(place: &Place) -> Self {
        if place.database.is_some() { Self::Postgres } else { Self::Sqlite }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        }
    }

    /// The last migration that this server knows.
    pub(crate) fn latest_schema(self) -> i64 {
        match self {
            Self::Sqlite => sqlite_schema::latest(),
            Self::Postgres => postgres_schema::latest(),
        }
    }
}

/// A copy of a database.
pub(crate) struct Copy {
    pub(crate) file: PathBuf,
    pub(crate) engine: Engine,
    pub(crate) content: Content,
}

/// What is in a database.
pub(crate) struct Content {
    /// The last migration that has run.
    pub(crate) schema: i64,
    /// The migration that a server has to know to use it.
    pub(crate) needs: i64,
    pub(crate) account: AccountRow,
    /// How many rows each table has.
    pub(crate) tables: BTreeMap<String, i64>,
    /// The names of the keys by which something is sealed.
    pub(crate) key_names: KeyNames,
}

/// Why there is no copy. Each is a sentence that says what to do.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CopyError {
    #[error("there is no server's database in {folder}: name the data folder (--data or MSI_DATA)")]
    NoDatabase { folder: String },
    #[error("the data is that of another version of the server: start this one once, then back it up")]
    OfAnotherVersion,
    #[error("there is no account yet: start the server first")]
    NoAccount,
    #[error(
        "the copy of the database takes up to {needed} MB, and {folder} has {free} MB left: make room there, or name another folder"
    )]
    NoRoom { folder: String, needed: u64, free: u64 },
    #[error("the database cannot be copied to {folder}: {why}: make room there, or name another folder")]
    NotWritten { folder: String, why: String },
    #[error(
        "the copy of the database is damaged ({what}), so the database may be, too: look at its disk, and keep the backups before"
    )]
    Damaged { what: String },
    #[error(transparent)]
    Program(#[from] ProgramError),
    #[error(transparent)]
    Open(#[from] OpenError),
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// Copies the database of a place into a folder, beside the server that uses it, and looks at the copy. Others write
/// meanwhile: it is as it was when this began.
pub(crate) async fn copy(place: &Place, folder: &Path) -> Result<Copy, CopyError> {
    match &place.database {
        None => of_sqlite(&place.folder, folder).await,
        Some(url) => of_postgres(url, folder).await,
    }
}

async fn of_postgres(url: &DatabaseUrl, folder: &Path) -> Result<Copy, CopyError> {
    let file = folder.join("msi.dump");
    let mut moment = Moment::of(url).await?.ok_or(CopyError::OfAnotherVersion)?;
    let content = content(&mut moment.conn, Engine::Postgres).await?;
    let dumped = moment.dump(url, &file).await;
    moment.end().await?;
    let dumped = dumped?;
    match content.tables.keys().find(|table| !dumped.contains(table)) {
        Some(table) => Err(CopyError::Damaged { what: format!("it lacks the table {table}") }),
        None => Ok(Copy { file, engine: Engine::Postgres, content }),
    }
}

async fn of_sqlite(from: &Path, folder: &Path) -> Result<Copy, CopyError> {
    let shown = || folder.display().to_string();
    if !SqliteDb::is_in(from) {
        return Err(CopyError::NoDatabase { folder: from.display().to_string() });
    }
    let source = SqliteDb::open_beside(from, Fit::Sufficient).await?.ok_or(CopyError::OfAnotherVersion)?;
    let needed = source.bytes().await?;
    if let Some(free) = disk::free(folder).filter(|free| *free < needed) {
        let (needed, free) = (needed / 1_000_000, free / 1_000_000);
        return Err(CopyError::NoRoom { folder: shown(), needed, free });
    }
    let copied = source.copy(folder).await;
    source.close().await;
    let file = match copied {
        Err(error) if super::is_of_the_disk(&error) => {
            return Err(CopyError::NotWritten { folder: shown(), why: error.to_string() });
        }
        copied => copied?,
    };
    let copy = SqliteDb::open_beside(folder, Fit::Sufficient).await?.ok_or(CopyError::OfAnotherVersion)?;
    let mut conn = copy.read().await?;
    if let Some(what) = sqlite::damage(&mut conn).await? {
        return Err(CopyError::Damaged { what });
    }
    let content = content(&mut conn, Engine::Sqlite).await?;
    drop(conn);
    copy.close().await;
    Ok(Copy { file, engine: Engine::Sqlite, content })
}

/// Looks at what is in a database of this server's version.
async fn content(conn: &mut Conn, engine: Engine) -> Result<Content, CopyError> {
    let run: Vec<upgrades::Run> =
        statement("SELECT version, description FROM _sqlx_migrations ORDER BY version").all(conn).await?;
    let schema = run.last().map_or(0, |(version, _)| *version);
    let needs = upgrades::needed(&run);
    let account = accounts::only(conn).await?.ok_or(CopyError::NoAccount)?;
    let tables = count_rows(conn, engine).await?;
    Ok(Content { schema, needs, account, tables, key_names: sealed::key_names(conn).await? })
}

/// How many rows each table has.
pub(crate) async fn count_rows(conn: &mut Conn, engine: Engine) -> DbResult<BTreeMap<String, i64>> {
    let names = match engine {
        Engine::Sqlite => sqlite::tables(conn).await?,
        Engine::Postgres => dump::tables(conn).await?,
    };
    let mut rows = BTreeMap::new();
    for name in names {
        let (count,): (i64,) = Builder::new(format!("SELECT COUNT(*) FROM {name}")).build().one(conn).await?;
        rows.insert(name, count);
    }
    Ok(rows)
}

/// Fills an empty database with the copy of one.
pub(crate) async fn fill(place: &Place, copy: &Path) -> Result<(), CopyError> {
    match &place.database {
        None => Ok(std::fs::rename(copy, place.folder.join(FILE)).map_err(sqlx::Error::Io)?),
        Some(url) => Ok(dump::fill(url, copy).await?),
    }
}

/// Makes an empty database beside another one, for a while.
pub(crate) async fn make_database(beside: &DatabaseUrl, name: &SpareName) -> Result<DatabaseUrl, CopyError> {
    Ok(dump::make_database(beside, name).await?)
}

/// Drops what [`make_database`] has made, if it is there.
pub(crate) async fn drop_database(beside: &DatabaseUrl, name: &SpareName) -> Result<(), CopyError> {
    Ok(dump::drop_database(beside, name).await?)
}
