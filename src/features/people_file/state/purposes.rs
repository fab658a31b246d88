//! One flow for several purposes, each kind of which has its own file.

use leptos::prelude::*;
use roster::Filter;

use super::super::purpose::Purpose;
use super::super::step::{Stage, Step};
use super::flow::{Aside, Flow};
use crate::domain::local_data::drafts::Subject;
use crate::domain::roster::worker::{self, Progress};
use crate::platform::spawn;

impl Flow {
    /// Goes on for this purpose with everything as it is: a file that was checked for another one is checked again.
    pub(crate) fn take_up(self, purpose: Purpose) {
        // A comparison ends with its screen.
        if self.is_comparing() {
            self.back_to(Stage::Reviewing.number());
        }
        if self.purpose.get_untracked() == purpose {
            return;
        }
        let before = self.purpose.get_untracked();
        spawn(self.keep_now());
        self.purpose.set(purpose);
        self.found.set(None);
        if before.kind() != purpose.kind() && !untrack(|| self.is_preparing()) {
            return self.change_places(before.kind(), purpose.kind());
        }
        match self.step.with_untracked(Step::stage) {
            Stage::Checking | Stage::Reviewing => self.check(),
            // What was checked ahead was checked for the other purpose.
            Stage::Mapping => self.to_mapping(),
            // It goes on in the background, unless it still needs the file.
            Stage::Sending if !purpose.has_account() && self.is_handed_over() => {
                self.step.set(Step::start());
            }
            Stage::Choosing | Stage::Sending | Stage::Comparing => {}
        }
    }

    /// Puts the open file aside, and goes on with the one of that kind that was.
    fn change_places(self, from: Subject, to: Subject) {
        worker::cancel();
        let came_to_nothing = untrack(|| self.can_review_again());
        let step = match self.step.get_untracked() {
            Step::Sending { from: Some(opened), .. } if came_to_nothing => {
                // Nothing of it was sent: it is reviewed again.
                self.rest.set(None);
                Step::Checking { opened: *opened, progress: Progress::default() }
            }
            step => step,
        };
        let (filter, position) = (self.filter.get_untracked(), self.position.get_untracked());
        let open = step.opened().is_some().then_some(Aside { step, filter, position });
        let change = |aside: &mut Vec<(Subject, Aside)>| {
            aside.retain(|(kind, _)| *kind != from);
            aside.extend(open.map(|open| (from, open)));
            let at = aside.iter().position(|(kind, _)| *kind == to)?;
            Some(aside.swap_remove(at).1)
        };
        let before = self.aside.try_update_value(change).flatten();
        self.filter.set(Filter::All);
        self.position.set(0);
        self.reading.end();
        let Some(Aside { mut step, filter, position }) = before else {
            return self.step.set(Step::start());
        };
        let Some(opened) = step.opened_mut() else { return };
        // The Worker has had another file since.
        opened.worker = None;
        let opened = opened.clone();
        self.filter.set(filter);
        self.position.set(position);
        match step.stage() {
            Stage::Mapping => self.step.set(Step::Mapping { opened, trouble: None, ahead: None }),
            Stage::Choosing | Stage::Sending => self.step.set(step),
            Stage::Checking | Stage::Reviewing | Stage::Comparing => self.read(opened),
        }
    }
}
