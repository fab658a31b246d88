//! Connections, whatever the database.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

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
    /// No answer came: it is closed, and nothing is asked on it again.
    is_lost: bool,
    /// `None` where an answer comes, whenever that is.
    patience: Option<Patience>,
    watched: Option<Watched>,
}

impl<DB: Database> Link<DB> {
    pub(super) fn outside(conn: PoolConnection<DB>, patience: Option<Patience>) -> Self {
        Self { conn, is_inside: false, is_in_part: false, is_lost: false, patience, watched: None }
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
        let begun = within(patience, DB::TransactionManager::begin(&mut link.conn, begin)).await;
        link.heed(begun)?;
        Ok(link)
    }

    pub(super) async fn rollback(mut self) -> DbResult<()> {
        if self.is_inside {
            let ended = within(self.patience, DB::TransactionManager::rollback(&mut self.conn)).await;
            self.heed(ended)?;
            self.is_inside = false;
        }
        Ok(())
    }

    pub(super) async fn commit(mut self) -> DbResult<()> {
        if self.is_inside {
            let ended = within(self.patience, DB::TransactionManager::commit(&mut self.conn)).await;
            self.heed(ended)?;
            self.is_inside = false;
        }
        Ok(())
    }

    pub(super) fn watch(&mut self, watched: Watched) {
        self.watched = Some(watched);
    }

    pub(super) fn patience(&self) -> Option<Patience> {
        self.patience
    }

    /// Looks at what became of a statement.
    pub(super) fn heed<T>(&mut self, answered: DbResult<T>) -> DbResult<T> {
        if let Err(error) = &answered {
            self.is_lost |= matches!(error, sqlx::Error::Io(_));
            if let Some(watched) = self.watched.as_ref().filter(|watched| (watched.is_it)(error)) {
                watched.came.store(true, Ordering::Relaxed);
            }
        }
        answered
    }
}

/// What a database answers, if it does so in time.
pub(super) async fn within<T>(
    patience: Option<Patience>,
    answer: impl Future<Output = DbResult<T>>,
) -> DbResult<T> {
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
        if self.is_lost {
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

impl<DB: Database> Deref for Link<DB> {
    type Target = DB::Connection;

    fn deref(&self) -> &Self::Target {
        &self.conn
    }
}

impl<DB: Database> DerefMut for Link<DB> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.conn
    }
}
