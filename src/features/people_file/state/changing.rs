//! Changes of checked rows: one after the other, undone and made again.

use csv_worker::protocol::{Ask, answer, request};
use futures_channel::oneshot;
use leptos::prelude::*;
use roster::Summary;

use super::super::chosen::Traits;
use super::super::labels;
use super::super::step::{Change, Opened, Step};
use super::flow::{Aside, Flow};
use crate::api::teams;
use crate::domain::account::Account;
use crate::domain::local_data::drafts::Subject;
use crate::domain::roster::worker::{self, JobError};
use crate::platform::random;

impl Flow {
    /// Changes rows and updates the summary.
    pub(crate) async fn change(self, change: Change) -> Result<(), JobError> {
        let file = self.file();
        let (summary, change) = self.while_changing(carry_out(change)).await?;
        self.take_summary(file, summary, |opened| {
            opened.changes.push(change);
            opened.undone.clear();
        });
        Ok(())
    }

    /// Creates a team and checks the rows again with it; returns its name, or the error message.
    pub(crate) async fn create_team(self, name: String) -> Result<String, String> {
        let file = self.file();
        let made = teams::create(name, random::uuid()).await.map_err(|failure| failure.message().into());
        // Also finds the team if another user has created it meanwhile.
        let mut account = self.purpose.get_untracked().learn().await;
        if let (Ok(team), Some(known)) = (&made, &mut account.known.teams)
            && !known.contains(&team.name)
        {
            known.push(team.name.clone());
        }
        self.compare_with(file, account).await.map_err(labels::job_error)?;
        made.map(|team| team.name)
    }

    /// Asks the account again for what it could not be asked, and checks the rows again if something is answered now; whether
    /// it is.
    pub(crate) async fn ask_again(self) -> Result<bool, JobError> {
        let before = self
            .step
            .with_untracked(|step| step.checked().map(|checked| (checked.unknown.len(), checked.is_older)));
        let Some((unknown, was_older)) = before else { return Ok(false) };
        let file = self.file();
        let account = self.purpose.get_untracked().learn().await;
        let is_answered = account.unknown.len() < unknown || was_older && !account.is_older;
        if is_answered {
            self.compare_with(file, account).await?;
        }
        Ok(is_answered)
    }

    /// Checks the rows of a file again by what the account says now, if they are still reviewed.
    async fn compare_with(self, file: Option<(Subject, Traits)>, account: Account) -> Result<(), JobError> {
        if self.file() != file || !self.is_reviewing() {
            return Ok(());
        }
        let opened = self.step.with_untracked(|step| step.checked().map(|checked| checked.opened.clone()));
        let Some(Opened { dialect, mapping, .. }) = opened else { return Ok(()) };
        let Account { known, keys, unknown, is_older } = account;
        let free_seats = known.free_seats;
        self.known.set(known.clone());
        let mapping = untrack(|| self.narrowed(&mapping));
        let check = worker::send(request::Check { dialect, mapping, known }, keys.as_ref(), None);
        let answer = self.while_changing(check).await?;
        self.update_step_of(file, |step| {
            if let Some(checked) = step.checked_mut() {
                checked.summary = answer.summary;
                (checked.free_seats, checked.unknown, checked.is_older) = (free_seats, unknown, is_older);
            }
        });
        Ok(())
    }

    /// Undoes the last change.
    pub(crate) async fn undo(self) -> Result<(), JobError> {
        self.step_changes(request::Undo, |opened| opened.undone.extend(opened.changes.pop())).await
    }

    /// Makes the change again that was undone last.
    pub(crate) async fn redo(self) -> Result<(), JobError> {
        self.step_changes(request::Redo, |opened| opened.changes.extend(opened.undone.pop())).await
    }

    async fn step_changes<R: Ask<Answer = answer::Checked>>(
        self,
        request: R,
        record: impl FnOnce(&mut Opened),
    ) -> Result<(), JobError> {
        let file = self.file();
        let answer = self.while_changing(worker::ask(request)).await?;
        self.take_summary(file, answer.summary, record);
        Ok(())
    }

