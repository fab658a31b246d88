//! The mappings of columns that an account's administrators have chosen.

use api_types::limits::COLUMN_MAPPINGS;

use super::{AccountId, Conn, DbResult, statement};
use crate::platform::clock::Millis;

/// Every mapping, the latest first.
pub(crate) async fn all(conn: &mut Conn, account_id: &AccountId) -> DbResult<Vec<String>> {
    let select = "SELECT mapping FROM column_mappings WHERE account_id = $1 ORDER BY chosen_at DESC, mapping";
    let mappings: Vec<(String,)> = statement(select).bind(account_id).all(conn).await?;
    Ok(mappings.into_iter().map(|(mapping,)| mapping).collect())
}

/// Keeps a mapping as the latest, and as many of the others as an account may have.
pub(crate) async fn keep(
    conn: &mut Conn,
    account_id: &AccountId,
    mapping: &str,
    now: Millis,
) -> DbResult<()> {
    statement(
        "INSERT INTO column_mappings (account_id, mapping, chosen_at) VALUES ($1, $2, $3)
         ON CONFLICT (account_id, mapping) DO UPDATE SET chosen_at = excluded.chosen_at",
    )
    .bind(account_id)
    .bind(mapping)
    .bind(now.0)
    .execute(&mut *conn)
    .await?;
    statement(
        "DELETE FROM column_mappings
          WHERE account_id = $1
            AND mapping NOT IN (SELECT mapping FROM column_mappings WHERE account_id = $1
                                 ORDER BY chosen_at DESC, mapping LIMIT $2)",
    )
    .bind(account_id)
    .bind(COLUMN_MAPPINGS)
    .execute(conn)
    .await?;
    Ok(())
}
