//! Shared by the parts of the screen.

use api_types::{ChecklistItem, ChecklistItemId, Needed, SalesforceSetup as Setup, SetupStepId};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate, use_query_map};

use super::course;
use crate::api::{Failure, salesforce_setup};
use crate::data::{Load, Loader, Overlap};
use crate::domain::navigation::Route;
use crate::domain::setup::{self, Order};
use crate::platform::{dom, spawn};
use crate::ui::{Submission, Tone, notify};

/// The state shared by the parts of the screen.
#[derive(Clone, Copy)]
pub(super) struct Screen {
    pub(super) list: Loader<Setup>,
    pub(super) checking: Submission,
    overlap: Overlap,
    /// Asks before continuing with step 7 while step 6 is not done.
    pub(super) order: Order,
    /// The item that the address names.
    named: Memo<Option<ChecklistItemId>>,
    /// The item that is shown.
    pub(super) current: Memo<ChecklistItemId>,
    /// What to do next, if anything is left.
    pub(super) next: Memo<Option<ChecklistItemId>>,
    /// Shows an item; in place of the present entry of the browser's history where the second is true.
    go: Callback<(ChecklistItemId, bool)>,
}

impl Screen {
    pub(super) fn new() -> Self {
        let list = Loader::new();
        let (parameters, hash) = (use_query_map(), use_location().hash);
        let named =
            Memo::new(move |_| parameters.with(|map| map.get("item")).as_deref().and_then(course::named));
        let is_done = move |id| find(list, id).is_some_and(|item| item.done());
        let current = Memo::new(move |_| {
            let name = named.get().map(ChecklistItemId::as_str);
            hash.with(|hash| course::opened(name, hash, is_done))
        });
        let navigate = use_navigate();
        let go = Callback::new(move |(item, replace): (ChecklistItemId, bool)| {
            let options = NavigateOptions { replace, scroll: false, ..NavigateOptions::default() };
            navigate(&path(item), options);
        });
        Self {
            list,
            checking: Submission::new(),
            overlap: Overlap::new(),
            order: Order::new(SetupStepId::ConfigureActions),
            named,
            current,
            next: Memo::new(move |_| course::next(is_done)),
            go,
        }
    }

    pub(super) fn load(self) {
        spawn(async move { self.list.load(salesforce_setup::read()).await });
    }

    /// Keeps the shown item in the address once the list is there, so that a reload shows it again.
    pub(super) fn keep_in_address(self) {
        // The anchor that led here goes with the first address, before the item is in the next.
        if self.named.get().is_none() {
            self.go.run((self.current.get_untracked(), true));
        }
    }

    pub(super) fn open(self, item: ChecklistItemId) {
        self.go.run((item, false));
    }

    /// The next open item from the shown one on.
    pub(super) fn onwards(self) -> Option<ChecklistItemId> {
        course::after(self.current.get(), |id| self.is_done(id))
    }

    /// Checks the org again; `focus` is the id of the pressed button.
    pub(super) fn check(self, focus: dom::Target) {
        let pressed = dom::InputMark::now();
        self.checking.send(async move {
            if let Err(failure) = self.change(salesforce_setup::check()).await {
                notify(Tone::Failure, failure.message());
            }
            pressed.focus(focus);
            spawn(setup::refresh());
            Ok(())
        });
    }

    /// Sends a change of the list, and shows the list that answers it.
    pub(super) async fn change(
        self,
        sending: impl Future<Output = Result<Setup, Failure>>,
    ) -> Result<(), Failure> {
        let (answer, is_doubtful) = self.overlap.make(sending).await;
        let done = answer.map(|list| self.list.replace(list));
        if is_doubtful {
            self.list.keep_up(salesforce_setup::read()).await;
        }
        done
    }

    pub(super) fn find(self, id: ChecklistItemId) -> Option<ChecklistItem> {
        find(self.list, id)
    }

    pub(super) fn is_done(self, id: ChecklistItemId) -> bool {
        self.find(id).is_some_and(|item| item.done())
    }

    /// How many of the required items are done, and how many there are.
    pub(super) fn progress(self, items: impl Iterator<Item = ChecklistItemId>) -> (usize, usize) {
        let required: Vec<_> = items.filter(|id| id.required()).collect();
        (required.iter().filter(|id| self.is_done(**id)).count(), required.len())
    }

    /// The connected org's address.
    pub(super) fn instance(self) -> Option<String> {
        self.list.state.with(|state| match state {
            Load::Ready(list) => list.instance_url.clone(),
            _ => None,
        })
    }

    /// Where the package is installed.
    pub(super) fn package_url(self) -> Option<String> {
        self.list.state.with(|state| match state {
            Load::Ready(list) => Some(list.package_url.clone()),
            _ => None,
        })
    }

    /// What is missing before a step, according to this list.
    pub(super) fn missing_before(self, step: SetupStepId) -> Vec<Needed> {
        let is_open = |step: SetupStepId| {
            let mut items = course::of_part(step).filter(|id| id.required());
            items.any(|id| !untrack(|| self.is_done(id)))
        };
        let is_missing = |needed: &Needed| matches!(needed, Needed::Step(step) if is_open(*step));
        step.needs().iter().copied().filter(is_missing).collect()
    }
}

/// The link to an item.
pub(super) fn href(item: ChecklistItemId) -> String {
    format!("{}?item={}", Route::SalesforceSetup.href(), item.as_str())
}

fn path(item: ChecklistItemId) -> String {
    format!("{}?item={}", Route::SalesforceSetup.path(), item.as_str())
}

fn find(list: Loader<Setup>, id: ChecklistItemId) -> Option<ChecklistItem> {
    list.state.with(|state| match state {
        Load::Ready(list) => list.items.iter().find(|item| item.id == id).cloned(),
        _ => None,
    })
}
