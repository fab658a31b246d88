//! What moves the flow from step to step. It outlives the screen: leaving and coming back loses nothing.

use std::cell::RefCell;
use std::rc::Rc;

use csv_worker::protocol::{Request, Response};
use leptos::prelude::*;
use roster::{Known, Mapping, Overrides, Summary, Target};
use web_sys::File;

use super::remembered;
use super::step::{Change, Checked, Opened, Step, Trouble};
use super::words;
use crate::account;
use crate::api::teams;
use crate::csv::{self, Answer, JobError, Progress};
use crate::mail_options::OptionsState;
use crate::sending::SendingId;
use crate::ui::dom;
use crate::{lifetime, session};

/// The id of the File step's button that goes on, which has the focus once a file is chosen.
pub(super) const NEXT: &str = "csv-next";

/// A handle on the flow.
#[derive(Clone, Copy)]
pub(super) struct Flow {
    pub(super) step: RwSignal<Step, LocalStorage>,
    /// The Worker that has the file; another one has to be given it again.
    worker: RwSignal<u32>,
    /// What the account has, as far as it is known: asked before each check.
    pub(super) known: RwSignal<Known>,
    /// Changes whose verdicts are still to come.
    pub(super) changing: RwSignal<u32>,
    /// What every invitation says.
    pub(super) options: OptionsState,
}

thread_local! {
    static FLOW: RefCell<Option<Flow>> = const { RefCell::new(None) };
}

/// The flow outlives its screen. Another person finds it empty.
fn make() -> Flow {
    let flow = Flow {
        step: RwSignal::new_local(Step::start()),
        worker: RwSignal::new(csv::generation().get_untracked()),
        known: RwSignal::new(Known::default()),
        changing: RwSignal::new(0),
        options: OptionsState::new(),
    };
    session::on_another_person(move || flow.start_over());
    flow
}

impl Flow {
    pub(super) fn current() -> Self {
        FLOW.with_borrow_mut(|flow| *flow.get_or_insert_with(|| lifetime::of_page(make)))
    }

    /// Looks at the head of a file that was chosen. It takes the place of an earlier one, also where it is refused.
    pub(super) fn choose(self, file: File) {
        self.step.set(Step::Choosing { opened: None, reading: Some(file.name()), trouble: None });
        leptos::task::spawn_local(async move {
            self.open(file, Overrides::default()).await;
            if self.step.with_untracked(|step| step.opened().is_some()) {
                dom::after_paint(|| dom::focus(NEXT));
            }
        });
    }

    /// Looks at the head again, read in another way.
    pub(super) fn read_as(self, overrides: Overrides) {
        let file = self.step.with_untracked(|step| step.opened().map(|opened| opened.file.clone()));
        if let Some(file) = file {
            leptos::task::spawn_local(async move { self.open(file, overrides).await });
        }
    }

    async fn open(self, file: File, overrides: Overrides) {
        let request = Request::Open { overrides: overrides.clone() };
        let answer = csv::send(request, Some(file.as_ref()), None).await;
        self.worker.set(csv::generation().get_untracked());
        let before = self.step.with_untracked(|step| step.opened().cloned()).map(Box::new);
        let trouble = match answer {
            Ok(Answer {
                response: Response::Opened { dialect, columns, mapping, signature, head, .. },
                ..
            }) => {
                let same_columns =
                    |before: &Opened| before.signature == signature && before.columns.len() == columns.len();
                let (mapping, remembered) = match before.filter(|before| same_columns(before)) {
                    Some(before) => (before.mapping, before.remembered),
                    None => match remembered::mapping(&signature) {
                        Some(own) if own.targets.len() == columns.len() => (own, true),
                        _ => (mapping, false),
                    },
                };
                let opened = Opened {
                    file,
                    overrides,
                    dialect,
                    columns,
                    mapping,
                    signature,
                    head,
                    remembered,
                    changes: Vec::new(),
                    worker: self.worker.get_untracked(),
                };
                return self.step.set(Step::Choosing {
                    opened: Some(Box::new(opened)),
                    reading: None,
                    trouble: None,
                });
            }
            Ok(Answer { response: Response::Refused { refusal }, .. }) => {
                Trouble::Refused { file_name: file.name(), refusal }
            }
            Ok(_) => Trouble::Job(JobError::OtherVersion),
            // A newer choice took its place.
            Err(JobError::Cancelled) => return,
            Err(error) => Trouble::Job(error),
        };
        // Of a way of reading that leads nowhere the file stays, so that another way can be tried.
        self.step.set(Step::Choosing { opened: before, reading: None, trouble: Some(trouble) });
    }

