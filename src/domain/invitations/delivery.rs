//! One batch on the screen: its state, how it is kept up to date, and the actions on it.

use std::ops::Deref;

use api_types::{Batch, BatchId, BatchRow, InvitationId, List, RowQuery};
use leptos::prelude::*;

use super::action::InvitationAction;
use super::filter::RowFilter;
use super::resend::Correction;
use super::sending;
use crate::api::{Failure, batches};
use crate::data::{Follow, Followed, History, Load};
use crate::domain::background_work::{OnScreen, show_here};
use crate::platform::spawn;
use crate::t;
use crate::ui::{Confirmation, Tone, announce, attempt, notify};

/// The displayed batch, shared by its parts on the screen.
#[derive(Clone, Copy)]
pub(crate) struct Delivery {
    follow: Follow<Batch>,
    pub(super) confirmation: Confirmation,
    pub(super) link: RwSignal<Option<InvitationId>>,
    pub(super) correction: RwSignal<Option<Correction>>,
    /// Shows other rows of the batch.
    pub(super) go: Callback<(RowQuery, History)>,
}

impl Deref for Delivery {
    type Target = Follow<Batch>;

    fn deref(&self) -> &Follow<Batch> {
        &self.follow
    }
}

impl Followed for Batch {
    type Id = BatchId;
    type Query = RowQuery;
    type Row = BatchRow;

    fn id(&self) -> &BatchId {
        &self.id
    }

    /// Mails are on their way, invitations are revoked, or people accept.
    fn is_changing(&self) -> bool {
        may_change(self)
    }

    async fn find(id: &BatchId) -> Result<Self, Failure> {
        batches::find(id).await
    }

    async fn rows(id: &BatchId, query: &RowQuery) -> Result<List<BatchRow>, Failure> {
        batches::rows(id, query).await
    }

    fn say(&self, before: &Self) {
        if before.revoking.is_some() && self.revoking.is_none() {
            notify(Tone::Success, t!("batches.revoking_done"));
        }
        if self.is_settled() && !before.is_settled() {
            announce(t!("batches.settled"));
        }
    }
}

impl Delivery {
    pub(crate) fn new(id: Memo<BatchId>, query: Memo<RowQuery>, go: Callback<(RowQuery, History)>) -> Self {
        let follow = Follow::<Batch>::new(id, query);
        show_here(move || OnScreen::Work(id.get().0));
        Effect::new(move |_| {
            follow.whole.state.with(|state| {
                if let Load::Ready(batch) = state {
                    sending::hear(batch);
                }
            });
        });
        let (link, correction) = (RwSignal::new(None), RwSignal::new(None));
        let confirmation = Confirmation::new();
        // They are about what was shown.
        follow.on_another(move || {
            confirmation.close();
            link.set(None);
            correction.set(None);
        });
        Self { follow, confirmation, link, correction, go }
    }

    /// Shows the rows that match a filter; a filter that is already set is removed.
    pub(super) fn toggle(self, filter: RowFilter) {
        let here = self.query.with_untracked(RowFilter::of);
        let wanted = if here == filter { RowFilter::All } else { filter };
        self.go.run((wanted.query(), History::Push));
    }

    /// Performs an action, after a confirmation where one is due.
    pub(crate) fn act(self, action: InvitationAction) {
        let Some(id) = untrack(|| self.known()).map(|batch| batch.id) else { return };
        let question = action.question();
        let perform = move || {
            let (action, id) = (action.clone(), id.clone());
            async move { Ok(self.perform(&action, &id).await?) }
        };
        match question {
            Some(question) => self.confirmation.ask(question, perform),
            None => attempt(perform()),
        }
    }

    async fn perform(self, action: &InvitationAction, id: &BatchId) -> Result<(), Failure> {
        let batch = action.perform(id).await?;
        if self.is_of(id) {
            self.confirmation.close();
        }
        let (tone, said) = action.done(batch.as_ref());
        notify(tone, said);
        // Not waited for: it goes on for as long as somebody may still answer.
        spawn(self.catch_up());
        Ok(())
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
