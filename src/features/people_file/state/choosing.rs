//! The first step: files are joined, and the head of what is chosen is read, with other settings as often as needed.

use csv_worker::protocol::{Failure as JobFailure, answer, request};
use futures_util::future::join;
use leptos::prelude::*;
use roster::{Filter, Overrides};
use web_sys::{Blob, File};

use super::super::chosen::{Chosen, Source, Traits};
use super::super::content::Content;
use super::super::draft::{Blocker, DraftContent};
use super::super::labels;
use super::super::several;
use super::super::step::{FirstRows, Opened, Stage, Step, Trouble};
use super::flow::Flow;
use crate::data::Turn;
use crate::domain::roster::sheets::Unread;
use crate::domain::roster::worker::{self, JobError};
use crate::platform::{dom, spawn};
use crate::ui::{Tone, notify};

/// The id of the File step's continue button, which gets the focus once a file is chosen.
pub(crate) const NEXT: &str = "csv-next";

impl Flow {
    /// Reads the head of a file that was chosen to continue the work left behind.
    pub(crate) fn choose_again(self, chosen: Vec<Chosen>) {
        self.join(chosen, |_| false);
    }

    /// Looks at a file, or at several as one.
    pub(super) fn join(self, mut chosen: Vec<Chosen>, may_replace: fn(&DraftContent) -> bool) {
        if chosen.len() < 2 {
            return chosen.pop().into_iter().for_each(|chosen| self.look_at(chosen, may_replace));
        }
        let name = several::named(&mut chosen);
        let turn = self.reading.begin();
        self.step.set(Step::reading(name.clone()));
        spawn(async move {
            let joined = several::join(&chosen, &name).await;
            // Another file was chosen meanwhile.
            if !turn.is_some_and(Turn::counts) {
                return;
            }
            match joined {
                Ok(joined) => self.look_at(joined, may_replace),
                Err(trouble) => {
                    self.step.set(Step::Choosing { opened: None, reading: None, trouble: Some(trouble) });
                    // Files that cannot be read do not replace the earlier work.
                    self.look_for_draft();
                }
            }
        });
    }

    fn look_at(self, chosen: Chosen, may_replace: fn(&DraftContent) -> bool) {
        let turn = self.reading.begin();
        // The open file may have been chosen again, as the browser could no longer read it.
        let before = untrack(|| self.work()).filter(|work| !work.changes.is_empty());
        self.step.set(Step::reading(chosen.file.name()));
        spawn(async move {
            let show = move |rows| spawn(self.show_first(turn, rows));
            let (traits, content) =
                join(Traits::of(&chosen.file), Content::of_showing(&chosen.file, show)).await;
            // Another file was chosen meanwhile.
            if !turn.is_some_and(Turn::counts) {
                return;
            }
            match self.found.get_untracked() {
                Some(found) if found.work.file.is_same_content(&traits) => {
                    self.restore(found, chosen, traits, content).await;
                }
                Some(found) if !may_replace(&found.work) => {
                    self.block(Blocker::OtherFile(chosen));
                }
                _ => {
                    self.found.set(None);
                    match before.filter(|work| work.file.is_same_content(&traits)) {
                        Some(work) => {
                            // It is stored with the file as it was chosen now.
                            self.kept.set_value(None);
                            self.resume(work, chosen, traits, content).await;
                        }
                        None => self.take(chosen, traits, content).await,
                    }
                }
            }
        });
    }

    /// Shows the first rows of a spreadsheet while the others are read.
    async fn show_first(self, turn: Option<Turn>, rows: Blob) {
        let counts = || turn.is_some_and(Turn::counts);
        // The Worker forgets what it has for these rows: not what was chosen meanwhile.
        if !counts() {
            return;
        }
        let request = request::Open { overrides: Overrides::default() };
        let answer = worker::send(request, Some(&rows), None).await;
        if let (Ok(answer::Opened { dialect, columns, head, .. }), true) = (answer, counts()) {
            let first = FirstRows { dialect, columns: columns.len(), head };
            self.step.update(|step| {
                if let Step::Choosing { reading: Some(reading), .. } = step {
                    reading.first = Some(first);
                }
            });
        }
    }

    /// Starts with a file.
    async fn take(self, chosen: Chosen, traits: Traits, content: Result<Content, Unread>) {
        self.filter.set(Filter::All);
        self.position.set(0);
        let begun = dom::InputMark::now();
        let needs_mapping = chosen.needs_mapping();
        let is_latest = match content {
            Ok(content) => self.open(chosen, traits, content, Overrides::default()).await,
            Err(reason) => {
                self.refuse(chosen.file.name(), reason);
                false
            }
        };
        if !needs_mapping && is_latest && self.step.with_untracked(|step| step.opened().is_some()) {
            return self.check();
        }
        if self.step.with_untracked(|step| step.opened().is_some()) {
            begun.focus(NEXT);
        } else {
            // A file that cannot be read does not replace the earlier work.
            self.look_for_draft();
        }
    }

    /// Takes a table that another screen has made, up to its review. Of the same people, what was changed stays.
    pub(crate) fn take_over(self, table: File) {
        if untrack(|| self.can_review_again()) {
            self.review_again();
        }
        let before = self.step.with_untracked(|step| step.opened().map(|opened| opened.traits.clone()));
        let reading = Step::reading(table.name());
        // Of another size they are others for certain, and nobody must be able to invite the earlier ones meanwhile.
        if before.as_ref().is_none_or(|before| before.size != table.size() as u64) {
            self.step.set(reading.clone());
        }
        spawn(async move {
            let traits = Traits::of(&table).await;
            match before.is_some_and(|before| before.is_same_content(&traits)) {
                true if self.step.with_untracked(|step| step.checked().is_some()) => {}
                true => self.check(),
                false => {
                    self.step.set(reading);
                    self.choose(vec![Chosen::made_here(table)]);
                }
            }
        });
    }

