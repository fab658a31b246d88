//! Comparing the two databases, row by row and value by value.

use std::cmp::Ordering;
use std::collections::VecDeque;

use futures_util::future::try_join;

use super::copying::replace_nuls;
use super::progress::{Difference, Listener, MoveError, Step};
use super::row::Row;
use super::table::{Table, shown};
use crate::db::conn::{Conn, DbResult};
use crate::db::postgres::target::Target;
use crate::db::value::Value;

/// Compares all tables. Returns how many rows each has.
///
/// # Errors
/// When they differ; all are compared nevertheless.
pub(super) async fn compare_all(
    source: &mut Conn,
    target: &Target,
    tables: &[Table],
    portion: u32,
    tell: Listener<'_>,
) -> Result<Vec<u64>, MoveError> {
    let mut there = target.db.read().await?;
    let (mut rows, mut differences) = (Vec::new(), Vec::new());
    for table in tables {
        let compared = compare(source, &mut there, table, portion, tell).await?;
        rows.push(compared.rows);
        differences.extend(compared.first.map(|first| (first, compared.differences)));
    }
    let count = differences.iter().map(|(_, count)| count).sum();
    match differences.into_iter().next() {
        Some((first, _)) => Err(MoveError::Differs { count, first }),
        None => Ok(rows),
    }
}

async fn compare(
    source: &mut Conn,
    target: &mut Conn,
    table: &Table,
    portion: u32,
    tell: Listener<'_>,
) -> DbResult<Compared> {
    let of = table.count(source).await?;
    let mut compared = Compared::default();
    let (mut ours, mut theirs) = (Reading::default(), Reading::default());
    loop {
        try_join(ours.fill(source, table, portion), theirs.fill(target, table, portion)).await?;
        if ours.is_over && theirs.is_over {
            return Ok(compared);
        }
        compared.add(table, &mut ours, &mut theirs);
        tell(Step::Compared { table: table.name(), rows: compared.rows, of });
    }
}

/// What comparing a table has found.
#[derive(Default)]
struct Compared {
    rows: u64,
    differences: u64,
    first: Option<Difference>,
}

impl Compared {
    /// Compares what was read, until more is to be read.
    fn add(&mut self, table: &Table, ours: &mut Reading, theirs: &mut Reading) {
        while ours.has_next() && theirs.has_next() {
            if ours.rows.front() == theirs.rows.front() {
                self.rows += u64::from(ours.rows.pop_front().is_some());
                theirs.rows.pop_front();
                continue;
            }
            // A row that one of them has not is passed over in the other.
            let (our, their) = (ours.key(table), theirs.key(table));
            let order = match (&our, &their) {
                (Some(our), Some(their)) => our.cmp(their),
                (Some(_), None) => Ordering::Less,
                (None, _) => Ordering::Greater,
            };
            if order.is_le() {
                self.rows += u64::from(ours.rows.pop_front().is_some());
            }
            if order.is_ge() {
                theirs.rows.pop_front();
            }
            self.differences += 1;
            let key = if order.is_le() { our } else { their };
            self.first.get_or_insert_with(|| Difference {
                table: table.name().to_owned(),
                key: shown(&key.unwrap_or_default()),
            });
        }
    }
}

/// The rows of a table in the order of their keys.
#[derive(Default)]
struct Reading {
    rows: VecDeque<Row>,
    /// The last key as the database has it.
    after: Option<Vec<Value>>,
    is_over: bool,
}

impl Reading {
    /// Reads the next portion once the last one is dealt with.
    async fn fill(&mut self, conn: &mut Conn, table: &Table, portion: u32) -> DbResult<()> {
        if !self.rows.is_empty() || self.is_over {
            return Ok(());
        }
        let mut rows: Vec<Row> = table.portion(self.after.as_deref(), portion).build().all(conn).await?;
        self.is_over = rows.is_empty();
        self.after = rows.last().map(|last| table.key_of(last));
        rows.iter_mut().for_each(|row| {
            replace_nuls(row);
        });
        self.rows = rows.into();
        Ok(())
    }

    /// Whether the next row is known, or that there is none.
    fn has_next(&self) -> bool {
        self.is_over || !self.rows.is_empty()
    }

    fn key(&self, table: &Table) -> Option<Vec<Value>> {
        self.rows.front().map(|row| table.key_of(row))
    }
}
