//! What to say of works on their way: each quarter of a sync, and its turns. How a work ended is a notice.

use api_types::{Work, WorkState, WorkSubject};

use super::labels;
use crate::data::quarter_reached;
use crate::t;
use crate::ui::announce;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum News {
    State(WorkState),
    /// See [`quarter_reached`].
    Percent(u64),
}

pub(super) fn say(before: &Work, now: &Work) {
    match of(before, now) {
        Some(News::State(_)) => announce(t!("field_sync.now", state = labels::state(now).2)),
        Some(News::Percent(percent)) => announce(t!("field_sync.quarter", percent = percent)),
        None => {}
    }
}

/// Only runs of a sync: mails and changes are too quick to be announced one by one.
fn of(before: &Work, now: &Work) -> Option<News> {
    if before.subject != now.subject || !matches!(now.subject, WorkSubject::Sync { .. }) {
        return None;
    }
    if before.state != now.state {
        return Some(News::State(now.state));
    }
    quarter_reached(before.done, now.done, now.total).map(News::Percent)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in super::super) fn sync(state: WorkState, done: u64) -> Work {
        serde_json::from_value(serde_json::json!({
            "subject": {"sync": {"id": "r1"}}, "state": state, "done": done, "total": 1000, "trouble": 0,
            "started_at": "2026-11-20T08:00:00Z",
        }))
        .unwrap()
    }

    #[test]
    fn a_turn_is_said_before_a_number() {
        let (before, now) = (sync(WorkState::Running, 0), sync(WorkState::Paused, 600));
        assert_eq!(of(&before, &now), Some(News::State(WorkState::Paused)));
        assert_eq!(of(&before, &sync(WorkState::Running, 600)), Some(News::Percent(50)));
    }
}
