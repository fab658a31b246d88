//! One batch on the screen: its state, and how it is kept up to date.

use api_types::{List, MemberChange, MemberChangeBatch, MemberChangeBatchId, MemberChangeQuery};
use leptos::prelude::*;

use super::act::{Act, outcome};
use crate::api::batches::IdempotencyKey;
use crate::api::{Failure, Pace, member_changes};
use crate::data::{Latest, Load, Loader, Submission};
use crate::platform::{dom, timers};
use crate::ui::{Tone, announce, notify};

/// The displayed batch, shared by its parts on the screen.
#[derive(Clone, Copy)]
pub(super) struct Followed {
    pub(super) id: Memo<MemberChangeBatchId>,
    pub(super) query: Memo<MemberChangeQuery>,
    pub(super) batch: Loader<MemberChangeBatch>,
    pub(super) rows: Loader<List<MemberChange>>,
    /// Whether the backend does not answer.
    pub(super) is_lost: RwSignal<bool>,
    pub(super) question: RwSignal<Option<Act>>,
    pub(super) confirmed: Submission,
    /// Shows other rows of the batch.
    pub(super) go: Callback<MemberChangeQuery>,
    /// Counts the polling loops; only the latest continues.
    watch: Latest,
}

impl Followed {
    pub(super) fn new(
        id: Memo<MemberChangeBatchId>,
        query: Memo<MemberChangeQuery>,
        go: Callback<MemberChangeQuery>,
    ) -> Self {
        let followed = Self {
            id,
            query,
            batch: Loader::new(),
            rows: Loader::new(),
            is_lost: RwSignal::new(false),
            question: RwSignal::new(None),
            confirmed: Submission::new(),
            go,
            watch: Latest::new(),
        };
        Effect::new(move |_| {
            id.track();
            followed.load_batch();
        });
        Effect::new(move |_| {
            id.track();
            query.track();
            followed.load_rows();
        });
        // No polling while the page is hidden; once visible, it catches up.
        let sight = window_event_listener_untyped("visibilitychange", move |_| {
            if !dom::document().hidden() {
                leptos::task::spawn_local(followed.catch_up());
            }
        });
        on_cleanup(move || sight.remove());
        followed
    }

    pub(super) fn load_batch(self) {
        let id = self.id.get_untracked();
        leptos::task::spawn_local(async move {
            self.batch.load(member_changes::find(&id)).await;
            self.watch().await;
        });
    }

    pub(super) fn load_rows(self) {
        let (id, query) = (self.id.get_untracked(), self.query.get_untracked());
        leptos::task::spawn_local(async move { self.rows.load(member_changes::rows(&id, &query)).await });
    }

    /// Reactive.
    pub(super) fn known(self) -> Option<MemberChangeBatch> {
        self.batch.state.with(|state| match state {
            Load::Ready(batch) => Some(batch.clone()),
            _ => None,
        })
    }

    /// Asks whether to do it. What an earlier question failed with is not said again.
    pub(super) fn ask(self, act: Act) {
        self.confirmed.forget();
        self.question.set(Some(act));
    }

    pub(super) async fn perform(self, act: Act) -> Result<(), Failure> {
        let Some(id) = self.id.try_get_untracked() else { return Ok(()) };
        let key = IdempotencyKey::new();
        let batch = match act {
            Act::Apply => member_changes::apply(&key, &id).await?,
            Act::Stop => member_changes::cancel(&key, &id).await?,
            Act::Undo => member_changes::undo(&key, &id).await?,
        };
        self.question.try_set(None);
        leptos::task::spawn_local(self.take(batch));
        Ok(())
    }

    /// Does what needs no question.
    pub(super) fn at_once(self, act: Act) {
        leptos::task::spawn_local(async move {
            if let Err(failure) = self.perform(act).await {
                notify(Tone::Failure, failure.message());
            }
        });
    }

    /// Takes the answer to an action, and follows what it began.
    async fn take(self, batch: MemberChangeBatch) {
        let id = batch.id.clone();
        self.batch.replace(batch);
        if let Some(query) = self.query.try_get_untracked() {
            self.rows.keep_up(member_changes::rows(&id, &query)).await;
        }
        self.watch().await;
    }

    async fn catch_up(self) {
        let (Some(id), Some(query)) = (self.id.try_get_untracked(), self.query.try_get_untracked()) else {
            return;
        };
        self.batch.keep_up(member_changes::find(&id)).await;
        self.rows.keep_up(member_changes::rows(&id, &query)).await;
        self.watch().await;
    }

    /// Polls while the page is visible and the server is at work.
    async fn watch(self) {
        let Some(turn) = self.watch.begin() else { return };
        let mut pace = Pace::default();
        while let Some(before) = self.moving() {
            timers::sleep(pace.wait_ms()).await;
            if !turn.counts() || dom::document().hidden() {
                return;
            }
            match member_changes::find(&before.id).await {
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

    async fn take_over(self, now: MemberChangeBatch) {
        // The screen may show another batch by now.
        if self.id.try_get_untracked().as_ref() != Some(&now.id) {
            return;
        }
        if !now.is_moving() {
            announce(outcome(&now).join(" "));
        }
        let id = now.id.clone();
        self.batch.state.try_set(Load::Ready(now));
        if let Some(query) = self.query.try_get_untracked() {
            self.rows.keep_up(member_changes::rows(&id, &query)).await;
        }
    }

    /// The batch, as long as the server is at work on it.
    fn moving(self) -> Option<MemberChangeBatch> {
        let moving = |state: &Load<MemberChangeBatch>| match state {
            Load::Ready(batch) if batch.is_moving() => Some(batch.clone()),
            _ => None,
        };
        self.batch.state.try_with_untracked(moving).flatten()
    }
}
