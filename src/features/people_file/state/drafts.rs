//! Work of an earlier visit is found and continued; that of this visit is stored.

use futures_util::future::join;
use leptos::prelude::*;

use super::super::chosen::{Chosen, Source, Traits};
use super::super::content::Content;
use super::super::draft::{Blocker, DraftContent, Found, Reached, Typed};
use super::super::step::Step;
use super::choosing::NEXT;
use super::flow::Flow;
use crate::data::Turn;
use crate::domain::local_data::drafts::{self, Draft, Subject};
use crate::domain::local_data::keep_at_rest;
use crate::domain::roster::handover;
use crate::domain::roster::sheets::Unread;
use crate::platform::{dom, spawn};
use crate::t;
use crate::ui::announce;

impl Flow {
    /// Looks for work of an earlier visit, unless this visit has some, and continues it if its file may be read.
    pub(crate) async fn take_up_draft(self) {
        let found = Found::look(self.purpose.get_untracked().subject()).await;
        let may_be_read = match &found {
            Some(found) => found.may_be_read().await,
            None => false,
        };
        if self.show_draft(found) && may_be_read {
            self.continue_draft().await;
        }
    }

    /// Looks for work of an earlier visit, for the user to decide about.
    pub(super) fn look_for_draft(self) {
        spawn(async move {
            let found = Found::look(self.purpose.get_untracked().subject()).await;
            self.show_draft(found);
        });
    }

    /// `false` where there is something else by now.
    fn show_draft(self, found: Option<Found>) -> bool {
        let is_idle = self
            .step
            .with_untracked(|step| matches!(step, Step::Choosing { opened: None, reading: None, .. }));
        let is_asked =
            self.found.with_untracked(|found| found.as_ref().is_some_and(|found| found.blocker.is_some()));
        let subject = self.purpose.get_untracked().subject();
        let is_of_this = found.as_ref().is_none_or(|found| found.draft.subject() == subject);
        let is_shown = is_idle && !is_asked && is_of_this;
        if is_shown {
            self.found.set(found);
        }
        is_shown
    }

    /// Continues work of an earlier visit with its file, where the browser has that.
    pub(crate) fn go_on(self) {
        spawn(self.continue_draft());
    }

    /// The same; its reading begins at once, as a press may be what permits it.
    fn continue_draft(self) -> impl Future<Output = ()> {
        let found = self.found.get_untracked().filter(Found::has_file);
        let turn = found.as_ref().and_then(|_| self.reading.begin());
        async move {
            let Some(found) = found else { return };
            let chosen = found.file().await;
            let read = match &chosen {
                Some(chosen) => Some(join(Traits::of(&chosen.file), Content::of(&chosen.file)).await),
                None => None,
            };
            // Another file was chosen meanwhile.
            if !turn.is_some_and(Turn::counts) {
                return;
            }
            match chosen.zip(read) {
                None => self.block(Blocker::Unreachable),
                Some((chosen, (traits, content))) if found.work.file.is_same_content(&traits) => {
                    self.restore(found, chosen, traits, content).await;
                }
                Some((chosen, _)) => self.block(Blocker::OtherFile(chosen)),
            }
        }
    }

    /// Asks about the work left behind. What was being read is not opened.
    pub(super) fn block(self, blocker: Blocker) {
        self.step.set(Step::start());
        self.found.update(|found| {
            if let Some(found) = found {
                found.blocker = Some(blocker);
            }
        });
    }

    /// Starts with the other chosen file instead of continuing.
    pub(crate) fn take_other(self) {
        let Some(Found { blocker: Some(Blocker::OtherFile(chosen)), .. }) = self.found.get_untracked() else {
            return;
        };
        spawn(self.discard_draft());
        self.found.set(None);
        self.choose(vec![chosen]);
    }

    /// Restores everything as it was left.
    pub(super) async fn restore(
        self,
        found: Found,
        chosen: Chosen,
        traits: Traits,
        content: Result<Content, Unread>,
    ) {
        let Found { draft, work, .. } = found;
        self.continued.set_value(Some(draft));
        self.found.set(None);
        self.resume(work, chosen, traits, content).await;
    }

