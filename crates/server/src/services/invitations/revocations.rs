//! Revoking any number of invitations, in portions that block other writers only for a moment.

use api_types::BatchState;

pub(crate) use crate::db::revocations::Which;
use crate::db::{self, Conn, DbResult};
use crate::platform::clock::Millis;
use crate::platform::portion::{Portion, wait_for_work};
use crate::state::App;

/// The size of the first portion, which is part of the request: most batches are no larger.
const FIRST: u32 = 250;

/// Begins to revoke invitations of a batch, in the caller's transaction. Small batches are finished there, the rest of
/// larger ones by [`run`]. Returns how many are to be revoked.
pub(crate) async fn begin(conn: &mut Conn, batch: &str, which: Which, now: Millis) -> DbResult<u32> {
    let total = db::revocations::begin(conn, batch, which, now).await?;
    db::revocations::go_on(conn, batch, FIRST, now).await?;
    Ok(total)
}

/// Cancels a batch that will not be sealed.
pub(crate) async fn give_up(conn: &mut Conn, batch: &str, now: Millis) -> DbResult<()> {
    db::batches::invitations::close(conn, batch, BatchState::Cancelled, now).await?;
    begin(conn, batch, Which::Pending, now).await?;
    Ok(())
}

/// Continues all revocations, until the server ends.
pub(crate) async fn run(app: App) {
    let mut portion = Portion::of(FIRST);
    while !*app.ending.borrow() {
        let outcome = work(&app, &mut portion).await;
        wait_for_work(outcome, "revoking failed", &app.revocations, app.ending.clone()).await;
    }
}

/// One portion. Returns whether there was work to do.
async fn work(app: &App, portion: &mut Portion) -> DbResult<bool> {
    let next = db::revocations::next(&mut *app.db.read().await?, &app.account_id).await?;
    let Some(revocation) = next else { return Ok(false) };
    let batch = revocation.batch_id;
    let mut tx = app.db.write().await?;
    let goes_on = portion
        .timed(async |rows| {
            let goes_on = db::revocations::go_on(&mut tx, &batch, rows, app.now()).await?;
            tx.commit().await?;
            DbResult::Ok(goes_on)
        })
        .await?;
    // There may be no receiver, which is no error.
    let _ = app.changes.send(batch);
    if !goes_on {
        app.mail_monitor.wake();
    }
    Ok(true)
}
