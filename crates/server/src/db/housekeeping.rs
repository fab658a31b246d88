//! Deleting expired data.

use std::time::Duration;

use api_types::limits;
use strum::{IntoStaticStr, VariantArray};

use super::batches::TRIALS_KEPT;
use super::done::Done;
use super::retention::{self, Retention, Table};
use super::{AccountId, Conn, DbResult, composed};
use crate::platform::clock::Millis;
use crate::platform::secrets::Keyring;

const DAY: Duration = Duration::from_secs(24 * 3600);
/// A batch that was never sealed is given up this long after its last rows.
pub(crate) const ABANDONED_AFTER: Duration = Duration::from_secs(7 * 24 * 3600);

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
    WebhookSecrets,
    WebhookMessages,
    /// People whose invitation ended long ago.
    InvitedPeople,
    /// Takes old batches out of all lists. What belongs to them is deleted next, table by table.
    OldBatches,
    Mails,
    Invitations,
    Rows,
    Batches,
    SyncProblems,
    SyncRuns,
    ApiKeys,
    AuditEvents,
}

/// Rows that expire by themselves.
struct Expiring {
    table: &'static str,
    key: &'static str,
    /// The condition, in which `$1` stands for the time this long ago.
    meant: &'static str,
    ago: Duration,
}

impl Chore {
    /// `None` for what is not deleted by a condition of its table alone.
    fn expiring(self, kept: &Retention) -> Option<Expiring> {
        let (table, key, meant, ago) = match self {
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
                "batch_number IS NULL AND state NOT IN ('queued', 'sending') AND next_attempt_at <= $1",
                DAY,
            ),
            Self::Flows => ("flows", "id", "expires_at <= $1", DAY),
            Self::KeyUses => ("api_key_uses", "api_key_id, user_id, origin, flow", "noted_at <= $1", DAY),
            Self::WebhookSecrets => ("webhook_secrets", "id", "ends_at <= $1", Duration::ZERO),
            // One that was sent again waits until it was delivered or has failed.
            Self::WebhookMessages => {
                ("webhook_messages", "number", "created_at <= $1 AND state <> 'waiting'", kept.webhooks)
            }
            _ => return None,
        };
        Some(Expiring { table, key, meant, ago })
    }

    /// What the audit log says is deleted for its age.
    pub(crate) fn recorded(self) -> Option<Table> {
        Some(match self {
            Self::InvitedPeople => Table::Users,
            Self::Mails => Table::Mails,
            Self::Invitations => Table::Invitations,
            Self::Rows => Table::BatchRows,
            Self::Batches => Table::Batches,
            Self::SyncProblems => Table::SyncProblems,
            Self::SyncRuns => Table::SyncRuns,
            Self::ApiKeys => Table::ApiKeys,
            Self::AuditEvents => Table::AuditEvents,
            Self::WebhookMessages => Table::WebhookMessages,
            _ => return None,
        })
    }

    /// Deletes up to `limit` rows.
    pub(crate) async fn portion(
        self,
        conn: &mut Conn,
        keyring: &Keyring,
        account_id: &AccountId,
        kept: &Retention,
        limit: u32,
        now: Millis,
    ) -> DbResult<Done> {
        if let Some(expiring) = self.expiring(kept) {
            let ago = now.minus(expiring.ago).0;
            let delete = expiring.delete();
            let deleted = composed(delete).bind(ago).bind(limit).execute(conn).await?;
            return Ok(Done::of(deleted, limit));
        }
        match self {
            Self::InvitedPeople => {
                let before = now.minus(kept.invitations);
                retention::invited_people(conn, account_id, before, limit).await
            }
            Self::OldBatches => retention::old_batches(conn, now.minus(kept.batches), limit).await,
            Self::SyncProblems => retention::sync_problems(conn, now.minus(kept.sync), limit).await,
            Self::SyncRuns => retention::sync_runs(conn, now.minus(kept.sync), limit).await,
            Self::ApiKeys => retention::api_keys(conn, account_id, now.minus(kept.audit), limit).await,
            Self::AuditEvents => super::audit::delete(conn, keyring, now.minus(kept.audit), limit).await,
            _ => match self.recorded() {
                Some(table) => retention::of_expired_batches(conn, table, limit).await,
                None => Ok(Done::of(0, limit)),
            },
        }
    }
}

impl Expiring {
    /// Finds expired rows; its values are the time and how many.
    fn select(&self) -> String {
        let Self { table, key, meant, .. } = self;
        format!("SELECT {key} FROM {table} WHERE {meant} LIMIT $2")
    }

    fn delete(&self) -> String {
        let Self { table, key, .. } = self;
        format!("DELETE FROM {table} WHERE ({key}) IN ({})", self.select())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::test::{check_plan, database, plan};
    use crate::db::{Builder, statement};

    #[tokio::test]
    async fn r20_what_has_expired_is_found_in_an_index() {
        let (db, _, _folder) = database().await;
        let mut conn = db.read().await.unwrap();
        let kept = Retention { audit: DAY, batches: DAY, invitations: DAY, sync: DAY, webhooks: DAY };
        for expiring in Chore::VARIANTS.iter().filter_map(|chore| chore.expiring(&kept)) {
            let steps = plan(&mut conn, &Builder::new(expiring.select())).await;
            check_plan(&steps);
        }
    }

    #[tokio::test]
    async fn r25_a_mail_that_waits_or_is_being_sent_is_not_old() -> DbResult<()> {
        let (db, account, folder) = database().await;
        let keyring = Keyring::load(None, folder.path())?;
        let kept = Retention { audit: DAY, batches: DAY, invitations: DAY, sync: DAY, webhooks: DAY };
        let mut tx = db.write().await?;
        for state in ["queued", "sending", "sent", "unknown"] {
            statement(
                "INSERT INTO mails (account_id, kind, edition, state, attempts, queued_at, next_attempt_at)
                 VALUES ($1, 'test', 1, $2, 1, 0, 0)",
            )
            .bind(&account)
            .bind(state)
            .execute(&mut tx)
            .await?;
        }
        let now = Millis(0).plus(DAY * 2);
        Chore::PersonalMails.portion(&mut tx, &keyring, &account, &kept, 9, now).await?;
        let left: Vec<(String,)> = statement("SELECT state FROM mails ORDER BY number").all(&mut tx).await?;
        assert_eq!(left, [("queued".to_owned(),), ("sending".to_owned(),)]);
        Ok(())
    }
}
