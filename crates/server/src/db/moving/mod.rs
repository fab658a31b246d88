//! Moving an account from SQLite to PostgreSQL: table by table in portions, then compared row by row.
//!
//! A move has an id, in a mark in the data folder and in a table of the target. What is copied is in the target itself: rows
//! go over in the order of their keys, so the move goes on after the greatest key there is.

mod comparing;
mod copying;
mod progress;
mod row;
mod table;

use std::path::Path;
use std::time::{Duration, Instant};

use super::conn::Conn;
use super::move_mark::{self as mark, Mark};
use super::postgres::half;
use super::postgres::target::Target;
use super::sqlite::open::SqliteDb;
use super::sqlite::tables::greatest_number;
use super::upgrades::Fit;
use super::{DbResult, new_id};
use crate::platform::place::DatabaseUrl;
pub use progress::Step;
pub(crate) use progress::{Listener, MoveError};
use table::Table;

/// Tables whose rows are of servers, and not of the account.
const OF_SERVERS: [&str; 2] = ["servers", "keys_in_use"];

/// A move that is complete.
#[derive(Debug)]
pub(crate) struct Moved {
    /// The target, as it is named in messages.
    pub(crate) target: String,
    /// The tables with their rows.
    pub(crate) tables: Vec<(String, u64)>,
    /// Texts that had a NUL.
    pub(crate) changed_texts: i64,
    pub(crate) copying: Duration,
    pub(crate) comparing: Duration,
}

/// Moves the database in a folder into an empty one, or goes on with that. The folder is locked for this process.
pub(crate) async fn run(
    folder: &Path,
    url: &DatabaseUrl,
    portion: u32,
    tell: Listener<'_>,
) -> Result<Moved, MoveError> {
    let begun = Instant::now();
    if !SqliteDb::is_in(folder) {
        return Err(MoveError::NoSource { folder: folder.display().to_string() });
    }
    let source = SqliteDb::open_beside(folder, Fit::Exact).await?.ok_or(MoveError::OfAnotherVersion)?;
    // Keeps the commands beside a server from writing meanwhile. Nothing is written by it.
    let mut held = source.write().await?;
    let mut target = Target::open(url).await?;
    let id = begin(folder, &target).await?;
    target.migrate().await?;

    let tables = tables(&mut held, &target).await?;
    half::take_away(&target).await?;
    for table in &tables {
        copying::copy(&mut held, &target, table, portion, tell).await?;
    }
    number_on(&mut held, &target).await?;
    half::put_back(&target, |parts, of| tell(Step::Built { parts, of })).await?;
    half::analyze(&target, tables.iter().map(Table::name)).await?;
    let copying = begun.elapsed();

    let begun = Instant::now();
    let rows = comparing::compare_all(&mut held, &target, &tables, portion, tell).await?;
    let comparing = begun.elapsed();
    // First: a server is to start on none of the two rather than on both.
    mark::set_moved(folder, &id)?;
    let changed_texts = half::end(&target, tables.iter().map(Table::name)).await?;
    held.rollback().await?;
    source.close().await;
    let name = target.name();
    target.close().await;
    let names = tables.iter().map(|table| table.name().to_owned());
    let tables = names.zip(rows).collect();
    Ok(Moved { target: name, tables, changed_texts, copying, comparing })
}

/// Begins a move, or goes on with it. Returns its id.
async fn begin(folder: &Path, target: &Target) -> Result<String, MoveError> {
    let mark = mark::read(folder)?;
    let mut tx = target.db.write().await?;
    let half = half::id(&mut tx).await?;
    if let (Some(half), Mark::Moving(own) | Mark::Moved(own)) = (&half, &mark)
        && half == own
    {
        return Ok(own.clone());
    }
    if matches!(mark, Mark::Moved(_)) {
        return Err(MoveError::AlreadyMoved);
    }
    if half.is_some() {
        return Err(MoveError::OfAnotherMove { target: target.name() });
    }
    if half::has_tables(&mut tx).await? {
        return Err(MoveError::NotEmpty { target: target.name() });
    }
    let id: String = new_id();
    // First: the target's part is worth nothing without it.
    mark::set_moving(folder, &id)?;
    half::make(&mut tx, &id).await.map_err(|error| target.refusal(error))?;
    tx.commit().await?;
    Ok(id)
}

/// The tables of the source, which are those of the target, but for those of running servers.
async fn tables(source: &mut Conn, target: &Target) -> Result<Vec<Table>, MoveError> {
    let mut tables = table::of(source).await?;
    tables.retain(|table| !OF_SERVERS.contains(&table.name()));
    let columns = tables.iter().flat_map(Table::column_names);
    let mut ours: Vec<_> = columns.map(|(table, column)| (table.to_owned(), column.to_owned())).collect();
    let mut theirs = half::columns(&mut *target.db.read().await?).await?;
    theirs.retain(|(table, _)| !OF_SERVERS.contains(&table.as_str()));
    ours.sort_unstable();
    theirs.sort_unstable();
    if ours == theirs { Ok(tables) } else { Err(MoveError::OtherTables { target: target.name() }) }
}

/// The target numbers on where the source would.
async fn number_on(source: &mut Conn, target: &Target) -> DbResult<()> {
    let mut tx = target.db.write().await?;
    for (table, column) in half::numbered_columns(&mut tx).await? {
        let greatest = greatest_number(source, &table, &column).await?;
        half::number_after(&mut tx, &table, &column, greatest).await?;
    }
    tx.commit().await
}
