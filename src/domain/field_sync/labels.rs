use api_types::{SyncRun, SyncRunState};

use crate::t;
use crate::ui::{IconName, Tone};

/// Tone, symbol and word of a run's state, for [`crate::ui::Status`]. `failed` is how many people could not be copied.
pub(crate) fn run_state(state: SyncRunState, failed: u64) -> (Tone, IconName, String) {
    match state {
        SyncRunState::Completed if failed > 0 => {
            (Tone::Warning, IconName::Alert, t!("field_sync.state_completed_partly"))
        }
        SyncRunState::Preparing => (Tone::Busy, IconName::Clock, t!("field_sync.state_preparing")),
        SyncRunState::Running => (Tone::Busy, IconName::Clock, t!("field_sync.state_running")),
        SyncRunState::Paused => (Tone::Warning, IconName::Pause, t!("field_sync.state_paused")),
        SyncRunState::Completed => (Tone::Success, IconName::Check, t!("field_sync.state_completed")),
        SyncRunState::Cancelled => (Tone::Quiet, IconName::Cross, t!("field_sync.state_cancelled")),
        SyncRunState::Failed(_) => (Tone::Failure, IconName::Alert, t!("field_sync.state_failed")),
    }
}

/// How many people were read, and of how many once that is known.
pub(crate) fn how_far(run: &SyncRun) -> String {
    match run.expected.unwrap_or_default() {
        0 => t!("field_sync.counting_read", count = run.read),
        total => t!("field_sync.read_of", done = run.read, total = total),
    }
}
