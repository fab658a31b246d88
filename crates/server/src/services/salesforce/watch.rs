//! Checks connections from time to time, so that their displayed state is right.

use std::time::Duration;

use super::connection::check;
use crate::db;
use crate::platform::ending::wait_for_end;
use crate::platform::jobs::Job;
use crate::state::App;

/// How often the server looks whether a check is due.
const LOOK_EVERY: Duration = Duration::from_secs(60);

/// Checks connections whose last check is older than configured, until the server ends.
pub(crate) async fn run(app: App) {
    let every = Duration::from_secs(60 * u64::from(app.config.services.salesforce_check_minutes.get()));
    loop {
        check_due(&app, every).await;
        tokio::select! {
            () = tokio::time::sleep(LOOK_EVERY) => {}
            () = wait_for_end(app.ending.clone()) => return,
        }
    }
}

async fn check_due(app: &App, every: Duration) {
    let due = async {
        let mut conn = app.db.read().await?;
        db::salesforce::unchecked_for(&mut conn, &app.account_id, every, app.now()).await
    };
    let Ok(due) = app.jobs.note(Job::SalesforceChecks, "due", due.await) else { return };
    let mut outcome = Ok(());
    for connection in due {
        let checked = tokio::select! {
            checked = check(app, connection) => checked,
            () = wait_for_end(app.ending.clone()) => return,
        };
        outcome = checked.and(outcome);
    }
    let _ = app.jobs.note(Job::SalesforceChecks, "checks", outcome);
}
