//! Looking at a database before it is used, and migrating it to the server's version.

use std::time::Duration;

use sqlx::migrate::{MigrateError, Migrator};
use sqlx::{ConnectOptions as _, Executor as _, PgConnection, Row as _};

use super::errors::is_busy;
use super::place::PostgresPlace;
use crate::db::conn::DbResult;
use crate::db::open_error::OpenError;
use crate::db::upgrades::{self, Fit, Run, Standing};

const OLDEST: i64 = 150_000;
const CONNECTING: Duration = Duration::from_secs(15);

/// The table that is in a database while a backup is restored into it, so that no server starts on a half of one.
pub(super) const RESTORING: &str = "msi_restoring";

static MIGRATOR: Migrator = sqlx::migrate!("migrations/postgres");

/// Connects, and refuses a pooler that does not pass on the settings of a session.
pub(super) async fn connect(place: &PostgresPlace) -> Result<PgConnection, OpenError> {
    let not_reached = |why: String| OpenError::NotReached { place: place.to_string(), why };
    let behind_a_pooler = || OpenError::BehindAPooler { place: place.to_string() };
    let connected = tokio::time::timeout(CONNECTING, async {
        let mut conn = place.options.connect().await?;
        // Not prepared: a pooler may have prepared it for another session.
        let kept =
            conn.fetch_one("SELECT COALESCE(current_setting('msi.session', TRUE), '') = 'kept'").await?;
        let is_kept: bool = kept.try_get(0)?;
        Ok::<_, sqlx::Error>((conn, is_kept))
    });
    match connected.await {
        Ok(Ok((conn, true))) => Ok(conn),
        Ok(Ok((_, false))) => Err(behind_a_pooler()),
        // PgBouncer's words, unless it is told to drop the settings.
        Ok(Err(error)) if error.to_string().contains("unsupported startup parameter") => {
            Err(behind_a_pooler())
        }
        Ok(Err(error)) => Err(not_reached(error.to_string())),
        Err(_) => Err(not_reached("it does not answer".to_owned())),
    }
}

/// Refuses a database that cannot keep what the server stores.
pub(super) async fn check(conn: &mut PgConnection, place: &PostgresPlace) -> Result<(), OpenError> {
    let (number, version, encoding): (i64, String, String) = sqlx::query_as(
        "SELECT CAST(current_setting('server_version_num') AS BIGINT), current_setting('server_version'),
                current_setting('server_encoding')",
    )
    .fetch_one(&mut *conn)
    .await?;
    // A move that has just begun has its own table alone.
    let (is_ours,): (bool,) = sqlx::query_as(
        "SELECT to_regclass('_sqlx_migrations') IS NOT NULL OR to_regclass('msi_move') IS NOT NULL",
    )
    .fetch_one(&mut *conn)
    .await?;
    let has_tables = has_tables(conn).await?;
    let place = place.to_string();
    if has_tables && !is_ours {
        return Err(OpenError::OfOthers { place });
    }
    if number < OLDEST {
        return Err(OpenError::TooOld { place, version });
    }
    if encoding != "UTF8" {
        return Err(OpenError::NotUtf8 { place, encoding });
    }
    Ok(())
}

/// Refuses a database in which the first migration could make nothing.
pub(super) async fn check_rights(conn: &mut PgConnection, place: &PostgresPlace) -> Result<(), OpenError> {
    let (may_make,): (bool,) = sqlx::query_as(
        "SELECT COALESCE(has_schema_privilege(current_schema(), 'CREATE'), FALSE)
            AND (has_database_privilege(current_database(), 'CREATE')
                 OR EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm'))",
    )
    .fetch_one(conn)
    .await?;
    if may_make { Ok(()) } else { Err(OpenError::NoRights { place: place.to_string() }) }
}

/// Refuses a database whose tables the role may not read and change, by some of them: others of the schema may be somebody else's.
pub(super) async fn check_use(conn: &mut PgConnection, place: &PostgresPlace) -> Result<(), OpenError> {
    let (may_use,): (bool,) = sqlx::query_as(
        "SELECT COALESCE(bool_and(has_table_privilege(t.oid, r.name)), TRUE)
           FROM pg_class t JOIN pg_namespace n ON n.oid = t.relnamespace
                CROSS JOIN (VALUES ('SELECT'), ('INSERT'), ('UPDATE'), ('DELETE')) AS r (name)
          WHERE n.nspname = current_schema() AND t.relkind = 'r'
            AND t.relname IN ('accounts', 'users', 'mails', 'servers')",
    )
    .fetch_one(conn)
    .await?;
    if may_use { Ok(()) } else { Err(OpenError::NotForRole { place: place.to_string() }) }
}

/// Why a database cannot be used, where it is that its tables are kept from the role.
pub(super) fn of_rights(error: OpenError, place: &PostgresPlace) -> OpenError {
    let code = match &error {
        OpenError::Database(error) => error.as_database_error().and_then(|error| error.code()),
        _ => None,
    };
    if code.as_deref() == Some("42501") { OpenError::NotForRole { place: place.to_string() } } else { error }
}

/// Whether a restore into it has begun and not ended.
pub(super) async fn is_being_restored(conn: &mut PgConnection) -> DbResult<bool> {
    let (is_there,): (bool,) =
        sqlx::query_as("SELECT to_regclass($1) IS NOT NULL").bind(RESTORING).fetch_one(conn).await?;
    Ok(is_there)
}

/// Whether there are tables but those of extensions.
pub(super) async fn has_tables(conn: &mut PgConnection) -> DbResult<bool> {
    let (has_tables,): (bool,) = sqlx::query_as(
        "SELECT EXISTS (
             SELECT 1 FROM pg_class t JOIN pg_namespace n ON n.oid = t.relnamespace
              WHERE n.nspname = current_schema() AND t.relkind IN ('r', 'p')
                AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = t.oid AND d.deptype = 'e'))",
    )
    .fetch_one(conn)
    .await?;
    Ok(has_tables)
}

