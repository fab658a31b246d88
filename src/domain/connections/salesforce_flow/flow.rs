//! A way through Salesforce, from the first press to its end.

use std::cell::RefCell;

use api_types::{ConnectionFailure, Flow, FlowId, FlowStarted, FlowState};
use leptos::prelude::*;
use wasm_bindgen::JsValue;

use super::popup::Popup;
use super::redirected;
use crate::api::{Failure, flows};
use crate::data::{Latest, Turn};
use crate::platform::{dom, timers};

/// How often the backend is asked while the person is at Salesforce, in milliseconds.
const POLL_MS: f64 = 1_000.0;

/// Where a way through Salesforce stands.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Stage {
    Idle,
    /// The flow is being made while the person reads what will happen.
    Preparing,
    /// The next press opens the window.
    Ready(FlowStarted),
    Waiting(FlowStarted),
    /// The browser opened no window.
    Blocked(FlowStarted),
    /// The window was closed, or Salesforce has cut it off from this page: from here both look the same.
    OutOfSight(FlowStarted),
    /// It ended without success.
    Failed(ConnectionFailure),
    /// The flow could not even be made.
    Refused(Failure),
}

impl Stage {
    /// The flow that is under way.
    pub(super) fn started(&self) -> Option<&FlowStarted> {
        match self {
            Self::Ready(started)
            | Self::Waiting(started)
            | Self::Blocked(started)
            | Self::OutOfSight(started) => Some(started),
            Self::Idle | Self::Preparing | Self::Failed(_) | Self::Refused(_) => None,
        }
    }
}

thread_local! {
    /// The windows of this page, by their flow.
    static POPUPS: RefCell<Vec<(FlowId, Popup)>> = const { RefCell::new(Vec::new()) };
}

/// A way through Salesforce that a screen offers.
#[derive(Clone, Copy)]
pub(crate) struct SalesforceFlow {
    pub(super) stage: RwSignal<Stage>,
    /// Salesforce asks who signs in even where somebody is signed in already: it was the wrong person.
    asks_who: StoredValue<bool>,
    /// Counts what was begun: an answer to something older is of no interest.
    round: Latest,
    on_done: Callback<()>,
}

impl SalesforceFlow {
    /// `on_done` runs when the person has come through.
    pub(crate) fn new(on_done: Callback<()>) -> Self {
        let flow = Self {
            stage: RwSignal::new(Stage::Idle),
            asks_who: StoredValue::new(false),
            round: Latest::new(),
            on_done,
        };
        flow.pick_up();
        // Leaving the screen is giving up.
        on_cleanup(move || {
            if let Some(id) = flow.open_id() {
                end(id);
            }
        });
        flow
    }

    /// Begins: `make` asks the backend for a flow.
    pub(crate) fn begin(self, make: impl Future<Output = Result<FlowStarted, Failure>> + 'static) {
        self.forget();
        let round = self.round.begin();
        self.stage.set(Stage::Preparing);
        leptos::task::spawn_local(async move {
            let made = make.await;
            if !round.is_some_and(Turn::counts) {
                // Given up meanwhile.
                if let Ok(started) = made {
                    end(started.flow.id);
                }
                return;
            }
            self.stage.try_set(match made {
                Ok(started) => Stage::Ready(started),
                Err(failure) if failure.field() == Some("environment") => {
                    Stage::Failed(ConnectionFailure::HostNotAllowed)
                }
                Err(failure) => Stage::Refused(failure),
            });
        });
    }

    /// Opens the window. Called in the handler of a press, or browsers refuse.
    pub(super) fn open(self) {
        let Some(started) = self.stage.with_untracked(|stage| stage.started().cloned()) else { return };
        let heard =
            Callback::new(move |id: FlowId| leptos::task::spawn_local(async move { self.look(&id).await }));
        match Popup::open(&started, self.asks_who.get_value(), heard) {
            Some(popup) => {
                POPUPS.with_borrow_mut(|popups| popups.push((started.flow.id.clone(), popup)));
                self.stage.set(Stage::Waiting(started.clone()));
                leptos::task::spawn_local(self.watch(started));
            }
            None => self.stage.set(Stage::Blocked(started)),
        }
    }

