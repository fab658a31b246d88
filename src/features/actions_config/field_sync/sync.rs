//! Action Field Sync on the screen: what is known of it, and how it is kept up to date.

use api_types::{FieldSync, List, PageQuery, SyncKind, SyncRun, SyncRunState};
use leptos::prelude::*;

use super::news::{self, News};
use super::words;
use crate::api::batches::IdempotencyKey;
use crate::api::field_sync::RunAct;
use crate::api::{Load, Loader, Pace, field_sync};
use crate::setup;
use crate::t;
use crate::ui::{Tone, announce, dom, notify};

/// How often the screen looks whether the schedule has started a run.
const IDLE_MS: f64 = 15_000.0;

/// What the card shows beside the state of the sync itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    Overview,
    Preview,
}

/// The sync that is looked at. The cards on the screen share it.
#[derive(Clone, Copy)]
pub(super) struct Sync {
    pub(super) state: Loader<FieldSync>,
    pub(super) runs: Loader<List<SyncRun>>,
    /// The page of runs that is shown.
    pub(super) runs_cursor: RwSignal<Option<String>>,
    pub(super) stage: RwSignal<Stage>,
    /// Whether the backend has stopped answering.
    pub(super) is_lost: RwSignal<bool>,
    /// Grows whenever a run has begun or ended, and with it the list of people changed.
    pub(super) turns: RwSignal<u32>,
    /// Counts the watches; only the latest goes on.
    watch: StoredValue<u32>,
}

impl Sync {
    pub(super) fn new() -> Self {
        let sync = Self {
            state: Loader::new(),
            runs: Loader::new(),
            runs_cursor: RwSignal::new(None),
            stage: RwSignal::new(Stage::Overview),
            is_lost: RwSignal::new(false),
            turns: RwSignal::new(0),
            watch: StoredValue::new(0),
        };
        sync.load();
        Effect::new(move |_| {
            sync.runs_cursor.track();
            sync.load_runs();
        });
        // A page that nobody sees asks nothing; back in sight, it catches up.
        let sight = window_event_listener_untyped("visibilitychange", move |_| {
            if !dom::document().hidden() {
                leptos::task::spawn_local(sync.catch_up());
            }
        });
        on_cleanup(move || sight.remove());
        sync
    }

    pub(super) fn load(self) {
        leptos::task::spawn_local(async move {
            self.state.load(field_sync::find()).await;
            self.is_lost.try_set(false);
            self.watch();
        });
    }

    pub(super) fn load_runs(self) {
        let page = PageQuery { cursor: self.runs_cursor.get_untracked(), limit: None };
        leptos::task::spawn_local(async move { self.runs.load(field_sync::runs(&page)).await });
    }

    /// Reads everything again, as after something was done, and goes on watching.
    pub(super) async fn catch_up(self) {
        let Some(before) = self.known_untracked() else { return self.load() };
        // What is being asked meanwhile may be answered by how things were.
        self.next_watch();
        if let Ok(now) = field_sync::find().await {
            self.take_over(&before, now).await;
        }
        self.refresh_runs().await;
        self.watch();
    }

    async fn refresh_runs(self) {
        let Some(cursor) = self.runs_cursor.try_get_untracked() else { return };
        self.runs.keep_up(field_sync::runs(&PageQuery { cursor, limit: None })).await;
    }

    pub(super) fn known(self) -> Option<FieldSync> {
        self.state.state.try_with(ready).flatten()
    }

    fn known_untracked(self) -> Option<FieldSync> {
        self.state.state.try_with_untracked(ready).flatten()
    }

    /// Takes over what a change of the settings answered.
    pub(super) fn replace(self, newer: FieldSync) {
        self.state.replace(newer);
        self.watch();
    }

    /// Pauses, resumes or cancels the run under way.
    pub(super) async fn act(self, run: &SyncRun, act: RunAct) -> Result<(), String> {
        let answer = field_sync::act(&IdempotencyKey::new(), &run.id, act).await;
        // Where it was refused, it may have ended in the meantime.
        self.catch_up().await;
        answer.map(drop).map_err(|failure| failure.message())
    }

    /// Asks again and again while somebody looks: often while something moves, seldom while nothing does.
    fn watch(self) {
        if let Some(mine) = self.next_watch() {
            leptos::task::spawn_local(self.keep_watching(mine));
        }
    }

    /// Ends the watch there is. Gives the number of the next; `None` when the screen is gone.
    fn next_watch(self) -> Option<u32> {
        self.watch.try_update_value(|watch| {
            *watch = watch.wrapping_add(1);
            *watch
        })
    }

    async fn keep_watching(self, mine: u32) {
        let mut pace = Pace::default();
        while let Some(before) = self.known_untracked() {
            let wait = match (&before.current, before.incremental) {
                (Some(_), _) => pace.wait_ms(),
                (None, true) => IDLE_MS,
                (None, false) => return,
            };
            dom::sleep(wait).await;
            if self.watch.try_get_value() != Some(mine) || dom::document().hidden() {
                return;
            }
            match field_sync::find().await {
                Ok(now) => {
                    if self.watch.try_get_value() != Some(mine) {
                        return;
                    }
                    pace = pace.after(now != before);
                    self.take_over(&before, now).await;
                }
                Err(failure) if failure.is_transient() => {
                    pace = pace.after(false);
                    self.is_lost.try_set(true);
                }
                Err(failure) => {
                    self.state.state.try_set(Load::Failed(failure));
                }
            }
        }
    }

    async fn take_over(self, before: &FieldSync, now: FieldSync) {
        match now.current.as_ref().and_then(|run| news::of(before.current.as_ref(), run)) {
            Some(News::State(state)) => announce(said(state)),
            Some(News::Percent(percent)) => announce(t!("field_sync.quarter", percent = percent)),
            None => {}
        }
        let is_another =
            before.current.as_ref().map(|run| &run.id) != now.current.as_ref().map(|run| &run.id);
        self.is_lost.try_set(false);
        if before != &now {
            self.state.replace(now);
        }
        if is_another {
            self.refresh_runs().await;
            self.say_how_it_ended(before.current.as_ref());
            self.turns.try_update(|turns| *turns = turns.wrapping_add(1));
            setup::refresh().await;
        }
    }

    fn say_how_it_ended(self, run: Option<&SyncRun>) {
        let Some(run) = run else { return };
        let found = self.runs.state.try_with_untracked(|runs| match runs {
            Load::Ready(list) => list.items.iter().find(|ended| ended.id == run.id).map(|ended| ended.state),
            _ => None,
        });
        match found.flatten() {
            Some(state @ SyncRunState::Failed(_)) => notify(Tone::Failure, said(state)),
            // What the schedule does well is nothing to stop for.
            Some(state) if run.kind == SyncKind::Full => notify(Tone::Success, said(state)),
            _ => {}
        }
    }
}

fn said(state: SyncRunState) -> String {
    t!("field_sync.now", state = words::run_state(state).2)
}

fn ready(state: &Load<FieldSync>) -> Option<FieldSync> {
    match state {
        Load::Ready(sync) => Some(sync.clone()),
        _ => None,
    }
}
