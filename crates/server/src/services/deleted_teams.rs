//! Deleting the memberships of teams that were deleted, in portions that block other writers only for a moment. The teams
//! themselves are gone already: no list and no filter finds them.

use crate::db::{self, DbResult};
use crate::platform::portion::{Portion, wait_for_work};
use crate::state::App;

/// The size of the first portion, which is part of the request: most teams are no larger.
pub(super) const FIRST: u32 = 250;

/// Works until the server ends.
pub(crate) async fn run(app: App) {
    let mut portion = Portion::of(FIRST);
    while !*app.ending.borrow() {
        let outcome = work(&app, &mut portion).await;
        wait_for_work(outcome, "deleting memberships failed", &app.deleted_teams, app.ending.clone()).await;
    }
}

/// One portion. Returns whether there was work to do.
async fn work(app: &App, portion: &mut Portion) -> DbResult<bool> {
    let Some(team) = db::teams::deleted(&mut *app.db.read().await?, &app.account_id).await? else {
        return Ok(false);
    };
    let mut tx = app.db.write().await?;
    portion
        .timed(async |rows| {
            db::teams::delete_memberships(&mut tx, &team, rows).await?;
            tx.commit().await
        })
        .await?;
    Ok(true)
}
