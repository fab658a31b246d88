//! Stored answers, by idempotency key.

use api_types::UserId;
use sqlx::FromRow;

use super::{AccountId, Conn, DbResult, statement};
use crate::platform::clock::Millis;

/// The scope of a key: the same text from another person or on another route is another key.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Scope {
    pub(crate) account_id: AccountId,
    pub(crate) user_id: UserId,
    pub(crate) route: String,
    pub(crate) key: String,
}

impl Scope {
    /// One name for all of it, whose parts have no line breaks.
    pub(crate) fn name(&self) -> String {
        let Self { account_id, user_id, route, key } = self;
        [account_id.as_str(), user_id.as_str(), route, key].join("\n")
    }
}

#[derive(Clone, Debug, FromRow)]
pub(crate) struct StoredAnswer {
    pub(crate) fingerprint: String,
    pub(crate) status: i64,
    pub(crate) location: Option<String>,
    pub(crate) body: String,
}

pub(crate) async fn find(conn: &mut Conn, scope: &Scope) -> DbResult<Option<StoredAnswer>> {
    statement(
        "SELECT fingerprint, status, location, body FROM idempotency_keys
          WHERE account_id = $1 AND user_id = $2 AND route = $3 AND idempotency_key = $4",
    )
    .bind(&scope.account_id)
    .bind(&scope.user_id)
    .bind(&scope.route)
    .bind(&scope.key)
    .optional(conn)
    .await
}

pub(crate) async fn insert(
    conn: &mut Conn,
    scope: &Scope,
    answer: &StoredAnswer,
    now: Millis,
) -> DbResult<()> {
    statement(
        "INSERT INTO idempotency_keys (account_id, user_id, route, idempotency_key, fingerprint, status, location, body,
                created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(&scope.account_id)
    .bind(&scope.user_id)
    .bind(&scope.route)
    .bind(&scope.key)
    .bind(&answer.fingerprint)
    .bind(answer.status)
    .bind(answer.location.as_deref())
    .bind(&answer.body)
    .bind(now.0)
    .execute(conn)
    .await?;
    Ok(())
}
