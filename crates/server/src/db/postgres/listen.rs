//! Hearing what other servers tell.

use std::time::Duration;

use sqlx::postgres::PgListener;
use sqlx::{Executor as _, PgPool};

use crate::db::conn::{DbResult, not_answered};

/// The channel of all that servers tell each other.
pub(in crate::db) const CHANNEL: &str = "msi";

/// How long there may be silence before the connection is tried: the network may have dropped it without a word.
const SILENCE: Duration = Duration::from_secs(5);
/// How long it may take to answer.
const ANSWER: Duration = Duration::from_secs(5);

/// A connection that listens.
pub(crate) struct PgListening {
    listener: PgListener,
    pool: PgPool,
}

impl PgListening {
    pub(super) async fn begin(pool: PgPool) -> DbResult<Self> {
        let mut listener = PgListener::connect_with(&pool).await?;
        // Made again by itself, a connection would not always say that it was, nor end in time.
        listener.eager_reconnect(false);
        match tokio::time::timeout(ANSWER, listener.listen(CHANNEL)).await {
            Ok(listens) => listens?,
            Err(_) => return Err(not_answered()),
        }
        Ok(Self { listener, pool })
    }

    /// The next message; `None` where the connection was lost and is there again.
    ///
    /// # Errors
    /// When there is no connection any more.
    pub(in crate::db) async fn next(&mut self) -> DbResult<Option<String>> {
        loop {
            match tokio::time::timeout(SILENCE, self.listener.try_recv()).await {
                Ok(Ok(Some(message))) => return Ok(Some(message.payload().to_owned())),
                Ok(Ok(None) | Err(_)) => break,
                Err(_) => {}
            }
            match tokio::time::timeout(ANSWER, self.listener.execute("SELECT 1")).await {
                Ok(Ok(_)) => {}
                Ok(Err(_)) => break,
                Err(_) => return Err(not_answered()),
            }
        }
        *self = Self::begin(self.pool.clone()).await?;
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use crate::db::test::database;
    use crate::db::{Driver, statement};

    #[tokio::test]
    async fn r26_a_connection_that_listens_says_when_it_was_lost() {
        let (db, _, _folder) = database().await;
        let Driver::Postgres(postgres) = &db.driver else { return };
        let mut listening = postgres.listen().await.unwrap();
        let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                    WHERE query LIKE 'LISTEN%' AND datname = current_database()";
        for _ in 0..2 {
            let (_,): (bool,) = statement(end).one(&mut db.read().await.unwrap()).await.unwrap();
            assert_eq!(listening.next().await.unwrap(), None);
            let mut tx = db.write().await.unwrap();
            statement("SELECT CAST(pg_notify('msi', 'x') AS TEXT)").execute(&mut tx).await.unwrap();
            tx.commit().await.unwrap();
            assert_eq!(listening.next().await.unwrap().as_deref(), Some("x"));
        }
    }
}