    /// Whether other rows would cost what a person has done, or what is being sent.
    pub(crate) fn is_at_work(self) -> bool {
        let has_changed = untrack(|| self.work()).is_some_and(|work| work.holds_much());
        let is_sending = self.step.with_untracked(|step| step.stage() == Stage::Sending)
            && !untrack(|| self.is_handed_over());
        has_changed || is_sending || self.rest.with_untracked(Option::is_some)
    }

    /// What has become of rows of the page around the panel: whether a person sees them, or why not; `None` until that is known.
    /// Reactive.
    pub(crate) fn of_rows(self) -> Option<Result<(), &'static str>> {
        let is_asked = self.found.with(|found| found.as_ref().is_some_and(|found| found.blocker.is_some()));
        self.step.with(|step| {
            let is_of_host = step.opened().is_some_and(|opened| opened.chosen.source == Source::Host);
            match step {
                Step::Choosing { trouble: Some(_), .. } => {
                    Some(Err("the panel says why they cannot be read."))
                }
                Step::Choosing { .. } if is_asked => {
                    Some(Err("the person is asked first whether they replace other work."))
                }
                Step::Choosing { reading: Some(_), .. } => None,
                Step::Choosing { .. } | Step::Mapping { .. } | Step::Checking { .. } if is_of_host => None,
                Step::Reviewing { .. } if is_of_host => Some(Ok(())),
                _ => Some(Err("something else was chosen meanwhile.")),
            }
        })
    }

    /// Says that the browser does not let a chosen file be read. Rows that were corrected stay open.
    pub(crate) fn cannot_read(self) {
        let error = JobError::Failed(JobFailure::FileUnreadable);
        if self.corrected().is_some() {
            return notify(Tone::Failure, labels::job_error(error));
        }
        let trouble = Trouble::Job(error);
        self.reading.end();
        self.step.set(Step::Choosing { opened: None, reading: None, trouble: Some(trouble) });
    }

    /// Shows why a file cannot be read at all.
    pub(super) fn refuse(self, file_name: String, reason: Unread) {
        let trouble = Trouble::NotRead { file_name, reason };
        self.step.set(Step::Choosing { opened: None, reading: None, trouble: Some(trouble) });
    }

    /// Reads the head again with other settings.
    pub(super) fn open_again(self, overrides: Overrides, change: impl FnOnce(Content) -> Content) {
        let opened = self.step.with_untracked(|step| step.opened().cloned());
        if let Some(Opened { chosen, traits, content, .. }) = opened {
            let content = change(content);
            // The Worker forgets what it has, also where these settings fail.
            self.step.update(|step| step.opened_mut().into_iter().for_each(|opened| opened.worker = None));
            spawn(async move {
                self.open(chosen, traits, content, overrides).await;
            });
        }
    }

    /// Reads the head; `false` where other settings or another file were chosen meanwhile.
    pub(super) async fn open(
        self,
        chosen: Chosen,
        traits: Traits,
        content: Content,
        overrides: Overrides,
    ) -> bool {
        let turn = self.reading.begin();
        let request = request::Open { overrides: chosen.known(&overrides) };
        let answer = worker::send(request, content.table(), None).await;
        if !turn.is_some_and(Turn::counts) {
            return false;
        }
        let before = self.step.with_untracked(|step| step.opened().cloned()).map(Box::new);
        let needs_mapping = chosen.needs_mapping();
        let trouble = match answer {
            Ok(answer::Opened { dialect, mut columns, mut mapping, signature, head, .. }) => {
                if chosen.targets.len() == columns.len() {
                    mapping.targets.clone_from(&chosen.targets);
                    for (column, &target) in columns.iter_mut().zip(&chosen.targets) {
                        column.target = target;
                    }
                }
                let same_columns =
                    |before: &Opened| before.signature == signature && before.columns.len() == columns.len();
                // What was chosen for everyone does not depend on how the file is read.
                let for_all =
                    before.as_ref().map(|before| before.mapping.defaults.clone()).unwrap_or_default();
                let (mut mapping, remembered) = match before.filter(|before| same_columns(before)) {
                    Some(before) => (before.mapping, before.remembered),
                    None => match self.remembered.mapping(&columns).filter(|_| needs_mapping) {
                        Some(own) => (own, true),
                        None => (mapping, false),
                    },
                };
                mapping.defaults = for_all;
                let opened = Opened {
                    chosen,
                    content,
                    traits,
                    overrides,
                    dialect,
                    columns,
                    mapping,
                    signature,
                    head,
                    remembered,
                    changes: Vec::new(),
                    undone: Vec::new(),
                    worker: Some(worker::generation().get_untracked()),
                };
                self.step.set(Step::Choosing {
                    opened: Some(Box::new(opened)),
                    reading: None,
                    trouble: None,
                });
                return true;
            }
            Err(JobError::Refused(refusal)) => Trouble::Refused { file_name: chosen.file.name(), refusal },
            // Replaced by a newer choice.
            Err(JobError::Cancelled) => return false,
            Err(error) => Trouble::Job(error),
        };
        // If these settings fail, the file stays, so that others can be tried.
        self.step.set(Step::Choosing { opened: before, reading: None, trouble: Some(trouble) });
        true
    }
}
