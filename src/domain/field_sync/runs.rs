//! What every screen needs to know of the sync's runs.

use std::cell::Cell;

use api_types::{SetupStepId, StepState, SyncKind, SyncRun, SyncRunState};

use crate::domain::setup;
use crate::platform::lifetime;

/// Whether any run is known since the page was opened.
#[derive(Default)]
struct HasRuns(Cell<bool>);

/// Whether the account has had a run, so that the strip's code is needed. Reactive.
pub(crate) fn needs_strip() -> bool {
    let has_runs = lifetime::shared::<HasRuns>();
    if !has_runs.0.get() {
        let step = setup::state_of(SetupStepId::StartSync);
        has_runs.0.set(step.is_some_and(|state| state != StepState::NotStarted));
    }
    has_runs.0.get()
}

/// Whether a run is shown as the current one: a full run or a paused one. Other scheduled runs come and go in the
/// background.
pub(crate) fn takes_over(run: &SyncRun) -> bool {
    run.kind == SyncKind::Full || run.state == SyncRunState::Paused
}
