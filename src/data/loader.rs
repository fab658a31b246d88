//! The state of data that a screen loads from the backend.

use std::future::Future;

use api_types::{List, ProblemCode};
use leptos::prelude::*;

use super::latest::Latest;
use crate::api::Failure;
use crate::ui::{NextPage, Tone, notify};

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Load<T> {
    Loading,
    Ready(T),
    Failed(Failure),
}

/// Loads data into a signal. Of several concurrent loads, only the latest counts.
pub(crate) struct Loader<T: Send + Sync + 'static> {
    pub(crate) state: RwSignal<Load<T>>,
    /// Whether a load is running; earlier data stays meanwhile.
    pub(crate) busy: RwSignal<bool>,
    latest: Latest,
}

impl<T: Send + Sync + 'static> Clone for Loader<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for Loader<T> {}

impl<T: Send + Sync + 'static> Loader<List<T>> {
    /// What follows the page shown.
    pub(crate) fn next_page(self) -> Signal<NextPage> {
        Signal::derive(move || {
            self.state.with(|page| match page {
                Load::Ready(list) => list.meta.next_cursor.clone().map_or(NextPage::Nothing, NextPage::At),
                Load::Loading => NextPage::Loading,
                Load::Failed(_) => NextPage::Unknown,
            })
        })
    }

    /// How many items the list has, if that is known; reactive.
    pub(crate) fn total(self) -> Option<u64> {
        self.state.with(|page| match page {
            Load::Ready(list) if !list.meta.at_least => Some(list.meta.total),
            _ => None,
        })
    }

    /// Calls `to_first` when nothing is at the place at which the page was to begin: the server has forgotten it, it is one of
    /// other filters, as after a change of the address, or all who were there have gone.
    pub(crate) fn on_foreign_cursor(
        self,
        has_cursor: impl Fn() -> bool + 'static,
        to_first: impl Fn() + 'static,
    ) {
        Effect::new(move |_| {
            let is_nothing = self.state.with(|page| match page {
                Load::Failed(failure) => failure.code() == Some(ProblemCode::BadRequest),
                Load::Ready(list) => list.items.is_empty(),
                Load::Loading => false,
            });
            if is_nothing && untrack(&has_cursor) {
                untrack(&to_first);
            }
        });
    }

    /// What `of` finds on the page shown; reactive. Until one is loaded, and after a failure, it is empty.
    pub(crate) fn on_page<O>(self, of: impl FnOnce(&[T]) -> O) -> O {
        self.state.with(|page| match page {
            Load::Ready(list) => of(&list.items),
            _ => of(&[]),
        })
    }
}

