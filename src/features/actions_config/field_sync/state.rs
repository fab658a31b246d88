//! Action Field Sync on the screen: its state, and how it is kept up to date.

use api_types::{FieldSync, List, PageQuery, SyncKind, SyncRun, SyncRunState};
use leptos::prelude::*;

use crate::api::batches::IdempotencyKey;
use crate::api::field_sync::{self, RunAction};
use crate::data::{Load, Loader};
use crate::domain::background_work::{OnScreen, show_here};
use crate::domain::field_sync::{Round, Watch, said, say_news};
use crate::domain::setup;
use crate::i18n::Message;
use crate::platform::spawn;
use crate::platform::visibility::on_return;
use crate::ui::{Tone, notify};

/// What the card shows besides the state of the sync itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    Overview,
    Preview,
}

/// The sync, shared by the cards on the screen.
#[derive(Clone, Copy)]
pub(in crate::features::actions_config) struct Sync {
    pub(in crate::features::actions_config) state: Loader<FieldSync>,
    pub(super) runs: Loader<List<SyncRun>>,
    /// The displayed page of runs.
    pub(super) runs_cursor: RwSignal<Option<String>>,
    pub(super) stage: RwSignal<Stage>,
    /// Whether the user has confirmed to continue although a prerequisite is missing.
    pub(super) anyway: RwSignal<bool>,
    /// The run whose details are shown.
    pub(super) details: RwSignal<Option<SyncRun>>,
    /// Whether the backend no longer answers.
    pub(super) is_lost: RwSignal<bool>,
    /// Grows whenever a run has started or ended, which changes the list of people.
    pub(in crate::features::actions_config) turns: RwSignal<u32>,
    watch: Watch,
}

impl Sync {
    pub(in crate::features::actions_config) fn new() -> Self {
        let sync = Self {
            state: Loader::new(),
            runs: Loader::new(),
            runs_cursor: RwSignal::new(None),
            stage: RwSignal::new(Stage::Overview),
            anyway: RwSignal::new(false),
            details: RwSignal::new(None),
            is_lost: RwSignal::new(false),
            turns: RwSignal::new(0),
            watch: Watch::new(),
        };
        sync.load();
        show_here(|| OnScreen::Sync);
        Effect::new(move |_| {
            sync.runs_cursor.track();
            sync.load_runs();
        });
        on_return(move || spawn(sync.catch_up()));
        sync
    }

    pub(super) fn load(self) {
        spawn(async move {
            self.state.load(field_sync::find()).await;
            self.is_lost.try_set(false);
            self.go_on();
        });
    }

    pub(super) fn load_runs(self) {
        let page = page_of_runs(self.runs_cursor.get_untracked());
        spawn(async move { self.runs.load(field_sync::runs(&page)).await });
    }

    /// Reads everything again, for example after an action, and continues polling.
    pub(super) async fn catch_up(self) {
        let Some(before) = self.known_untracked() else { return self.load() };
        // The answer to a request that is already on its way may be outdated.
        self.watch.end();
        if let Ok(now) = field_sync::find().await {
            self.take_over(&before, now).await;
        }
        self.refresh_runs().await;
        self.go_on();
    }

    async fn refresh_runs(self) {
        let Some(cursor) = self.runs_cursor.try_get_untracked() else { return };
        self.runs.keep_up(field_sync::runs(&page_of_runs(cursor))).await;
    }

    pub(super) fn known(self) -> Option<FieldSync> {
        self.state.state.try_with(ready).flatten()
    }

    fn known_untracked(self) -> Option<FieldSync> {
        self.state.state.try_with_untracked(ready).flatten()
    }

    /// Takes the answer to a change of the settings.
    pub(super) fn replace(self, newer: FieldSync) {
        self.state.replace(newer);
        self.go_on();
    }

    /// Pauses, resumes or cancels the current run.
    pub(super) async fn act(self, run: &SyncRun, act: RunAction) -> Result<(), Message> {
        let answer = field_sync::act(&IdempotencyKey::new(), &run.id, act).await;
        // If the action was refused, the run may have ended in the meantime.
        self.catch_up().await;
        answer.map(drop).map_err(|failure| failure.message())
    }

    /// Polls the sync from its known state.
    fn go_on(self) {
        if let Some(round) = self.watch.begin(self.known_untracked()) {
            spawn(self.keep_watching(round));
        }
    }

    async fn keep_watching(self, mut round: Round) {
        while let Some(before) = self.known_untracked() {
            if before.current.is_none() && !before.incremental {
                return;
            }
            match round.ask_again().await {
                Some(Ok(now)) => self.take_over(&before, now).await,
                Some(Err(failure)) if failure.is_transient() => {
                    self.is_lost.try_set(true);
                }
                Some(Err(failure)) => {
                    self.state.state.try_set(Load::Failed(failure));
                }
                None => return,
            }
        }
    }

    async fn take_over(self, before: &FieldSync, now: FieldSync) {
        if let Some(run) = &now.current {
            say_news(before.current.as_ref(), run);
            self.show_among_runs(run);
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

    /// The list of runs has the current one as it was when it was read.
    fn show_among_runs(self, run: &SyncRun) {
        self.runs.state.try_update(|runs| {
            if let Load::Ready(list) = runs
                && let Some(shown) = list.items.iter_mut().find(|shown| shown.id == run.id)
            {
                *shown = run.clone();
            }
        });
    }

    fn say_how_it_ended(self, run: Option<&SyncRun>) {
        let Some(run) = run else { return };
        let found = self.runs.state.try_with_untracked(|runs| match runs {
            Load::Ready(list) => list.items.iter().find(|ended| ended.id == run.id).cloned(),
            _ => None,
        });
        let Some(ended) = found.flatten() else { return };
        match ended.state {
            SyncRunState::Failed(_) => notify(Tone::Failure, said(&ended)),
            // The end of a scheduled run is not announced.
            _ if run.kind != SyncKind::Full => {}
            SyncRunState::Completed if ended.failed > 0 => notify(Tone::Warning, said(&ended)),
            SyncRunState::Completed => notify(Tone::Success, said(&ended)),
            SyncRunState::Cancelled => notify(Tone::Quiet, said(&ended)),
            // The list could not be read again.
            _ => {}
        }
    }
}

/// The card with the state of the sync stays in sight above it.
const RUNS_SHOWN: u32 = 8;

fn page_of_runs(cursor: Option<String>) -> PageQuery {
    PageQuery { cursor, limit: Some(RUNS_SHOWN) }
}

fn ready(state: &Load<FieldSync>) -> Option<FieldSync> {
    match state {
        Load::Ready(sync) => Some(sync.clone()),
        _ => None,
    }
}
