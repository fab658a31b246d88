use api_types::{Batch, BatchId, BatchRetry, BatchState, InvitationId, InvitationStatus};

use crate::api::batches::{self, IdempotencyKey};
use crate::api::{Failure, invitations};
use crate::t;
use crate::ui::{Question, Tone};

/// An administrator's action on a batch or one of its rows.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum InvitationAction {
    RetryFailed,
    /// Also the mails whose outcome is unknown.
    RetryUnknown,
    /// Undo: revoke every invitation that is not accepted.
    RevokeAll,
    Cancel,
    RevokeOne {
        invitation: InvitationId,
        email: String,
    },
}

impl InvitationAction {
    pub(crate) fn label(&self) -> String {
        match self {
            Self::RetryFailed => t!("batches.retry"),
            Self::RetryUnknown => t!("batches.retry_unknown"),
            Self::RevokeAll => t!("batches.revoke_all"),
            Self::Cancel => t!("batches.cancel"),
            Self::RevokeOne { .. } => t!("batches.revoke_one"),
        }
    }

    /// The question before it; `None` where there is none: sending a failed mail again does no harm.
    pub(super) fn question(&self) -> Option<Question> {
        let (title, text) = match self {
            Self::RetryFailed => return None,
            Self::RetryUnknown => (t!("batches.retry_unknown_title"), t!("batches.retry_unknown_text")),
            Self::RevokeAll => (t!("batches.revoke_all_title"), t!("batches.revoke_all_text")),
            Self::Cancel => (t!("batches.cancel_title"), t!("batches.cancel_text")),
            Self::RevokeOne { email, .. } => {
                (t!("batches.revoke_one_title", email = email.as_str()), t!("batches.revoke_one_text"))
            }
        };
        Some(Question { title, text, action: self.label(), danger: true })
    }

    /// The notice after the action, for the batch as it is now; revoking a large batch takes several steps.
    pub(super) fn done(&self, batch: Option<&Batch>) -> (Tone, String) {
        if batch.is_some_and(|batch| batch.revoking.is_some()) {
            return (Tone::Success, t!("batches.revoking_started"));
        }
        let done = match self {
            // The last invitations may have ended meanwhile.
            Self::RetryFailed | Self::RetryUnknown if batch.is_some_and(Batch::is_settled) => {
                return (Tone::Warning, t!("batches.nothing_to_resend"));
            }
            Self::RetryFailed | Self::RetryUnknown => t!("batches.retry_done"),
            Self::RevokeAll => t!("batches.revoke_all_done"),
            Self::Cancel => t!("batches.cancel_done"),
            Self::RevokeOne { .. } => t!("batches.revoke_one_done"),
        };
        (Tone::Success, done)
    }

    /// Why the action cannot be performed on a batch as it is now; `None` where it can.
    pub(crate) fn disabled_reason(&self, batch: &Batch) -> Option<String> {
        if batch.revoking.is_some() && !matches!(self, Self::RevokeOne { .. }) {
            return Some(t!("batches.revoking_now"));
        }
        let (possible, reason) = match self {
            Self::RetryFailed if batch.deliveries.failed == 0 => (false, t!("batches.nothing_failed")),
            Self::RetryFailed => (open_failed(batch) > 0, t!("batches.nothing_to_resend")),
            Self::RetryUnknown if batch.deliveries.unknown == 0 => (false, t!("batches.nothing_unknown")),
            Self::RetryUnknown => (open_unknown(batch) > 0, t!("batches.nothing_to_resend")),
            Self::RevokeAll => (is_undoable(batch), t!("batches.nothing_to_revoke")),
            Self::Cancel => (is_cancellable(batch), t!("batches.nothing_to_cancel")),
            Self::RevokeOne { .. } => (true, String::new()),
        };
        (!possible).then_some(reason)
    }

    /// Performs the action; returns the changed batch if the action was on a batch.
    pub(super) async fn perform(&self, batch: &BatchId) -> Result<Option<Batch>, Failure> {
        let key = IdempotencyKey::new();
        let retry = async |include_unknown: bool| {
            batches::send_again(&key, batch, BatchRetry { include_unknown }).await.map(Some)
        };
        match self {
            Self::RetryFailed => retry(false).await,
            Self::RetryUnknown => retry(true).await,
            Self::RevokeAll => batches::revoke(&key, batch).await.map(Some),
            Self::Cancel => batches::cancel(&key, batch).await.map(Some),
            Self::RevokeOne { invitation, .. } => invitations::revoke(invitation).await.map(|()| None),
        }
    }
}

/// How many mails have failed whose invitations can still be accepted. Of a batch that is not sealed, none is sent again.
fn open_failed(batch: &Batch) -> u32 {
    if batch.state != BatchState::Sealed {
        return 0;
    }
    let mails = &batch.deliveries;
    let elsewhere = batch.waiting.saturating_add(mails.queued).saturating_add(mails.sending);
    batch.invitations(InvitationStatus::Pending).saturating_sub(elsewhere).min(mails.failed)
}

/// At most how many mails may or may not have been sent whose invitations can still be accepted.
fn open_unknown(batch: &Batch) -> u32 {
    if batch.state == BatchState::Sealed { batch.waiting.min(batch.deliveries.unknown) } else { 0 }
}