impl<T: Clone + Send + Sync + 'static> Loader<T> {
    pub(crate) fn new() -> Self {
        Self { state: RwSignal::new(Load::Loading), busy: RwSignal::new(false), latest: Latest::new() }
    }

    /// Loads at the user's request: a failure replaces earlier data.
    pub(crate) async fn load(self, call: impl Future<Output = Result<T, Failure>>) {
        self.read(call, |state, failure| {
            state.try_set(Load::Failed(failure));
        })
        .await;
    }

    /// Loads again after a change: a failure is shown as a notice, earlier data stays.
    pub(crate) async fn refresh(self, call: impl Future<Output = Result<T, Failure>>) {
        self.read(call, |state, failure| {
            if state.try_with_untracked(|state| matches!(state, Load::Ready(_))) == Some(true) {
                notify(Tone::Failure, failure.message());
            } else {
                state.try_set(Load::Failed(failure));
            }
        })
        .await;
    }

    /// Takes the answer to a change, which is newer than any running load.
    pub(crate) fn replace(self, value: T) {
        self.latest.end();
        self.busy.try_set(false);
        self.state.try_set(Load::Ready(value));
    }

    /// Discards the data and any running load.
    pub(crate) fn reset(self) {
        self.latest.end();
        self.busy.try_set(false);
        self.state.try_set(Load::Loading);
    }

    /// Loads again without the user's request: a failure is ignored where there is earlier data, which stays. Where there is none, a
    /// load that the user waits for may have been overtaken by this one.
    pub(crate) async fn keep_up(self, call: impl Future<Output = Result<T, Failure>>) {
        self.read(call, |state, failure| {
            if state.try_with_untracked(|state| matches!(state, Load::Loading)) == Some(true) {
                state.try_set(Load::Failed(failure));
            }
        })
        .await;
    }

    async fn read(
        self,
        call: impl Future<Output = Result<T, Failure>>,
        failed: fn(RwSignal<Load<T>>, Failure),
    ) {
        let Some(mine) = self.latest.begin() else { return };
        self.busy.try_set(true);
        let answer = call.await;
        if !mine.counts() {
            return;
        }
        match answer {
            Ok(value) => {
                self.state.try_set(Load::Ready(value));
            }
            Err(failure) => failed(self.state, failure),
        }
        self.busy.try_set(false);
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;
    use std::task::{Context, Waker};

    use futures_channel::oneshot;

    use super::*;
    use crate::api::FailureKind;

    /// An answer that arrives when the test says so.
    async fn answer(when: oneshot::Receiver<u32>) -> Result<u32, Failure> {
        Ok(when.await.unwrap_or_default())
    }

    fn shown(loader: Loader<u32>) -> Load<u32> {
        loader.state.get_untracked()
    }

    #[test]
    fn of_two_readings_the_latest_counts_whichever_is_answered_first() {
        let _owner = Owner::new_root(None);
        let mut context = Context::from_waker(Waker::noop());
        let loader = Loader::new();
        let ((first, first_answer), (second, second_answer)) = (oneshot::channel(), oneshot::channel());
        let mut earlier = pin!(loader.load(answer(first_answer)));
        let mut later = pin!(loader.load(answer(second_answer)));
        assert!(earlier.as_mut().poll(&mut context).is_pending());
        assert!(later.as_mut().poll(&mut context).is_pending());
        second.send(2).unwrap();
        assert!(later.as_mut().poll(&mut context).is_ready());
        first.send(1).unwrap();
        assert!(earlier.as_mut().poll(&mut context).is_ready());
        assert_eq!(shown(loader), Load::Ready(2));
        assert!(!loader.busy.get_untracked());
    }

    #[test]
    fn a_load_that_is_overtaken_by_one_that_fails_does_not_wait_for_ever() {
        let _owner = Owner::new_root(None);
        let mut context = Context::from_waker(Waker::noop());
        let loader = Loader::new();
        let (asked, late) = oneshot::channel();
        let mut loading = pin!(loader.load(answer(late)));
        assert!(loading.as_mut().poll(&mut context).is_pending());
        let mut keeping_up =
            pin!(loader.keep_up(async { Err(Failure::without_response(FailureKind::TimedOut)) }));
        assert!(keeping_up.as_mut().poll(&mut context).is_ready());
        asked.send(1).unwrap();
        assert!(loading.as_mut().poll(&mut context).is_ready());
        assert!(matches!(shown(loader), Load::Failed(_)));
    }

    #[test]
    fn what_was_asked_for_before_a_change_does_not_undo_it() {
        let _owner = Owner::new_root(None);
        let mut context = Context::from_waker(Waker::noop());
        let loader = Loader::new();
        let (asked, before) = oneshot::channel();
        let mut reading = pin!(loader.keep_up(answer(before)));
        assert!(reading.as_mut().poll(&mut context).is_pending());
        loader.replace(2);
        assert!(!loader.busy.get_untracked());
        asked.send(1).unwrap();
        assert!(reading.as_mut().poll(&mut context).is_ready());
        assert_eq!(shown(loader), Load::Ready(2));
        loader.reset();
        assert_eq!(shown(loader), Load::Loading);
    }
}
