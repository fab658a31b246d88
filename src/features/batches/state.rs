//! One batch on the screen: what is known of it, how it is kept up to date, and what is done about it.

use api_types::{Batch, BatchId, BatchRetry, BatchRow, BatchState, InvitationId, List, RowQuery};
use leptos::prelude::*;

use super::filter::RowFilter;
use super::watch::Pace;
use crate::api::batches::{self, IdempotencyKey};
use crate::api::{Failure, Load, Loader, invitations};
use crate::invitations::Correction;
use crate::t;
use crate::ui::{Tone, announce, dom, notify};

/// What the administrator can do about a batch or a row of it.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Act {
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

    pub(super) fn label(&self) -> String {
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

    fn done(&self) -> String {
        match self {
            Self::RetryFailed | Self::RetryUnknown => t!("batches.retry_done"),
            Self::RevokeAll => t!("batches.revoke_all_done"),
            Self::Cancel => t!("batches.cancel_done"),
            Self::RevokeOne { .. } => t!("batches.revoke_one_done"),
        }
    }

    /// Why it cannot be done to a batch as it is now; `None` where it can.
    pub(super) fn obstacle(&self, batch: &Batch) -> Option<String> {
        let (possible, reason) = match self {
            Self::RetryFailed => (batch.deliveries.failed > 0, t!("batches.nothing_failed")),
            Self::RetryUnknown => (batch.deliveries.unknown > 0, t!("batches.nothing_unknown")),
            Self::RevokeAll => (is_undoable(batch), t!("batches.nothing_to_revoke")),
            Self::Cancel => (is_cancellable(batch), t!("batches.nothing_to_cancel")),
            Self::RevokeOne { .. } => (true, String::new()),
        };
        (!possible).then_some(reason)
    }

    async fn perform(&self, batch: &BatchId) -> Result<(), Failure> {
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

/// What the parts of the screen share.
#[derive(Clone, Copy)]
pub(super) struct Detail {
    pub(super) id: Memo<BatchId>,
    pub(super) query: Memo<RowQuery>,
    pub(super) batch: Loader<Batch>,
    pub(super) rows: Loader<List<BatchRow>>,
    /// Whether the backend has stopped answering while the batch is watched.
    pub(super) is_lost: RwSignal<bool>,
    pub(super) question: RwSignal<Option<Act>>,
    /// Why what was confirmed could not be done.
    pub(super) refusal: RwSignal<Option<String>>,
    pub(super) busy: RwSignal<bool>,
    pub(super) link: RwSignal<Option<InvitationId>>,
    pub(super) correction: RwSignal<Option<Correction>>,
    pub(super) go: Callback<RowQuery>,
    /// Counts the watches; only the latest goes on.
    watch: StoredValue<u32>,
}

impl Detail {
    pub(super) fn new(id: Memo<BatchId>, query: Memo<RowQuery>, go: Callback<RowQuery>) -> Self {
        let detail = Self {
            id,
            query,
            batch: Loader::new(),
            rows: Loader::new(),
            is_lost: RwSignal::new(false),
            question: RwSignal::new(None),
            refusal: RwSignal::new(None),
            busy: RwSignal::new(false),
            link: RwSignal::new(None),
            correction: RwSignal::new(None),
            go,
            watch: StoredValue::new(0),
        };
        Effect::new(move |_| {
            id.track();
            detail.load_batch();
        });
        Effect::new(move |_| {
            id.track();
            query.track();
            detail.load_rows();
        });
        // A page that nobody sees asks nothing; back in sight, it catches up.
        let sight = window_event_listener_untyped("visibilitychange", move |_| {
            if !dom::document().hidden() {
                leptos::task::spawn_local(detail.catch_up());
            }
        });
        on_cleanup(move || sight.remove());
        detail
    }

    pub(super) fn load_batch(self) {
        let id = self.id.get_untracked();
        leptos::task::spawn_local(async move {
            self.batch.load(batches::find(&id)).await;
            self.watch().await;
        });
    }

    pub(super) fn load_rows(self) {
        let (id, query) = (self.id.get_untracked(), self.query.get_untracked());
        leptos::task::spawn_local(async move { self.rows.load(batches::rows(&id, &query)).await });
    }

    pub(super) fn known(self) -> Option<Batch> {
        self.batch.state.with(|state| match state {
            Load::Ready(batch) => Some(batch.clone()),
            _ => None,
        })
    }

    /// Those on the page, in the order of the file.
    pub(super) fn items(self) -> Vec<BatchRow> {
        self.rows.state.with(|rows| match rows {
            Load::Ready(list) => list.items.clone(),
            _ => Vec::new(),
        })
    }

    pub(super) fn find(self, row: u32) -> Option<BatchRow> {
        self.rows.state.with(|rows| match rows {
            Load::Ready(list) => list.items.iter().find(|other| other.result.row == row).cloned(),
            _ => None,
        })
    }

    /// Shows the rows that a filter lets through; a filter that holds already is taken off.
    pub(super) fn toggle(self, filter: RowFilter) {
        let here = self.query.with_untracked(RowFilter::of);
        let wanted = if here == filter { RowFilter::All } else { filter };
        self.go.run(wanted.query());
    }

    /// Does it, after asking where that is due.
    pub(super) fn act(self, act: Act) {
        self.refusal.set(None);
        if act.is_confirmed() {
            self.question.set(Some(act));
        } else {
            leptos::task::spawn_local(async move {
                if let Err(failure) = self.perform(&act).await {
                    notify(Tone::Failure, failure.message());
                }
            });
        }
    }

    pub(super) fn confirm(self) {
        let Some(act) = self.question.get_untracked() else { return };
        self.busy.set(true);
        self.refusal.set(None);
        leptos::task::spawn_local(async move {
            if let Err(failure) = self.perform(&act).await {
                self.refusal.try_set(Some(failure.message()));
            }
            self.busy.try_set(false);
        });
    }

    async fn perform(self, act: &Act) -> Result<(), Failure> {
        let Some(id) = self.id.try_get_untracked() else { return Ok(()) };
        act.perform(&id).await?;
        self.question.try_set(None);
        notify(Tone::Success, act.done());
        self.catch_up().await;
        Ok(())
    }

    /// Reads everything again and watches what is not settled.
    pub(super) async fn catch_up(self) {
        let (Some(id), Some(query)) = (self.id.try_get_untracked(), self.query.try_get_untracked()) else {
            return;
        };
        self.batch.keep_up(batches::find(&id)).await;
        self.rows.keep_up(batches::rows(&id, &query)).await;
        self.watch().await;
    }

    /// Asks again and again while mails are on their way and somebody looks.
    async fn watch(self) {
        let Some(mine) = self.watch.try_update_value(|watch| {
            *watch = watch.wrapping_add(1);
            *watch
        }) else {
            return;
        };
        let mut pace = Pace::default();
        while let Some(before) = self.unsettled() {
            dom::sleep(pace.wait_ms()).await;
            if self.watch.try_get_value() != Some(mine) || dom::document().hidden() {
                return;
            }
            match batches::find(&before.id).await {
                Ok(now) => {
                    let moved = now != before;
                    pace = pace.after(moved);
                    self.is_lost.try_set(false);
                    if moved {
                        self.take_over(now).await;
                    }
                }
                Err(failure) if failure.is_transient() => {
                    pace = pace.after(false);
                    self.is_lost.try_set(true);
                }
                Err(failure) => {
                    self.batch.state.try_set(Load::Failed(failure));
                }
            }
        }
    }

    async fn take_over(self, now: Batch) {
        // Another batch may be on the screen by now.
        if self.id.try_get_untracked().as_ref() != Some(&now.id) {
            return;
        }
        if now.is_settled() {
            announce(t!("batches.settled"));
        }
        let id = now.id.clone();
        self.batch.state.try_set(Load::Ready(now));
        if let Some(query) = self.query.try_get_untracked() {
            self.rows.keep_up(batches::rows(&id, &query)).await;
        }
    }

    fn unsettled(self) -> Option<Batch> {
        let unsettled = |state: &Load<Batch>| match state {
            Load::Ready(batch) if !batch.is_settled() => Some(batch.clone()),
            _ => None,
        };
        self.batch.state.try_with_untracked(unsettled).flatten()
    }
}

#[cfg(test)]
mod tests {
    use api_types::{BatchOptions, BatchSource, DeliveryCounts, Timestamp, VerdictCounts};

    use super::*;

    fn batch(state: BatchState, deliveries: DeliveryCounts) -> Batch {
        Batch {
            id: BatchId("b".into()),
            source: BatchSource::Csv,
            file_name: None,
            options: BatchOptions::default(),
            state,
            dry_run: false,
            all_or_none: false,
            expected_rows: 3,
            next_chunk: 1,
            verdicts: VerdictCounts { ready: 3, ..VerdictCounts::default() },
            deliveries,
            accepted: 0,
            revoked: 0,
            created_at: Timestamp("2026-11-20T08:00:00Z".into()),
            created_by: "Ana".into(),
            sealed_at: None,
        }
    }

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
