//! Revoking of any size: in portions that keep others from writing for a moment only.

use std::time::Duration;

use api_types::BatchState;

pub(crate) use crate::db::revocations::Which;
use crate::db::{self, Conn, DbResult};
use crate::platform::clock::Millis;
use crate::platform::ending::wait_for_end;
use crate::platform::portion::Portion;
use crate::state::App;

/// Of the first portion, which is part of the request: most batches are no larger.
const FIRST: u32 = 250;
/// How long to wait after a failure of the database.
const NAP: Duration = Duration::from_secs(5);

/// Begins to revoke invitations of a batch, in the transaction of what asks for it: small batches are dealt with there,
/// the rest of others by [`run`].
pub(crate) async fn begin(conn: &mut Conn, batch: &str, which: Which, now: Millis) -> DbResult<()> {
    db::revocations::begin(conn, batch, which, now).await?;
    db::revocations::go_on(conn, batch, FIRST, now).await?;
    Ok(())
}

/// Cancels a batch that nobody is going to seal.
pub(crate) async fn give_up(conn: &mut Conn, batch: &str, now: Millis) -> DbResult<()> {
    db::batches::close(conn, batch, BatchState::Cancelled, now).await?;
    begin(conn, batch, Which::Pending, now).await
}

/// Goes on with whatever is to be revoked, until the server ends.
pub(crate) async fn run(app: App) {
    let mut portion = Portion::of(FIRST);
    while !*app.ending.borrow() {
        let nap = match work(&app, &mut portion).await {
            Ok(true) => continue,
            Ok(false) => None,
            Err(error) => {
                tracing::error!(%error, "revoking failed");
                Some(NAP)
            }
        };
        tokio::select! {
            () = app.revocations.notified(), if nap.is_none() => {}
            () = tokio::time::sleep(nap.unwrap_or(Duration::MAX)) => {}
            () = wait_for_end(app.ending.clone()) => {}
        }
    }
}

/// One portion. Answers whether there was something to do.
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
    // Nobody listening is fine.
    let _ = app.changes.send(batch);
    if !goes_on {
        app.post.wake();
    }
    Ok(true)
}
