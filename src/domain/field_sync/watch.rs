//! Polls the state of the sync while the page is visible: often while it changes, seldom otherwise.

use api_types::FieldSync;
use leptos::prelude::*;

use crate::api::{Failure, Pace, field_sync};
use crate::data::{Latest, Turn};
use crate::platform::{dom, lifetime, timers};

/// The interval for noticing runs that the schedule has started.
const IDLE_MS: f64 = 15_000.0;

#[derive(Default)]
struct Last(RwSignal<Option<FieldSync>>);

/// The state of the sync as last polled by any screen.
pub(crate) fn latest() -> RwSignal<Option<FieldSync>> {
    lifetime::shared::<Last>().0
}

/// Counts the rounds of polls; only the latest continues.
#[derive(Clone, Copy)]
pub(crate) struct Watch(Latest);

impl Watch {
    pub(crate) fn new() -> Self {
        Self(Latest::new())
    }

    /// Ends the current round and discards its pending answer.
    pub(crate) fn end(self) {
        self.0.end();
    }

    /// Begins a round in place of the current one, from what is `known` already; `None` when the screen is gone.
    pub(crate) fn begin(self, known: Option<FieldSync>) -> Option<Round> {
        Some(Round { turn: self.0.begin()?, pace: Pace::default(), known })
    }
}

/// A series of polls, until another round begins or the screen is gone.
pub(crate) struct Round {
    turn: Turn,
    pace: Pace,
    known: Option<FieldSync>,
}

impl Round {
    /// Asks at once. `None` once the round is over.
    pub(crate) async fn ask(&mut self) -> Option<Result<FieldSync, Failure>> {
        let answer = field_sync::find().await;
        if !self.goes_on() {
            return None;
        }
        self.pace = self.pace.after(matches!(&answer, Ok(now) if self.known.as_ref() != Some(now)));
        if let Ok(now) = &answer {
            self.known = Some(now.clone());
            latest().set(Some(now.clone()));
        }
        Some(answer)
    }

    /// Asks when the next poll is due. `None` once the round is over, also because the page is hidden by then.
    pub(crate) async fn ask_again(&mut self) -> Option<Result<FieldSync, Failure>> {
        let wait = match &self.known {
            Some(FieldSync { current: None, .. }) => IDLE_MS,
            _ => self.pace.wait_ms(),
        };
        timers::sleep(wait).await;
        if !self.goes_on() || dom::document().hidden() {
            return None;
        }
        self.ask().await
    }

    fn goes_on(&self) -> bool {
        self.turn.counts()
    }
}