/// Whether the batch may still have invitations that are not accepted.
fn is_undoable(batch: &Batch) -> bool {
    matches!(batch.state, BatchState::Sealed | BatchState::Cancelled)
        && batch.verdicts.ready > batch.accepted.saturating_add(batch.revoked)
}

/// Whether the batch has mails left that cancelling would stop.
fn is_cancellable(batch: &Batch) -> bool {
    matches!(batch.state, BatchState::Open | BatchState::Sealed) && !batch.is_settled()
}

#[cfg(test)]
mod tests {
    use api_types::{DeliveryCounts, Revoking};

    use super::*;
    use crate::api::batches::tests::batch;

    #[test]
    fn r11_only_what_is_still_on_its_way_can_be_cancelled() {
        let sending =
            batch(BatchState::Sealed, DeliveryCounts { queued: 2, sent: 1, ..DeliveryCounts::default() });
        assert!(is_cancellable(&sending));
        let sent = batch(BatchState::Sealed, DeliveryCounts { sent: 3, ..DeliveryCounts::default() });
        assert!(!is_cancellable(&sent));
        assert!(!is_cancellable(&batch(
            BatchState::Cancelled,
            DeliveryCounts { cancelled: 3, ..sent.deliveries }
        )));
    }

    #[test]
    fn r17_undo_is_there_while_somebody_has_not_answered() {
        let sent = batch(BatchState::Sealed, DeliveryCounts { sent: 3, ..DeliveryCounts::default() });
        assert!(is_undoable(&sent));
        assert!(!is_undoable(&Batch { accepted: 1, revoked: 2, ..sent.clone() }));
        assert!(!is_undoable(&Batch { state: BatchState::Refused, ..sent }));
    }

    #[test]
    fn r17_mails_are_sent_again_only_to_those_who_can_still_accept() {
        let reason = |action: InvitationAction, batch: &Batch| action.disabled_reason(batch);
        let ended = Some(t!("batches.nothing_to_resend"));
        let failed = batch(
            BatchState::Sealed,
            DeliveryCounts { queued: 1, sent: 3, failed: 2, ..DeliveryCounts::default() },
        );
        let failed = Batch { waiting: 3, ..failed };
        assert_eq!(reason(InvitationAction::RetryFailed, &failed), None);
        let revoked = Batch { revoked: 2, ..failed.clone() };
        assert_eq!(reason(InvitationAction::RetryFailed, &revoked), ended);
        let expired = Batch { expired: 2, ..failed.clone() };
        assert_eq!(reason(InvitationAction::RetryFailed, &expired), ended);
        let half = Batch { revoked: 1, ..failed.clone() };
        assert_eq!(reason(InvitationAction::RetryFailed, &half), None);
        let cancelled = Batch { state: BatchState::Cancelled, ..failed };
        assert_eq!(reason(InvitationAction::RetryFailed, &cancelled), ended);

        let unknown =
            batch(BatchState::Sealed, DeliveryCounts { unknown: 2, sent: 1, ..DeliveryCounts::default() });
        let unknown = Batch { waiting: 1, accepted: 2, ..unknown };
        assert_eq!(reason(InvitationAction::RetryUnknown, &unknown), None, "it may be one of those");
        let ended_all = Batch { waiting: 0, revoked: 1, ..unknown.clone() };
        assert_eq!(reason(InvitationAction::RetryUnknown, &ended_all), ended);
        let cancelled = Batch { state: BatchState::Cancelled, ..unknown.clone() };
        assert_eq!(reason(InvitationAction::RetryUnknown, &cancelled), ended);

        let queued =
            Batch { deliveries: DeliveryCounts { queued: 1, ..unknown.deliveries }, ..unknown.clone() };
        let done = |batch: &Batch| InvitationAction::RetryFailed.done(Some(batch));
        assert_eq!(done(&queued), (Tone::Success, t!("batches.retry_done")));
        assert_eq!(done(&unknown), (Tone::Warning, t!("batches.nothing_to_resend")));
    }

    #[test]
    fn r20_a_batch_that_is_being_revoked_is_left_to_it() {
        let sent =
            batch(BatchState::Sealed, DeliveryCounts { sent: 3, failed: 1, ..DeliveryCounts::default() });
        let revoking = Batch { revoking: Some(Revoking { done: 1, total: 3 }), ..sent };
        assert!(!revoking.is_settled(), "it is followed to its end");
        for action in [InvitationAction::RetryFailed, InvitationAction::RevokeAll, InvitationAction::Cancel] {
            assert_eq!(action.disabled_reason(&revoking), Some(t!("batches.revoking_now")), "{action:?}");
        }
        let (_, said) = InvitationAction::RevokeAll.done(Some(&revoking));
        assert_eq!(said, t!("batches.revoking_started"));
    }

    #[test]
    fn whatever_cannot_be_taken_back_is_asked_first() {
        assert_eq!(InvitationAction::RetryFailed.question(), None);
        for action in [InvitationAction::RetryUnknown, InvitationAction::RevokeAll, InvitationAction::Cancel]
        {
            assert!(action.question().is_some(), "{action:?}");
        }
    }
}
