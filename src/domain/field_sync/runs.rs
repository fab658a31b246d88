//! Which runs are shown.

use api_types::{SyncKind, SyncRun, SyncRunState};

/// Whether a run is shown as the current one: a full run or a paused one. Other scheduled runs come and go in the
/// background.
pub(crate) fn takes_over(run: &SyncRun) -> bool {
    run.kind == SyncKind::Full || run.state == SyncRunState::Paused
}