    /// One change after the other, in the order in which they were asked for. One that still waits when its review is left
    /// is given up: it would displace what the Worker does by then.
    async fn while_changing<T>(
        self,
        change: impl Future<Output = Result<T, JobError>>,
    ) -> Result<T, JobError> {
        let file = self.file();
        let (over, is_over) = oneshot::channel();
        let before = self.last_change.try_update_value(|last| last.replace(is_over)).flatten();
        self.changing.update(|changing| *changing += 1);
        let pending = before.and_then(|mut before| matches!(before.try_recv(), Ok(None)).then_some(before));
        let has_waited = pending.is_some();
        if let Some(before) = pending {
            // It ends also where the change was given up.
            let _ = before.await;
        }
        let is_due = !has_waited || (self.file() == file && self.is_reviewing());
        let answer = if is_due { change.await } else { Err(JobError::Cancelled) };
        self.changing.update(|changing| *changing -= 1);
        let _ = over.send(());
        answer
    }

    fn is_reviewing(self) -> bool {
        self.step.with_untracked(|step| matches!(step, Step::Reviewing { .. }))
    }

    /// Takes what has become of a file by a change.
    fn take_summary(
        self,
        file: Option<(Subject, Traits)>,
        summary: Summary,
        record: impl FnOnce(&mut Opened),
    ) {
        self.update_step_of(file, |step| {
            if let Some(checked) = step.checked_mut() {
                checked.summary = summary;
            }
            if let Some(opened) = step.opened_mut() {
                record(opened);
            }
        });
    }

    /// Updates the step of a file, also where it was put aside meanwhile or is no longer reviewed.
    fn update_step_of(self, file: Option<(Subject, Traits)>, change: impl FnOnce(&mut Step)) {
        if self.file() == file {
            return self.step.update(change);
        }
        let Some((kind, traits)) = file else { return };
        self.aside.update_value(|aside| {
            let is_it = |(of, aside): &&mut (Subject, Aside)| {
                *of == kind && aside.step.opened().is_some_and(|opened| opened.traits == traits)
            };
            if let Some((_, aside)) = aside.iter_mut().find(is_it) {
                change(&mut aside.step);
            }
        });
    }
}

/// Has the Worker make a change; returns the summary after it, and the change to be made again.
async fn carry_out(change: Change) -> Result<(Summary, Change), JobError> {
    let summary = match change.clone() {
        Change::Edit { row, field, value } => worker::ask(request::Edit { row, field, value }).await?.summary,
        Change::Fix(fix) => worker::ask(request::Fix { fix, row: None }).await?.summary,
        Change::FixRow { row, fix } => worker::ask(request::Fix { fix, row: Some(row) }).await?.summary,
        Change::LeaveOut { filter, row, out } => {
            let answer::LeftOut { summary, rows } =
                worker::ask(request::LeaveOut { filter, row, out }).await?;
            return Ok((summary, rows.map_or(change, |rows| Change::LeaveOutRows { rows, out })));
        }
        Change::LeaveOutRows { rows, out } => worker::ask(request::LeaveOutRows { rows, out }).await?.summary,
    };
    Ok((summary, change))
}

/// Makes changes again as long as it is wanted, and keeps those that succeed; returns the summary after the last of them. Of
/// those after one that kills the Worker none is made, and all are kept.
pub(super) async fn make_again(changes: &mut Vec<Change>, is_wanted: impl Fn() -> bool) -> Option<Summary> {
    let mut after = None;
    let mut rest = std::mem::take(changes).into_iter();
    while let Some(change) = rest.next().filter(|_| is_wanted()) {
        match carry_out(change).await {
            Ok((summary, change)) => {
                after = Some(summary);
                changes.push(change);
            }
            Err(JobError::Died) => {
                changes.extend(rest);
                return None;
            }
            Err(_) => {}
        }
    }
    after
}
