//! The state of the flow, and what moves it. It outlives the screen: leaving and coming back loses nothing.

use std::cell::RefCell;

use api_types::{BatchOptions, BatchSource, NewRow, RowResult, RowVerdict, limits};
use csv_worker::protocol::{AddressEntry, Request, Response};
use leptos::prelude::*;

use super::chips::{Chip, Chips, Standing};
use crate::api::Failure;
use crate::api::batches::DryRun;
use crate::csv;
use crate::mail_options::OptionsState;
use crate::sending::{self, Plan, Sending, SendingId};
use crate::t;
use crate::ui::{FieldState, announce, dom};
use crate::{lifetime, session};

/// Where the person is. What was entered is beside it, so that going back finds it as it was.
#[derive(Clone, PartialEq)]
pub(super) enum Step {
    Entering {
        failure: Option<Failure>,
    },
    /// The backend is asked who can be invited, for the `run`th time.
    Checking {
        run: u32,
    },
    Reviewing(Review),
    Sending {
        id: SendingId,
        left_out: Vec<LeftOut>,
    },
}

/// What the backend said of the people, before anybody is invited.
#[derive(Clone, PartialEq)]
pub(super) struct Review {
    pub(super) options: BatchOptions,
    pub(super) invited: Vec<NewRow>,
    pub(super) left_out: Vec<LeftOut>,
}

/// Somebody who is not invited, and why.
#[derive(Clone, PartialEq)]
pub(super) enum LeftOut {
    /// The browser found the address unfit.
    Chip(Chip),
    /// The backend said so.
    Judged { row: NewRow, result: RowResult },
}

impl LeftOut {
    pub(super) fn verdict(&self) -> RowVerdict {
        match self {
            Self::Chip(chip) if chip.standing == Standing::Duplicate => RowVerdict::Duplicate,
            Self::Chip(_) => RowVerdict::Error,
            Self::Judged { result, .. } => result.verdict,
        }
    }
}

impl Review {
    /// Takes the verdicts, in the order of the rows.
    fn new(options: BatchOptions, rows: Vec<NewRow>, results: Vec<RowResult>, unfit: Vec<Chip>) -> Self {
        let (mut invited, mut left_out) = (Vec::new(), Vec::new());
        for (row, result) in rows.into_iter().zip(results) {
            if result.verdict == RowVerdict::Ready {
                invited.push(row);
            } else {
                left_out.push(LeftOut::Judged { row, result });
            }
        }
        left_out.extend(unfit.into_iter().map(LeftOut::Chip));
        Self { options, invited, left_out }
    }
}

/// The whole of the flow; made once for the life of the app.
#[derive(Clone, Copy)]
pub(super) struct Flow {
    pub(super) step: RwSignal<Step>,
    pub(super) chips: RwSignal<Chips>,
    /// The box: what is being typed and is no chip yet.
    pub(super) typed: FieldState,
    pub(super) options: OptionsState,
    /// Checks of addresses that are under way.
    checking: RwSignal<u32>,
    runs: StoredValue<u32>,
    /// The sendings that were shown here; they are not brought back once the person has gone on to others.
    known: StoredValue<Vec<SendingId>>,
}

thread_local! {
    static FLOW: RefCell<Option<Flow>> = const { RefCell::new(None) };
}

/// The flow outlives its screen. Another person finds it empty.
fn make() -> Flow {
    let flow = Flow {
        step: RwSignal::new(Step::Entering { failure: None }),
        chips: RwSignal::new(Chips::default()),
        typed: FieldState::new("invite-addresses", ""),
        options: OptionsState::new(),
        checking: RwSignal::new(0),
        runs: StoredValue::new(0),
        known: StoredValue::new(Vec::new()),
    };
    session::on_another_person(move || flow.start_over());
    flow
}

impl Flow {
    pub(super) fn current() -> Self {
        FLOW.with_borrow_mut(|flow| *flow.get_or_insert_with(|| lifetime::of_page(make)))
    }

    pub(super) fn start_over(self) {
        self.step.set(Step::Entering { failure: None });
        self.forget_entered();
        self.typed.error.set(None);
        self.options.reset();
    }

    /// Empties the box.
    pub(super) fn take_typed(self) -> String {
        self.typed.text.try_update(std::mem::take).unwrap_or_default()
    }

