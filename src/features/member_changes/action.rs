//! What can be done with a batch, and what came of it.

use api_types::{MemberAction, MemberChangeBatch, MemberChangeState, MemberVerdict};

use crate::domain::invitations::labels::cancelled;
use crate::i18n;
use crate::t;
use crate::ui::Question;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ChangeAction {
    Apply,
    /// Carries out no further change.
    Stop,
    Undo,
}

impl ChangeAction {
    pub(super) fn label(self, batch: &MemberChangeBatch) -> String {
        match self {
            Self::Apply => t!("changes.apply", count = batch.verdicts.change),
            Self::Stop if batch.state == MemberChangeState::Open => t!("changes.discard"),
            Self::Stop => t!("common.stop"),
            Self::Undo => t!("changes.undo"),
        }
    }

    pub(super) fn question(self, batch: &MemberChangeBatch) -> Question {
        Question {
            title: self.title(batch),
            text: self.consequences(batch),
            action: self.label(batch),
            danger: true,
        }
    }

    fn title(self, batch: &MemberChangeBatch) -> String {
        let count = batch.verdicts.change;
        match (self, batch.action) {
            (Self::Undo, _) => t!("changes.undo_title", count = batch.applied),
            (_, MemberAction::Update) => t!("changes.update_title", count = count),
            (_, MemberAction::Deactivate) => t!("users.bulk_deactivate_title", count = count),
            (_, MemberAction::Reactivate) => t!("changes.reactivate_title", count = count),
        }
    }

    /// With the numbers of the rows that change nothing.
    fn consequences(self, batch: &MemberChangeBatch) -> String {
        if self == Self::Undo {
            return t!("changes.undo_text");
        }
        let others = batch.verdicts.total().saturating_sub(batch.verdicts.change);
        let mut said = Vec::new();
        if others > 0 {
            said.push(t!("changes.others", count = others));
        }
        match batch.action {
            MemberAction::Update => said.push(t!("changes.sign_in_again")),
            MemberAction::Deactivate => said.push(t!("changes.deactivate_hint")),
            MemberAction::Reactivate => {}
        }
        said.push(t!("changes.can_be_undone"));
        i18n::sentences(said)
    }

    /// Why it cannot be done with a batch as it is now.
    pub(super) fn disabled_reason(self, batch: &MemberChangeBatch) -> Option<String> {
        match self {
            Self::Apply if !batch.is_compared() => {
                Some(t!("changes.incomplete", there = batch.verdicts.total(), expected = batch.expected_rows))
            }
            Self::Apply => (batch.verdicts.change == 0).then(|| t!("changes.nothing")),
            Self::Undo => (!batch.can_be_undone()).then(|| t!("changes.nothing_to_undo")),
            Self::Stop => None,
        }
    }
}

/// What a batch has changed, or what undoing it did.
pub(super) fn outcome(batch: &MemberChangeBatch) -> String {
    let mut said = Vec::new();
    match batch.state {
        MemberChangeState::Applied | MemberChangeState::Cancelled => {
            said.extend(cancelled(batch.cancel_code));
            said.push(t!("changes.done", count = batch.applied));
        }
        MemberChangeState::Undone => {
            said.push(t!("changes.undone", count = batch.undone.restored));
            let left = batch.undone.partly + batch.undone.left;
            if left > 0 {
                said.push(t!("changes.left", count = left));
            }
        }
        MemberChangeState::Open | MemberChangeState::Applying | MemberChangeState::Undoing => {}
    }
    i18n::sentences(said)
}

/// The verdicts with at least one row, in order, those that change something first.
pub(super) fn verdicts(batch: &MemberChangeBatch) -> Vec<(MemberVerdict, u32)> {
    MemberVerdict::ALL
        .into_iter()
        .map(|verdict| (verdict, batch.verdicts.get(verdict)))
        .filter(|(_, count)| *count > 0)
        .collect()
}

#[cfg(test)]
pub(super) mod tests {
    use api_types::{MemberChangeBatchId, MemberUndoCounts, MemberVerdictCounts, Timestamp};

    use super::*;

    pub(in super::super) fn batch(state: MemberChangeState) -> MemberChangeBatch {
        MemberChangeBatch {
            id: MemberChangeBatchId("c1".into()),
            action: MemberAction::Update,
            file_name: Some("people.csv".into()),
            state,
            expected_rows: 5,
            next_chunk: 1,
            verdicts: MemberVerdictCounts { change: 3, error: 2, ..MemberVerdictCounts::default() },
            done: 0,
            total: 3,
            applied: 0,
            undone: MemberUndoCounts::default(),
            created_at: Timestamp("2026-11-20T08:00:00Z".into()),
            created_by: "Ana".into(),
            created_by_id: None,
            applied_at: None,
            undone_at: None,
            cancel_code: None,
        }
    }

    #[test]
    fn only_what_is_compared_as_a_whole_is_applied() {
        let open = batch(MemberChangeState::Open);
        assert_eq!(ChangeAction::Apply.disabled_reason(&open), None);
        assert!(
            ChangeAction::Apply
                .disabled_reason(&MemberChangeBatch { expected_rows: 6, ..open.clone() })
                .is_some()
        );
        let verdicts = MemberVerdictCounts { unchanged: 5, ..MemberVerdictCounts::default() };
        assert!(ChangeAction::Apply.disabled_reason(&MemberChangeBatch { verdicts, ..open }).is_some());
    }

    #[test]
    fn r17_undo_is_there_once_somebody_was_changed() {
        let applied = batch(MemberChangeState::Applied);
        assert!(ChangeAction::Undo.disabled_reason(&applied).is_some(), "nobody was");
        assert_eq!(
            ChangeAction::Undo.disabled_reason(&MemberChangeBatch { applied: 1, ..applied.clone() }),
            None
        );
        let undone = MemberChangeBatch { applied: 1, state: MemberChangeState::Undone, ..applied };
        assert!(ChangeAction::Undo.disabled_reason(&undone).is_some());
    }

    #[test]
    fn only_verdicts_that_there_are_are_counted() {
        let counted = verdicts(&batch(MemberChangeState::Open));
        assert_eq!(counted, [(MemberVerdict::Change, 3), (MemberVerdict::Error, 2)]);
    }
}
