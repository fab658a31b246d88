//! Connections, whatever the database.

use std::ops::{Deref, DerefMut};

use sqlx::pool::PoolConnection;
use sqlx::{Database, Postgres, Sqlite, Transaction};

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

/// A connection of a driver.
pub(crate) struct Link<DB: Database> {
    pub(super) held: Held<DB>,
    is_in_part: bool,
}

/// How a connection of a driver is held.
pub(super) enum Held<DB: Database> {
    Outside(PoolConnection<DB>),
    /// Inside a transaction, which is rolled back when this is dropped.
    Inside(Transaction<'static, DB>),
}

impl<DB: Database> Link<DB> {
    pub(super) fn outside(conn: PoolConnection<DB>) -> Self {
        Self { held: Held::Outside(conn), is_in_part: false }
    }

    pub(super) fn inside(transaction: Transaction<'static, DB>) -> Self {
        Self { held: Held::Inside(transaction), is_in_part: false }
    }
}

impl<DB: Database> Deref for Link<DB> {
    type Target = DB::Connection;

    fn deref(&self) -> &Self::Target {
        match &self.held {
            Held::Outside(conn) => conn,
            Held::Inside(transaction) => transaction,
        }
    }
}

impl<DB: Database> DerefMut for Link<DB> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        match &mut self.held {
            Held::Outside(conn) => conn,
            Held::Inside(transaction) => transaction,
        }
    }
}
