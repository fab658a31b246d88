//! A database of a PostgreSQL server: one connection that writes, some that read meanwhile.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use sha2::{Digest as _, Sha256};
use sqlx::pool::PoolConnection;
use sqlx::postgres::PgPoolOptions;
use sqlx::{Connection as _, PgPool, Postgres};

use super::listen::PgListening;
use super::place::PostgresPlace;
use super::schema;
use crate::db::conn::{Conn, DbResult, Link, Reader};
use crate::db::open_error::OpenError;
use crate::db::statement::statement;
use crate::db::transaction::Tx;
use crate::db::upgrades::Fit;
use crate::platform::place::DatabaseUrl;

const READERS: u32 = 6;
const APART: u32 = 2;
const HELD: u32 = 3;
/// One that listens, and the next one where it was lost.
const LISTENING: u32 = 2;
/// How long others may hold a name.
const HELD_FOR: &str = "50s";
/// The key of the lock of whoever writes.
const WRITER: i64 = 0x6d73_6900;
/// And that of a server for as long as it runs, which is shared, or of whoever needs the database without one.
pub(super) const SERVER: i64 = 0x6d73_6901;

/// An open database.
#[derive(Clone)]
pub(crate) struct PostgresDb {
    writer: PgPool,
    reader: PgPool,
    /// For what must not wait for those who read or write.
    apart: PgPool,
    /// For locks that are held for longer.
    held: PgPool,
    /// Whether the database was of another version when this server last connected to write.
    is_of_another_version: Arc<AtomicBool>,
    place: Arc<PostgresPlace>,
    /// The id of the server that writes; `None` beside one.
    server: Option<Arc<str>>,
}

impl PostgresDb {
    /// Opens the database of a server, making or migrating what is in it where needed.
    pub(in crate::db) async fn open(
        url: &DatabaseUrl,
        server: Option<&str>,
        answer: Option<Duration>,
    ) -> Result<Self, OpenError> {
        let mut place = PostgresPlace::of(url)?;
        place.answer = answer.or(place.answer);
        Self::open_where(place, server, false).await
    }

    /// The same while a backup is restored into it, or not.
    async fn open_where(
        mut place: PostgresPlace,
        server: Option<&str>,
        is_being_restored: bool,
    ) -> Result<Self, OpenError> {
        if let Some(server) = server {
            place.are_of(server);
        }
        let prepared = Self::prepare(&place, is_being_restored).await;
        prepared.map_err(|error| schema::of_rights(error, &place))?;
        let is_of_another_version = Arc::new(AtomicBool::new(false));
        // Whatever becomes of connections, nobody takes the database for free while a server writes to it, or beats.
        let entering = |pool: PgPoolOptions| {
            let is_of_another_version = Arc::clone(&is_of_another_version);
            let pool = pool.idle_timeout(None).max_lifetime(None);
            // That the version does not fit is no error here: after one the pool connects again for as long as it may.
            pool.after_connect(move |conn, _| {
                let is_of_another_version = Arc::clone(&is_of_another_version);
                Box::pin(async move {
                    is_of_another_version.store(!schema::enter(conn, SERVER).await?, Ordering::Relaxed);
                    Ok(())
                })
            })
        };
        let (writer, apart) = (entering(pool(1, &place)), entering(pool(APART, &place)));
        Ok(Self::of(writer, apart, is_of_another_version, place, server))
    }

    /// Sees to it that a server can work on a database, and migrates it.
    async fn prepare(place: &PostgresPlace, is_being_restored: bool) -> Result<(), OpenError> {
        let mut conn = schema::connect(place).await?;
        if schema::is_being_restored(&mut conn).await? != is_being_restored {
            return Err(OpenError::HalfRestored { place: place.to_string() });
        }
        schema::check(&mut conn, place).await?;
        schema::check_use(&mut conn, place).await?;
        schema::run_alone(&mut conn, SERVER, place).await?;
        schema::share_or_refuse(&mut conn, SERVER, place).await?;
        schema::check_whole(&mut conn, place).await?;
        schema::run(&mut conn, place).await?;
        Ok(conn.close().await?)
    }

