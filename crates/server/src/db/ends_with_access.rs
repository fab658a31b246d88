//! What ends once a person is no active administrator any more.

use api_types::EndsWithAccess;

use super::batches::invitations::push_has_right;
use super::invitations::push_admins_of;
use super::{Builder, Conn, DbResult, count};
use crate::platform::clock::Millis;

/// What there is of it at the moment.
pub(crate) async fn of(
    conn: &mut Conn,
    account_id: &str,
    user_id: &str,
    now: Millis,
) -> DbResult<EndsWithAccess> {
    let mut select =
        Builder::new("SELECT (SELECT COUNT(*) FROM api_keys WHERE revoked_at IS NULL AND account_id = ");
    select.push_bind(account_id.to_owned()).push(" AND creator_id = ").push_bind(user_id.to_owned());
    select.push(" AND ends_at > ").push_bind(now.0);
    select.push("), (SELECT COUNT(*) FROM batches WHERE is_dry_run = 0 AND account_id = ");
    select.push_bind(account_id.to_owned());
    select.push(" AND (state IN ('applying', 'undoing') AND created_by = ").push_bind(user_id.to_owned());
    select.push(" OR kind = 'invitations' AND state = 'sealed' AND settled_at IS NULL AND ");
    select.push_bind(user_id.to_owned()).push(" IN (created_by, retried_by) AND NOT ");
    push_has_right(&mut select, Some(user_id));
    select.push(")), (SELECT COUNT(*)");
    push_admins_of(&mut select, account_id, &[user_id]);
    select.push(")");
    let (api_keys, batches, admin_invitations): (i64, i64, i64) =
        select.build_query_as().fetch_one(conn).await?;
    Ok(EndsWithAccess {
        api_keys: count(api_keys),
        batches: count(batches),
        admin_invitations: count(admin_invitations),
    })
}
