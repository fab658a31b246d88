//! The state of the flow and its transitions. It outlives the screen: leaving and returning loses nothing.

use api_types::{BatchOptions, BatchSource, NewRow, RowResult, RowVerdict};
use csv_worker::protocol::answer::AddressEntry;
use csv_worker::protocol::request;
use leptos::prelude::*;

use super::chips::{Chip, Chips, EntryState};
use super::judge::{Judged, judge};
use crate::data::{Latest, Turn};
use crate::domain::account::{self, Unknown};
use crate::domain::invitations::options::OptionsState;
use crate::domain::invitations::sending::{self, Plan, Sending, SendingId};
use crate::domain::roster::worker;
use crate::domain::session;
use crate::i18n;
use crate::platform::{dom, lifetime, spawn};
use crate::t;
use crate::ui::{FieldState, Form, announce};

/// The id of each step's heading, which gets the focus when the step changes.
pub(super) const STEP_HEADING: &str = "invite-step";

/// The current step. The input is kept separately, so that going back finds it unchanged.
#[derive(Clone, PartialEq)]
pub(super) enum Step {
    Entering,
    /// The account is asked who can be invited, unless it is asked again meanwhile. Earlier verdicts are shown meanwhile.
    Checking {
        shown: Option<Review>,
    },
    Reviewing(Review),
    Sending {
        id: SendingId,
        left_out: Vec<LeftOut>,
    },
}

/// The steps in the order of the indicator.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    Entering,
    Reviewing,
    Sending,
}

impl Step {
    pub(super) fn stage(&self) -> Stage {
        match self {
            Self::Entering | Self::Checking { shown: None } => Stage::Entering,
            Self::Checking { shown: Some(_) } | Self::Reviewing(_) => Stage::Reviewing,
            Self::Sending { .. } => Stage::Sending,
        }
    }

    /// What the second step shows.
    pub(super) fn review(&self) -> Option<&Review> {
        match self {
            Self::Reviewing(review) | Self::Checking { shown: Some(review) } => Some(review),
            _ => None,
        }
    }
}

/// The verdicts about the people, before anything is sent.
#[derive(Clone, PartialEq)]
pub(super) struct Review {
    pub(super) options: BatchOptions,
    pub(super) invited: Vec<Invited>,
    pub(super) left_out: Vec<LeftOut>,
}

/// A person who can be invited, with the browser's remarks.
#[derive(Clone, PartialEq)]
pub(super) struct Invited {
    pub(super) chip: Chip,
    pub(super) row: NewRow,
}

/// A person who is not invited, and the reason.
#[derive(Clone, PartialEq)]
pub(super) enum LeftOut {
    /// The browser found that the address cannot be invited.
    Chip(Chip),
    /// Left out because of the account's data.
    Judged { chip: Chip, row: NewRow, result: Box<RowResult> },
}

impl LeftOut {
    pub(super) fn verdict(&self) -> RowVerdict {
        match self {
            Self::Chip(chip) => match chip.standing {
                EntryState::Duplicate => RowVerdict::Duplicate,
                EntryState::Known(roster::Standing::Invited) => RowVerdict::Invited,
                EntryState::Known(_) => RowVerdict::Member,
                _ => RowVerdict::Error,
            },
            Self::Judged { result, .. } => result.verdict,
        }
    }
}

impl Review {
    /// Takes the verdicts, in the order of the rows of `chips`.
    fn new(options: BatchOptions, chips: &Chips, results: Vec<RowResult>) -> Self {
        let (mut invited, mut left_out) = (Vec::new(), Vec::new());
        for (row, result) in chips.rows().into_iter().zip(results) {
            let Some(chip) = chips.of_row(row.row).cloned() else { continue };
            if result.verdict == RowVerdict::Ready {
                invited.push(Invited { chip, row });
            } else {
                left_out.push(LeftOut::Judged { chip, row, result: Box::new(result) });
            }
        }
        left_out.extend(chips.left_out().into_iter().map(LeftOut::Chip));
        Self { options, invited, left_out }
    }

    /// How many the browser alone left out.
    pub(super) fn unfit(&self) -> usize {
        self.left_out.iter().filter(|left_out| matches!(left_out, LeftOut::Chip(_))).count()
    }
}

/// The whole flow; created once for the life of the app.
#[derive(Clone, Copy)]
pub(super) struct Flow {
    pub(super) step: RwSignal<Step>,
    pub(super) chips: RwSignal<Chips>,
    /// The box: text that is not a chip yet.
    pub(super) typed: FieldState,
    pub(super) options: OptionsState,
    /// The form of the first step.
    pub(super) form: Form,
    /// The requests about the account that failed, for the review.
    pub(super) unknown: RwSignal<Vec<Unknown>>,
    /// Whether something is compared with an earlier answer.
    pub(super) is_older: RwSignal<bool>,
    /// The number of running checks of addresses.
    checking: RwSignal<u32>,
    reviews: Latest,
    /// The sendings that were shown here; they do not reappear after the user has moved on.
    known: StoredValue<Vec<SendingId>>,
}

