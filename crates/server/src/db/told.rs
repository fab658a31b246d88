//! What servers tell each other beside what they store, in the transaction that it belongs to or at once. On SQLite there
//! is nobody to be told. What is stored tells of itself, by triggers: of batches, and of work for the jobs.

use api_types::{BatchId, UserId};
use serde::{Deserialize, Serialize};

use super::guesses::StoredGuesser;
use super::postgres::listen::{CHANNEL, PgListening};
use super::{Conn, Db, DbResult, Driver, statement, to_json};

/// How many users are told of at once: a message of PostgreSQL has at most 8,000 bytes.
const AT_ONCE: usize = 100;

/// What one server tells the others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Told {
    /// Something about a batch changed.
    Batch(BatchId),
    /// There may be something for the jobs to do.
    Work,
    /// How the mail server is, as JSON.
    Mail(String),
    /// The mail server is to be tried at once.
    RetryMail,
    /// Sessions whose end is not stored yet, by the hashes of their tokens, and the requests that ended them.
    SignedOut(Vec<(String, String)>),
    /// All sessions of these users have ended, but for one.
    SessionsOf { users: Vec<UserId>, but: Option<String> },
    /// A wrong password, whether or not a user has the address.
    Guess { by: StoredGuesser, is_of_user: bool },
    /// The guesses of this guesser alone count no more.
    Forgiven(StoredGuesser),
    /// Nor do those of strangers at this address.
    Forgotten(String),
    /// What was counted against limits that hold for all servers together.
    Spent(Vec<Spent>),
}

/// Something that was counted against a limit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Spent {
    pub(crate) limit: String,
    /// Whose it is.
    pub(crate) by: String,
}

/// A message.
#[derive(Debug, Serialize, Deserialize)]
struct Message<T> {
    /// The server; `None` for what is none.
    from: Option<String>,
    told: T,
}

/// Tells the other servers once the transaction is committed.
pub(crate) async fn tell(conn: &mut Conn, from: &str, told: &Told) -> DbResult<()> {
    if let Conn::Sqlite(_) = conn {
        return Ok(());
    }
    let message = to_json(&Message { from: Some(from.to_owned()), told })?;
    statement("SELECT CAST(pg_notify($1, $2) AS TEXT)").bind(CHANNEL).bind(message).execute(conn).await?;
    Ok(())
}

/// The same of many users.
pub(crate) async fn tell_each(
    conn: &mut Conn,
    from: &str,
    users: &[&UserId],
    told: impl Fn(Vec<UserId>) -> Told,
) -> DbResult<()> {
    for users in users.chunks(AT_ONCE) {
        tell(conn, from, &told(users.iter().copied().cloned().collect())).await?;
    }
    Ok(())
}

/// A connection on which a server hears the others.
pub(crate) struct Listening(PgListening);

/// What was heard.
pub(crate) enum Heard {
    Told(Told),
    /// For a moment, nothing could be heard: there may have been anything.
    Missed,
}

impl Listening {
    /// `None` where there are no others.
    pub(crate) async fn begin(db: &Db) -> DbResult<Option<Self>> {
        match &db.driver {
            Driver::Sqlite(_) => Ok(None),
            Driver::Postgres(db) => Ok(Some(Self(db.listen().await?))),
        }
    }

    /// Waits for what another server than this one tells.
    pub(crate) async fn next(&mut self, this: &str) -> DbResult<Heard> {
        loop {
            let Some(text) = self.0.next().await? else { return Ok(Heard::Missed) };
            match serde_json::from_str::<Message<Told>>(&text) {
                Ok(message) if message.from.as_deref() == Some(this) => {}
                Ok(message) => return Ok(Heard::Told(message.told)),
                // Of another version of the server.
                Err(error) => tracing::warn!(%error, "what another server tells cannot be read"),
            }
        }
    }
}
