//! What a screen knows of something it reads from the backend.

use std::future::Future;

use api_types::List;
use leptos::prelude::*;

use super::Failure;
use crate::ui::{Tone, notify};

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Load<T> {
    Loading,
    Ready(T),
    Failed(Failure),
}

/// Reads something into a signal. Of several readings under way, only the latest counts.
pub(crate) struct Loader<T: Send + Sync + 'static> {
    pub(crate) state: RwSignal<Load<T>>,
    /// Whether a reading is under way; what was read before stays meanwhile.
    pub(crate) busy: RwSignal<bool>,
    latest: StoredValue<u32>,
}

impl<T: Send + Sync + 'static> Clone for Loader<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for Loader<T> {}

impl<T: Send + Sync + 'static> Loader<List<T>> {
    /// What asks for the page after the one that is shown; nothing on the last, and while there is none.
    pub(crate) fn next_cursor(self) -> Signal<Option<String>> {
        Signal::derive(move || {
            self.state.with(|page| match page {
                Load::Ready(list) => list.meta.next_cursor.clone(),
                _ => None,
            })
        })
    }
}

impl<T: Clone + Send + Sync + 'static> Loader<T> {
    pub(crate) fn new() -> Self {
        Self { state: RwSignal::new(Load::Loading), busy: RwSignal::new(false), latest: StoredValue::new(0) }
    }

    /// Reads because the person asked for something: a failure takes the place of what stood.
    pub(crate) async fn load(self, call: impl Future<Output = Result<T, Failure>>) {
        self.read(call, |state, failure| {
            state.try_set(Load::Failed(failure));
        })
        .await;
    }

    /// Reads again after a change: a failure is said in passing, what stood stays.
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

    /// Reads again of our own accord: a failure is passed over, what stood stays.
    pub(crate) async fn keep_up(self, call: impl Future<Output = Result<T, Failure>>) {
        self.read(call, |_, _| ()).await;
    }

    async fn read(
        self,
        call: impl Future<Output = Result<T, Failure>>,
        failed: fn(RwSignal<Load<T>>, Failure),
    ) {
        let Some(mine) = self.latest.try_update_value(|latest| {
            *latest = latest.wrapping_add(1);
            *latest
        }) else {
            return;
        };
        self.busy.try_set(true);
        let answer = call.await;
        if self.latest.try_get_value() != Some(mine) {
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
