//! What to say of works on their way: each quarter of a sync, and its turns. How a work ended is a notice.

use api_types::{Work, WorkState, WorkSubject};

use super::labels;
use crate::t;
use crate::ui::announce;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum News {
    State(WorkState),
    /// 25, 50 or 75.
    Percent(u64),
}

pub(super) fn say(before: &Work, now: &Work) {
    match of(before, now) {
        Some(News::State(_)) => announce(t!("field_sync.now", state = labels::state(now).2)),
        Some(News::Percent(percent)) => announce(t!("field_sync.quarter", percent = percent)),
        None => {}
    }
}

/// Mails and changes are quick, and each of them is not worth interrupting anybody.
fn of(before: &Work, now: &Work) -> Option<News> {
    if before.subject != now.subject || !matches!(now.subject, WorkSubject::Sync { .. }) {
        return None;
    }
    if before.state != now.state {
        return Some(News::State(now.state));
    }
    let (then, here) = (quarters(before), quarters(now));
    (here > then && here < 4).then_some(News::Percent(here * 25))
}

fn quarters(work: &Work) -> u64 {
    match work.total {
        Some(total) if total > 0 => work.done.saturating_mul(4) / total,
        _ => 0,
    }
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
    fn a_long_sync_speaks_three_times_on_its_way() {
        let mut before = sync(WorkState::Running, 0);
        let mut said = Vec::new();
        for read in (0..=1_000).step_by(10) {
            let now = sync(WorkState::Running, read);
            said.extend(of(&before, &now));
            before = now;
        }
        assert_eq!(said, [News::Percent(25), News::Percent(50), News::Percent(75)]);
    }

    #[test]
    fn a_turn_is_said_before_a_number() {
        let (before, now) = (sync(WorkState::Running, 0), sync(WorkState::Paused, 600));
        assert_eq!(of(&before, &now), Some(News::State(WorkState::Paused)));
    }
}
