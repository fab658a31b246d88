//! The schedule of an account: how often changes are polled, from which token on, and of which instance.

use std::time::Duration;

use api_types::{PersonField, limits};
use sqlx::FromRow;

use super::runs;
use crate::db::{AccountId, Conn, DbResult, count, statement};
use crate::platform::clock::Millis;

/// The schedule of an account.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct Schedule {
    polling_minutes: i64,
    people: i64,
    pub(crate) changes_token: Option<String>,
    pub(crate) deletions_token: Option<String>,
    pub(crate) merges_token: Option<String>,
    complete_until: Option<i64>,
    missing_fields: Option<String>,
    polled_at: Option<i64>,
    settings_version: i64,
}

impl Schedule {
    pub(crate) fn polling_minutes(&self) -> u32 {
        count(self.polling_minutes)
    }

    /// Grows with every change by a person.
    pub(crate) fn version(&self) -> u32 {
        count(self.settings_version)
    }

    /// People in the account.
    pub(crate) fn people(&self) -> u64 {
        u64::try_from(self.people).unwrap_or(0)
    }

    /// When changes are to be polled next; `None` until a full run was complete.
    pub(crate) fn next_poll_at(&self) -> Option<Millis> {
        self.changes_token.as_ref()?;
        Some(self.polled_at().plus(self.every()))
    }

    /// Whether changes are to be polled now.
    pub(crate) fn is_due(&self, now: Millis) -> bool {
        self.changes_token.is_some() && self.polled_at().is_past(self.every(), now)
    }

    /// Up to when changes are known to be complete.
    pub(crate) fn complete_until(&self) -> Option<Millis> {
        self.complete_until.map(Millis)
    }

    /// The fields that the instance did not have when it was last asked.
    pub(crate) fn missing_fields(&self) -> DbResult<Vec<PersonField>> {
        Ok(self.known_missing_fields()?.unwrap_or_default())
    }

    /// The same; `None` before it was asked.
    pub(crate) fn known_missing_fields(&self) -> DbResult<Option<Vec<PersonField>>> {
        let fields = self.missing_fields.as_deref().map(serde_json::from_str).transpose();
        fields.map_err(|error| sqlx::Error::Decode(error.into()))
    }

    fn polled_at(&self) -> Millis {
        self.polled_at.map_or(Millis::ZERO, Millis)
    }

    fn every(&self) -> Duration {
        Duration::from_secs(u64::from(self.polling_minutes()) * 60)
    }
}

/// The schedule; the default one before anything was changed.
pub(crate) async fn schedule(conn: &mut Conn, account_id: &AccountId) -> DbResult<Schedule> {
    let found: Option<Schedule> = statement(
        "SELECT polling_minutes, people, changes_token, deletions_token, merges_token, complete_until, missing_fields,
                polled_at, settings_version
           FROM field_syncs WHERE account_id = $1",
    )
    .bind(account_id)
    .optional(conn)
    .await?;
    Ok(found.unwrap_or(Schedule {
        polling_minutes: i64::from(limits::POLLING_MINUTES_DEFAULT),
        people: 0,
        changes_token: None,
        deletions_token: None,
        merges_token: None,
        complete_until: None,
        missing_fields: None,
        polled_at: None,
        settings_version: 1,
    }))
}

pub(crate) async fn set_polling_minutes(
    conn: &mut Conn,
    account_id: &AccountId,
    minutes: u32,
) -> DbResult<()> {
    ensure(conn, account_id).await?;
    statement(
        "UPDATE field_syncs SET polling_minutes = $1, settings_version = settings_version + 1 WHERE account_id = $2",
    )
        .bind(minutes)
        .bind(account_id)
        .execute(conn)
        .await?;
    Ok(())
}

/// Adds to the number of people; negative when some were deleted.
pub(crate) async fn add_people(conn: &mut Conn, account_id: &AccountId, more: i64) -> DbResult<()> {
    if more == 0 {
        return Ok(());
    }
    ensure(conn, account_id).await?;
    statement("UPDATE field_syncs SET people = people + $1 WHERE account_id = $2")
        .bind(more)
        .bind(account_id)
        .execute(conn)
        .await?;
    Ok(())
}

