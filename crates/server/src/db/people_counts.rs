//! How many people there are, as the triggers of the schema count them.

use api_types::StatusCounts;

use super::{AccountId, Conn, DbResult, statement};
use crate::platform::clock::Millis;

/// All people by status.
pub(crate) async fn by_status(
    conn: &mut Conn,
    account_id: &AccountId,
    now: Millis,
) -> DbResult<StatusCounts> {
    let (active, deactivated, invited, expired): (i64, i64, i64, i64) = statement(
        "SELECT CAST(COALESCE(SUM(people) FILTER (WHERE status = 'active'), 0) AS BIGINT),
                CAST(COALESCE(SUM(people) FILTER (WHERE status = 'deactivated'), 0) AS BIGINT),
                CAST(COALESCE(SUM(people) FILTER (WHERE status = 'invited' AND expires_at > $2), 0) AS BIGINT),
                CAST(COALESCE(SUM(people) FILTER (WHERE status = 'invited' AND expires_at <= $2), 0) AS BIGINT)
           FROM people_counts WHERE account_id = $1",
    )
    .bind(account_id)
    .bind(now.0)
    .one(conn)
    .await?;
    let count = |people: i64| u64::try_from(people).unwrap_or(0);
    Ok(StatusCounts {
        invited: count(invited),
        active: count(active),
        deactivated: count(deactivated),
        expired: count(expired),
    })
}

/// The version of who has which address and status: another one whenever that is another. Invitations expire without a
/// change, so it holds how many have not.
pub(crate) async fn version(conn: &mut Conn, account_id: &AccountId, now: Millis) -> DbResult<String> {
    let (version,): (i64,) = statement("SELECT people_version FROM accounts WHERE id = $1")
        .bind(account_id)
        .one(&mut *conn)
        .await?;
    let invited = by_status(conn, account_id, now).await?.invited;
    Ok(format!("{version:x}-{invited}"))
}