    /// Makes chips of a text, once the Worker has looked at it. The Worker answers in order: when this is done, so are
    /// all that were begun before, also where there is no text.
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
                    unfit => {
                        format!("{} {}", t!("invite.added", count = added), t!("invite.unfit", count = unfit))
                    }
                });
            }
            // Nothing typed is lost because the Worker is.
            None => {
                self.typed.text.update(|typed| typed.insert_str(0, &text));
                self.typed.error.set(Some(t!("invite.worker_failed")));
            }
        }
    }

    /// Puts the correction in the place of a chip.
    pub(super) async fn correct(self, id: u32, address: String) {
        if let Some(entries) = self.look_at(address).await {
            self.chips.update(|chips| chips.replace(id, entries));
        }
    }

    async fn look_at(self, text: String) -> Option<Vec<AddressEntry>> {
        self.checking.update(|checking| *checking += 1);
        let answer = csv::ask(Request::Addresses { text, own_domains: own_domains() }).await;
        self.checking.update(|checking| *checking -= 1);
        match answer.ok()?.response {
            Response::Addresses { entries } => Some(entries),
            _ => None,
        }
    }

    /// Asks the backend who can be invited, and shows it.
    pub(super) async fn review(self) {
        self.add(self.take_typed()).await;
        if self.typed.error.with_untracked(Option::is_some) {
            return dom::focus(self.typed.id);
        }
        let rows = self.chips.with_untracked(Chips::rows);
        if rows.is_empty() {
            self.typed.error.set(Some(match self.chips.with_untracked(Chips::is_empty) {
                true => t!("invite.nobody"),
                false => t!("invite.nobody_fit"),
            }));
            return dom::focus(self.typed.id);
        }
        let Some(options) = self.options.read() else {
            return dom::after_paint(|| dom::focus("error-summary"));
        };
        let run = self.runs.try_update_value(|runs| {
            *runs += 1;
            *runs
        });
        let checking = Step::Checking { run: run.unwrap_or_default() };
        self.step.set(checking.clone());
        let outcome = judge(options.clone(), rows.clone()).await;
        // Somebody else may have signed in, or the person gone back, while the backend thought.
        if self.step.with_untracked(|step| *step != checking) {
            return;
        }
        self.step.set(match outcome {
            Ok(results) => {
                let unfit = self.chips.with_untracked(Chips::left_out);
                Step::Reviewing(Review::new(options, rows, results, unfit))
            }
            Err(failure) => Step::Entering { failure: Some(failure) },
        });
    }

    pub(super) fn back(self) {
        self.step.set(Step::Entering { failure: None });
    }

    /// Sends what was reviewed.
    pub(super) fn invite(self) {
        let Step::Reviewing(review) = self.step.get_untracked() else { return };
        let plan = Plan {
            source: BatchSource::Individual,
            file_name: None,
            options: review.options,
            rows: review.invited.len() as u32,
        };
        let mut rows = review.invited;
        let id = sending::start(plan, async move || Ok(std::mem::take(&mut rows)));
        self.show_sending(id, review.left_out);
    }

    fn show_sending(self, id: SendingId, left_out: Vec<LeftOut>) {
        self.known.update_value(|known| known.push(id.clone()));
        self.step.set(Step::Sending { id, left_out });
    }

    /// Forgets the addresses and keeps the options.
    pub(super) fn forget_entered(self) {
        self.chips.set(Chips::default());
        self.typed.text.set(String::new());
    }

    /// Shows what this person was sending when the page was left, unless they are at something new.
    pub(super) fn take_up(self) {
        let idle = self.step.with(|step| matches!(step, Step::Entering { .. }))
            && self.chips.with(Chips::is_empty)
            && self.typed.text.with(String::is_empty);
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

/// The verdicts of the backend, in the order of the rows.
async fn judge(options: BatchOptions, rows: Vec<NewRow>) -> Result<Vec<RowResult>, Failure> {
    let mut dry_run = DryRun::begin(BatchSource::Individual, options, rows.len() as u32).await?;
    let mut results = Vec::with_capacity(rows.len());
    for chunk in rows.chunks(limits::ROWS_PER_CHUNK) {
        results.extend(dry_run.judge(chunk.to_vec()).await?);
    }
    Ok(results)
}

/// The domain of the person's own address, for which near misses are likely typing errors.
fn own_domains() -> Vec<String> {
    let own = session::state().with_untracked(|state| match state {
        session::SessionState::SignedIn(session) | session::SessionState::Expired(session) => {
            session.user.email.rsplit_once('@').map(|(_, domain)| domain.to_owned())
        }
        _ => None,
    });
    own.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use api_types::DeliveryStatus;

    use super::*;

    #[test]
    fn r18_only_those_whom_the_backend_finds_ready_are_invited() {
        let verdicts = [RowVerdict::Ready, RowVerdict::Member, RowVerdict::Ready, RowVerdict::OverSeats];
        let rows: Vec<NewRow> = (1..=4)
            .map(|row| NewRow { row, email: format!("p{row}@example.com"), ..NewRow::default() })
            .collect();
        let results = rows
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
        let review = Review::new(BatchOptions::default(), rows, results, Vec::new());
        assert_eq!(review.invited.iter().map(|row| row.row).collect::<Vec<_>>(), [1, 3]);
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