/// The tokens of the next activities of each kind; `None` is for one that stays as it is.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Tokens<'a> {
    pub(crate) changes: Option<&'a str>,
    pub(crate) deletions: Option<&'a str>,
    pub(crate) merges: Option<&'a str>,
}

pub(crate) async fn set_tokens(conn: &mut Conn, account_id: &AccountId, tokens: Tokens<'_>) -> DbResult<()> {
    ensure(conn, account_id).await?;
    statement(
        "UPDATE field_syncs SET changes_token = COALESCE($1, changes_token),
                deletions_token = COALESCE($2, deletions_token), merges_token = COALESCE($3, merges_token)
          WHERE account_id = $4",
    )
    .bind(tokens.changes)
    .bind(tokens.deletions)
    .bind(tokens.merges)
    .bind(account_id)
    .execute(conn)
    .await?;
    Ok(())
}

/// Notes up to when changes are complete.
pub(crate) async fn set_complete_until(conn: &mut Conn, account_id: &AccountId, at: Millis) -> DbResult<()> {
    ensure(conn, account_id).await?;
    statement("UPDATE field_syncs SET complete_until = $1 WHERE account_id = $2")
        .bind(at.0)
        .bind(account_id)
        .execute(conn)
        .await?;
    Ok(())
}

/// Notes which fields the instance does not have.
pub(crate) async fn set_missing_fields(
    conn: &mut Conn,
    account_id: &AccountId,
    missing: &[PersonField],
) -> DbResult<()> {
    ensure(conn, account_id).await?;
    let missing = serde_json::to_string(missing).map_err(|error| sqlx::Error::Encode(error.into()))?;
    statement("UPDATE field_syncs SET missing_fields = $1 WHERE account_id = $2")
        .bind(missing)
        .bind(account_id)
        .execute(conn)
        .await?;
    Ok(())
}

/// Notes that changes were polled.
pub(crate) async fn set_polled(conn: &mut Conn, account_id: &AccountId, now: Millis) -> DbResult<()> {
    ensure(conn, account_id).await?;
    statement("UPDATE field_syncs SET polled_at = $1 WHERE account_id = $2")
        .bind(now.0)
        .bind(account_id)
        .execute(conn)
        .await?;
    Ok(())
}

/// Stores from which instance people are read from now on. Work on another instance is not continued: its runs end, and
/// a full run is needed. Returns whether a run was under way.
pub(crate) async fn read_from(
    conn: &mut Conn,
    account_id: &AccountId,
    munchkin_account_id: &str,
    now: Millis,
) -> DbResult<bool> {
    ensure(conn, account_id).await?;
    let (before,): (Option<String>,) =
        statement("SELECT munchkin_account_id FROM field_syncs WHERE account_id = $1")
            .bind(account_id)
            .one(&mut *conn)
            .await?;
    statement("UPDATE field_syncs SET munchkin_account_id = $1 WHERE account_id = $2")
        .bind(munchkin_account_id)
        .bind(account_id)
        .execute(&mut *conn)
        .await?;
    if before.is_none_or(|before| before == munchkin_account_id) {
        return Ok(false);
    }
    statement(
        "UPDATE field_syncs SET changes_token = NULL, deletions_token = NULL, merges_token = NULL,
                complete_until = NULL, missing_fields = NULL, polled_at = NULL
          WHERE account_id = $1",
    )
    .bind(account_id)
    .execute(&mut *conn)
    .await?;
    runs::abandon(conn, account_id, now).await
}

async fn ensure(conn: &mut Conn, account_id: &AccountId) -> DbResult<()> {
    statement(
        "INSERT INTO field_syncs (account_id, polling_minutes, people) VALUES ($1, $2, 0)
         ON CONFLICT (account_id) DO NOTHING",
    )
    .bind(account_id)
    .bind(limits::POLLING_MINUTES_DEFAULT)
    .execute(conn)
    .await?;
    Ok(())
}