    /// Whether there is nothing in a database, so that a server can start on it.
    ///
    /// # Errors
    /// When it cannot be reached, or a server would refuse it.
    pub(in crate::db) async fn is_new(url: &DatabaseUrl) -> Result<bool, OpenError> {
        let place = PostgresPlace::of(url)?;
        let mut conn = schema::connect(&place).await?;
        let is_new = !schema::has_tables(&mut conn).await?;
        if is_new {
            schema::check(&mut conn, &place).await?;
            schema::check_rights(&mut conn, &place).await?;
        }
        conn.close().await?;
        Ok(is_new)
    }

    /// Opens a database beside the server that it belongs to; `None` where its version does not fit.
    pub(in crate::db) async fn open_beside(url: &DatabaseUrl, fit: Fit) -> Result<Option<Self>, OpenError> {
        let place = PostgresPlace::of(url)?;
        let mut conn = schema::connect(&place).await?;
        schema::check_whole(&mut conn, &place).await?;
        let fits = schema::is(&mut conn, fit).await;
        let fits = fits.map_err(|error| schema::of_rights(error.into(), &place))?;
        conn.close().await?;
        Ok(fits.then(|| Self::beside(place)))
    }

    /// For whoever has seen to it that no server is in the way.
    pub(super) fn beside(place: PostgresPlace) -> Self {
        Self::of(pool(1, &place), pool(APART, &place), Arc::default(), place, None)
    }

    /// Prepares an empty database for what is restored into it. No server starts on it before [`Self::end_restore`].
    pub(in crate::db) async fn begin_restore(url: &DatabaseUrl) -> Result<(), OpenError> {
        let place = PostgresPlace::of(url)?;
        let mut conn = schema::connect(&place).await?;
        if schema::is_being_restored(&mut conn).await? {
            return Err(OpenError::HalfRestored { place: place.to_string() });
        }
        if schema::has_tables(&mut conn).await? {
            return Err(OpenError::NotEmpty { place: place.to_string() });
        }
        schema::check(&mut conn, &place).await?;
        conn.close().await?;
        let only = pool(1, &place).connect_lazy_with(place.options.clone());
        let mut conn = Conn::Postgres(Link::inside(only.acquire().await?, None, place.patience()).await?);
        statement("CREATE TABLE msi_restoring (id INTEGER)").execute(&mut conn).await?;
        Ok(Tx::new(conn).commit().await?)
    }

    /// Lets servers start on what was restored, in the transaction of all else.
    pub(in crate::db) async fn end_restore(conn: &mut Conn) -> DbResult<()> {
        statement("DROP TABLE msi_restoring").execute(conn).await?;
        Ok(())
    }

    /// Opens what was restored, and migrates it where needed.
    pub(in crate::db) async fn open_restored(url: &DatabaseUrl) -> Result<Self, OpenError> {
        Self::open_where(PostgresPlace::of(url)?, None, true).await
    }

    /// A connection of its own, to a database whatever is in it.
    pub(super) async fn bare(place: PostgresPlace) -> DbResult<Reader> {
        let patience = place.patience();
        let conn = pool(1, &place).connect_with(place.options).await?.acquire().await?;
        Ok(Reader::new(Conn::Postgres(Link::outside(conn, patience))))
    }

    /// `writer` has one connection: writers of this server take turns in the order in which they come.
    fn of(
        writer: PgPoolOptions,
        apart: PgPoolOptions,
        is_of_another_version: Arc<AtomicBool>,
        place: PostgresPlace,
        server: Option<&str>,
    ) -> Self {
        let writer = writer.connect_lazy_with(place.options.clone());
        let reader = pool(READERS, &place).connect_lazy_with(place.options.clone());
        let apart = apart.connect_lazy_with(place.options.clone());
        let held = pool(HELD, &place).connect_lazy_with(place.options.clone());
        Self {
            writer,
            reader,
            apart,
            held,
            is_of_another_version,
            place: Arc::new(place),
            server: server.map(Arc::from),
        }
    }

