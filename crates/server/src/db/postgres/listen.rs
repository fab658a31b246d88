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
pub(crate) struct PgListening(PgListener);

impl PgListening {
    pub(super) async fn begin(pool: &PgPool) -> DbResult<Self> {
        let mut listener = PgListener::connect_with(pool).await?;
        match tokio::time::timeout(ANSWER, listener.listen(CHANNEL)).await {
            Ok(listens) => listens?,
            Err(_) => return Err(not_answered()),
        }
        Ok(Self(listener))
    }

    /// The next message; `None` where the connection was lost and is there again.
    ///
    /// # Errors
    /// When there is no connection any more.
    pub(in crate::db) async fn next(&mut self) -> DbResult<Option<String>> {
        loop {
            if let Ok(message) = tokio::time::timeout(SILENCE, self.0.try_recv()).await {
                return Ok(message?.map(|message| message.payload().to_owned()));
            }
            match tokio::time::timeout(ANSWER, self.0.execute("SELECT 1")).await {
                Ok(answered) => {
                    answered?;
                }
                Err(_) => return Err(not_answered()),
            }
        }
    }
}