    /// From the file to its mapping, unless the file cannot be read as it stands.
    pub(super) fn to_mapping(self) {
        self.step.update(|step| {
            if let Step::Choosing { opened: Some(opened), trouble: None, .. } = step {
                *step = Step::Mapping { opened: (**opened).clone(), trouble: None };
            }
        });
    }

    /// Takes a column for another field. A field has one column: the one that had it loses it.
    pub(super) fn map(self, column: usize, target: Target) {
        self.step.update(|step| {
            if let Step::Mapping { opened, .. } = step {
                assign(&mut opened.mapping, column, target);
                opened.remembered = false;
            }
        });
    }

    /// Reads and checks the whole file with the mapping as it stands.
    pub(super) fn check(self) {
        let opened = self.step.with_untracked(|step| step.opened().cloned());
        let Some(opened) = opened else { return };
        remembered::keep(&opened.signature, &opened.mapping);
        leptos::task::spawn_local(async move { self.run_check(opened).await });
    }

    async fn run_check(self, opened: Opened) {
        self.step.set(Step::Checking { opened: opened.clone(), progress: Progress::default() });
        let account = account::learn().await;
        if !self.is_checking() {
            return;
        }
        self.known.set(account.known.clone());
        let on_progress = Rc::new(move |now: Progress| {
            self.step.update(|step| {
                if let Step::Checking { progress, .. } = step {
                    *progress = now;
                }
            });
        });
        let request = Request::Check {
            dialect: opened.dialect.clone(),
            mapping: opened.mapping.clone(),
            known: account.known.clone(),
        };
        let answer = csv::send(request, account.keys.as_ref(), Some(on_progress)).await;
        if !self.is_checking() {
            return;
        }
        let failed = match answer {
            Ok(Answer { response: Response::Checked { mut summary, reread }, .. }) => {
                let mut opened = opened;
                let worker = csv::generation().get_untracked();
                let trouble = (opened.worker != worker).then_some(Trouble::Restarted);
                if trouble.is_some() {
                    summary = make_again(&opened.changes).await.unwrap_or(summary);
                    opened.worker = worker;
                }
                opened.dialect = summary.dialect.clone();
                let free_seats = account.known.free_seats;
                let checked = Checked { opened, summary, reread, free_seats, unknown: account.unknown };
                return self.step.set(Step::Reviewing { checked, trouble });
            }
            Ok(Answer { response: Response::Refused { refusal }, .. }) => {
                let trouble = Trouble::Refused { file_name: opened.file.name(), refusal };
                return self.step.set(Step::Choosing {
                    opened: Some(Box::new(opened)),
                    reading: None,
                    trouble: Some(trouble),
                });
            }
            Ok(_) => JobError::OtherVersion,
            Err(JobError::Cancelled) => return,
            Err(error) => error,
        };
        self.step.set(Step::Mapping { opened, trouble: Some(Trouble::Job(failed)) });
    }

    /// Whether the check is still wanted: the person may have gone back.
    fn is_checking(self) -> bool {
        self.step.with_untracked(|step| matches!(step, Step::Checking { .. }))
    }

    /// Asks the account again about what it could not be asked, and checks the file anew where there is an answer.
    pub(super) async fn ask_again(self) -> bool {
        let before = self.step.with_untracked(|step| step.checked().map(|checked| checked.unknown.clone()));
        let Some(before) = before else { return false };
        let is_answered = account::learn().await.unknown.len() < before.len();
        if is_answered && self.step.with_untracked(|step| matches!(step, Step::Reviewing { .. })) {
            self.check();
        }
        is_answered
    }

    /// Goes back to an earlier step, by its place in the step indicator. What was entered stays.
    pub(super) fn back_to(self, number: usize) {
        self.step.update(|step| {
            let Some(opened) = step.opened().cloned() else { return };
            *step = match number {
                0 => Step::Choosing { opened: Some(Box::new(opened)), reading: None, trouble: None },
                1 => Step::Mapping { opened, trouble: None },
                _ => match step.checked().cloned() {
                    Some(checked) => Step::Reviewing { checked, trouble: None },
                    None => return,
                },
            };
        });
    }

    /// From the review to the options of the invitation.
    pub(super) fn to_invite(self) {
        self.step.update(|step| {
            if let Step::Reviewing { checked, .. } = step {
                *step = Step::Inviting { checked: checked.clone() };
            }
        });
    }

