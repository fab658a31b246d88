//! A database of a PostgreSQL server: one connection that writes, some that read meanwhile.

use sqlx::postgres::PgPoolOptions;
use sqlx::{Connection as _, PgPool};

use super::place::{BUSY, PostgresPlace};
use super::schema;
use crate::db::conn::{Conn, DbResult, Link, Reader};
use crate::db::open_error::OpenError;
use crate::db::statement::statement;
use crate::db::transaction::Tx;
use crate::platform::place::DatabaseUrl;

const READERS: u32 = 6;
/// The keys of the locks of whoever writes, and of a server, for as long as it runs.
const WRITER: i64 = 0x6d73_6900;
pub(super) const SERVER: i64 = 0x6d73_6901;

/// An open database.
#[derive(Clone)]
pub(crate) struct PostgresDb {
    writer: PgPool,
    reader: PgPool,
}

impl PostgresDb {
    /// Opens the database of a server, making or migrating what is in it where needed.
    pub(in crate::db) async fn open(url: &DatabaseUrl) -> Result<Self, OpenError> {
        let place = PostgresPlace::of(url)?;
        let mut conn = schema::connect(&place).await?;
        schema::check(&mut conn, &place).await?;
        schema::lock_or_refuse(&mut conn, SERVER, &place).await?;
        schema::check_whole(&mut conn, &place).await?;
        schema::run(&mut conn, &place).await?;
        conn.close().await?;
        // The mail worker relies on its server being the only one. Whoever writes has the lock: a server that the
        // database has forgotten cannot write once another one has it.
        let writer = pool(1)
            .idle_timeout(None)
            .max_lifetime(None)
            .after_connect(|conn, _| Box::pin(schema::lock(conn, SERVER)))
            .connect_lazy_with(place.options.clone());
        match writer.acquire().await {
            Err(sqlx::Error::PoolTimedOut) => return Err(OpenError::InUse { place: place.to_string() }),
            acquired => drop(acquired?),
        }
        Ok(Self::of(writer, place))
    }

    /// Opens a database beside the server that it belongs to; `None` where it is of another version.
    pub(in crate::db) async fn open_beside(url: &DatabaseUrl) -> Result<Option<Self>, OpenError> {
        let place = PostgresPlace::of(url)?;
        let mut conn = schema::connect(&place).await?;
        schema::check_whole(&mut conn, &place).await?;
        let is_current = schema::is_current(&mut conn).await?;
        conn.close().await?;
        Ok(is_current.then(|| Self::beside(place)))
    }

    /// Whoever has seen to it that no server is in the way.
    pub(super) fn beside(place: PostgresPlace) -> Self {
        Self::of(pool(1).connect_lazy_with(place.options.clone()), place)
    }

    fn of(writer: PgPool, place: PostgresPlace) -> Self {
        Self { writer, reader: pool(READERS).connect_lazy_with(place.options) }
    }

    pub(in crate::db) async fn read(&self) -> DbResult<Reader> {
        Ok(Reader::new(Conn::Postgres(Link::outside(self.reader.acquire().await?))))
    }

    pub(in crate::db) async fn write(&self) -> DbResult<Tx> {
        let mut conn = Conn::Postgres(Link::inside(self.writer.begin().await?));
        // Statements after it see what earlier writers have committed.
        statement("SELECT pg_advisory_xact_lock($1)").bind(WRITER).execute(&mut conn).await?;
        Ok(Tx::new(conn))
    }

    /// The connections that read: how many are in use, of how many at most.
    pub(in crate::db) fn readers(&self) -> (u32, u32) {
        let idle = u32::try_from(self.reader.num_idle()).unwrap_or(u32::MAX);
        (self.reader.size().saturating_sub(idle), READERS)
    }

    pub(in crate::db) async fn is_readable(&self) -> DbResult<bool> {
        let mut conn = self.reader.acquire().await?;
        schema::has_run(&mut conn).await
    }

    pub(in crate::db) async fn close(&self) {
        self.reader.close().await;
        self.writer.close().await;
    }
}

fn pool(connections: u32) -> PgPoolOptions {
    PgPoolOptions::new().max_connections(connections).acquire_timeout(2 * BUSY).after_release(|conn, _| {
        Box::pin(async move {
            // Waits for the rollback of a transaction that was dropped.
            conn.ping().await?;
            Ok(!conn.is_in_transaction())
        })
    })
}
