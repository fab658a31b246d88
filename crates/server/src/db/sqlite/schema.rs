//! Migrating a database to the server's version.

use sqlx::migrate::{MigrateError, Migrator};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _, SqliteConnection};

use crate::db::open_error::OpenError;
use crate::db::upgrades::{self, Fit, Run, Standing};

static MIGRATOR: Migrator = sqlx::migrate!("migrations/sqlite");

/// Runs the migrations that have not run yet, with foreign keys off: otherwise recreating a table would delete the rows
/// that refer to it. A migration that recreates one checks the foreign keys itself.
///
/// # Errors
/// When other migrations than this server's have run; nothing is changed then.
pub(super) async fn run(options: &SqliteConnectOptions) -> Result<(), OpenError> {
    let mut conn = options.clone().foreign_keys(false).connect().await?;
    let standing = standing(&mut conn).await?;
    if standing == Standing::Later {
        return Err(OpenError::Later { place: "the data folder".to_owned() });
    }
    match standing.migrator(&MIGRATOR).run(&mut conn).await {
        Err(MigrateError::VersionMissing(_) | MigrateError::VersionMismatch(_)) => {
            return Err(OpenError::OfAnotherVersion);
        }
        outcome => outcome.map_err(sqlx::Error::from)?,
    }
    Ok(conn.close().await?)
}

/// What has run there, by the rows that the migrations leave.
async fn standing(conn: &mut SqliteConnection) -> Result<Standing, sqlx::Error> {
    let (is_there,): (bool,) =
        sqlx::query_as("SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = '_sqlx_migrations')")
            .fetch_one(&mut *conn)
            .await?;
    if !is_there {
        return Ok(Standing::New);
    }
    let run: Vec<Run> =
        sqlx::query_as("SELECT version, description FROM _sqlx_migrations").fetch_all(conn).await?;
    Ok(upgrades::standing(&MIGRATOR, &run))
}

/// Whether a database is of a version that fits.
pub(super) async fn is(options: &SqliteConnectOptions, fit: Fit) -> Result<bool, sqlx::Error> {
    let mut conn = options.clone().create_if_missing(false).connect().await?;
    let standing = standing(&mut conn).await?;
    conn.close().await?;
    Ok(standing.is(fit))
}

/// Whether all that this server needs has run.
pub(super) async fn has_run(conn: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
    Ok(standing(conn).await?.suffices())
}

/// The last migration that this server knows.
pub(in crate::db) fn latest() -> i64 {
    upgrades::latest(&MIGRATOR)
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use api_types::UserId;
    use sqlx::SqlSafeStr as _;
    use sqlx::migrate::{Migration, MigrationType};
    use tempfile::TempDir;

    use super::*;
    use crate::db::sqlite::open::options;
    use crate::db::{Db, statement, teams, users};
    use crate::platform::place::Place;

    /// A folder with a database in which other migrations have run.
    async fn migrated_by(migrations: &[(i64, &'static str)]) -> TempDir {
        let folder = tempfile::tempdir().unwrap();
        let migrations = migrations
            .iter()
            .map(|(version, sql)| {
                let sql = (*sql).into_sql_str();
                Migration::new(*version, Cow::Borrowed("other"), MigrationType::Simple, sql, false)
            })
            .collect();
        let mut conn = options(folder.path()).connect().await.unwrap();
        Migrator::with_migrations(migrations).run(&mut conn).await.unwrap();
        conn.close().await.unwrap();
        folder
    }

    #[tokio::test]
    async fn what_is_opened_beside_its_server_is_not_migrated() {
        let folder = migrated_by(&[]).await;
        assert!(Db::open_beside(&Place::in_folder(folder.path()), Fit::Sufficient).await.unwrap().is_none());
        Db::open(&Place::in_folder(folder.path()), None).await.unwrap().close().await;
        assert!(Db::open_beside(&Place::in_folder(folder.path()), Fit::Sufficient).await.unwrap().is_some());
    }

    #[tokio::test]
    async fn data_of_another_version_is_refused_with_what_to_do_and_stays_as_it_was() {
        let table = "CREATE TABLE accounts (id TEXT)";
        for others in [&[(1, table)][..], &[(1, table), (2, "CREATE TABLE more (id TEXT)")]] {
            let folder = migrated_by(others).await;
            let file = folder.path().join("msi.sqlite3");
            let before = std::fs::read(&file).unwrap();
            let refusal = Db::open(&Place::in_folder(folder.path()), None).await.err();
            assert!(matches!(refusal, Some(OpenError::OfAnotherVersion)), "{refusal:?}");
            assert!(std::fs::read(&file).unwrap() == before, "the file has changed");
        }
    }

    #[tokio::test]
    async fn nobody_gets_the_number_of_a_person_who_is_gone() {
        let (db, account, _folder) = crate::db::test::database().await;
        let mut tx = db.write().await.unwrap();
        let insert = "INSERT INTO users (id, account_id, email, email_key, first_name, last_name, sort_name, search_text,
                role, is_marketo_admin, is_salesforce_admin, workspace_number, status, last_sign_in_at, version, created_at)
            VALUES ($1, $2, $1, $1, '', '', '', '', 'user', 0, 0, 1, 'active', 0, 1, 0) RETURNING number";
        teams::insert_workspace(&mut tx, &account, "W", true).await.unwrap();
        let mut numbers = Vec::new();
        for id in ["a", "b"].map(|id| UserId(id.to_owned())) {
            let (number,): (i64,) = statement(insert).bind(&id).bind(&account).one(&mut tx).await.unwrap();
            users::delete(&mut tx, &id).await.unwrap();
            numbers.push(number);
        }
        assert!(numbers[1] > numbers[0], "{numbers:?}");
    }
}
