//! Recent failures of other services.

use api_types::{Activity, RecentError, Service};

use super::{Builder, Conn, DbResult, from_text, new_id, text};
use crate::platform::clock::Millis;

/// How many are kept.
const KEPT: i64 = 500;

/// Notes a failure by the service's own code, and deletes the oldest.
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

/// Failures, the latest first, and how many are kept. `before` is the last id of the page before.
pub(crate) async fn list(
    conn: &mut Conn,
    account_id: &str,
    before: Option<&str>,
    limit: u32,
) -> DbResult<(Vec<(String, RecentError)>, u64)> {
    let (total,): (i64,) = sqlx::query_as("SELECT COUNT(*) FROM recent_errors WHERE account_id = $1")
        .bind(account_id)
        .fetch_one(&mut *conn)
        .await?;
    let mut select = Builder::new(
        "SELECT id, at, service, code, during, request_id FROM recent_errors WHERE account_id = ",
    );
    select.push_bind(account_id.to_owned());
    if let Some(before) = before {
        select.push(" AND id < ").push_bind(before.to_owned());
    }
    select.push(" ORDER BY id DESC LIMIT ").push_bind(i64::from(limit));
    let rows: Vec<(String, i64, String, String, String, String)> =
        select.build_query_as().fetch_all(conn).await?;
    let errors = rows.into_iter().map(|(id, at, service, code, during, request_id)| {
        let (service, during) = (from_text(&service)?, from_text(&during)?);
        Ok((id, RecentError { at: Millis(at).timestamp(), service, code, during, request_id }))
    });
    Ok((errors.collect::<DbResult<_>>()?, u64::try_from(total).unwrap_or(0)))
}
