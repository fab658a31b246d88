//! Runs of the sync, as far as every screen has to do with them.

use std::cell::Cell;

use api_types::{SetupStepId, StepState, SyncKind, SyncRun, SyncRunState};

use crate::domain::setup::{self, steps};

/// The heading of the sync's card on its screen, which links may lead to.
pub(crate) const CARD_ANCHOR: &str = steps::SYNC_ANCHOR;

thread_local! {
    /// Whether any run was heard of since the page was opened.
    static IS_KNOWN: Cell<bool> = const { Cell::new(false) };
}

/// Whether the strip may have something to say, so that its code is needed: the account has had a run. Reactive.
pub(crate) fn needs_strip() -> bool {
    if !IS_KNOWN.get() {
        let step = setup::state_of(SetupStepId::StartSync);
        IS_KNOWN.set(step.is_some_and(|state| state != StepState::NotStarted));
    }
    IS_KNOWN.get()
}

/// Whether a run has the place for itself. What the schedule fetches comes and goes beside what one is doing.
pub(crate) fn takes_over(run: &SyncRun) -> bool {
    run.kind == SyncKind::Full || run.state == SyncRunState::Paused
}
