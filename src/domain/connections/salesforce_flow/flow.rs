//! A flow through Salesforce, from the first press to its end.

use api_types::{ConnectionFailure, Flow, FlowId, FlowStarted, FlowState, ProblemCode};
use leptos::prelude::*;
use wasm_bindgen::JsValue;

use super::popup::SalesforceWindow;
use super::redirected;
use crate::api::{Failure, flows};
use crate::data::{Latest, Turn};
use crate::platform::{dom, spawn, timers};

/// The polling interval while the user is at Salesforce, in milliseconds.
const POLL_MS: f64 = 1_000.0;

/// The stage of a flow.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Stage {
    Idle,
    /// The flow is being created while the user reads what will happen.
    Preparing,
    /// The next press opens the window.
    Ready(FlowStarted),
    Waiting(FlowStarted),
    /// The browser has blocked the window.
    Blocked(FlowStarted),
    /// The window was closed, or Salesforce has cut it off from this page: the two cannot be told apart.
    OutOfSight(FlowStarted),
    /// It ended without success.
    Failed(ConnectionFailure),
    /// The flow could not be created.
    Refused(Failure),
}

impl Stage {
    /// The current flow.
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

/// A flow that a screen offers.
#[derive(Clone, Copy)]
pub(crate) struct SalesforceFlow {
    pub(super) stage: RwSignal<Stage>,
    /// The window of the current flow.
    popup: StoredValue<Option<(FlowId, SalesforceWindow)>, LocalStorage>,
    /// Makes Salesforce ask who signs in even if there is a session there: it was the wrong person's.
    asks_who: StoredValue<bool>,
    /// Counts the flows begun: answers to older ones are ignored.
    round: Latest,
    on_done: Callback<()>,
}

impl SalesforceFlow {
    /// `on_done` runs when the flow has succeeded.
    pub(crate) fn new(on_done: Callback<()>) -> Self {
        let flow = Self {
            stage: RwSignal::new(Stage::Idle),
            popup: StoredValue::new_local(None),
            asks_who: StoredValue::new(false),
            round: Latest::new(),
            on_done,
        };
        flow.pick_up();
        // Leaving the screen abandons the flow.
        on_cleanup(move || {
            if let Some(id) = flow.open_id() {
                flow.end(id);
            }
        });
        flow
    }

    /// Begins: `make` creates the flow on the backend.
    pub(crate) fn begin(self, make: impl Future<Output = Result<FlowStarted, Failure>> + 'static) {
        self.forget();
        let round = self.round.begin();
        self.stage.set(Stage::Preparing);
        spawn(async move {
            let made = make.await;
            if !round.is_some_and(Turn::counts) {
                // Abandoned meanwhile.
                if let Ok(started) = made {
                    self.end(started.flow.id);
                }
                return;
            }
            self.stage.try_set(match made {
                Ok(started) => Stage::Ready(started),
                // The person has decided against it.
                Err(failure) if failure.code() == Some(ProblemCode::ProofNeeded) => Stage::Idle,
                Err(failure) if failure.field() == Some("environment") => {
                    Stage::Failed(ConnectionFailure::HostNotAllowed)
                }
                Err(failure) => Stage::Refused(failure),
            });
        });
    }

    /// Opens the window. Must be called in the handler of a press, or browsers refuse.
    pub(super) fn open(self) {
        let Some(started) = self.stage.with_untracked(|stage| stage.started().cloned()) else { return };
        let heard = Callback::new(move |id: FlowId| spawn(async move { self.look(&id).await }));
        match SalesforceWindow::open(&started, self.asks_who.get_value(), heard) {
            Some(popup) => {
                self.popup.set_value(Some((started.flow.id.clone(), popup)));
                self.stage.set(Stage::Waiting(started.clone()));
                spawn(self.watch(started));
            }
            None => self.stage.set(Stage::Blocked(started)),
        }
    }

    /// Continues in this window, which returns afterwards.
    pub(super) fn continue_here(self) {
        let Some(started) = self.stage.with_untracked(|stage| stage.started().cloned()) else { return };
        self.round.end();
        // Leaving the page must not abandon the flow, and the back button must not find the dialog.
        self.stage.set(Stage::Idle);
        let prompt = if self.asks_who.get_value() { "?prompt=login" } else { "" };
        let window = dom::window();
        // Otherwise the last page would report to this window's opener and close it.
        let _ = window.set_opener(&JsValue::NULL);
        let _ = window.location().assign(&format!("{}{prompt}", started.start_url));
    }

    /// Abandons the flow.
    pub(super) fn close(self) {
        self.forget();
        self.round.end();
        self.stage.set(Stage::Idle);
    }

    /// Picks up a flow that this window went through, after its return.
    fn pick_up(self) {
        let Some(id) = redirected::flow() else { return };
        spawn(async move {
            match flows::read(&id).await {
                Ok(Flow { state: FlowState::Completed, .. }) => self.done(),
                Ok(Flow { state: FlowState::Failed(failure), .. }) => self.failed(failure),
                // The screen then shows the state without it.
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
            // Read before the request: the last page closes the window as soon as the flow is done.
            let is_closed = self.is_closed(id);
            self.look(id).await;
            self.stage.try_update(|stage| {
                if is_closed && matches!(stage, Stage::Waiting(waiting) if waiting.flow.id == *id) {
                    *stage = Stage::OutOfSight(started.clone());
                }
            });
        }
    }

    /// Reads the state of the flow, and ends it here if it has ended there.
    async fn look(self, id: &FlowId) {
        let answer = flows::read(id).await;
        if self.open_id().as_ref() != Some(id) {
            return;
        }
        let failure = match answer {
            Ok(Flow { state: FlowState::Completed, .. }) => {
                self.forget_popup(id);
                self.done();
                return;
            }
            Ok(Flow { state: FlowState::Failed(failure), .. }) => failure,
            // The server no longer knows the flow.
            Err(failure) if failure.status == 404 => ConnectionFailure::FlowExpired,
            // Still open, or the backend is unreachable for now.
            Ok(Flow { state: FlowState::Open, .. }) | Err(_) => return,
        };
        self.forget_popup(id);
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

    /// The current flow; `None` also when the screen is gone.
    fn open_id(self) -> Option<FlowId> {
        self.stage.try_with_untracked(|stage| stage.started().map(|started| started.flow.id.clone()))?
    }

    fn forget(self) {
        if let Some(id) = self.open_id() {
            self.end(id);
        }
    }

    fn is_closed(self, id: &FlowId) -> bool {
        let popup_of = |popup: &Option<(FlowId, SalesforceWindow)>| {
            popup.as_ref().is_some_and(|(flow, popup)| flow == id && popup.is_closed())
        };
        self.popup.try_with_value(popup_of).unwrap_or_default()
    }

    /// Stops listening to a flow's window, and closes it if it is still open.
    fn forget_popup(self, id: &FlowId) {
        let of_flow = |popup: &mut Option<(FlowId, SalesforceWindow)>| popup.take_if(|(flow, _)| flow == id);
        drop(self.popup.try_update_value(of_flow));
    }

    /// Tells the backend that the flow is abandoned. Without this it would expire later.
    fn end(self, id: FlowId) {
        self.forget_popup(&id);
        spawn(async move {
            let _ = flows::give_up(&id).await;
        });
    }
}
