//! All rows are checked, in the Worker, by what the account knows.

use std::rc::Rc;

use csv_worker::protocol::{answer, request};
use leptos::prelude::*;
use roster::{Refusal, Target};

use super::super::step::{Checked, Opened, Stage, Step, Trouble};
use super::changing::make_again;
use super::flow::Flow;
use crate::data::Turn;
use crate::domain::account::Account;
use crate::domain::roster::worker::{self, JobError, Progress};
use crate::platform::{spawn, timers};

/// Why a check ended without a result.
enum Stopped {
    /// Something else is wanted by now.
    Unwanted,
    Refused(Refusal),
    Other(Trouble),
}

/// The result of a check, and what is to be said of how it came about; without one, the file as it is then.
type Outcome = Result<(Checked, Option<Trouble>), (Opened, Stopped)>;

/// The largest file that is checked before that is asked for, in bytes.
const CHECKED_AHEAD: f64 = 8_000_000.0;

impl Flow {
    /// Reads and checks the whole file with the present mapping, unless that was done ahead.
    pub(crate) fn check(self) {
        let opened = self.step.with_untracked(|step| step.opened().cloned());
        let Some(opened) = opened else { return };
        // A mapping for members says less than one for new people.
        if !self.purpose.get_untracked().changes() && opened.chosen.needs_mapping() {
            self.remembered.keep(&opened.columns, &opened.mapping);
        }
        let ahead = self.step.with_untracked(|step| match step {
            Step::Mapping { ahead: Some(checked), .. } => Some((**checked).clone()),
            _ => None,
        });
        match ahead {
            Some(checked) => self.step.set(Step::Reviewing { checked, trouble: None }),
            None => self.read(opened),
        }
    }

    pub(super) fn read(self, opened: Opened) {
        self.step.set(Step::Checking { opened: opened.clone(), progress: Progress::default() });
        spawn(async move { self.run_check(opened).await });
    }

    async fn run_check(self, opened: Opened) {
        let turn = self.reading.begin();
        let is_wanted = move || turn.is_some_and(Turn::counts) && self.is_checking();
        let on_progress = Rc::new(move |now: Progress| {
            self.step.update(|step| {
                if let Step::Checking { progress, .. } = step {
                    *progress = now;
                }
            });
        });
        let next = match self.checked(opened, is_wanted, Some(on_progress)).await {
            Ok((checked, trouble)) => Step::Reviewing { checked, trouble },
            Err((_, Stopped::Unwanted)) => return,
            Err((opened, Stopped::Refused(refusal))) => {
                let trouble = Trouble::Refused { file_name: opened.chosen.file.name(), refusal };
                Step::Choosing { opened: Some(Box::new(opened)), reading: None, trouble: Some(trouble) }
            }
            Err((opened, Stopped::Other(trouble))) => {
                Step::Mapping { opened, trouble: Some(trouble), ahead: None }
            }
        };
        self.step.set(next);
    }

    /// Checks a file while its mapping is looked at, so that it can be said at once whether there is anything to decide.
    /// A failure says nothing: the check that is asked for does.
    pub(crate) fn check_ahead(self) {
        let turn = self.reading.begin();
        let is_wanted = move || {
            turn.is_some_and(Turn::counts) && self.step.with_untracked(|step| step.stage() == Stage::Mapping)
        };
        spawn(async move {
            // Whoever maps columns chooses several fields in a row.
            timers::sleep(300.0).await;
            let opened = self.step.try_with_untracked(|step| step.opened().cloned()).flatten();
            let Some(opened) = opened.filter(|_| is_wanted()) else { return };
            if let Ok((checked, None)) = self.checked(opened, is_wanted, None).await
                && is_wanted()
            {
                let opened = checked.opened.clone();
                self.step.set(Step::Mapping { opened, trouble: None, ahead: Some(Box::new(checked)) });
            }
        });
    }

    /// Whether the file is to be checked ahead; reactive.
    pub(crate) fn can_check_ahead(self) -> bool {
        self.purpose.get().invites()
            && self.step.with(|step| match step {
                Step::Mapping { opened, trouble: None, ahead: None } => {
                    opened.mapping.column(Target::Email).is_some()
                        && opened.chosen.file.size() <= CHECKED_AHEAD
                }
                _ => false,
            })
    }

    async fn checked(
        self,
        mut opened: Opened,
        is_wanted: impl Fn() -> bool + Copy,
        on_progress: Option<Rc<dyn Fn(Progress)>>,
    ) -> Outcome {
        let purpose = self.purpose.get_untracked();
        let account =
            if purpose.has_account() { Ok(purpose.learn().await) } else { self.rules.learn().await };
        if !is_wanted() {
            return Err((opened, Stopped::Unwanted));
        }
        let account = match account {
            Ok(account) => account,
            Err(trouble) => return Err((opened, Stopped::Other(trouble))),
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
            return Err((opened, Stopped::Unwanted));
        }
        let request = request::Check {
            dialect: opened.dialect.clone(),
            mapping: untrack(|| self.narrowed(&opened.mapping)),
            known: account.known.clone(),
        };
        let answer = match has_file {
            Ok(()) => worker::send(request, account.keys.as_ref(), on_progress).await,
            Err(error) => Err(error),
        };
        if !is_wanted() {
            return Err((opened, Stopped::Unwanted));
        }
        // A change that was under way when this began may have been made meanwhile.
        let made = |step: &Step| step.opened().map(|opened| (opened.changes.clone(), opened.undone.clone()));
        if let Some((changes, undone)) = self.step.with_untracked(made) {
            opened.changes = changes;
            opened.undone = undone;
        }
        let (mut summary, reread) = match answer {
            Ok(answer::Checked { summary, reread }) => (summary, reread),
            Err(JobError::Refused(refusal)) => return Err((opened, Stopped::Refused(refusal))),
            Err(JobError::Cancelled) => return Err((opened, Stopped::Unwanted)),
            Err(error) => return Err((opened, Stopped::Other(Trouble::Job(error)))),
        };
        let worker = worker::generation().get_untracked();
        let trouble = opened.worker.filter(|known| *known != worker).map(|_| Trouble::Restarted);
        if opened.worker != Some(worker) {
            let mut changes = opened.changes.clone();
            summary = make_again(&mut changes, is_wanted).await.unwrap_or(summary);
            // A user who went back keeps the changes: the next check makes them.
            if !is_wanted() {
                return Err((opened, Stopped::Unwanted));
            }
            opened.changes = changes;
            opened.undone.clear();
            if worker::generation().get_untracked() != worker {
                return Err((opened, Stopped::Other(Trouble::RestartedAgain)));
            }
            opened.worker = Some(worker);
        }
        opened.dialect = summary.dialect.clone();
        let free_seats = account.known.free_seats;
        let Account { unknown, is_older, .. } = account;
        Ok((Checked { opened, summary, reread, free_seats, unknown, is_older }, trouble))
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
            let Some(opened) = lost else { return };
            if self.step.with_untracked(|step| step.stage() == Stage::Mapping) {
                return self.step.set(Step::Mapping { opened, trouble: None, ahead: None });
            }
            self.read(opened);
        });
    }
}
