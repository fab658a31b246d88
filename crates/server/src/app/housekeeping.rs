//! Deleting expired data.

use std::time::Duration;

use strum::VariantArray as _;

use crate::db;
use crate::db::housekeeping::{ABANDONED_AFTER, Chore};
use crate::platform::ending::wait_for_end;
use crate::platform::portion::Portion;
use crate::services::invitations::revocations;
use crate::services::{mail, sessions};
use crate::state::App;

const TIDY_EVERY: Duration = Duration::from_secs(3600);

pub(super) async fn tidy(app: App) {
    loop {
        if let Err(error) = tidy_up(&app).await {
            tracing::error!(%error, "tidying up failed");
        }
        app.limiter.tidy();
        app.guesses.tidy(app.elapsed());
        sessions::tidy(&app);
        tokio::select! {
            () = tokio::time::sleep(TIDY_EVERY) => {}
            () = wait_for_end(app.ending.clone()) => return,
        }
    }
}

/// Deletes expired data in portions, ends leases that ran out, and cancels batches that were abandoned before they were
/// sealed.
async fn tidy_up(app: &App) -> db::DbResult<()> {
    let now = app.now();
    for chore in Chore::VARIANTS {
        // Some rows are large.
        let mut portion = Portion::of(20);
        let mut goes_on = true;
        while goes_on && !*app.ending.borrow() {
            let mut tx = app.db.write().await?;
            let done = portion.timed(async |rows| {
                let deleted = chore.portion(&mut tx, rows, now).await?;
                tx.commit().await?;
                db::DbResult::Ok(deleted == rows)
            });
            goes_on = done.await?;
        }
    }
    mail::worker::expire_leases(app, Some(now)).await?;
    let before = now.minus(ABANDONED_AFTER);
    let abandoned =
        db::batches::invitations::abandoned(&mut *app.db.read().await?, &app.account_id, before).await?;
    for batch in abandoned {
        let mut tx = app.db.write().await?;
        revocations::give_up(&mut tx, &batch, now).await?;
        tx.commit().await?;
        app.revocations.notify_one();
    }
    Ok(())
}
