//! Sending any number of failed mails again, in portions that block other writers only for a moment.

use std::collections::BTreeSet;

use api_types::{AuditAction, BatchId, Role};

use super::noted::Noted;
use crate::db::api_keys::ActingKey;
use crate::db::batches::invitations::Invitations;
pub(crate) use crate::db::retries::Which;
use crate::db::retries::{self as stored, Retry};
use crate::db::{self, Conn, DbResult};
use crate::platform::jobs::Job;
use crate::platform::pieces::{Pieces, work_off};
use crate::platform::portion::Portion;
use crate::services::audit::{self, Actor, Subject};
use crate::services::sessions::Caller;
use crate::state::App;

/// The size of the first portion, which is part of the request: most batches are no larger.
const FIRST: u32 = 250;

/// Begins to send mails of a batch again, in the caller's transaction. Small batches are finished there, the rest of
/// larger ones by [`run`]. Returns whether there is any such mail, as far as is known then.
pub(crate) async fn begin(
    app: &App,
    conn: &mut Conn,
    caller: &Caller,
    batch: &BatchId,
    which: Which,
) -> DbResult<bool> {
    let key = caller.key().map(|key| &key.id);
    stored::begin(conn, batch, which, (caller.id(), &caller.user.display_name()), key).await?;
    let Some(retry) = stored::of_batch(conn, batch).await? else { return Ok(false) };
    let portion = go_on(app, conn, &retry, FIRST).await?;
    Ok(portion.is_some_and(|portion| portion.queued > 0 || !portion.is_last))
}

/// Begins to send all mails again that were given up while the mail server failed. Returns the batches that changed.
pub(crate) async fn begin_all(app: &App, conn: &mut Conn, caller: &Caller) -> DbResult<BTreeSet<BatchId>> {
    let key = caller.key().map(|key| &key.id);
    let by = (caller.id(), caller.user.display_name());
    stored::begin_all(conn, &app.account_id, (by.0, &by.1), key).await?;
    next_mails(app, conn, FIRST).await
}

/// Continues with all batches, until the server ends.
pub(crate) async fn run(app: App) {
    let work = Retrying { app: app.clone(), portion: Portion::of(FIRST) };
    work_off(work, (&app.jobs, Job::Retries), &app.retries, app.ending.clone()).await;
}

/// Batches, by their ids.
struct Retrying {
    app: App,
    portion: Portion,
}

impl Pieces for Retrying {
    type Error = sqlx::Error;
    type Piece = BatchId;

    async fn next(&self, others_than: &[BatchId]) -> DbResult<Option<BatchId>> {
        stored::next(&mut *self.app.db.read().await?, &self.app.account_id, others_than).await
    }

    /// One portion.
    async fn work(&mut self, batch: &BatchId) -> DbResult<()> {
        let app = &self.app;
        let mut tx = app.db.write().await?;
        self.portion
            .timed(async |mails| {
                if let Some(retry) = stored::of_batch(&mut tx, batch).await? {
                    go_on(app, &mut tx, &retry, mails).await?;
                }
                tx.commit().await
            })
            .await?;
        app.batch_changed(batch);
        Ok(())
    }
}

/// Deals with up to `limit` mails, of the oldest batches. Returns these.
async fn next_mails(app: &App, conn: &mut Conn, limit: u32) -> DbResult<BTreeSet<BatchId>> {
    let mut changed = BTreeSet::new();
    let mut left = limit;
    while left > 0 {
        let Some(batch) = stored::next(conn, &app.account_id, &[]).await? else { break };
        let Some(retry) = stored::of_batch(conn, &batch).await? else { break };
        // A batch takes time even where it has no such mail.
        let looked_at = go_on(app, conn, &retry, left).await?.map_or(0, |portion| portion.looked_at);
        left = left.saturating_sub(looked_at.max(1));
        changed.insert(retry.batch_id);
    }
    Ok(changed)
}

/// Deals with up to `limit` mails of a batch; with none where whoever has them sent may not do so any more.
async fn go_on(app: &App, conn: &mut Conn, retry: &Retry, limit: u32) -> DbResult<Option<stored::Portion>> {
    let user = db::users::find(conn, &app.account_id, &retry.by).await?;
    if !user.map(|user| user.is_active_admin()).transpose()?.unwrap_or_default() {
        stop(app, conn, retry).await?;
        return Ok(None);
    }
    let key = ActingKey::of_work(conn, &app.account_id, retry.key_id.as_ref()).await?;
    let highest = key.as_ref().map_or(Role::Admin, |key| key.grants);
    let portion = stored::go_on(conn, retry, limit, highest, app.now()).await?;
    // The others were noted when they were begun.
    if portion.is_last && portion.queued > 0 && retry.which()? == Which::GivenUp {
        let actor = Actor::Named { id: &retry.by, name: &retry.by_name, key: key.as_ref() };
        note(app, conn, retry, portion.queued, actor).await?;
    }
    Ok(Some(portion))
}

async fn note(app: &App, conn: &mut Conn, retry: &Retry, people: u32, actor: Actor<'_>) -> DbResult<()> {
    let batch = db::batches::find::<Invitations>(conn, &app.account_id, &retry.batch_id).await?;
    let batch = batch.ok_or(sqlx::Error::RowNotFound)?;
    let noted = Noted::of(conn, &batch).await?.with_people(people);
    noted.write(app, conn, actor, AuditAction::InvitationResent).await
}

/// Ends what a person began who is no longer an active administrator.
async fn stop(app: &App, conn: &mut Conn, retry: &Retry) -> DbResult<()> {
    stored::end(conn, retry, app.now()).await?;
    let batch = db::batches::find::<Invitations>(conn, &app.account_id, &retry.batch_id).await?;
    let batch = batch.ok_or(sqlx::Error::RowNotFound)?;
    let (done, total) = batch.progress();
    let subject =
        format!("{} ({})", batch.file_name.as_deref().unwrap_or_default(), total.saturating_sub(done));
    let subject = Subject::maybe_user(Some(&retry.by), subject.trim_start());
    audit::note(app, conn, Actor::Server, AuditAction::WorkStopped, subject).await
}
