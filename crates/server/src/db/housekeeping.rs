//! Deleting expired data.

use std::time::Duration;

use api_types::limits;
use strum::{IntoStaticStr, VariantArray};

use super::{Conn, DbResult, composed};
use crate::platform::clock::Millis;

const DAY: Duration = Duration::from_secs(24 * 3600);
/// A batch that was never sealed is given up this long after its last rows.
pub(crate) const ABANDONED_AFTER: Duration = Duration::from_secs(7 * 24 * 3600);

/// A batch that changes nothing is deleted this long after its last rows: a dry run, or a comparison with the account that
/// is not applied.
pub(crate) const TRIALS_KEPT: Duration = DAY;

/// Kinds of rows that expire, in the order in which they are deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub(crate) enum Chore {
    Sessions,
    Links,
    Ceremonies,
    Guesses,
    Answers,
    RowsOfTrials,
    /// Dry runs and comparisons that were not applied, after their rows, which would otherwise be deleted with them, all
    /// at once.
    Trials,
    PersonalMails,
    Flows,
    KeyUses,
}

impl Chore {
    /// The table, its key, the condition of expired rows, and the age that `$1` stands for.
    fn parts(self) -> (&'static str, &'static str, &'static str, Duration) {
        match self {
            // A panel's session may have a flow of Salesforce under way that it began.
            Self::Sessions => ("sessions", "token_hash", "expires_at <= $1", super::flows::LIFETIME),
            Self::Links => ("one_time_links", "id", "expires_at <= $1", DAY),
            Self::Ceremonies => {
                ("used_ceremonies", "id", "expires_at <= $1", super::factors::CEREMONY_LIFETIME)
            }
            Self::Guesses => ("guesses", "id", "guessed_at <= $1", super::guesses::KEPT),
            Self::Answers => (
                "idempotency_keys",
                "account_id, user_id, route, idempotency_key",
                "created_at <= $1",
                DAY * limits::IDEMPOTENCY_DAYS,
            ),
            Self::RowsOfTrials => (
                "batch_rows",
                "batch_number, row_number",
                "batch_number IN (SELECT number FROM batches WHERE (is_dry_run = 1 OR kind = 'member_changes'
                     AND (state = 'open' OR state = 'cancelled' AND applied = 0)) AND filled_at <= $1)",
                TRIALS_KEPT,
            ),
            Self::Trials => (
                "batches",
                "id",
                "(is_dry_run = 1 OR kind = 'member_changes'
                  AND (state = 'open' OR state = 'cancelled' AND applied = 0)) AND filled_at <= $1",
                TRIALS_KEPT,
            ),
            Self::PersonalMails => (
                "mails",
                "number",
                "batch_number IS NULL AND state <> 'queued' AND next_attempt_at <= $1",
                DAY,
            ),
            Self::Flows => ("flows", "id", "expires_at <= $1", DAY),
            Self::KeyUses => ("api_key_uses", "api_key_id, user_id, origin, flow", "noted_at <= $1", DAY),
        }
    }

    /// Finds expired rows; its values are the time and how many.
    fn expired(self) -> String {
        let (table, key, meant, _) = self.parts();
        format!("SELECT {key} FROM {table} WHERE {meant} LIMIT $2")
    }

    /// Deletes up to `limit` rows. Returns how many there were.
    pub(crate) async fn portion(self, conn: &mut Conn, limit: u32, now: Millis) -> DbResult<u32> {
        let (table, key, _, ago) = self.parts();
        let delete = format!("DELETE FROM {table} WHERE ({key}) IN ({})", self.expired());
        let deleted = composed(delete).bind(now.minus(ago).0).bind(limit).execute(conn).await?;
        Ok(u32::try_from(deleted).unwrap_or(u32::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::Builder;
    use crate::db::test::{check_plan, database, plan};

    #[tokio::test]
    async fn r20_what_has_expired_is_found_in_an_index() {
        let (db, _, _folder) = database().await;
        let mut conn = db.read().await.unwrap();
        for chore in Chore::VARIANTS {
            let steps = plan(&mut conn, &Builder::new(chore.expired())).await;
            check_plan(&steps);
        }
    }
}
