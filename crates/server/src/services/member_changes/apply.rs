//! Carrying out and undoing the changes of batches, in portions that block other writers only for a moment.

use std::collections::{BTreeSet, HashMap};

use api_types::{
    AuditAction, CancelCode, MemberChangeBatchId, MemberChangeCode, MemberChangeState, MemberUndo,
    MemberUndoCounts, MemberValues, MemberVerdict, Role, UserId, UserStatus, WebhookBatch, WebhookData,
    Workspace,
};

use super::compare::{Person, member, names, people, takes_admin};
use super::judge::{Judged, Names, judge, to_restore};
use crate::db::api_keys::ActingKey;
use crate::db::batches::BatchRecord;
use crate::db::batches::member_changes::{self as stored, Change, MemberChanges, Progress};
use crate::db::rows::member_changes::{self as rows, Applied, Refused, Undone};
use crate::db::teams::name_key;
use crate::db::users::UserRow;
use crate::db::webhooks::outbox;
use crate::db::{self, Conn, DbResult};
use crate::platform::jobs::Job;
use crate::platform::pieces::{Pieces, work_off};
use crate::platform::portion::Portion;
use crate::services::audit::{self, Actor, Subject};
use crate::services::members::{self, FreeSeats, Protections};
use crate::services::teams::{self, Move};
use crate::state::App;

const FIRST: u32 = 50;

/// Continues all batches that are applied or undone, until the server ends.
pub(crate) async fn run(app: App) {
    let work = Changing { app: app.clone(), portion: Portion::of(FIRST) };
    work_off(work, (&app.jobs, Job::MemberChanges), &app.member_changes, app.ending.clone()).await;
}

/// Batches, by their ids.
struct Changing {
    app: App,
    portion: Portion,
}

impl Pieces for Changing {
    type Error = sqlx::Error;
    type Piece = MemberChangeBatchId;

    async fn next(&self, others_than: &[MemberChangeBatchId]) -> DbResult<Option<MemberChangeBatchId>> {
        stored::next_moving(&mut *self.app.db.read().await?, &self.app.account_id, others_than).await
    }

    /// One portion.
    async fn work(&mut self, batch: &MemberChangeBatchId) -> DbResult<()> {
        let app = &self.app;
        let mut tx = app.db.write().await?;
        self.portion
            .timed(async |rows| {
                // A person may have stopped it before this transaction.
                if let Some(batch) = stored::moving(&mut tx, batch).await? {
                    go_on(app, &mut tx, &batch, rows).await?;
                }
                tx.commit().await
            })
            .await
    }
}

async fn go_on(app: &App, conn: &mut Conn, batch: &BatchRecord<MemberChanges>, limit: u32) -> DbResult<()> {
    let state = batch.state()?;
    let by = match state {
        MemberChangeState::Undoing => &batch.own.undone_by,
        _ => &batch.created_by,
    };
    let user = db::users::find(conn, &app.account_id, by).await?;
    if !user.map(|user| user.is_active_admin()).transpose()?.unwrap_or_default() {
        return stop(app, conn, batch, by).await;
    }
    let mut changes = rows::next(conn, batch, state, limit).await?;
    let fit = changes_per_portion(&changes, limit);
    let is_last = changes.len() < limit as usize && fit == changes.len();
    changes.truncate(fit);
    if let Some((last, _)) = changes.last() {
        let mut progress = Progress {
            position: i64::from(*last),
            done: 0,
            applied: 0,
            verdicts: batch.verdicts(),
            undone: MemberUndoCounts::default(),
        };
        let key = ActingKey::of_work(conn, &app.account_id, batch.work_key_id.as_ref()).await?;
        let mut work = Applying::new(app, conn, batch, state, key.as_ref(), &changes).await?;
        for (row, change) in changes {
            work.judge(row, &change, &mut progress)?;
        }
        work.write(conn).await?;
        stored::advance(conn, batch.number, &progress).await?;
    }
    if is_last {
        let ended = match state {
            MemberChangeState::Undoing => MemberChangeState::Undone,
            _ => MemberChangeState::Applied,
        };
        stored::set_state(conn, &batch.id, ended).await?;
        let batch_id = batch.id.clone();
        let completed = WebhookData::BatchCompleted(WebhookBatch::MemberChanges { batch_id });
        outbox::tell(conn, &app.account_id, &[completed], app.now()).await?;
    }
    Ok(())
}

/// How many of the changes, from the first on, a portion of `limit` holds. Each team that somebody joins or leaves takes as
/// long as another change.
fn changes_per_portion(changes: &[(u32, Change)], limit: u32) -> usize {
    let teams = |values: &MemberValues| values.teams.as_ref().map_or(0, Vec::len);
    let mut left = limit as usize;
    let fits = |(_, change): &&(u32, Change)| {
        let has_begun = left > 0;
        left = left.saturating_sub(1 + teams(&change.before) + teams(&change.after));
        has_begun
    };
    changes.iter().take_while(fits).count()
}