    pub(in crate::db) async fn read(&self) -> DbResult<Reader> {
        Ok(Reader::new(Conn::Postgres(Link::outside(self.reader.acquire().await?, self.place.patience()))))
    }

    /// The same for what takes as long as it does.
    pub(super) async fn read_at_leisure(&self) -> DbResult<Reader> {
        Ok(Reader::new(Conn::Postgres(Link::outside(self.reader.acquire().await?, None))))
    }

    fn check_version(&self) -> DbResult<()> {
        if !self.is_of_another_version.load(Ordering::Relaxed) {
            return Ok(());
        }
        Err(std::io::Error::other("the database is of another version of the server now: stop this one")
            .into())
    }

    /// One of the connections that enter. None is kept to a database that does not fit: an earlier one may be restored.
    async fn enter(&self, by: &PgPool) -> DbResult<PoolConnection<Postgres>> {
        let mut conn = by.acquire().await?;
        self.check_version().inspect_err(|_| conn.close_on_drop())?;
        Ok(conn)
    }

    /// The same to write. Whether the database fits again is seen by the heartbeat, so not every write connects for that.
    async fn enter_to_write(&self) -> DbResult<Conn> {
        self.check_version()?;
        self.begin(self.enter(&self.writer).await?).await
    }

    /// Begins a transaction on a connection that others wait for.
    async fn begin(&self, conn: PoolConnection<Postgres>) -> DbResult<Conn> {
        Ok(Conn::Postgres(Link::inside(conn, None, self.place.short_patience()).await?))
    }

    /// A server that others take for gone writes nothing: what it held is theirs.
    pub(in crate::db) async fn write(&self) -> DbResult<Tx> {
        self.take_turn(self.enter_to_write().await?).await
    }

    async fn take_turn(&self, mut conn: Conn) -> DbResult<Tx> {
        wait_for_turn(&mut conn).await?;
        let mut tx = Tx::new(conn);
        let Some(server) = &self.server else { return Ok(tx) };
        let row: Option<(i64,)> =
            statement("SELECT beat FROM servers WHERE id = $1").bind(&**server).optional(&mut tx).await?;
        match row {
            Some(_) => Ok(tx),
            None => Err(std::io::Error::other("this server is taken for gone").into()),
        }
    }

    /// The same, unless another server has a transaction of this name; `None` then.
    pub(in crate::db) async fn write_named(&self, name: &str) -> DbResult<Option<Tx>> {
        let mut conn = self.enter_to_write().await?;
        let (is_free,): (bool,) =
            statement("SELECT pg_try_advisory_xact_lock($1)").bind(lock_of(name)).one(&mut conn).await?;
        if !is_free {
            return Ok(None);
        }
        self.take_turn(conn).await.map(Some)
    }

    /// Waits until no other server holds this name, and holds it until dropped.
    pub(in crate::db) async fn hold(&self, name: &str) -> DbResult<Tx> {
        let mut tx = Tx::new(self.begin(self.held.acquire().await?).await?);
        statement("SELECT set_config('lock_timeout', $1, TRUE)").bind(HELD_FOR).execute(&mut tx).await?;
        statement("SELECT CAST(pg_advisory_xact_lock($1) AS TEXT)")
            .bind(lock_of(name))
            .execute(&mut tx)
            .await?;
        Ok(tx)
    }

    pub(in crate::db) async fn write_as_newcomer(&self) -> DbResult<Tx> {
        let mut conn = self.enter_to_write().await?;
        wait_for_turn(&mut conn).await?;
        Ok(Tx::new(conn))
    }

