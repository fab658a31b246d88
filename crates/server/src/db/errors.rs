//! Failures of other services that the account met lately.

use api_types::{Activity, Service};

use super::{Conn, DbResult, new_id, text};
use crate::clock::Millis;

/// How many are kept.
const KEPT: i64 = 500;

/// Notes a failure by the service's own code, and forgets the oldest.
pub(crate) async fn note(
    conn: &mut Conn,
    account_id: &str,
    at: Millis,
    (service, during): (Service, Activity),
    code: &str,
    request_id: &str,
) -> DbResult<()> {
    sqlx::query(
        "INSERT INTO recent_errors (id, account_id, at, service, code, during, request_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(new_id())
    .bind(account_id)
    .bind(at.0)
    .bind(text(service)?)
    .bind(code)
    .bind(text(during)?)
    .bind(request_id)
    .execute(&mut *conn)
    .await?;
    sqlx::query(
        "DELETE FROM recent_errors WHERE account_id = $1 AND id <=
             (SELECT id FROM recent_errors WHERE account_id = $1 ORDER BY id DESC LIMIT 1 OFFSET $2)",
    )
    .bind(account_id)
    .bind(KEPT)
    .execute(conn)
    .await?;
    Ok(())
}
