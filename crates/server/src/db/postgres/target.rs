//! A database that another one is moved into.

use sqlx::migrate::MigrateError;
use sqlx::{ConnectOptions as _, Connection as _, PgConnection};

use super::open::{PostgresDb, SERVER};
use super::place::PostgresPlace;
use super::schema;
use crate::db::conn::DbResult;
use crate::db::open_error::OpenError;
use crate::platform::place::DatabaseUrl;

pub(in crate::db) struct Target {
    pub(in crate::db) db: PostgresDb,
    place: PostgresPlace,
    /// Holds the lock of a server: none starts meanwhile, and no other move.
    holder: PgConnection,
}

impl Target {
    /// Opens a database as it is.
    pub(in crate::db) async fn open(url: &DatabaseUrl) -> Result<Self, OpenError> {
        let place = PostgresPlace::of(url)?;
        let mut holder = schema::connect(&place).await?;
        schema::check(&mut holder, &place).await?;
        schema::lock_or_refuse(&mut holder, SERVER, &place).await?;
        // To index many rows takes long.
        let mut copying = place.clone().without_limit();
        // What takes long is told by the move itself.
        copying.options = copying.options.disable_statement_logging().options([
            // For what a move that was killed has begun.
            ("lock_timeout", "600000"),
            ("maintenance_work_mem", "256MB"),
        ]);
        let db = PostgresDb::beside(copying);
        Ok(Self { db, place, holder })
    }

    /// Makes the tables.
    pub(in crate::db) async fn migrate(&mut self) -> Result<(), OpenError> {
        schema::run(&mut self.holder, &self.place).await
    }

    /// Why nothing can be made in it.
    pub(in crate::db) fn refusal(&self, error: sqlx::Error) -> OpenError {
        schema::refusal(MigrateError::Execute(error), self.name())
    }

    /// As it is named in messages.
    pub(in crate::db) fn name(&self) -> String {
        self.place.to_string()
    }

    pub(in crate::db) async fn close(self) {
        self.db.close().await;
        // Whatever the result: the connection is gone.
        let _: DbResult<()> = self.holder.close().await;
    }
}