    pub(in crate::db) async fn apart(&self) -> DbResult<Reader> {
        let conn = self.enter(&self.apart).await?;
        Ok(Reader::new(Conn::Postgres(Link::outside(conn, self.place.short_patience()))))
    }

    pub(in crate::db) async fn listen(&self) -> DbResult<PgListening> {
        // sqlx has a connection that listens unlisten before it goes, and waits for that without a limit: it keeps no other one.
        let alone = pool(LISTENING, &self.place).connect_lazy_with(self.place.options.clone());
        PgListening::begin(alone).await
    }

    /// The connections that read: how many are in use, of how many at most.
    pub(in crate::db) fn readers(&self) -> (u32, u32) {
        let idle = u32::try_from(self.reader.num_idle()).unwrap_or(u32::MAX);
        (self.reader.size().saturating_sub(idle), READERS)
    }

    pub(in crate::db) async fn bytes(&self) -> DbResult<u64> {
        let (bytes,): (i64,) =
            statement("SELECT pg_database_size(current_database())").one(&mut *self.read().await?).await?;
        Ok(u64::try_from(bytes).unwrap_or(0))
    }

    pub(in crate::db) async fn is_readable(&self) -> DbResult<bool> {
        let mut link = Link::outside(self.reader.acquire().await?, self.place.patience());
        link.ask(schema::has_run).await
    }

    pub(in crate::db) async fn close(&self) {
        self.reader.close().await;
        self.apart.close().await;
        self.held.close().await;
        self.writer.close().await;
    }
}

/// Waits for the turn of a transaction that writes. Statements after it see what earlier writers have committed.
async fn wait_for_turn(conn: &mut Conn) -> DbResult<()> {
    statement("SELECT pg_advisory_xact_lock($1)").bind(WRITER).execute(conn).await?;
    Ok(())
}

/// The key of the lock of a name.
fn lock_of(name: &str) -> i64 {
    let digest = Sha256::digest(name.as_bytes());
    i64::from_be_bytes(std::array::from_fn(|index| digest[index]))
}

fn pool(connections: u32, place: &PostgresPlace) -> PgPoolOptions {
    let pool = PgPoolOptions::new().max_connections(connections).acquire_timeout(place.acquired_within());
    pool.after_release(|conn, _| {
        Box::pin(async move {
            // Waits for the rollback of a transaction that was dropped.
            conn.ping().await?;
            Ok(!conn.is_in_transaction())
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::Db;
    use crate::db::test::database;

    /// Has another version upgrade the database while this server is not connected.
    async fn upgrade(db: &Db) {
        let mut tx = db.write().await.unwrap();
        statement(
            "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
             VALUES (9999, 'later', TRUE, '', 0)",
        )
        .execute(&mut tx)
        .await
        .unwrap();
        tx.commit().await.unwrap();
        let mut beside = db.read().await.unwrap();
        statement(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
              WHERE pid <> pg_backend_pid() AND datname = current_database()",
        )
        .execute(&mut beside)
        .await
        .unwrap();
    }

    async fn restore(db: &Db) {
        // A connection that does not enter.
        let mut tx = db.hold("restored").await.unwrap().unwrap();
        statement("DELETE FROM _sqlx_migrations WHERE version = 9999").execute(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// Not by a connection that did not come in time, as before the reason was kept.
    fn assert_refused<T>(asked: DbResult<T>) {
        let why = asked.err().unwrap().to_string();
        assert!(why.contains("another version"), "{why}");
    }

    #[tokio::test]
    async fn r26_n3_a_write_to_an_upgraded_database_is_refused_with_the_reason() {
        let (db, _account, _folder) = database().await;
        if !db.is_shared() {
            return;
        }
        upgrade(&db).await;
        assert_refused(db.write().await);
        assert_refused(db.apart().await);
        restore(&db).await;
        assert_refused(db.write().await);
        db.apart().await.unwrap();
        drop(db.write().await.unwrap());

        upgrade(&db).await;
        assert_refused(db.apart().await);
    }
}
