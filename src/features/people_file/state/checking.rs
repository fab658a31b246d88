//! All rows are checked, in the Worker, by what the account knows.

use std::rc::Rc;

use csv_worker::protocol::{answer, request};
use leptos::prelude::*;

use super::super::step::{Checked, Opened, Step, Trouble};
use super::changing::make_again;
use super::flow::Flow;
use crate::data::Turn;
use crate::domain::account::Account;
use crate::domain::roster::worker::{self, JobError, Progress};
use crate::platform::spawn;

/// Where a check leads.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Onwards {
    Review,
    Invite,
}

impl Flow {
    /// Reads and checks the whole file with the present mapping.
    pub(crate) fn check(self) {
        self.check_for(Onwards::Review);
    }

    pub(super) fn check_for(self, onwards: Onwards) {
        let opened = self.step.with_untracked(|step| step.opened().cloned());
        let Some(opened) = opened else { return };
        // A mapping for members says less than one for new people.
        if !self.purpose.get_untracked().changes() {
            self.remembered.keep(&opened.columns, &opened.mapping);
        }
        self.read(opened, onwards);
    }

    pub(super) fn read(self, opened: Opened, onwards: Onwards) {
        self.step.set(Step::Checking { opened: opened.clone(), progress: Progress::default() });
        spawn(async move { self.run_check(opened, onwards).await });
    }

    async fn run_check(self, opened: Opened, onwards: Onwards) {
        let turn = self.reading.begin();
        let is_wanted = move || turn.is_some_and(Turn::counts) && self.is_checking();
        let purpose = self.purpose.get_untracked();
        let account =
            if purpose.has_account() { Ok(purpose.learn().await) } else { self.rules.learn().await };
        if !is_wanted() {
            return;
        }
        let account = match account {
            Ok(account) => account,
            Err(trouble) => return self.step.set(Step::Mapping { opened, trouble: Some(trouble) }),
        };
        self.known.set(account.known.clone());
        let has_file = match opened.worker == Some(worker::generation().get_untracked()) {
            true => Ok(()),
            false => {
                let request = request::Open { overrides: opened.chosen.known(&opened.overrides) };
                worker::send(request, opened.content.table(), None).await.map(drop)
            }
        };
        if !is_wanted() {
            return;
        }
        let on_progress = Rc::new(move |now: Progress| {
            self.step.update(|step| {
                if let Step::Checking { progress, .. } = step {
                    *progress = now;
                }
            });
        });
        let request = request::Check {
            dialect: opened.dialect.clone(),
            mapping: untrack(|| self.narrowed(&opened.mapping)),
            known: account.known.clone(),
        };
        let answer = match has_file {
            Ok(()) => worker::send(request, account.keys.as_ref(), Some(on_progress)).await,
            Err(error) => Err(error),
        };
        if !is_wanted() {
            return;
        }
        let mut opened = opened;
        // A change that was under way when this began may have been made meanwhile.
        let made = |step: &Step| step.opened().map(|opened| (opened.changes.clone(), opened.undone.clone()));
        if let Some((changes, undone)) = self.step.with_untracked(made) {
            opened.changes = changes;
            opened.undone = undone;
        }
        let worker = worker::generation().get_untracked();
        let failed = match answer {
            Ok(answer::Checked { mut summary, reread }) => {
                let trouble = opened.worker.filter(|known| *known != worker).map(|_| Trouble::Restarted);
                if opened.worker != Some(worker) {
                    let mut changes = opened.changes.clone();
                    summary = make_again(&mut changes, is_wanted).await.unwrap_or(summary);
                    // A user who went back keeps the changes: the next check makes them.
                    if !is_wanted() {
                        return;
                    }
                    opened.changes = changes;
                    opened.undone.clear();
                    if worker::generation().get_untracked() != worker {
                        let trouble = Some(Trouble::RestartedAgain);
                        return self.step.set(Step::Mapping { opened, trouble });
                    }
                    opened.worker = Some(worker);
                }
                opened.dialect = summary.dialect.clone();
                let free_seats = account.known.free_seats;
                let Account { unknown, is_older, .. } = account;
                let checked = Checked { opened, summary, reread, free_seats, unknown, is_older };
                let is_somebody = checked.summary.verdicts.invitable() > 0;
                return self.step.set(match onwards {
                    Onwards::Invite if is_somebody => Step::Inviting { checked },
                    _ => Step::Reviewing { checked, trouble },
                });
            }
            Err(JobError::Refused(refusal)) => {
                let trouble = Trouble::Refused { file_name: opened.chosen.file.name(), refusal };
                return self.step.set(Step::Choosing {
                    opened: Some(Box::new(opened)),
                    reading: None,
                    trouble: Some(trouble),
                });
            }
            Err(JobError::Cancelled) => return,
            Err(error) => error,
        };
        self.step.set(Step::Mapping { opened, trouble: Some(Trouble::Job(failed)) });
    }

    /// Whether the check is still wanted: the user may have gone back.
    fn is_checking(self) -> bool {
        self.step.with_untracked(|step| matches!(step, Step::Checking { .. }))
    }

    /// Gives the file to a new Worker when the old one died, and reports it if that made a difference.
    pub(crate) fn follow_worker(self) {
        Effect::new(move |_| {
            let now = worker::generation().get();
            let lost = self.step.with_untracked(|step| {
                let opened = step.checked().map(|checked| &checked.opened);
                opened.filter(|opened| opened.worker != Some(now)).cloned()
            });
            if let Some(opened) = lost {
                self.read(opened, Onwards::Review);
            }
        });
    }
}
