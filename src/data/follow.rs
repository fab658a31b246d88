//! What the server is at work on, on the screen: kept up to date, with a page of its rows.

use std::future::Future;

use api_types::List;
use leptos::prelude::*;

use super::{Latest, Load, Loader};
use crate::api::{Failure, Pace};
use crate::platform::{dom, spawn, timers};

/// What can be followed.
pub(crate) trait Followed: Clone + PartialEq + Send + Sync + 'static {
    type Id: Clone + PartialEq + Send + Sync + 'static;
    type Query: Clone + PartialEq + Send + Sync + 'static;
    type Row: Clone + Send + Sync + 'static;

    fn id(&self) -> &Self::Id;

    /// Whether it may still change by itself.
    fn is_changing(&self) -> bool;

    fn find(id: &Self::Id) -> impl Future<Output = Result<Self, Failure>>;

    fn rows(id: &Self::Id, query: &Self::Query) -> impl Future<Output = Result<List<Self::Row>, Failure>>;

    /// Says what has come of it since it was read before.
    fn say(&self, before: &Self);
}

/// What a screen of one such work is headed by. It changes only with the work, not with its progress.
#[derive(Clone, PartialEq)]
pub(crate) enum Heading<Id> {
    Loading,
    Failed,
    Of { id: Id, name: String },
}

/// Shared by the parts of the screen.
pub(crate) struct Follow<T: Followed> {
    pub(crate) id: Memo<T::Id>,
    pub(crate) query: Memo<T::Query>,
    pub(crate) whole: Loader<T>,
    pub(crate) rows: Loader<List<T::Row>>,
    /// Whether the backend no longer answers.
    pub(crate) is_lost: RwSignal<bool>,
    /// Counts the polling loops; only the latest continues.
    watch: Latest,
}

impl<T: Followed> Clone for Follow<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Followed> Copy for Follow<T> {}

impl<T: Followed> Follow<T> {
    pub(crate) fn new(id: Memo<T::Id>, query: Memo<T::Query>) -> Self {
        let follow = Self {
            id,
            query,
            whole: Loader::new(),
            rows: Loader::new(),
            is_lost: RwSignal::new(false),
            watch: Latest::new(),
        };
        // What is shown of another one goes at once, so that nothing is done to this one that was read of that one.
        follow.on_another(move || {
            follow.watch.end();
            follow.whole.reset();
            follow.rows.reset();
        });
        Effect::new(move |_| {
            id.track();
            follow.load();
        });
        Effect::new(move |_| {
            id.track();
            query.track();
            follow.load_rows();
        });
        // No polling while the page is hidden; once visible, it catches up.
        let sight = window_event_listener_untyped("visibilitychange", move |_| {
            if !dom::document().hidden() {
                spawn(follow.catch_up());
            }
        });
        on_cleanup(move || sight.remove());
        follow
    }

    /// Runs `forget` when another one is to be shown in the place of this one.
    pub(crate) fn on_another(self, forget: impl Fn() + 'static) {
        Effect::new(move |before: Option<T::Id>| {
            let id = self.id.get();
            if before.is_some_and(|before| before != id) {
                forget();
            }
            id
        });
    }

    pub(crate) fn load(self) {
        let id = self.id.get_untracked();
        spawn(async move {
            self.whole.load(T::find(&id)).await;
            self.watch().await;
        });
    }

    pub(crate) fn load_rows(self) {
        let (id, query) = (self.id.get_untracked(), self.query.get_untracked());
        spawn(async move { self.rows.load(T::rows(&id, &query)).await });
    }

    /// Reactive.
    pub(crate) fn known(self) -> Option<T> {
        self.whole.state.with(|state| match state {
            Load::Ready(known) => Some(known.clone()),
            _ => None,
        })
    }

    /// Whether the screen shows this one. It may show another one by the time an answer comes.
    pub(crate) fn is_of(self, id: &T::Id) -> bool {
        self.id.try_with_untracked(|shown| shown == id) == Some(true)
    }

    pub(crate) fn heading(self, name: impl Fn(&T) -> String + Send + Sync + 'static) -> Memo<Heading<T::Id>> {
        Memo::new(move |_| {
            self.whole.state.with(|state| match state {
                Load::Loading => Heading::Loading,
                Load::Failed(_) => Heading::Failed,
                Load::Ready(known) => Heading::Of { id: known.id().clone(), name: name(known) },
            })
        })
    }

    /// Takes the answer to an action, and follows what it began.
    pub(crate) async fn take(self, now: T) {
        if !self.is_of(now.id()) {
            return;
        }
        // An answer that is on its way is older.
        self.watch.end();
        let id = now.id().clone();
        self.whole.replace(now);
        self.keep_up_rows(&id).await;
        self.watch().await;
    }

    /// Loads everything again, and follows what may still change.
    pub(crate) async fn catch_up(self) {
        let Some(id) = self.id.try_get_untracked() else { return };
        self.whole.keep_up(T::find(&id)).await;
        self.keep_up_rows(&id).await;
        self.watch().await;
    }

    async fn keep_up_rows(self, id: &T::Id) {
        if self.is_of(id)
            && let Some(query) = self.query.try_get_untracked()
        {
            self.rows.keep_up(T::rows(id, &query)).await;
        }
    }

    /// Polls while the page is visible.
    async fn watch(self) {
        let Some(turn) = self.watch.begin() else { return };
        self.is_lost.try_set(false);
        let mut pace = Pace::default();
        while let Some(before) = self.changing() {
            timers::sleep(pace.wait_ms()).await;
            if !turn.counts() || dom::document().hidden() {
                return;
            }
            let found = T::find(before.id()).await;
            if !turn.counts() {
                return;
            }
            match found {
                Ok(now) => {
                    let moved = now != before;
                    pace = pace.after(moved);
                    self.is_lost.try_set(false);
                    if moved {
                        self.take_over(&before, now).await;
                    }
                }
                Err(failure) if failure.is_transient() => {
                    pace = pace.after(false);
                    self.is_lost.try_set(true);
                }
                Err(failure) => {
                    self.whole.state.try_set(Load::Failed(failure));
                }
            }
        }
    }

    async fn take_over(self, before: &T, now: T) {
        if !self.is_of(now.id()) {
            return;
        }
        now.say(before);
        let id = now.id().clone();
        self.whole.state.try_set(Load::Ready(now));
        self.keep_up_rows(&id).await;
    }

    /// What is shown, as long as it may still change.
    fn changing(self) -> Option<T> {
        let changing = |state: &Load<T>| match state {
            Load::Ready(known) if known.is_changing() => Some(known.clone()),
            _ => None,
        };
        self.whole.state.try_with_untracked(changing).flatten()
    }
}