/// Refuses a database that another one is being moved into.
pub(super) async fn check_whole(conn: &mut PgConnection, place: &PostgresPlace) -> Result<(), OpenError> {
    let (is_half,): (bool,) =
        sqlx::query_as("SELECT to_regclass('msi_move') IS NOT NULL").fetch_one(conn).await?;
    if is_half { Err(OpenError::HalfMoved { place: place.to_string() }) } else { Ok(()) }
}

/// Takes a lock, beside others who share it, for as long as the connection is open; waits for whoever needs it alone.
pub(super) async fn share_lock(conn: &mut PgConnection, key: i64) -> DbResult<()> {
    sqlx::query("SELECT pg_advisory_lock_shared($1)").bind(key).execute(conn).await.map(|_| ())
}

/// The same for a server that runs, on each connection by which it writes: one that was lost has left the lock, and another
/// version may have upgraded the database before this one has it again. Returns whether this server can
/// still use it.
pub(super) async fn enter(conn: &mut PgConnection, key: i64) -> DbResult<bool> {
    share_lock(conn, key).await?;
    has_run(conn).await
}

/// The same for a server that starts.
pub(super) async fn share_or_refuse(
    conn: &mut PgConnection,
    key: i64,
    place: &PostgresPlace,
) -> Result<(), OpenError> {
    or_refuse(share_lock(conn, key).await, place)
}

/// The same for whoever needs the database alone.
pub(super) async fn lock_or_refuse(
    conn: &mut PgConnection,
    key: i64,
    place: &PostgresPlace,
) -> Result<(), OpenError> {
    let locked = sqlx::query("SELECT pg_advisory_lock($1)").bind(key).execute(conn).await;
    or_refuse(locked.map(|_| ()), place)
}

fn or_refuse(locked: DbResult<()>, place: &PostgresPlace) -> Result<(), OpenError> {
    match locked {
        Err(sqlx::Error::Database(error)) if error.try_downcast_ref().is_some_and(is_busy) => {
            Err(OpenError::InUse { place: place.to_string() })
        }
        locked => Ok(locked?),
    }
}

/// Runs the migrations that have not run yet.
///
/// # Errors
/// When other migrations than this server's have run; nothing is changed then.
pub(super) async fn run(conn: &mut PgConnection, place: &PostgresPlace) -> Result<(), OpenError> {
    // A migration may take long, and so may that of another server that starts at the same time, which is waited for.
    for setting in ["SET statement_timeout = 0", "SET lock_timeout = 0"] {
        sqlx::query(setting).execute(&mut *conn).await?;
    }
    let standing = standing(conn).await?;
    if standing == Standing::Later {
        return Err(OpenError::Later { place: place.to_string() });
    }
    standing.migrator(&MIGRATOR).run(conn).await.map_err(|error| refusal(error, place.to_string()))
}

/// Runs migrations that change what earlier servers rely on, once none of them is left: a server that runs shares the lock.
///
/// # Errors
/// While one is there, and as [`run`].
pub(super) async fn run_alone(
    conn: &mut PgConnection,
    key: i64,
    place: &PostgresPlace,
) -> Result<(), OpenError> {
    if standing(conn).await? != Standing::EarlierAlone {
        return Ok(());
    }
    match lock_or_refuse(conn, key, place).await {
        Err(OpenError::InUse { place }) => return Err(OpenError::BesideEarlier { place }),
        locked => locked?,
    }
    run(conn, place).await?;
    sqlx::query("SELECT pg_advisory_unlock($1)").bind(key).execute(conn).await?;
    Ok(())
}

/// Why nothing can be made in a database.
pub(super) fn refusal(error: MigrateError, place: String) -> OpenError {
    let error = match error {
        MigrateError::VersionMissing(_) | MigrateError::VersionMismatch(_) => {
            return OpenError::OfOthers { place };
        }
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => error,
        error => error.into(),
    };
    let code = error.as_database_error().and_then(|error| error.code().map(|code| code.into_owned()));
    match code.as_deref() {
        // The extension itself is refused with 42501, too.
        Some("42501") => OpenError::NoRights { place },
        Some("0A000" | "58P01") => OpenError::NoExtension { place },
        // What the first migration makes is there.
        Some("42P07" | "42723" | "42710") => OpenError::OfOthers { place },
        _ => error.into(),
    }
}

/// What has run there, by the rows that the migrations leave.
async fn standing(conn: &mut PgConnection) -> DbResult<Standing> {
    let (is_there,): (bool,) =
        sqlx::query_as("SELECT to_regclass('_sqlx_migrations') IS NOT NULL").fetch_one(&mut *conn).await?;
    if !is_there {
        return Ok(Standing::New);
    }
    let run: Vec<Run> =
        sqlx::query_as("SELECT version, description FROM _sqlx_migrations").fetch_all(conn).await?;
    Ok(upgrades::standing(&MIGRATOR, &run))
}

/// Whether a database is of a version that fits.
pub(super) async fn is(conn: &mut PgConnection, fit: Fit) -> DbResult<bool> {
    Ok(standing(conn).await?.is(fit))
}

/// Whether all that this server needs has run.
pub(super) async fn has_run(conn: &mut PgConnection) -> DbResult<bool> {
    Ok(standing(conn).await?.suffices())
}

/// The last migration that this server knows.
pub(in crate::db) fn latest() -> i64 {
    upgrades::latest(&MIGRATOR)
}