    /// Goes through it in this window, which comes back afterwards.
    pub(super) fn continue_here(self) {
        let Some(started) = self.stage.with_untracked(|stage| stage.started().cloned()) else { return };
        self.round.end();
        // Left behind by this, the flow is not given up; and the back button finds no dialog.
        self.stage.set(Stage::Idle);
        let prompt = if self.asks_who.get_value() { "?prompt=login" } else { "" };
        let window = dom::window();
        // The last page would tell whoever opened this window, and close it.
        let _ = window.set_opener(&JsValue::NULL);
        let _ = window.location().assign(&format!("{}{prompt}", started.start_url));
    }

    /// Gives up.
    pub(super) fn close(self) {
        self.forget();
        self.round.end();
        self.stage.set(Stage::Idle);
    }

    /// Takes up a flow that this window went through, after it has come back.
    fn pick_up(self) {
        let Some(id) = redirected::flow() else { return };
        leptos::task::spawn_local(async move {
            match flows::read(&id).await {
                Ok(Flow { state: FlowState::Completed, .. }) => self.done(),
                Ok(Flow { state: FlowState::Failed(failure), .. }) => self.failed(failure),
                // Then the screen shows how things are without it.
                Ok(Flow { state: FlowState::Open, .. }) | Err(_) => {}
            }
        });
    }

    async fn watch(self, started: FlowStarted) {
        let id = &started.flow.id;
        loop {
            timers::sleep(POLL_MS).await;
            if self.open_id().as_ref() != Some(id) {
                return;
            }
            // Asked before: the last page closes the window as soon as all is done.
            let is_closed = is_closed(id);
            self.look(id).await;
            self.stage.try_update(|stage| {
                if is_closed && matches!(stage, Stage::Waiting(waiting) if waiting.flow.id == *id) {
                    *stage = Stage::OutOfSight(started.clone());
                }
            });
        }
    }

    /// Reads how the flow stands, and ends it here when it has ended there.
    async fn look(self, id: &FlowId) {
        let answer = flows::read(id).await;
        if self.open_id().as_ref() != Some(id) {
            return;
        }
        let failure = match answer {
            Ok(Flow { state: FlowState::Completed, .. }) => {
                forget_popup(id);
                self.done();
                return;
            }
            Ok(Flow { state: FlowState::Failed(failure), .. }) => failure,
            // Nobody knows it any more.
            Err(failure) if failure.status == 404 => ConnectionFailure::FlowExpired,
            // Not yet, or the backend cannot be asked just now.
            Ok(Flow { state: FlowState::Open, .. }) | Err(_) => return,
        };
        forget_popup(id);
        self.failed(failure);
    }

    fn failed(self, failure: ConnectionFailure) {
        self.asks_who.try_set_value(failure == ConnectionFailure::OtherPerson);
        self.stage.try_set(Stage::Failed(failure));
    }

    fn done(self) {
        self.stage.try_set(Stage::Idle);
        self.on_done.try_run(());
    }

    /// The flow that is under way; `None` also when the screen is gone.
    fn open_id(self) -> Option<FlowId> {
        self.stage.try_with_untracked(|stage| stage.started().map(|started| started.flow.id.clone()))?
    }

    fn forget(self) {
        if let Some(id) = self.open_id() {
            end(id);
        }
    }
}

fn is_closed(id: &FlowId) -> bool {
    POPUPS.with_borrow(|popups| popups.iter().any(|(flow, popup)| flow == id && popup.is_closed()))
}

/// Stops listening to a flow's window, and closes it where it is still there.
fn forget_popup(id: &FlowId) {
    POPUPS.with_borrow_mut(|popups| popups.retain(|(flow, _)| flow != id));
}

/// Tells the backend that nobody waits for a flow any more. It ends by itself otherwise, only later.
fn end(id: FlowId) {
    forget_popup(&id);
    leptos::task::spawn_local(async move {
        let _ = flows::give_up(&id).await;
    });
}