impl Default for Flow {
    /// The flow outlives its screen. Another person finds it empty.
    fn default() -> Self {
        let flow = Self {
            step: RwSignal::new(Step::Entering),
            chips: RwSignal::new(Chips::default()),
            typed: FieldState::new("invite-addresses", ""),
            options: OptionsState::new(),
            form: Form::new(),
            unknown: RwSignal::new(Vec::new()),
            is_older: RwSignal::new(false),
            checking: RwSignal::new(0),
            reviews: Latest::new(),
            known: StoredValue::new(Vec::new()),
        };
        session::on_another_person(move || flow.start_over());
        flow
    }
}

impl Flow {
    pub(super) fn current() -> Self {
        *lifetime::shared()
    }

    pub(super) fn start_over(self) {
        self.step.set(Step::Entering);
        self.forget_entered();
        self.typed.error.set(None);
        self.options.reset();
    }

    /// Empties the box and returns its text.
    pub(super) fn take_typed(self) -> String {
        self.typed.text.try_update(std::mem::take).unwrap_or_default()
    }

    /// Turns a text into chips, once the Worker has checked it. The Worker answers in order: when this returns, all
    /// earlier calls are done too, even if the text is empty.
    pub(super) async fn add(self, text: String) {
        if text.trim().is_empty() && self.checking.get_untracked() == 0 {
            return;
        }
        self.typed.error.set(None);
        match self.look_at(text.clone()).await {
            Some(entries) => {
                let added = entries.len();
                if added == 0 {
                    return;
                }
                self.chips.update(|chips| chips.add(entries));
                let unfit = self.chips.with_untracked(|chips| chips.left_out().len());
                announce(match unfit {
                    0 => t!("invite.added", count = added),
                    unfit => i18n::sentences([
                        t!("invite.added", count = added),
                        t!("invite.unfit", count = unfit),
                    ]),
                });
            }
            // Nothing typed is lost although the Worker is.
            None => {
                self.typed.text.update(|typed| typed.insert_str(0, &text));
                self.typed.error.set(Some(t!("invite.worker_failed")));
            }
        }
    }

    /// Replaces a chip with the correction; returns the id of the new chip.
    pub(super) async fn correct(self, id: u32, address: String) -> Option<u32> {
        let entries = self.look_at(address.clone()).await?;
        announce(t!("invite.corrected", address = address));
        self.chips.try_update(|chips| chips.correct(id, entries)).flatten()
    }

    /// The same in the review, where the backend is asked about the correction.
    pub(super) async fn correct_reviewed(self, id: u32, address: String) {
        // Unless the user has gone back meanwhile.
        if self.correct(id, address).await.is_some() && self.shown().is_some() {
            self.review().await;
        }
    }

    /// Replaces a chip with what was typed; returns the id of the new chip.
    ///
    /// # Errors
    /// If the Worker could not check it: the chip is unchanged.
    pub(super) async fn edit(self, id: u32, text: String) -> Result<Option<u32>, ()> {
        let entries = self.look_at(text).await.ok_or(())?;
        Ok(self.chips.try_update(|chips| chips.replace(id, entries)).flatten())
    }

    /// Removes what cannot be invited, here and in the review.
    pub(super) fn remove_unfit(self) {
        let removed = self.chips.try_update(Chips::remove_unfit).unwrap_or_default();
        if self.step.with_untracked(|step| matches!(step, Step::Reviewing(_))) {
            self.step.update(|step| {
                if let Step::Reviewing(review) = step {
                    review.left_out.retain(|left_out| !matches!(left_out, LeftOut::Chip(_)));
                }
            });
        }
        announce(t!("invite.removed_unfit", count = removed));
    }

    async fn look_at(self, text: String) -> Option<Vec<AddressEntry>> {
        self.checking.update(|checking| *checking += 1);
        let request = request::Addresses { text, own_domains: account::own_domains() };
        let answer = worker::send(request, account::keys_once().await.as_ref(), None).await;
        self.checking.update(|checking| *checking -= 1);
        Some(answer.ok()?.entries)
    }

    /// Asks the account who can be invited, and shows the result.
    pub(super) async fn review(self) {
        // What was wrong before may have been put right in the entries.
        self.typed.error.set(None);
        self.add(self.take_typed()).await;
        if self.typed.error.with_untracked(Option::is_some) {
            return dom::focus(self.typed.id);
        }
        let chips = self.chips.get_untracked();
        let rows = chips.rows();
        if rows.is_empty() {
            if self.step.with_untracked(|step| matches!(step, Step::Reviewing(_))) {
                self.back();
            }
            self.typed.error.set(Some(match chips.is_empty() {
                true => t!("invite.nobody"),
                false => t!("invite.nobody_fit"),
            }));
            return dom::focus(self.typed.id);
        }
        let Some(options) = self.options.read() else {
            return self.form.show_what_is_wrong();
        };
        let turn = self.reviews.begin();
        self.step.set(Step::Checking { shown: self.shown() });
        let outcome = judge(&rows).await;
        // Meanwhile another person may have signed in, or the user gone back.
        let is_checking = self.step.with_untracked(|step| matches!(step, Step::Checking { .. }));
        if !(is_checking && turn.is_some_and(Turn::counts)) {
            return;
        }
        let Some(Judged { results, unknown, is_older }) = outcome else {
            self.typed.error.set(Some(t!("invite.worker_failed")));
            return self.step.set(Step::Entering);
        };
        // Until then the people and the options could be changed: what is reviewed is what is entered.
        if self.typed.text.with_untracked(|typed| !typed.is_empty()) {
            return self.step.set(Step::Entering);
        }
        if self.chips.with_untracked(|now| *now != chips) || self.options.read().as_ref() != Some(&options) {
            self.step.set(Step::Entering);
            return spawn(self.review());
        }
        self.unknown.set(unknown);
        self.is_older.set(is_older);
        self.step.set(Step::Reviewing(Review::new(options, &chips, results)));
    }

