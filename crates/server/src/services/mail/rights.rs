//! Mails are sent in the name of an administrator, for as long as that person is one.

use api_types::{AuditAction, BatchId, CancelCode};

use crate::db::batches::invitations::{Invitations, is_without_right, next_without_right};
use crate::db::revocations::{self, Which};
use crate::db::{self, Conn, DbResult};
use crate::services::audit::{self, Actor, Subject};
use crate::state::App;

/// Wakes the job that stops the batches that were begun by a person who is no longer an active administrator, if there are
/// any.
pub(super) async fn look(app: &App, conn: &mut Conn) -> DbResult<()> {
    if next_without_right(conn, &app.account_id, &[]).await?.is_some() {
        app.revocations.notify_one();
    }
    Ok(())
}

/// Cancels a batch if it is one of those: what was not sent is to be revoked.
pub(crate) async fn stop_if_lost(app: &App, conn: &mut Conn, id: &BatchId) -> DbResult<()> {
    if !is_without_right(conn, &app.account_id, id).await? {
        return Ok(());
    }
    let Some(batch) = db::batches::find::<Invitations>(conn, &app.account_id, id).await? else {
        return Ok(());
    };
    db::batches::cancel(conn, &batch, CancelCode::RightLost, app.now()).await?;
    let people = revocations::begin(conn, id, Which::Unsent, app.now()).await?;
    let subject = format!("{} ({people})", batch.file_name.as_deref().unwrap_or_default());
    let subject = Subject::maybe_user(Some(&batch.created_by), subject.trim_start());
    audit::note(app, conn, Actor::Server, AuditAction::WorkStopped, subject).await
}
