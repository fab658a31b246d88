//! What a new run can take over from an earlier one.

use std::time::Duration;

use api_types::SyncRunState;

use crate::db::field_sync::runs::{self, RunKind, RunRow};
use crate::db::{AccountId, Conn, DbResult};
use crate::platform::clock::Millis;

/// How long Marketo keeps the files of exports, and so how long a pass can be continued.
pub(super) const EXPORTS_KEPT: Duration = Duration::from_secs(7 * 24 * 3600);
/// How long the count of a preview is valid.
const PREVIEW_HOLDS: Duration = Duration::from_secs(24 * 3600);

/// The failed run that a new one continues. The first run of the pass made its exports, so its age counts.
pub(super) async fn goes_on_from(
    conn: &mut Conn,
    account_id: &AccountId,
    now: Millis,
) -> DbResult<Option<RunRow>> {
    let Some(latest) = runs::latest(conn, account_id, RunKind::Full).await? else { return Ok(None) };
    let failed = matches!(latest.state()?, SyncRunState::Failed(_));
    let first = runs::find(conn, account_id, &latest.pass_id).await?;
    let recent = first.is_some_and(|first| first.started_at() >= now.minus(EXPORTS_KEPT));
    // Without the token of its changes it cannot be continued.
    let begun = latest.changes_token.is_some();
    Ok((failed && recent && begun).then_some(latest))
}

/// How many people a preview found lately.
pub(super) async fn preview_to_expect(
    conn: &mut Conn,
    account_id: &AccountId,
    now: Millis,
) -> DbResult<Option<i64>> {
    let Some(latest) = runs::latest(conn, account_id, RunKind::Preview).await? else { return Ok(None) };
    let counted = latest.state()? == SyncRunState::Completed;
    let recent = latest.ended_at().is_some_and(|at| at >= now.minus(PREVIEW_HOLDS));
    Ok((counted && recent).then(|| latest.tally.read()))
}