    /// The review on the screen, which stays while a newer one is asked for.
    fn shown(self) -> Option<Review> {
        self.step.with_untracked(|step| step.review().cloned())
    }

    pub(super) fn back(self) {
        self.step.set(Step::Entering);
    }

    /// Goes to a step by its position in the step indicator; to the review after asking the account.
    pub(super) fn go_to(self, number: usize) {
        match (number, self.step.get_untracked()) {
            (0, Step::Reviewing(_) | Step::Checking { shown: Some(_) }) => self.back(),
            (1, Step::Entering) if !untrack(|| self.is_idle()) => spawn(self.review()),
            _ => {}
        }
    }

    /// Sends the reviewed invitations.
    pub(super) fn invite(self) {
        let Step::Reviewing(review) = self.step.get_untracked() else { return };
        let plan = Plan {
            source: BatchSource::Individual,
            file_name: None,
            options: review.options,
            rows: review.invited.len() as u32,
        };
        let mut rows: Vec<NewRow> = review.invited.into_iter().map(|invited| invited.row).collect();
        let id = sending::start(plan, async move || Ok(std::mem::take(&mut rows)));
        self.show_sending(id, review.left_out);
    }

    fn show_sending(self, id: SendingId, left_out: Vec<LeftOut>) {
        self.known.update_value(|known| known.push(id.clone()));
        self.step.set(Step::Sending { id, left_out });
    }

    /// Clears the addresses and keeps the options.
    pub(super) fn forget_entered(self) {
        self.chips.set(Chips::default());
        self.typed.text.set(String::new());
    }

    /// Whether nothing is entered yet; reactive.
    pub(super) fn is_idle(self) -> bool {
        self.step.with(|step| matches!(step, Step::Entering)) && !self.has_entered()
    }

    /// Whether there are addresses, or something is typed; reactive.
    pub(super) fn has_entered(self) -> bool {
        !self.chips.with(Chips::is_empty) || !self.typed.text.with(String::is_empty)
    }

    /// Shows the sending that this person left behind, unless they have begun something new.
    pub(super) fn take_up(self) {
        let idle = self.is_idle();
        let left = sending::current().with(|sendings| {
            let unfinished = |sending: &&Sending| {
                sending.plan.source == BatchSource::Individual
                    && !sending.state.is_over()
                    && !self.known.with_value(|known| known.contains(&sending.id))
            };
            sendings.iter().find(unfinished).map(|sending| sending.id.clone())
        });
        if let Some(id) = left.filter(|_| idle) {
            self.show_sending(id, Vec::new());
        }
    }
}

#[cfg(test)]
mod tests {
    use api_types::DeliveryStatus;

    use super::*;

    #[test]
    fn r18_only_those_who_are_found_ready_are_invited() {
        let verdicts = [RowVerdict::Ready, RowVerdict::Member, RowVerdict::Ready, RowVerdict::OverSeats];
        let mut chips = Chips::default();
        chips.add(["p1@example.com", "p2@example.com", "p3@example.com", "p4@example.com", ""].map(
            |address| AddressEntry {
                name: None,
                address: address.to_owned(),
                key: (!address.is_empty()).then(|| address.to_owned()),
                code: None,
                standing: None,
                suggestion: None,
                other_domain: None,
            },
        ));
        let results = chips
            .rows()
            .iter()
            .zip(verdicts)
            .map(|(row, verdict)| RowResult {
                row: row.row,
                verdict,
                delivery: DeliveryStatus::Skipped,
                code: None,
                detail: None,
            })
            .collect();
        let mut review = Review::new(BatchOptions::default(), &chips, results);
        assert_eq!(review.invited.iter().map(|invited| invited.row.row).collect::<Vec<_>>(), [1, 3]);
        assert_eq!(review.unfit(), 1);
        review.left_out.pop();
        let left_out: Vec<u32> = review
            .left_out
            .iter()
            .filter_map(|left_out| match left_out {
                LeftOut::Judged { row, .. } => Some(row.row),
                LeftOut::Chip(_) => None,
            })
            .collect();
        assert_eq!(left_out, [2, 4]);
    }
}
