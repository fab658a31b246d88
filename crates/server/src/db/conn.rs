//! Connections, whatever the database.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::stream::{self, BoxStream, StreamExt as _, TryStreamExt as _};
use sqlx::pool::PoolConnection;
use sqlx::{Database, Postgres, SqlSafeStr as _, Sqlite};
use sqlx_core::transaction::TransactionManager as _;
use tokio::runtime::Handle;
use tokio::time::timeout;

pub(crate) type DbResult<T> = Result<T, sqlx::Error>;

/// A connection, inside a transaction or not.
pub(crate) enum Conn {
    Sqlite(Link<Sqlite>),
    Postgres(Link<Postgres>),
}

impl Conn {
    /// Whether a part of its transaction has begun and not ended.
    pub(super) fn is_in_part(&mut self) -> &mut bool {
        match self {
            Self::Sqlite(link) => &mut link.is_in_part,
            Self::Postgres(link) => &mut link.is_in_part,
        }
    }
}

/// A connection outside a transaction.
pub(crate) struct Reader(Conn);

impl Reader {
    pub(super) fn new(conn: Conn) -> Self {
        Self(conn)
    }
}

impl Deref for Reader {
    type Target = Conn;

    fn deref(&self) -> &Conn {
        &self.0
    }
}

impl DerefMut for Reader {
    fn deref_mut(&mut self) -> &mut Conn {
        &mut self.0
    }
}

/// How long a database is waited for that may vanish without a word.
#[derive(Clone, Copy, Debug)]
pub(super) struct Patience {
    /// For each answer.
    pub(super) answer: Duration,
    /// For the end of what was under way when a connection was left, before another one has its place.
    pub(super) release: Duration,
}

/// A kind of failure that whoever begins the next transaction wants to know of.
pub(super) struct Watched {
    pub(super) is_it: fn(&sqlx::Error) -> bool,
    pub(super) came: Arc<AtomicBool>,
}

/// A connection of a driver.
pub(crate) struct Link<DB: Database> {
    conn: PoolConnection<DB>,
    /// Inside a transaction, which is rolled back when this is dropped.
    is_inside: bool,
    is_in_part: bool,
    /// `None` where an answer comes, whenever that is.
    patience: Option<Patience>,
    outcomes: Outcomes,
}

/// What became of all that was asked on a connection.
#[derive(Default)]
struct Outcomes {
    /// No answer came: it is closed, and nothing is asked on it again.
    is_lost: AtomicBool,
    watched: Option<Watched>,
}

impl Outcomes {
    fn is_lost(&self) -> bool {
        self.is_lost.load(Ordering::Relaxed)
    }

    fn note<T>(&self, answered: DbResult<T>) -> DbResult<T> {
        if let Err(error) = &answered {
            if matches!(error, sqlx::Error::Io(_)) {
                self.is_lost.store(true, Ordering::Relaxed);
            }
            if let Some(watched) = self.watched.as_ref().filter(|watched| (watched.is_it)(error)) {
                watched.came.store(true, Ordering::Relaxed);
            }
        }
        answered
    }
}

impl<DB: Database> Link<DB> {
    pub(super) fn outside(conn: PoolConnection<DB>, patience: Option<Patience>) -> Self {
        Self { conn, is_inside: false, is_in_part: false, patience, outcomes: Outcomes::default() }
    }

    /// Begins a transaction, by this statement where it is not the usual one.
    pub(super) async fn inside(
        conn: PoolConnection<DB>,
        begin: Option<&'static str>,
        patience: Option<Patience>,
    ) -> DbResult<Self> {
        // Also when it fails, or does not end, it is rolled back: it may have begun.
        let mut link = Self::outside(conn, patience);
        link.is_inside = true;
        let begin = begin.map(|begin| begin.into_sql_str());
        link.ask(|conn| DB::TransactionManager::begin(conn, begin)).await?;
        Ok(link)
    }

    /// A transaction of a lost connection ends with it.
    pub(super) async fn rollback(mut self) -> DbResult<()> {
        if self.is_inside && !self.outcomes.is_lost() {
            self.ask(DB::TransactionManager::rollback).await?;
            self.is_inside = false;
        }
        Ok(())
    }

    pub(super) async fn commit(mut self) -> DbResult<()> {
        if self.is_inside {
            self.ask(DB::TransactionManager::commit).await?;
            self.is_inside = false;
        }
        Ok(())
    }

