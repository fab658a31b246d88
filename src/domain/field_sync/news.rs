//! What to announce of a sync's progress: changes of its state, and each quarter of the way. Scheduled runs are not
//! announced.

use api_types::{SyncKind, SyncRun, SyncRunState};

use super::labels::run_state;
use crate::t;
use crate::ui::announce;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum News {
    State(SyncRunState),
    /// 25, 50 or 75.
    Percent(u64),
}

/// Announces what has changed in a run since `before`.
pub(crate) fn say_news(before: Option<&SyncRun>, now: &SyncRun) {
    match of(before, now) {
        Some(News::State(state)) => announce(said(state)),
        Some(News::Percent(percent)) => announce(t!("field_sync.quarter", percent = percent)),
        None => {}
    }
}

/// A run's state in a sentence.
pub(crate) fn said(state: SyncRunState) -> String {
    t!("field_sync.now", state = run_state(state).2)
}

fn of(before: Option<&SyncRun>, now: &SyncRun) -> Option<News> {
    let before = before.filter(|before| before.id == now.id && now.kind == SyncKind::Full)?;
    if before.state != now.state {
        return Some(News::State(now.state));
    }
    let (then, here) = (quarters(before), quarters(now));
    (here > then && here < 4).then_some(News::Percent(here * 25))
}

fn quarters(run: &SyncRun) -> u64 {
    match run.expected {
        Some(expected) if expected > 0 => run.read.saturating_mul(4) / expected,
        _ => 0,
    }
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
    fn a_long_sync_speaks_three_times_on_its_way() {
        let mut before = run(SyncRunState::Running, 0);
        let mut said = Vec::new();
        for read in (0..=1_000).step_by(10) {
            let now = run(SyncRunState::Running, read);
            said.extend(of(Some(&before), &now));
            before = now;
        }
        assert_eq!(said, [News::Percent(25), News::Percent(50), News::Percent(75)]);
    }

    #[test]
    fn a_turn_is_said_before_a_number() {
        let before = run(SyncRunState::Running, 0);
        let paused = run(SyncRunState::Paused, 600);
        assert_eq!(of(Some(&before), &paused), Some(News::State(SyncRunState::Paused)));
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
