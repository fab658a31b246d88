//! The results of verifying the check-list's items in the connected org.

use std::collections::HashMap;
use std::time::Duration;

use api_types::{ChecklistItemId, Verification};
use sqlx::FromRow;

use super::{AccountId, Builder, Conn, DbResult, Flag, from_json, push_list, statement, to_json};
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

/// The id of the org that was verified last, if that was so long ago, or before the clock was set back.
pub(crate) async fn org_verified_before(
    conn: &mut Conn,
    account_id: &AccountId,
    span: Duration,
    now: Millis,
) -> DbResult<Option<String>> {
    let last: Option<(String, i64)> = statement(
        "SELECT org_id, verified_at FROM salesforce_verifications
          WHERE account_id = $1 ORDER BY verified_at DESC LIMIT 1",
    )
    .bind(account_id)
    .optional(conn)
    .await?;
    Ok(last.filter(|(_, at)| *at <= now.minus(span).0 || *at > now.0).map(|(org, _)| org))
}

/// The result of verifying an item.
pub(crate) struct Finding {
    pub(crate) item: ChecklistItemId,
    pub(crate) passed: bool,
    pub(crate) found: Vec<String>,
}

/// Forgets what an org no longer tells, so that an item is ticked by hand again; what it passed stays.
pub(crate) async fn forget_untold(
    conn: &mut Conn,
    account_id: &AccountId,
    org_id: &str,
    told: &[Finding],
) -> DbResult<()> {
    let mut delete = Builder::new("DELETE FROM salesforce_verifications WHERE account_id = ");
    delete.push_bind(account_id);
    delete.push(" AND (is_passed = 0 OR org_id <> ").push_bind(org_id.to_owned()).push(")");
    if !told.is_empty() {
        let told: Vec<String> = told.iter().map(|finding| finding.item.as_str().to_owned()).collect();
        delete.push(" AND item NOT IN ");
        push_list(&mut delete, &told);
    }
    delete.build().execute(conn).await?;
    Ok(())
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::test::database;

    #[tokio::test]
    async fn r15_what_an_org_no_longer_tells_is_ticked_by_hand_again() {
        let (db, account, _folder) = database().await;
        let mut tx = db.write().await.unwrap();
        let finding = |item, passed| Finding { item, passed, found: Vec::new() };
        let (layouts, package) = (ChecklistItemId::PageLayouts, ChecklistItemId::InstallPackage);
        for one in [finding(layouts, false), finding(package, true)] {
            note(&mut tx, &account, "org", &one, Millis(1)).await.unwrap();
        }
        let mut left = async |org, told: &[Finding]| {
            forget_untold(&mut tx, &account, org, told).await.unwrap();
            let mut left: Vec<_> = all(&mut tx, &account).await.unwrap().into_keys().collect();
            left.sort_unstable();
            left
        };
        assert_eq!(left("org", &[finding(layouts, false)]).await.len(), 2, "it is told still");
        assert_eq!(left("org", &[]).await, [package.as_str()], "what it passed stays");
        assert!(left("another", &[finding(layouts, true)]).await.is_empty());
    }
}