/// Ends a batch whose person is no longer an active administrator. What was changed stays, and can be undone by another.
async fn stop(app: &App, conn: &mut Conn, batch: &BatchRecord<MemberChanges>, by: &UserId) -> DbResult<()> {
    db::batches::cancel(conn, batch, CancelCode::RightLost, app.now()).await?;
    let (done, total) = batch.progress();
    let subject = format!("{} ({})", batch.file_name.as_deref().unwrap_or_default(), total - done);
    let subject = Subject::maybe_user(Some(by), subject.trim_start());
    audit::note(app, conn, Actor::Server, AuditAction::WorkStopped, subject).await
}

/// A change that is carried out.
struct Carried {
    row: u32,
    person: Person,
    judged: Judged,
}

/// A portion, with what it is judged by. It is judged change by change, as each may depend on those before it, and then
/// written by a few statements for all of its changes.
struct Applying<'a> {
    app: &'a App,
    batch: &'a BatchRecord<MemberChanges>,
    is_undo: bool,
    actor: Actor<'a>,
    names: Names,
    /// By id.
    people: HashMap<UserId, Person>,
    protections: Protections,
    seats: FreeSeats,
    /// The highest role that may be given.
    highest: Role,
    carried: Vec<Carried>,
    refused: Vec<Refused>,
    undone: Vec<Undone>,
}

impl<'a> Applying<'a> {
    async fn new(
        app: &'a App,
        conn: &mut Conn,
        batch: &'a BatchRecord<MemberChanges>,
        state: MemberChangeState,
        key: Option<&'a ActingKey>,
        changes: &[(u32, Change)],
    ) -> DbResult<Self> {
        let is_undo = state == MemberChangeState::Undoing;
        let (by, name) = match is_undo {
            true => (&batch.own.undone_by, &batch.own.undone_by_name),
            false => (&batch.created_by, &batch.created_by_name),
        };
        let ids: Vec<&UserId> = changes.iter().map(|(_, change)| &change.user_id).collect();
        let found = db::users::find_all(conn, &app.account_id, &ids).await?;
        let people = people(conn, found).await?;
        Ok(Self {
            app,
            batch,
            is_undo,
            actor: Actor::Named { id: by, name, key },
            names: names(conn, app).await?,
            people: people.into_iter().map(|person| (person.row.id.clone(), person)).collect(),
            protections: Protections::of_changes(conn, app, by, changes.len(), None).await?,
            seats: FreeSeats::count(app, conn).await?,
            highest: key.map_or(Role::Admin, |key| key.grants),
            carried: Vec::new(),
            refused: Vec::new(),
            undone: Vec::new(),
        })
    }

    fn judge(&mut self, row: u32, change: &Change, progress: &mut Progress) -> DbResult<()> {
        progress.done += 1;
        let person = self.people.remove(&change.user_id);
        if self.is_undo {
            let (undo, code) = self.undo(row, change, person)?;
            *progress.undone.of(undo) += 1;
            self.undone.push(Undone { row, undo, code });
            return Ok(());
        }
        let judged = match &person {
            None => Judged::not(MemberVerdict::NotMember, Some(MemberChangeCode::Removed)),
            Some(person) => {
                let member = member(self.app, person, &self.protections)?;
                self.known(judge(&member, &change.after, &self.seats, self.highest))
            }
        };
        match person.filter(|_| judged.verdict == MemberVerdict::Change) {
            Some(person) => {
                progress.applied += 1;
                self.carry_out(row, person, judged)
            }
            None => {
                let Judged { verdict, code, detail, .. } = judged;
                *progress.verdicts.of(MemberVerdict::Change) -= 1;
                *progress.verdicts.of(verdict) += 1;
                self.refused.push(Refused { row, verdict, code, detail });
                Ok(())
            }
        }
    }

    /// Puts back what nobody has changed since.
    fn undo(
        &mut self,
        row: u32,
        change: &Change,
        person: Option<Person>,
    ) -> DbResult<(MemberUndo, Option<MemberChangeCode>)> {
        let Some(person) = person else { return Ok((MemberUndo::Left, Some(MemberChangeCode::Removed))) };
        let member = member(self.app, &person, &self.protections)?;
        let (mut wanted, mut changed_since) = to_restore(&member, &change.before, &change.after);
        changed_since |= self.let_go_of_gone(&mut wanted);
        let since = changed_since.then_some(MemberChangeCode::ChangedSince);
        if wanted.is_empty() {
            return Ok((MemberUndo::Left, since));
        }
        let judged = judge(&member, &wanted, &self.seats, self.highest);
        match judged.verdict {
            MemberVerdict::Change => {
                self.carry_out(row, person, judged)?;
                Ok((if changed_since { MemberUndo::Partly } else { MemberUndo::Restored }, since))
            }
            _ => Ok((MemberUndo::Left, judged.code.or(since))),
        }
    }

