use api_types::{Batch, BatchId, BatchRetry, BatchState, InvitationId};

use crate::api::batches::{self, IdempotencyKey};
use crate::api::{Failure, invitations};
use crate::t;

/// What the administrator can do about a batch or a row of it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Act {
    RetryFailed,
    /// Also those mails of which nobody knows whether they were sent.
    RetryUnknown,
    /// Undo: revoke whatever nobody has accepted.
    RevokeAll,
    Cancel,
    RevokeOne {
        invitation: InvitationId,
        email: String,
    },
}

impl Act {
    /// Whether it is asked first. Sending a failed mail again harms nobody.
    pub(super) fn is_confirmed(&self) -> bool {
        *self != Self::RetryFailed
    }

    pub(crate) fn label(&self) -> String {
        match self {
            Self::RetryFailed => t!("batches.retry"),
            Self::RetryUnknown => t!("batches.retry_unknown"),
            Self::RevokeAll => t!("batches.revoke_all"),
            Self::Cancel => t!("batches.cancel"),
            Self::RevokeOne { .. } => t!("batches.revoke_one"),
        }
    }

    pub(super) fn question(&self) -> String {
        match self {
            Self::RetryFailed => self.label(),
            Self::RetryUnknown => t!("batches.retry_unknown_title"),
            Self::RevokeAll => t!("batches.revoke_all_title"),
            Self::Cancel => t!("batches.cancel_title"),
            Self::RevokeOne { email, .. } => t!("batches.revoke_one_title", email = email.as_str()),
        }
    }

    pub(super) fn consequences(&self) -> String {
        match self {
            Self::RetryFailed => String::new(),
            Self::RetryUnknown => t!("batches.retry_unknown_text"),
            Self::RevokeAll => t!("batches.revoke_all_text"),
            Self::Cancel => t!("batches.cancel_text"),
            Self::RevokeOne { .. } => t!("batches.revoke_one_text"),
        }
    }

    pub(super) fn done(&self) -> String {
        match self {
            Self::RetryFailed | Self::RetryUnknown => t!("batches.retry_done"),
            Self::RevokeAll => t!("batches.revoke_all_done"),
            Self::Cancel => t!("batches.cancel_done"),
            Self::RevokeOne { .. } => t!("batches.revoke_one_done"),
        }
    }

    /// Why it cannot be done to a batch as it is now; `None` where it can.
    pub(crate) fn obstacle(&self, batch: &Batch) -> Option<String> {
        let (possible, reason) = match self {
            Self::RetryFailed => (batch.deliveries.failed > 0, t!("batches.nothing_failed")),
            Self::RetryUnknown => (batch.deliveries.unknown > 0, t!("batches.nothing_unknown")),
            Self::RevokeAll => (is_undoable(batch), t!("batches.nothing_to_revoke")),
            Self::Cancel => (is_cancellable(batch), t!("batches.nothing_to_cancel")),
            Self::RevokeOne { .. } => (true, String::new()),
        };
        (!possible).then_some(reason)
    }

    pub(super) async fn perform(&self, batch: &BatchId) -> Result<(), Failure> {
        let key = IdempotencyKey::new();
        match self {
            Self::RetryFailed => {
                batches::send_again(&key, batch, BatchRetry { include_unknown: false }).await
            }
            Self::RetryUnknown => {
                batches::send_again(&key, batch, BatchRetry { include_unknown: true }).await
            }
            Self::RevokeAll => batches::revoke(&key, batch).await,
            Self::Cancel => batches::cancel(&key, batch).await.map(drop),
            Self::RevokeOne { invitation, .. } => invitations::revoke(invitation).await,
        }
    }
}

/// Whether some invitation of the batch may still be waiting for its answer.
fn is_undoable(batch: &Batch) -> bool {
    matches!(batch.state, BatchState::Sealed | BatchState::Cancelled)
        && batch.verdicts.ready > batch.accepted.saturating_add(batch.revoked)
}

/// Whether there is anything left that cancelling would keep from being sent.
fn is_cancellable(batch: &Batch) -> bool {
    matches!(batch.state, BatchState::Open | BatchState::Sealed) && !batch.is_settled()
}

#[cfg(test)]
mod tests {
    use api_types::DeliveryCounts;

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
    fn whatever_cannot_be_taken_back_is_asked_first() {
        assert!(!Act::RetryFailed.is_confirmed());
        for act in [Act::RetryUnknown, Act::RevokeAll, Act::Cancel] {
            assert!(act.is_confirmed(), "{act:?}");
        }
    }
}