    pub(super) fn watch(&mut self, watched: Watched) {
        self.outcomes.watched = Some(watched);
    }

    /// Waits for an answer as long as there is patience for it.
    ///
    /// # Errors
    /// At once where an answer did not come before.
    pub(super) async fn ask<'a, T, F>(
        &'a mut self,
        ask: impl FnOnce(&'a mut DB::Connection) -> F,
    ) -> DbResult<T>
    where
        F: Future<Output = DbResult<T>> + 'a,
    {
        if self.outcomes.is_lost() {
            return Err(not_answered());
        }
        let answered = within(self.patience, ask(&mut self.conn)).await;
        self.outcomes.note(answered)
    }

    /// Rows until one fails, or does not come in time.
    pub(super) fn each<'a, T: Send + 'static>(
        &'a mut self,
        rows: impl FnOnce(&'a mut DB::Connection) -> BoxStream<'a, DbResult<T>>,
    ) -> BoxStream<'a, DbResult<T>> {
        if self.outcomes.is_lost() {
            return stream::once(async { Err(not_answered()) }).boxed();
        }
        let Self { conn, patience, outcomes, .. } = self;
        let (patience, outcomes) = (*patience, &*outcomes);
        stream::unfold(Some(rows(conn)), move |rows| async move {
            let mut rows = rows?;
            match outcomes.note(within(patience, rows.try_next()).await) {
                Ok(row) => Some((Ok(row?), Some(rows))),
                Err(error) => Some((Err(error), None)),
            }
        })
        .boxed()
    }
}

/// What a database answers, if it does so in time.
async fn within<T>(patience: Option<Patience>, answer: impl Future<Output = DbResult<T>>) -> DbResult<T> {
    match patience {
        None => answer.await,
        Some(patience) => timeout(patience.answer, answer).await.unwrap_or_else(|_| Err(not_answered())),
    }
}

/// As where a network says that nothing comes any more.
pub(super) fn not_answered() -> sqlx::Error {
    std::io::Error::new(std::io::ErrorKind::TimedOut, "the database does not answer").into()
}

impl<DB: Database> Drop for Link<DB> {
    fn drop(&mut self) {
        if self.outcomes.is_lost() {
            return self.conn.close_on_drop();
        }
        if self.is_inside {
            DB::TransactionManager::start_rollback(&mut self.conn);
        }
        // By itself, the pool would wait for an answer without a limit.
        if let (Some(patience), Ok(runtime)) = (self.patience, Handle::try_current()) {
            runtime.spawn(timeout(patience.release, self.conn.return_to_pool()));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future;

    use sqlx::sqlite::SqlitePoolOptions;
    use sqlx::{Connection as _, Executor as _};

    use super::*;

    const SOON: Duration = Duration::from_millis(1);

    #[tokio::test]
    async fn r9_a_connection_that_did_not_answer_is_asked_nothing_more_and_given_to_nobody() {
        let pool = SqlitePoolOptions::new().max_connections(1).connect("sqlite::memory:").await.unwrap();
        pool.execute("CREATE TEMP TABLE left_by_the_first (id)").await.unwrap();
        let patience = Some(Patience { answer: SOON, release: SOON });
        let conn = pool.acquire().await.unwrap();
        let mut link = Link::<Sqlite>::outside(conn, patience);
        link.is_inside = true;
        let asked = link.ask(|_| future::pending::<DbResult<()>>()).await;
        assert!(matches!(asked, Err(sqlx::Error::Io(_))), "{asked:?}");

        let is_asked = AtomicBool::new(false);
        let again = link.ask(|conn| {
            is_asked.store(true, Ordering::Relaxed);
            conn.ping()
        });
        assert!(matches!(again.await, Err(sqlx::Error::Io(_))));
        let rows = link.each(|conn| {
            is_asked.store(true, Ordering::Relaxed);
            conn.fetch("SELECT 1").map_ok(|_| ()).boxed()
        });
        assert!(rows.try_collect::<Vec<()>>().await.is_err());
        link.rollback().await.unwrap();
        assert!(!is_asked.into_inner());
        // The next one is another connection, which has no such table.
        assert!(pool.execute("SELECT id FROM left_by_the_first").await.is_err());
    }
}
