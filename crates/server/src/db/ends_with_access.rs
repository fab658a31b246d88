//! What ends once a person is no active administrator any more.

use api_types::EndsWithAccess;

use super::{Conn, DbResult, count};
use crate::platform::clock::Millis;

/// What there is of it at the moment.
pub(crate) async fn of(
    conn: &mut Conn,
    account_id: &str,
    user_id: &str,
    now: Millis,
) -> DbResult<EndsWithAccess> {
    let (api_keys, batches, admin_invitations): (i64, i64, i64) = sqlx::query_as(
        "SELECT (SELECT COUNT(*) FROM api_keys
                  WHERE account_id = $1 AND creator_id = $2 AND revoked_at IS NULL AND ends_at > $3),
                (SELECT COUNT(*) FROM batches
                  WHERE account_id = $1 AND created_by = $2 AND is_dry_run = 0
                    AND ((kind = 'invitations' AND state = 'sealed' AND settled_at IS NULL)
                         OR state IN ('applying', 'undoing'))),
                (SELECT COUNT(*) FROM batches b JOIN invitations i ON i.batch_number = b.number
                   JOIN users u ON u.number = i.user_number
                  WHERE b.account_id = $1 AND b.kind = 'invitations' AND b.created_by = $2 AND i.status = 'pending'
                    AND u.role = 'admin' AND u.status = 'invited')",
    )
    .bind(account_id)
    .bind(user_id)
    .bind(now.0)
    .fetch_one(conn)
    .await?;
    Ok(EndsWithAccess {
        api_keys: count(api_keys),
        batches: count(batches),
        admin_invitations: count(admin_invitations),
    })
}
