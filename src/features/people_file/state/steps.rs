//! From one step to another, forwards and back, and the end.

use leptos::prelude::*;
use roster::Target;

use super::super::step::{Stage, Step};
use super::flow::Flow;
use crate::domain::invitations::sending::{self, SendingId};
use crate::domain::roster::worker;
use crate::platform::spawn;

impl Flow {
    /// Goes to a step by its position in the step indicator, if possible.
    pub(crate) fn go_to(self, number: usize) {
        let stage = self.step.with_untracked(Step::stage);
        let can_be_mapped = self.step.with_untracked(|step| match step {
            Step::Choosing { opened: Some(_), trouble, .. } => trouble.is_none(),
            Step::Mapping { .. } => true,
            _ => false,
        });
        let has_email = self.step.with_untracked(|step| {
            step.opened().is_some_and(|opened| opened.mapping.column(Target::Email).is_some())
        });
        match (number, stage) {
            _ if number == stage.number() || !stage.can_go_back() => {}
            _ if number < stage.number() => self.back_to(number),
            (1, _) => self.to_mapping(),
            (2, _) if can_be_mapped && has_email => self.check(),
            _ => {}
        }
    }

    /// Goes back to an earlier step, by its position in the step indicator. The input stays.
    pub(crate) fn back_to(self, number: usize) {
        if self.step.with_untracked(|step| matches!(step, Step::Checking { .. })) {
            worker::cancel();
        }
        self.step.update(|step| {
            let Some(opened) = step.opened().cloned() else { return };
            *step = match number {
                0 => Step::Choosing { opened: Some(Box::new(opened)), reading: None, trouble: None },
                1 => Step::Mapping { opened, trouble: None, ahead: None },
                _ => match step.checked().cloned() {
                    Some(checked) => Step::Reviewing { checked, trouble: None },
                    None => return,
                },
            };
        });
    }

    /// From the file to its mapping, unless the file cannot be read as it is; or to the mapping without what was checked ahead.
    pub(crate) fn to_mapping(self) {
        self.step.update(|step| {
            let opened = match step {
                Step::Choosing { opened: Some(opened), trouble: None, .. } => (**opened).clone(),
                Step::Mapping { opened, trouble: None, .. } => opened.clone(),
                _ => return,
            };
            *step = Step::Mapping { opened, trouble: None, ahead: None };
        });
    }

    /// From the review to the comparison with the account.
    pub(crate) fn compare(self) {
        self.step.update(|step| {
            if let Step::Reviewing { checked, .. } = step {
                *step = Step::Comparing { checked: checked.clone() };
            }
        });
    }

    /// Whether the rows are being compared with the account.
    pub(crate) fn is_comparing(self) -> bool {
        self.step.with_untracked(|step| step.stage() == Stage::Comparing)
    }

    /// Shows how the invitations are sent, and keeps the other rows open if that is wanted. The account learns what the columns are for only now: nothing about a file is sent
    /// before *Invite*.
    pub(crate) fn sending(self, id: SendingId, keeps_rest: bool) {
        self.rest.set(None);
        if keeps_rest {
            self.keep_rest();
            spawn(self.keep_now());
        }
        let opened = self.step.with_untracked(|step| step.opened().cloned());
        if let Some(opened) = opened.as_ref().filter(|opened| opened.chosen.needs_mapping()) {
            // People may be invited from the mapping, without a step in which it was kept.
            self.remembered.keep(&opened.columns, &opened.mapping);
            self.remembered.share(&opened.columns, &opened.mapping);
        }
        self.sent_for.set_value(self.purpose.get_untracked());
        self.step.set(Step::Sending { id, from: opened.map(Box::new) });
    }

    /// From a sending that came to nothing back to the review of its file, with all corrections.
    pub(crate) fn review_again(self) {
        let sending = self.step.with_untracked(|step| match step {
            Step::Sending { id, from: Some(opened) } => Some((id.clone(), (**opened).clone())),
            _ => None,
        });
        let Some((id, mut opened)) = sending else { return };
        self.rest.set(None);
        // That of the sending may have died.
        opened.worker = None;
        self.read(opened);
        sending::dismiss(&id);
    }

    /// Lets go of the file once its rows were compared.
    pub(crate) fn end(self) {
        self.reading.end();
        worker::end();
        self.step.set(Step::start());
        self.forget_draft();
    }

    /// Clears everything, for another file.
    pub(crate) fn start_over(self) {
        self.reading.end();
        worker::end();
        self.options.reset();
        self.rest.set(None);
        self.found.set(None);
        self.replace_nothing();
        self.step.set(Step::start());
        self.forget_draft();
    }
}
