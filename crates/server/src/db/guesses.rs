//! Wrong passwords for users, for the next process: this one counts them in memory.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{AccountId, Conn, DbResult, new_id, statement};
use crate::platform::clock::Millis;

/// How long a guess counts at most, and is kept.
pub(crate) const KEPT: Duration = Duration::from_secs(24 * 3600);

/// Whose guess it was, as stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StoredGuesser {
    pub(crate) counted_for: String,
    /// The network of a stranger, or the id of a session; empty for a known browser.
    pub(crate) source: String,
}

pub(crate) async fn insert(
    conn: &mut Conn,
    account_id: &AccountId,
    guesser: &StoredGuesser,
    now: Millis,
) -> DbResult<()> {
    statement(
        "INSERT INTO guesses (id, account_id, counted_for, source, guessed_at) VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(new_id::<String>())
    .bind(account_id)
    .bind(&guesser.counted_for)
    .bind(&guesser.source)
    .bind(now.0)
    .execute(conn)
    .await?;
    Ok(())
}

/// The guesses since then, the first ones first, with their times.
pub(crate) async fn since(
    conn: &mut Conn,
    account_id: &AccountId,
    then: Millis,
) -> DbResult<Vec<(StoredGuesser, Millis)>> {
    let rows: Vec<(String, String, i64)> = statement(
        "SELECT counted_for, source, guessed_at FROM guesses
          WHERE account_id = $1 AND guessed_at > $2 ORDER BY guessed_at, id",
    )
    .bind(account_id)
    .bind(then.0)
    .all(conn)
    .await?;
    let read = |(counted_for, source, at)| (StoredGuesser { counted_for, source }, Millis(at));
    Ok(rows.into_iter().map(read).collect())
}

/// Deletes the guesses of this guesser alone.
pub(crate) async fn forgive(
    conn: &mut Conn,
    account_id: &AccountId,
    guesser: &StoredGuesser,
) -> DbResult<()> {
    statement("DELETE FROM guesses WHERE account_id = $1 AND counted_for = $2 AND source = $3")
        .bind(account_id)
        .bind(&guesser.counted_for)
        .bind(&guesser.source)
        .execute(conn)
        .await?;
    Ok(())
}

/// Deletes all guesses of strangers at an address.
pub(crate) async fn forget(conn: &mut Conn, account_id: &AccountId, email_key: &str) -> DbResult<()> {
    statement("DELETE FROM guesses WHERE account_id = $1 AND counted_for = $2")
        .bind(account_id)
        .bind(email_key)
        .execute(conn)
        .await?;
    Ok(())
}
