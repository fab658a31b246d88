//! One batch on the screen: its state, how it is kept up to date, and the actions on it.

use std::ops::Deref;

use api_types::{List, MemberChange, MemberChangeBatch, MemberChangeBatchId, MemberChangeQuery};
use leptos::prelude::*;

use super::action::{ChangeAction, outcome};
use crate::api::batches::IdempotencyKey;
use crate::api::{Failure, member_changes};
use crate::data::{Follow, Followed, History};
use crate::domain::background_work::{OnScreen, show_here};
use crate::platform::spawn;
use crate::ui::{Confirmation, announce, attempt};

/// The displayed batch, shared by its parts on the screen.
#[derive(Clone, Copy)]
pub(super) struct Update {
    follow: Follow<MemberChangeBatch>,
    pub(super) confirmation: Confirmation,
    /// Shows other rows of the batch.
    pub(super) go: Callback<(MemberChangeQuery, History)>,
}

impl Deref for Update {
    type Target = Follow<MemberChangeBatch>;

    fn deref(&self) -> &Follow<MemberChangeBatch> {
        &self.follow
    }
}

impl Followed for MemberChangeBatch {
    type Id = MemberChangeBatchId;
    type Query = MemberChangeQuery;
    type Row = MemberChange;

    fn id(&self) -> &MemberChangeBatchId {
        &self.id
    }

    fn is_changing(&self) -> bool {
        self.is_moving()
    }

    async fn find(id: &MemberChangeBatchId) -> Result<Self, Failure> {
        member_changes::find(id).await
    }

    async fn rows(
        id: &MemberChangeBatchId,
        query: &MemberChangeQuery,
    ) -> Result<List<MemberChange>, Failure> {
        member_changes::rows(id, query).await
    }

    fn say(&self, _: &Self) {
        if !self.is_moving() {
            announce(outcome(self));
        }
    }
}

impl Update {
    pub(super) fn new(
        id: Memo<MemberChangeBatchId>,
        query: Memo<MemberChangeQuery>,
        go: Callback<(MemberChangeQuery, History)>,
    ) -> Self {
        show_here(move || OnScreen::Work(id.get().0));
        let confirmation = Confirmation::new();
        let follow = Follow::new(id, query);
        // It is about what was shown.
        follow.on_another(move || confirmation.close());
        Self { follow, confirmation, go }
    }

    /// Asks whether to do it.
    pub(super) fn ask(self, action: ChangeAction) {
        if let Some(batch) = untrack(|| self.known()) {
            self.confirmation.ask(action.question(&batch), move || {
                let id = batch.id.clone();
                async move { Ok(self.perform(action, &id).await?) }
            });
        }
    }

    async fn perform(self, action: ChangeAction, id: &MemberChangeBatchId) -> Result<(), Failure> {
        let key = IdempotencyKey::new();
        let batch = match action {
            ChangeAction::Apply => member_changes::apply(&key, id).await?,
            ChangeAction::Stop => member_changes::cancel(&key, id).await?,
            ChangeAction::Undo => member_changes::undo(&key, id).await?,
        };
        if self.is_of(id) {
            self.confirmation.close();
        }
        spawn(self.take(batch));
        Ok(())
    }

    /// Does what needs no question.
    pub(super) fn at_once(self, action: ChangeAction) {
        if let Some(batch) = untrack(|| self.known()) {
            attempt(async move { Ok(self.perform(action, &batch.id).await?) });
        }
    }
}
