//! Revoking any number of invitations, in portions that block other writers only for a moment.

use api_types::{BatchId, BatchState};

use crate::db::batches::invitations::next_without_right;
pub(crate) use crate::db::revocations::Which;
use crate::db::{self, Conn, DbResult};
use crate::platform::clock::Millis;
use crate::platform::jobs::Job;
use crate::platform::pieces::{Pieces, work_off};
use crate::platform::portion::Portion;
use crate::services::mail::rights;
use crate::state::App;

/// The size of the first portion, which is part of the request: most batches are no larger.
const FIRST: u32 = 250;

/// Begins to revoke invitations of a batch, in the caller's transaction. Small batches are finished there, the rest of
/// larger ones by [`run`]. Returns how many are to be revoked.
pub(crate) async fn begin(conn: &mut Conn, batch: &BatchId, which: Which, now: Millis) -> DbResult<u32> {
    let total = db::revocations::begin(conn, batch, which, now).await?;
    db::revocations::go_on(conn, batch, FIRST, now).await?;
    Ok(total)
}

/// Cancels a batch that will not be sealed.
pub(crate) async fn give_up(conn: &mut Conn, batch: &BatchId, now: Millis) -> DbResult<()> {
    db::batches::invitations::close(conn, batch, BatchState::Cancelled, now).await?;
    begin(conn, batch, Which::Pending, now).await?;
    Ok(())
}

/// Continues all revocations, and begins those of batches whose person has lost the right to them, until the server ends.
pub(crate) async fn run(app: App) {
    let work = Revoking { app: app.clone(), portion: Portion::of(FIRST) };
    work_off(work, (&app.jobs, Job::Revocations), &app.revocations, app.ending.clone()).await;
}

/// Batches, by their ids.
struct Revoking {
    app: App,
    portion: Portion,
}

impl Pieces for Revoking {
    type Error = sqlx::Error;
    type Piece = BatchId;

    async fn next(&self, others_than: &[BatchId]) -> DbResult<Option<BatchId>> {
        let (mut conn, account) = (self.app.db.read().await?, &self.app.account_id);
        match db::revocations::next(&mut conn, account, others_than).await? {
            Some(batch) => Ok(Some(batch)),
            None => next_without_right(&mut conn, account, others_than).await,
        }
    }

    /// One portion.
    async fn work(&mut self, batch: &BatchId) -> DbResult<()> {
        let app = &self.app;
        let mut tx = app.db.write().await?;
        let goes_on = self
            .portion
            .timed(async |rows| {
                rights::stop_if_lost(app, &mut tx, batch).await?;
                let goes_on = db::revocations::go_on(&mut tx, batch, rows, app.now()).await?;
                tx.commit().await?;
                DbResult::Ok(goes_on)
            })
            .await?;
        // There may be no receiver, which is no error.
        let _ = app.changes.send(batch.clone());
        if !goes_on {
            app.mail_monitor.wake();
        }
        Ok(())
    }
}
