//! The servers that use the database. What one of them holds is its own for as long as its row is there: others delete
//! it once its heartbeat has stopped, and end in the same transaction what it held.

use sqlx::FromRow;

use super::{Conn, DbResult, statement};
use crate::platform::clock::Millis;

/// Another server, as it was seen.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct SeenServer {
    pub(crate) id: String,
    pub(crate) beat: i64,
    pub(crate) is_lead: i64,
    /// The state of the mail server as the lead has met it, as JSON.
    pub(crate) mail: Option<String>,
}

impl SeenServer {
    pub(crate) fn is_lead(&self) -> bool {
        self.is_lead == 1
    }
}

pub(crate) async fn insert(conn: &mut Conn, id: &str, now: Millis) -> DbResult<()> {
    statement("INSERT INTO servers (id, started_at) VALUES ($1, $2)")
        .bind(id)
        .bind(now.0)
        .execute(conn)
        .await?;
    Ok(())
}

pub(crate) async fn delete(conn: &mut Conn, id: &str) -> DbResult<()> {
    statement("DELETE FROM servers WHERE id = $1").bind(id).execute(conn).await?;
    Ok(())
}

/// Deletes those of processes before this one, where the database is of one server.
pub(crate) async fn delete_all(conn: &mut Conn) -> DbResult<()> {
    statement("DELETE FROM servers").execute(conn).await?;
    Ok(())
}

/// Deletes a server whose heart has not beaten since it was seen so.
pub(crate) async fn delete_silent(conn: &mut Conn, seen: &SeenServer) -> DbResult<()> {
    statement("DELETE FROM servers WHERE id = $1 AND beat = $2")
        .bind(&seen.id)
        .bind(seen.beat)
        .execute(conn)
        .await?;
    Ok(())
}

/// Shows that a server lives, what it says of itself where that is known, and how the mail server is if it leads. Returns whether
/// it does; `None` where it was taken for gone.
pub(crate) async fn beat(
    conn: &mut Conn,
    id: &str,
    state: Option<&str>,
    mail: &str,
) -> DbResult<Option<bool>> {
    let row: Option<(bool,)> = statement(
        "UPDATE servers
            SET beat = beat + 1, state = COALESCE($1, state), mail = CASE WHEN is_lead = 1 THEN $2 END
          WHERE id = $3 RETURNING is_lead = 1",
    )
    .bind(state)
    .bind(mail)
    .bind(id)
    .optional(conn)
    .await?;
    Ok(row.map(|(leads,)| leads))
}

/// What the clock of PostgreSQL shows.
pub(crate) async fn clock(conn: &mut Conn) -> DbResult<Millis> {
    let (now,): (i64,) =
        statement("SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)").one(conn).await?;
    Ok(Millis(now))
}

/// Every server but this one.
pub(crate) async fn others(conn: &mut Conn, id: &str) -> DbResult<Vec<SeenServer>> {
    statement("SELECT id, beat, is_lead, mail FROM servers WHERE id <> $1").bind(id).all(conn).await
}

/// What every server but this one says of itself, as JSON.
pub(crate) async fn states_of_others(conn: &mut Conn, id: &str) -> DbResult<Vec<String>> {
    let states: Vec<(String,)> =
        statement("SELECT state FROM servers WHERE id <> $1 AND state IS NOT NULL ORDER BY started_at, id")
            .bind(id)
            .all(conn)
            .await?;
    Ok(states.into_iter().map(|(state,)| state).collect())
}

/// Makes a server the lead, if there is none. Returns whether it was.
pub(crate) async fn take_lead(conn: &mut Conn, id: &str) -> DbResult<bool> {
    let taken = statement(
        "UPDATE servers SET is_lead = 1 WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM servers WHERE is_lead = 1)",
    )
    .bind(id)
    .execute(conn)
    .await?;
    Ok(taken > 0)
}
