//! Deleting expired data.

use std::time::Duration;

use api_types::{AuditAction, AuditField};
use strum::VariantArray as _;

use crate::db;
use crate::db::housekeeping::{ABANDONED_AFTER, Chore};
use crate::db::mails::Leases;
use crate::db::retention::{self, Table};
use crate::platform::clock::Millis;
use crate::platform::ending::wait_for_end;
use crate::platform::jobs::{Job, wait};
use crate::platform::portion::Portion;
use crate::services::audit::{self, Actor, Subject};
use crate::services::invitations::revocations;
use crate::services::{api_keys, mail, sessions};
use crate::state::App;

const TIDY_EVERY: Duration = Duration::from_secs(3600);

pub(super) async fn tidy(app: App) {
    loop {
        let failures = match app.this_server.leads() {
            true => tidy_up(&app, app.judged()).await,
            false => None,
        };
        // Each server has a memory of its own.
        app.limiter.tidy();
        app.guesses.tidy(app.elapsed());
        sessions::tidy(&app);
        let pause = failures.map_or(TIDY_EVERY, wait);
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = wait_for_end(app.ending.clone()) => return,
        }
    }
}

/// Deletes expired data in portions, ends leases that ran out, and cancels batches that were abandoned before they were
/// sealed. Each is done whatever becomes of the others. Returns how often in a row one of them has failed, if one has.
async fn tidy_up(app: &App, now: Millis) -> Option<u32> {
    let mut failures = None;
    let mut note = |piece: &str, outcome: db::DbResult<()>| {
        failures = failures.max(app.jobs.note(Job::Housekeeping, piece, outcome).err());
    };
    // Before any event is deleted: what stands in the place of those has a code, and would be the first one.
    note("codes", audit::make_codes(app).await);
    for chore in Chore::VARIANTS {
        note(chore.into(), delete_expired(app, *chore, now).await);
    }
    note("told", tell_of_deleted(app, now).await);
    let ran_out = Leases::RanOut(&app.this_server.id, now);
    note("leases", mail::worker::end_leases(app, ran_out).await);
    note("abandoned", give_up_abandoned(app, now).await);
    note("keys", api_keys::tell_of_ends(app, now).await);
    failures
}

async fn delete_expired(app: &App, chore: Chore, now: Millis) -> db::DbResult<()> {
    // Some rows are large.
    let mut portion = Portion::of(20);
    let kept = app.config.retention.kept();
    let mut goes_on = true;
    while goes_on && !*app.ending.borrow() {
        let mut tx = app.db.write().await?;
        let done = portion.timed(async |rows| {
            let done = chore.portion(&mut tx, &app.keyring, &app.account_id, &kept, rows, now).await?;
            if let Some(table) = chore.recorded().filter(|_| done.deleted > 0) {
                retention::add(&mut tx, &app.account_id, table, done.deleted, now).await?;
            }
            tx.commit().await?;
            db::DbResult::Ok(done.goes_on)
        });
        goes_on = done.await?;
    }
    Ok(())
}

/// Has the audit log say what was deleted on the days before: an event for a table and a day.
async fn tell_of_deleted(app: &App, now: Millis) -> db::DbResult<()> {
    if !retention::has_past_days(&mut *app.db.read().await?, &app.account_id, now).await? {
        return Ok(());
    }
    let mut tx = app.db.write().await?;
    for of_day in retention::take_past_days(&mut tx, &app.account_id, now).await? {
        let date = of_day.day.timestamp().0.chars().take(10).collect::<String>();
        let subject = format!("{} {date} ({})", of_day.table, of_day.deleted);
        let events: &str = Table::AuditEvents.into();
        let last = match of_day.table == events {
            true => db::audit_trail::deleted_to(&mut tx, &app.keyring, &app.account_id).await?,
            false => None,
        };
        let last = last.map(|number| number.to_string());
        let changes = last.map(|last| audit::change(AuditField::DeletedTo, None, Some(&last)));
        let subject = Subject::from(&subject).changing(changes.as_slice());
        audit::note(app, &mut tx, Actor::Server, AuditAction::OldDataDeleted, subject).await?;
    }
    tx.commit().await
}

async fn give_up_abandoned(app: &App, now: Millis) -> db::DbResult<()> {
    let before = now.minus(ABANDONED_AFTER);
    let abandoned =
        db::batches::invitations::abandoned(&mut *app.db.read().await?, &app.account_id, before).await?;
    let mut outcome = Ok(());
    for batch in abandoned {
        let given_up = async {
            let mut tx = app.db.write().await?;
            // Meanwhile somebody may have gone on with it.
            let still = db::batches::invitations::abandoned(&mut tx, &app.account_id, before).await?;
            if still.contains(&batch) {
                revocations::give_up(&mut tx, &batch, now).await?;
            }
            tx.commit().await
        };
        outcome = given_up.await.and(outcome);
        app.revocations.notify_one();
    }
    outcome
}
