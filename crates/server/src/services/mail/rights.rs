//! Mails are sent in the name of an administrator, for as long as that person is one.

use api_types::{AuditAction, CancelCode};

use crate::db::batches::invitations::without_right;
use crate::db::revocations::{self, Which};
use crate::db::{self, Conn, DbResult};
use crate::services::audit::{self, Actor, Subject};
use crate::state::App;

/// Whether there are such batches.
pub(super) async fn is_lost_for_any(app: &App, conn: &mut Conn) -> DbResult<bool> {
    Ok(!without_right(conn, &app.account_id).await?.is_empty())
}

/// Cancels the batches that were begun by a person who is no longer an active administrator: what was not sent is revoked.
/// Returns their ids, to be told as changed once the transaction is committed; the job that revokes must be woken then.
pub(super) async fn stop_without_right(app: &App, conn: &mut Conn) -> DbResult<Vec<String>> {
    let mut stopped = Vec::new();
    for batch in without_right(conn, &app.account_id).await? {
        db::batches::cancel(conn, &batch.id, CancelCode::RightLost, app.now()).await?;
        let people = revocations::begin(conn, &batch.id, Which::Unsent, app.now()).await?;
        let subject = format!("{} ({people})", batch.file_name.as_deref().unwrap_or_default());
        let subject = Subject::maybe_user(Some(&batch.created_by), subject.trim_start());
        audit::note(app, conn, Actor::Server, AuditAction::WorkStopped, subject).await?;
        stopped.push(batch.id);
    }
    Ok(stopped)
}
