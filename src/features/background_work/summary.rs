//! What the button says: what needs the person most, or how far everything is.

use api_types::{Work, WorkState};

use crate::domain::invitations::sending::{Sending, SendingState};
use crate::t;
use crate::ui::{IconName, Tone};

/// What needs the person, the least urgent first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Need {
    Paused,
    /// Prepared without a network, and not sent before the person agrees.
    Held,
    /// Only this page has its rows.
    Unkept,
    /// Goes on by itself, but not now.
    Waiting,
    Failed,
}

impl Need {
    pub(super) fn look(self) -> (Tone, IconName, String) {
        match self {
            Self::Paused => (Tone::Warning, IconName::Pause, t!("sending.paused")),
            Self::Held => (Tone::Warning, IconName::Clock, t!("work.held")),
            Self::Unkept => (Tone::Warning, IconName::Alert, t!("work.unkept")),
            Self::Waiting => (Tone::Warning, IconName::Clock, t!("work.waiting")),
            Self::Failed => (Tone::Failure, IconName::Alert, t!("work.failed")),
        }
    }

    pub(super) fn of(sending: &Sending) -> Option<Self> {
        let own = match sending.state {
            SendingState::Failed { .. } | SendingState::Cancelling { trouble: Some(_) } => Some(Self::Failed),
            SendingState::Waiting { .. } => Some(Self::Waiting),
            SendingState::Held => Some(Self::Held),
            SendingState::Paused { .. } => Some(Self::Paused),
            _ => None,
        };
        own.max(sending.is_unkept().then_some(Self::Unkept))
    }

    pub(super) fn of_work(work: &Work) -> Option<Self> {
        match work.state {
            WorkState::Waiting => Some(Self::Waiting),
            WorkState::Paused => Some(Self::Paused),
            _ => None,
        }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Summary {
    pub(super) need: Option<Need>,
    /// How many works move.
    pub(super) moving: usize,
    pub(super) done: u64,
    /// `None` where it is not known of one of them.
    pub(super) total: Option<u64>,
}

impl Summary {
    /// The words beside the symbol; none while nothing happens.
    pub(super) fn words(&self) -> Option<String> {
        match (self.need, self.moving, self.total) {
            (Some(need), ..) => Some(need.look().2),
            (None, 0, _) => None,
            (None, 1, Some(total)) => Some(t!("sending.progress", done = self.done, total = total)),
            (None, count, _) => Some(t!("work.moving", count = count)),
        }
    }

    /// How much of it is done, in percent.
    pub(super) fn percent(&self) -> Option<u64> {
        self.total.filter(|total| *total > 0).map(|total| (self.done * 100 / total).min(100))
    }
}

/// How far a sending is that moves.
fn progress(sending: &Sending) -> Option<(u64, Option<u64>)> {
    let total = Some(u64::from(sending.plan.rows));
    match sending.state {
        SendingState::Preparing { stored: done } | SendingState::Sending { done } => {
            Some((done.into(), total))
        }
        SendingState::Elsewhere | SendingState::Cancelling { trouble: None } => Some((0, None)),
        _ => None,
    }
}

pub(super) fn summary<'a>(
    sendings: impl Iterator<Item = &'a Sending> + Clone,
    works: impl Iterator<Item = &'a Work> + Clone,
) -> Summary {
    let needs = sendings.clone().filter_map(Need::of).chain(works.clone().filter_map(Need::of_work));
    let of_work = |work: &'a Work| work.state.is_moving().then_some((work.done, work.total));
    let moving = sendings.filter_map(progress).chain(works.filter_map(of_work));
    let nothing = Summary { total: Some(0), ..Summary::default() };
    let summary = moving.fold(nothing, |sum, (done, total)| Summary {
        moving: sum.moving + 1,
        done: sum.done + done,
        total: sum.total.zip(total).map(|(one, other)| one + other),
        ..sum
    });
    Summary { need: needs.max(), ..summary }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn work(state: WorkState, done: u64, total: Option<u64>) -> Work {
        serde_json::from_value(serde_json::json!({
            "subject": {"sync": {"id": "r1"}}, "state": state, "done": done, "total": total, "trouble": 0,
            "started_at": "2026-11-20T08:00:00Z",
        }))
        .unwrap()
    }

    fn of(works: &[Work]) -> Summary {
        summary([].into_iter(), works.iter())
    }

    #[test]
    fn r19_nothing_is_said_while_nothing_happens() {
        assert_eq!(of(&[]).words(), None);
        assert_eq!(of(&[work(WorkState::Receiving, 1, Some(2))]).words(), None, "another browser's");
    }

    #[test]
    fn r19_one_work_is_counted_and_several_are_numbered() {
        let one = work(WorkState::Running, 340, Some(3_000));
        let alone = of(std::slice::from_ref(&one));
        assert_eq!((alone.moving, alone.done, alone.total), (1, 340, Some(3_000)));
        assert_eq!(alone.percent(), Some(11));
        let both = of(&[one.clone(), work(WorkState::Undoing, 60, Some(1_000))]);
        assert_eq!((both.moving, both.percent()), (2, Some(10)));
        let unknown = of(&[one, work(WorkState::Preparing, 0, None)]);
        assert_eq!((unknown.moving, unknown.percent()), (2, None));
    }

    #[test]
    fn r19_what_needs_the_person_is_said_before_what_moves() {
        let running = work(WorkState::Running, 1, Some(2));
        let needs = of(&[running, work(WorkState::Paused, 1, Some(2)), work(WorkState::Waiting, 1, Some(2))]);
        assert_eq!(needs.need, Some(Need::Waiting));
        let by_urgency = [Need::Failed, Need::Waiting, Need::Unkept, Need::Held, Need::Paused];
        assert!(by_urgency.is_sorted_by(|one, other| one > other));
        for need in by_urgency {
            assert_ne!(need.look().0, Tone::Success);
        }
    }
}
