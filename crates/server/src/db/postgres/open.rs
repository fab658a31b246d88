//! A database of a PostgreSQL server: one connection that writes, some that read meanwhile.

use std::sync::Arc;
use std::time::Duration;

use sqlx::postgres::PgPoolOptions;
use sqlx::{Connection as _, PgConnection, PgPool};
use tokio::sync::Mutex;

use super::place::PostgresPlace;
use super::schema;
use crate::db::conn::{Conn, DbResult, Link, Reader};
use crate::db::open_error::OpenError;
use crate::db::statement::statement;
use crate::db::transaction::Tx;
use crate::platform::place::DatabaseUrl;

const READERS: u32 = 6;
/// The keys of the locks of a writer, and of a server, for as long as it runs.
const WRITER: i64 = 0x6d73_6900;
const SERVER: i64 = 0x6d73_6901;

/// An open database.
#[derive(Clone)]
pub(crate) struct PostgresDb {
    writer: PgPool,
    reader: PgPool,
    /// Holds the lock of the server: the mail worker relies on being the only one.
    server: Arc<Mutex<Option<PgConnection>>>,
}

impl PostgresDb {
    /// Opens the database of a server, making or migrating what is in it where needed.
    pub(in crate::db) async fn open(url: &DatabaseUrl) -> Result<Self, OpenError> {
        let place = PostgresPlace::of(url)?;
        let mut server = schema::connect(&place).await?;
        schema::check(&mut server, &place).await?;
        schema::lock(&mut server, SERVER, &place).await?;
        schema::run(&mut server, &place).await?;
        Ok(Self::of(place, Some(server)))
    }

    /// Opens a database beside the server that it belongs to; `None` where it is of another version.
    pub(in crate::db) async fn open_beside(url: &DatabaseUrl) -> Result<Option<Self>, OpenError> {
        let place = PostgresPlace::of(url)?;
        let mut conn = schema::connect(&place).await?;
        let is_current = schema::is_current(&mut conn).await?;
        conn.close().await?;
        Ok(is_current.then(|| Self::of(place, None)))
    }

    fn of(place: PostgresPlace, server: Option<PgConnection>) -> Self {
        // One of this server at a time, in the order in which they come; of others, the lock.
        let writer = pool(1).connect_lazy_with(place.options.clone());
        let reader = pool(READERS).connect_lazy_with(place.options);
        Self { writer, reader, server: Arc::new(Mutex::new(server)) }
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

    pub(in crate::db) async fn is_readable(&self) -> DbResult<bool> {
        let mut conn = self.reader.acquire().await?;
        schema::has_run(&mut conn).await
    }

    pub(in crate::db) async fn close(&self) {
        self.reader.close().await;
        self.writer.close().await;
        if let Some(server) = self.server.lock().await.take() {
            // Whatever the result: the connection is gone.
            let _ = server.close().await;
        }
    }
}

fn pool(connections: u32) -> PgPoolOptions {
    PgPoolOptions::new().max_connections(connections).acquire_timeout(Duration::from_secs(30)).after_release(
        |conn, _| {
            Box::pin(async move {
                // Waits for the rollback of a transaction that was dropped.
                conn.ping().await?;
                Ok(!conn.is_in_transaction())
            })
        },
    )
}
