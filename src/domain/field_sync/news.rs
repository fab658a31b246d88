//! What to announce of a sync's progress: changes of its state, and each quarter of the way. Scheduled runs are not
//! announced.

use api_types::{SyncKind, SyncRun, SyncRunState};

use super::labels::run_state;
use crate::data::quarter_reached;
use crate::i18n;
use crate::t;
use crate::ui::announce;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum News {
    State(SyncRunState),
    /// See [`quarter_reached`].
    Percent(u64),
}

/// Announces what has changed in a run since `before`.
pub(crate) fn say_news(before: Option<&SyncRun>, now: &SyncRun) {
    match of(before, now) {
        Some(News::State(_)) => announce(said(now)),
        Some(News::Percent(percent)) => announce(t!("field_sync.quarter", percent = percent)),
        None => {}
    }
}

/// A run's state in a sentence.
pub(crate) fn said(run: &SyncRun) -> String {
    let state = t!("field_sync.now", state = run_state(run.state, run.failed).2);
    let failed = (run.failed > 0 && run.state == SyncRunState::Completed)
        .then(|| t!("field_sync.failed_people", count = run.failed));
    i18n::sentences(std::iter::once(state).chain(failed))
}

fn of(before: Option<&SyncRun>, now: &SyncRun) -> Option<News> {
    let before = before.filter(|before| before.id == now.id && now.kind == SyncKind::Full)?;
    if before.state != now.state {
        return Some(News::State(now.state));
    }
    quarter_reached(before.read, now.read, now.expected).map(News::Percent)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(state: SyncRunState, read: u64) -> SyncRun {
        serde_json::from_value(serde_json::json!({
            "id": "r1", "kind": "full", "state": state, "started_at": "2026-11-20T08:00:00Z", "expected": 1000,
            "read": read, "created": read, "updated": 0, "unchanged": 0, "skipped": [], "failed": 0, "removed": 0,
        }))
        .unwrap()
    }

    #[test]
    fn a_turn_is_said_before_a_number() {
        let before = run(SyncRunState::Running, 0);
        let paused = run(SyncRunState::Paused, 600);
        assert_eq!(of(Some(&before), &paused), Some(News::State(SyncRunState::Paused)));
        assert_eq!(of(Some(&before), &run(SyncRunState::Running, 600)), Some(News::Percent(50)));
    }

    #[test]
    fn the_schedule_is_silent() {
        let before = SyncRun { kind: SyncKind::Incremental, ..run(SyncRunState::Running, 0) };
        let now = SyncRun { kind: SyncKind::Incremental, ..run(SyncRunState::Running, 900) };
        assert_eq!(of(Some(&before), &now), None);
    }

    #[test]
    fn what_was_found_on_arrival_is_no_news() {
        assert_eq!(of(None, &run(SyncRunState::Running, 900)), None);
    }
}