    /// Goes on with work on its file.
    pub(super) async fn resume(
        self,
        work: DraftContent,
        chosen: Chosen,
        traits: Traits,
        content: Result<Content, Unread>,
    ) {
        let name = chosen.file.name();
        if !self.step.with_untracked(|step| step.is_reading(&name)) {
            self.step.set(Step::reading(name));
        }
        let (filter, position) = work.place();
        self.filter.set(filter);
        self.position.set(position);
        self.options.restore(work.options);
        self.action.set(work.action);
        if let Some(rules) = &work.rules {
            self.rules.retype(rules);
        }
        let begun = dom::InputMark::now();
        match content {
            Ok(content) => {
                let content = match &work.sheet {
                    Some(name) => content.with_sheet(name),
                    None => content,
                };
                if !self.open(chosen, traits, content, work.overrides).await {
                    return;
                }
            }
            Err(reason) => self.refuse(chosen.file.name(), reason),
        }
        let is_open = self.step.try_update(|step| {
            let Some(opened) = step.opened_mut() else { return false };
            if opened.mapping.targets.len() == work.mapping.targets.len() {
                opened.mapping = work.mapping;
            }
            opened.changes = work.changes;
            opened.undone = Vec::new();
            opened.worker = None;
            true
        });
        if is_open != Some(true) {
            return self.look_for_draft();
        }
        match work.reached {
            Reached::File => begun.focus(NEXT),
            Reached::Mapping => self.to_mapping(),
            Reached::Review => self.check(),
        }
        announce(t!("draft.restored"));
    }

    /// Ends once the browser has removed it: a reload from then on does not find it.
    pub(crate) fn discard_draft(self) -> impl Future<Output = ()> {
        let found = self.found.get_untracked();
        async move {
            if let Some(found) = found {
                drafts::discard(&found.draft).await;
            }
        }
    }

    /// Stores the work whenever it changes, and removes it once it is sent.
    pub(super) fn keep_draft(self) {
        let differs =
            move || self.work().is_some_and(|work| self.kept.with_value(|kept| kept.as_ref() != Some(&work)));
        keep_at_rest(differs, move || self.keep_now());
        let is_taken = Memo::new(move |_| self.is_handed_over());
        Effect::new(move |_| {
            if !is_taken.get() {
                return;
            }
            self.step.update(|step| {
                if let Step::Sending { from, .. } = step {
                    *from = None;
                }
            });
            // The rest of the file stays a draft.
            if self.rest.with_untracked(Option::is_some) {
                return;
            }
            let purpose = self.sent_for.get_value();
            if purpose.is_chosen() {
                handover::invited();
                spawn(drafts::remove(Subject::Salesforce));
            } else {
                self.forget(purpose.drafts());
            }
        });
    }

    /// The draft as of now; reactive.
    pub(super) fn work(self) -> Option<DraftContent> {
        let purpose = self.purpose.get();
        let typed = Typed {
            filter: self.filter.get(),
            position: self.position.get(),
            options: self.options.typed(),
            action: self.action.get(),
            rules: (!purpose.has_account()).then(|| self.rules.typed()),
        };
        self.step.with(|step| {
            // A table that was made here cannot be chosen again, so its draft could not be continued.
            let opened = step.opened().filter(|opened| opened.chosen.source != Source::Console)?;
            Some(DraftContent::new(purpose.subject(), opened, Reached::of(step.stage())?, typed))
        })
    }

    /// Stores the work as it is when this is called.
    pub(super) fn keep_now(self) -> impl Future<Output = ()> {
        let work =
            untrack(|| self.work()).filter(|work| self.kept.with_value(|kept| kept.as_ref() != Some(work)));
        let handle =
            self.step.with_untracked(|step| step.opened().and_then(|opened| opened.chosen.handle.clone()));
        if work.is_some() {
            self.kept.set_value(work.clone());
        }
        async move {
            if let Some(work) = work {
                work.keep(handle).await;
            }
        }
    }

    /// Removes the draft of the present purpose.
    pub(super) fn forget_draft(self) {
        let drafts = self.purpose.get_untracked().drafts();
        if !drafts.is_empty() {
            self.forget(drafts);
        }
    }

    fn forget(self, subjects: &'static [Subject]) {
        self.kept.set_value(None);
        let is_it = |draft: &mut Draft| subjects.contains(&draft.subject());
        let continued = self.continued.try_update_value(|continued| continued.take_if(is_it)).flatten();
        spawn(async move {
            if let Some(draft) = continued {
                drafts::discard(&draft).await;
            }
            for subject in subjects {
                drafts::remove_own(*subject).await;
            }
        });
    }
}
