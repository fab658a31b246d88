//! Shared by the parts of the screen.

use api_types::{ChecklistItem, ChecklistItemId, Needed, SalesforceSetup as Setup, SetupStepId};
use leptos::prelude::*;

use crate::api::salesforce_setup;
use crate::data::{Load, Loader};
use crate::domain::setup::{self, Order};
use crate::platform::dom;
use crate::t;

/// The state shared by the parts of the screen.
#[derive(Clone, Copy)]
pub(super) struct Screen {
    pub(super) list: Loader<Setup>,
    pub(super) checking: RwSignal<bool>,
    /// Asks before continuing with step 7 while step 6 is not done.
    pub(super) order: Order,
}

impl Screen {
    pub(super) fn new() -> Self {
        Self {
            list: Loader::new(),
            checking: RwSignal::new(false),
            order: Order::new(SetupStepId::ConfigureActions),
        }
    }

    pub(super) fn load(self) {
        leptos::task::spawn_local(async move { self.list.load(salesforce_setup::read()).await });
    }

    /// Checks the org again; `focus` is the id of the pressed button.
    pub(super) fn check(self, focus: String) {
        self.checking.set(true);
        let pressed = dom::InputMark::now();
        leptos::task::spawn_local(async move {
            self.list.refresh(salesforce_setup::check()).await;
            self.checking.try_set(false);
            pressed.focus(focus);
            setup::refresh().await;
        });
    }

    pub(super) fn find(self, id: ChecklistItemId) -> Option<ChecklistItem> {
        self.list.state.with(|state| match state {
            Load::Ready(list) => list.items.iter().find(|item| item.id == id).cloned(),
            _ => None,
        })
    }

    /// The connected org's address.
    pub(super) fn instance(self) -> Option<String> {
        self.list.state.with(|state| match state {
            Load::Ready(list) => list.instance_url.clone(),
            _ => None,
        })
    }

    /// What is missing before a step, according to this list.
    pub(super) fn missing_before(self, step: SetupStepId) -> Vec<Needed> {
        let is_open = |step: SetupStepId| {
            let mut items = ChecklistItemId::ALL.iter().filter(|id| id.required() && id.step() == step);
            items.any(|id| !untrack(|| self.find(*id)).is_some_and(|item| item.done()))
        };
        let is_missing = |needed: &Needed| matches!(needed, Needed::Step(step) if is_open(*step));
        step.needs().iter().copied().filter(is_missing).collect()
    }

    /// Why the org cannot be checked.
    pub(super) fn cannot_check(self) -> Option<String> {
        self.instance().is_none().then(|| t!("salesforce_setup.check_needs_connection"))
    }
}
