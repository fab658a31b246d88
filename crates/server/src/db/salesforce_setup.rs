//! The results of verifying the check-list's items in the connected org.

use std::collections::HashMap;
use std::time::Duration;

use api_types::{ChecklistItemId, Verification};
use sqlx::FromRow;

use super::{AccountId, Conn, DbResult, Flag, from_json, statement, to_json};
use crate::platform::clock::Millis;

#[derive(FromRow)]
struct VerificationRecord {
    item: String,
    #[sqlx(try_from = "Flag")]
    is_passed: bool,
    #[sqlx(try_from = "Flag")]
    was_passed: bool,
    found: String,
    verified_at: i64,
}

/// Every item that was verified, by its stable name.
pub(crate) async fn all(conn: &mut Conn, account_id: &AccountId) -> DbResult<HashMap<String, Verification>> {
    let rows: Vec<VerificationRecord> = statement(
        "SELECT item, is_passed, was_passed, found, verified_at FROM salesforce_verifications
          WHERE account_id = $1",
    )
    .bind(account_id)
    .all(conn)
    .await?;
    let verification = |row: VerificationRecord| {
        let verification = Verification {
            passed: row.is_passed,
            regressed: row.was_passed && !row.is_passed,
            at: Millis(row.verified_at).timestamp(),
            found: from_json(&row.found)?,
        };
        Ok((row.item, verification))
    };
    rows.into_iter().map(verification).collect()
}

/// Whether anything was verified, and that so long ago, or before the clock was set back.
pub(crate) async fn is_older_than(
    conn: &mut Conn,
    account_id: &AccountId,
    span: Duration,
    now: Millis,
) -> DbResult<bool> {
    let (last,): (Option<i64>,) =
        statement("SELECT MAX(verified_at) FROM salesforce_verifications WHERE account_id = $1")
            .bind(account_id)
            .one(conn)
            .await?;
    Ok(last.is_some_and(|last| last <= now.minus(span).0 || last > now.0))
}

/// The result of verifying an item.
pub(crate) struct Finding {
    pub(crate) item: ChecklistItemId,
    pub(crate) passed: bool,
    pub(crate) found: Vec<String>,
}

/// Stores a result. An earlier pass counts for the same org only.
pub(crate) async fn note(
    conn: &mut Conn,
    account_id: &AccountId,
    org_id: &str,
    finding: &Finding,
    now: Millis,
) -> DbResult<()> {
    statement(
        "INSERT INTO salesforce_verifications (account_id, item, org_id, is_passed, was_passed, found, verified_at)
         VALUES ($1, $2, $3, $4, $4, $5, $6)
         ON CONFLICT (account_id, item) DO UPDATE SET
             was_passed = CASE WHEN salesforce_verifications.org_id = excluded.org_id
                               AND salesforce_verifications.was_passed = 1 THEN 1
                               ELSE excluded.is_passed END,
             org_id = excluded.org_id, is_passed = excluded.is_passed, found = excluded.found,
             verified_at = excluded.verified_at",
    )
    .bind(account_id)
    .bind(finding.item.as_str())
    .bind(org_id)
    .bind(i64::from(finding.passed))
    .bind(to_json(&finding.found)?)
    .bind(now.0)
    .execute(conn)
    .await?;
    Ok(())
}