    pub(super) fn sending(self, id: SendingId) {
        self.step.set(Step::Sending { id });
    }

    /// Forgets everything, for another file.
    pub(super) fn start_over(self) {
        csv::end();
        self.options.reset();
        self.step.set(Step::start());
    }

    /// Changes rows; the answer is the new summary.
    pub(super) async fn change(self, change: Change) -> Result<(), JobError> {
        let answer = self.ask_for_verdicts(change.request()).await?;
        self.take_summary(answer.response, |changes| changes.push(change));
        Ok(())
    }

    /// Makes a team and checks the rows again with it; the answer is its name, or what went wrong.
    pub(super) async fn create_team(self, name: String) -> Result<String, String> {
        let made = teams::create(name, dom::random_uuid()).await.map_err(|failure| failure.message());
        // Where somebody else has made it meanwhile, it is found all the same.
        let account = account::learn().await;
        let opened = self.step.with_untracked(|step| step.checked().map(|checked| checked.opened.clone()));
        if let Some(Opened { dialect, mapping, .. }) = opened {
            self.known.set(account.known.clone());
            let request = Request::Check { dialect, mapping, known: account.known };
            self.changing.update(|changing| *changing += 1);
            let answer = csv::send(request, account.keys.as_ref(), None).await;
            self.changing.update(|changing| *changing -= 1);
            self.take_summary(answer.map_err(words::job_error)?.response, |_| ());
        }
        made.map(|team| team.name)
    }

    /// Takes the last change back.
    pub(super) async fn undo(self) -> Result<(), JobError> {
        let answer = self.ask_for_verdicts(Request::Undo).await?;
        self.take_summary(answer.response, |changes| drop(changes.pop()));
        Ok(())
    }

    async fn ask_for_verdicts(self, request: Request) -> Result<Answer, JobError> {
        self.changing.update(|changing| *changing += 1);
        let answer = csv::ask(request).await;
        self.changing.update(|changing| *changing -= 1);
        answer
    }

    fn take_summary(self, response: Response, record: impl FnOnce(&mut Vec<Change>)) {
        let (Response::Checked { summary: new, .. } | Response::Edited { summary: new, .. }) = response
        else {
            return;
        };
        self.step.update(|step| {
            if let Some(checked) = step.checked_mut() {
                checked.summary = new;
                record(&mut checked.opened.changes);
            }
        });
    }

    /// Gives the file to a new Worker when the old one died, and says so where that made a difference.
    pub(super) fn follow_worker(self) {
        Effect::new(move |_| {
            let now = csv::generation().get();
            if now == self.worker.get_untracked() {
                return;
            }
            self.worker.set(now);
            let (opened, was_checked) = self.step.with_untracked(|step| match step {
                // What killed the Worker while the file was looked at would kill the next one.
                Step::Choosing { trouble: Some(_), .. } | Step::Checking { .. } => (None, false),
                step => (step.opened().cloned(), step.checked().is_some()),
            });
            let Some(opened) = opened else { return };
            leptos::task::spawn_local(async move {
                let request = Request::Open { overrides: opened.overrides.clone() };
                // What is wrong with the file shows in the check that follows.
                let _ = csv::send(request, Some(opened.file.as_ref()), None).await;
                if was_checked {
                    self.run_check(opened).await;
                }
            });
        });
    }
}

/// Makes changes anew; gives the summary after the last that was made.
async fn make_again(changes: &[Change]) -> Option<Summary> {
    let mut after = None;
    for change in changes {
        if let Ok(Answer {
            response: Response::Checked { summary, .. } | Response::Edited { summary, .. },
            ..
        }) = csv::ask(change.request()).await
        {
            after = Some(summary);
        }
    }
    after
}

fn assign(mapping: &mut Mapping, column: usize, target: Target) {
    if mapping.targets.len() <= column {
        mapping.targets.resize(column + 1, Target::Ignore);
    }
    if target != Target::Ignore {
        for other in mapping.targets.iter_mut().filter(|other| **other == target) {
            *other = Target::Ignore;
        }
    }
    mapping.targets[column] = target;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_has_one_column() {
        let mut mapping = Mapping { targets: vec![Target::Email, Target::Ignore], ..Mapping::default() };
        assign(&mut mapping, 1, Target::Email);
        assert_eq!(mapping.targets, [Target::Ignore, Target::Email]);
        assign(&mut mapping, 2, Target::Ignore);
        assert_eq!(mapping.targets, [Target::Ignore, Target::Email, Target::Ignore]);
    }
}
