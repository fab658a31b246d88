//! Deleting the memberships of teams that were deleted, in portions that block other writers only for a moment. The teams
//! themselves are gone already: no list and no filter finds them.

use api_types::TeamId;

use crate::db::{self, DbResult};
use crate::platform::jobs::Job;
use crate::platform::pieces::{Pieces, work_off};
use crate::platform::portion::Portion;
use crate::state::App;

/// The size of the first portion, which is part of the request: most teams are no larger.
pub(super) const FIRST: u32 = 250;

/// Works until the server ends.
pub(crate) async fn run(app: App) {
    let work = Deleting { app: app.clone(), portion: Portion::of(FIRST) };
    work_off(work, (&app.jobs, Job::DeletedTeams), &app.deleted_teams, app.ending.clone()).await;
}

/// Teams, by their ids.
struct Deleting {
    app: App,
    portion: Portion,
}

impl Pieces for Deleting {
    type Error = sqlx::Error;
    type Piece = TeamId;

    async fn next(&self, others_than: &[TeamId]) -> DbResult<Option<TeamId>> {
        db::teams::deleted(&mut *self.app.db.read().await?, &self.app.account_id, others_than).await
    }

    /// One portion.
    async fn work(&mut self, team: &TeamId) -> DbResult<()> {
        let mut tx = self.app.db.write().await?;
        self.portion
            .timed(async |rows| {
                db::teams::delete_memberships(&mut tx, team, rows).await?;
                tx.commit().await
            })
            .await
    }
}
