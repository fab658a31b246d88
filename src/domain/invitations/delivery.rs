//! One batch on the screen: its state, how it is kept up to date, and the actions on it.

use api_types::{Batch, BatchId, BatchRow, InvitationId, List, RowQuery};
use leptos::prelude::*;

use super::act::Act;
use super::filter::RowFilter;
use super::resend::Correction;
use super::sending;
use crate::api::{Failure, Pace, batches};
use crate::data::{Latest, Load, Loader, Submission};
use crate::platform::{dom, timers};
use crate::t;
use crate::ui::{Tone, announce, notify};

/// The displayed batch, shared by its parts on the screen.
#[derive(Clone, Copy)]
pub(crate) struct Delivery {
    id: Memo<BatchId>,
    pub(super) query: Memo<RowQuery>,
    pub(crate) batch: Loader<Batch>,
    pub(super) rows: Loader<List<BatchRow>>,
    /// Whether polling has stopped because the backend no longer answers.
    pub(super) is_lost: RwSignal<bool>,
    pub(super) question: RwSignal<Option<Act>>,
    /// Why a confirmed action failed.
    pub(super) confirmed: Submission,
    pub(super) link: RwSignal<Option<InvitationId>>,
    pub(super) correction: RwSignal<Option<Correction>>,
    /// Shows other rows of the batch.
    pub(super) go: Callback<RowQuery>,
    /// Counts the polling loops; only the latest continues.
    watch: Latest,
}

impl Delivery {
    pub(crate) fn new(id: Memo<BatchId>, query: Memo<RowQuery>, go: Callback<RowQuery>) -> Self {
        let delivery = Self {
            id,
            query,
            batch: Loader::new(),
            rows: Loader::new(),
            is_lost: RwSignal::new(false),
            question: RwSignal::new(None),
            confirmed: Submission::new(),
            link: RwSignal::new(None),
            correction: RwSignal::new(None),
            go,
            watch: Latest::new(),
        };
        Effect::new(move |_| {
            id.track();
            delivery.load_batch();
        });
        Effect::new(move |_| {
            id.track();
            query.track();
            delivery.load_rows();
        });
        Effect::new(move |_| {
            delivery.batch.state.with(|state| {
                if let Load::Ready(batch) = state {
                    sending::hear(batch);
                }
            });
        });
        // No polling while the page is hidden; once visible, it catches up.
        let sight = window_event_listener_untyped("visibilitychange", move |_| {
            if !dom::document().hidden() {
                leptos::task::spawn_local(delivery.catch_up());
            }
        });
        on_cleanup(move || sight.remove());
        delivery
    }

    pub(crate) fn load_batch(self) {
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

    pub(crate) fn known(self) -> Option<Batch> {
        self.batch.state.with(|state| match state {
            Load::Ready(batch) => Some(batch.clone()),
            _ => None,
        })
    }

    /// Shows the rows that match a filter; a filter that is already set is removed.
    pub(super) fn toggle(self, filter: RowFilter) {
        let here = self.query.with_untracked(RowFilter::of);
        let wanted = if here == filter { RowFilter::All } else { filter };
        self.go.run(wanted.query());
    }

    /// Performs an action, after a confirmation where one is due.
    pub(crate) fn act(self, act: Act) {
        self.confirmed.forget();
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
        self.confirmed.send(async move { Ok(self.perform(&act).await?) });
    }

    async fn perform(self, act: &Act) -> Result<(), Failure> {
        let Some(id) = self.id.try_get_untracked() else { return Ok(()) };
        let batch = act.perform(&id).await?;
        self.question.try_set(None);
        notify(Tone::Success, act.done(batch.as_ref()));
        self.catch_up().await;
        Ok(())
    }

    /// Loads everything again and polls what is not settled.
    pub(super) async fn catch_up(self) {
        let (Some(id), Some(query)) = (self.id.try_get_untracked(), self.query.try_get_untracked()) else {
            return;
        };
        self.batch.keep_up(batches::find(&id)).await;
        self.rows.keep_up(batches::rows(&id, &query)).await;
        self.watch().await;
    }

    /// Polls while the page is visible: mails are on their way, invitations are revoked, people accept.
    async fn watch(self) {
        let Some(turn) = self.watch.begin() else { return };
        let mut pace = Pace::default();
        while let Some(before) = self.changing() {
            timers::sleep(pace.wait_ms()).await;
            if !turn.counts() || dom::document().hidden() {
                return;
            }
            match batches::find(&before.id).await {
                Ok(now) => {
                    let moved = now != before;
                    pace = pace.after(moved);
                    self.is_lost.try_set(false);
                    if moved {
                        if before.revoking.is_some() && now.revoking.is_none() {
                            notify(Tone::Success, t!("batches.revoking_done"));
                        }
                        self.take_over(&before, now).await;
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

    async fn take_over(self, before: &Batch, now: Batch) {
        // The screen may show another batch by now.
        if self.id.try_get_untracked().as_ref() != Some(&now.id) {
            return;
        }
        if now.is_settled() && !before.is_settled() {
            announce(t!("batches.settled"));
        }
        let id = now.id.clone();
        self.batch.state.try_set(Load::Ready(now));
        if let Some(query) = self.query.try_get_untracked() {
            self.rows.keep_up(batches::rows(&id, &query)).await;
        }
    }

    /// The batch, as long as the server may still change it.
    fn changing(self) -> Option<Batch> {
        let changing = |state: &Load<Batch>| match state {
            Load::Ready(batch) if may_change(batch) => Some(batch.clone()),
            _ => None,
        };
        self.batch.state.try_with_untracked(changing).flatten()
    }
}

/// Whether mails are on their way, or an invitation is still open.
fn may_change(batch: &Batch) -> bool {
    let answered = batch.accepted.saturating_add(batch.revoked);
    !batch.is_settled() || batch.verdicts.ready > answered
}

#[cfg(test)]
mod tests {
    use api_types::{BatchState, DeliveryCounts};

    use super::*;
    use crate::api::batches::tests::batch;

    #[test]
    fn r19_a_batch_is_followed_until_everybody_has_answered() {
        let sent = batch(BatchState::Sealed, DeliveryCounts { sent: 3, ..DeliveryCounts::default() });
        assert!(may_change(&sent), "nobody has answered");
        assert!(!may_change(&Batch { accepted: 2, revoked: 1, ..sent.clone() }));
        let queued = batch(BatchState::Sealed, DeliveryCounts { queued: 1, ..DeliveryCounts::default() });
        assert!(may_change(&queued));
        assert!(!may_change(&batch(
            BatchState::Refused,
            DeliveryCounts { skipped: 2, ..DeliveryCounts::default() }
        )));
    }
}
