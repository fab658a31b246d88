//! Asking again and again how the sync stands, while somebody looks: often while something moves, seldom while nothing
//! does.

use api_types::FieldSync;

use crate::api::{Failure, Pace, field_sync};
use crate::data::{Latest, Turn};
use crate::platform::{dom, timers};

/// How often one looks whether the schedule has started a run.
const IDLE_MS: f64 = 15_000.0;

/// Counts the rounds of questions; only the latest goes on.
#[derive(Clone, Copy)]
pub(crate) struct Watch(Latest);

impl Watch {
    pub(crate) fn new() -> Self {
        Self(Latest::new())
    }

    /// Ends the round there is, and what is being asked in it is of no interest any more.
    pub(crate) fn end(self) {
        self.0.end();
    }

    /// Begins a round in place of the one there is, with what is `known` already; `None` when the screen is gone.
    pub(crate) fn begin(self, known: Option<FieldSync>) -> Option<Round> {
        Some(Round { turn: self.0.begin()?, pace: Pace::default(), known })
    }
}

/// Questions one after the other, until another round begins or nobody looks any more.
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
        }
        Some(answer)
    }

    /// Asks when it is time to. `None` once the round is over: also when the page is out of sight by then.
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