    /// Teams and workspaces that the account no longer has cannot be put back; the rest can. Returns whether there were any.
    fn let_go_of_gone(&self, wanted: &mut MemberValues) -> bool {
        let workspace = wanted.workspace.take_if(|name| self.names.workspaces.named(name).is_none());
        let teams_before = wanted.teams.as_ref().map(Vec::len);
        if let Some(teams) = &mut wanted.teams {
            teams.retain(|name| self.names.teams.contains_key(&name_key(name)));
        }
        workspace.is_some() || wanted.teams.as_ref().map(Vec::len) != teams_before
    }

    /// Refuses what the account no longer has: teams and workspaces may have gone since they were compared.
    fn known(&self, judged: Judged) -> Judged {
        if let Some(name) =
            judged.after.workspace.as_ref().filter(|name| self.names.workspaces.named(name).is_none())
        {
            return Judged::error(MemberChangeCode::UnknownWorkspace, name);
        }
        let is_gone = |name: &&String| !self.names.teams.contains_key(&name_key(name));
        match judged.after.teams.iter().flatten().find(is_gone) {
            Some(name) => Judged::error(MemberChangeCode::UnknownTeam, name),
            None => judged,
        }
    }

    /// Judges the next changes as if this one were written.
    fn carry_out(&mut self, row: u32, person: Person, judged: Judged) -> DbResult<()> {
        if takes_admin(&person.row, &judged)? {
            self.protections.without(&person.row.id);
        }
        self.seats.follow(judged.after.status);
        self.carried.push(Carried { row, person, judged });
        Ok(())
    }

    async fn write(self, conn: &mut Conn) -> DbResult<()> {
        let (app, actor, batch) = (self.app, self.actor, self.batch.number);
        for role in [Role::Admin, Role::User] {
            let people = self.people_with(|after| after.role == Some(role));
            members::set_role(app, conn, actor, &people, role).await?;
        }
        self.set_teams(conn).await?;
        let wanted = self.carried.iter().filter_map(|carried| carried.judged.after.workspace.as_deref());
        for wanted in wanted.collect::<BTreeSet<_>>() {
            if let Some(Workspace { id, name, .. }) = self.names.workspaces.named(wanted) {
                let people = self.people_with(|after| after.workspace.as_deref() == Some(wanted));
                members::set_workspace(app, conn, actor, &people, &id.0, name).await?;
            }
        }
        let people = self.people_with(|after| after.status == Some(UserStatus::Deactivated));
        members::deactivate(app, conn, actor, &people).await?;
        let people = self.people_with(|after| after.status == Some(UserStatus::Active));
        members::reactivate(app, conn, actor, &people).await?;
        if self.is_undo {
            return rows::note_undone(conn, batch, &self.undone).await;
        }
        let applied: Vec<Applied<'_>> = self
            .carried
            .iter()
            .map(|Carried { row, judged, .. }| Applied {
                row: *row,
                before: &judged.before,
                after: &judged.after,
            })
            .collect();
        rows::note_applied(conn, batch, &applied).await?;
        rows::note_refused(conn, batch, self.refused).await
    }

    /// Those whose new values are these.
    fn people_with(&self, these: impl Fn(&MemberValues) -> bool) -> Vec<&UserRow> {
        let carried = self.carried.iter().filter(|carried| these(&carried.judged.after));
        carried.map(|carried| &carried.person.row).collect()
    }

    async fn set_teams(&self, conn: &mut Conn) -> DbResult<()> {
        let keys = |names: &[String]| names.iter().map(|name| name_key(name)).collect::<BTreeSet<_>>();
        let (mut joined, mut left, mut moves) = (Vec::new(), Vec::new(), Vec::new());
        for Carried { person, judged, .. } in &self.carried {
            let Some(wanted) = &judged.after.teams else { continue };
            let (now, wanted) = (keys(&person.teams), keys(wanted));
            for key in wanted.symmetric_difference(&now) {
                let Some((id, team)) = self.names.teams.get(key) else { continue };
                let joins = wanted.contains(key);
                let memberships = if joins { &mut joined } else { &mut left };
                memberships.push((id, person.row.number));
                moves.push(Move { person: &person.row, team, joins });
            }
        }
        db::teams::join_each(conn, &joined).await?;
        db::teams::leave_each(conn, &left).await?;
        teams::note_each(self.app, conn, self.actor, &moves).await
    }
}
