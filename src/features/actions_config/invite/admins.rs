use api_types::{List, MarketoAdmin, MarketoAdminQuery};
use leptos::prelude::*;

use crate::api::{marketo_admins, retry};
use crate::data::{Load, Loader};
use crate::platform::{spawn, timers};
use crate::ui::NextPage;

/// How soon a list that may grow is read again.
const READ_AGAIN_MS: f64 = 3_000.0;
/// Few enough that the next card stays near.
const PAGE: u32 = 10;

/// One page of Marketo's administrators, loaded again when the query changes.
#[derive(Clone, Copy)]
pub(super) struct Admins {
    query: RwSignal<MarketoAdminQuery>,
    pub(super) page: Loader<List<MarketoAdmin>>,
    /// Whether the page is what a search has found.
    is_found: RwSignal<bool>,
}

impl Admins {
    pub(super) fn new() -> Self {
        let admins = Self {
            query: RwSignal::new(first_page(None)),
            page: Loader::new(),
            is_found: RwSignal::new(false),
        };
        Effect::new(move |_| {
            admins.query.track();
            admins.load();
        });
        admins
    }

    pub(super) fn load(self) {
        let wanted = self.query.get_untracked();
        let wanted_then = wanted.clone();
        // A large instance takes a while to read, and the backend asks to retry.
        let call = async move || marketo_admins::list(&wanted).await;
        spawn(async move {
            self.page.load(retry::patiently(call)).await;
            if self.query.try_with_untracked(|now| *now == wanted_then) == Some(true) {
                self.is_found.try_set(wanted_then.search.is_some());
            }
            // Those who were found so far are there; the others follow.
            while self.is_growing() {
                timers::sleep(READ_AGAIN_MS).await;
                let Some(wanted) = self.query.try_get_untracked().filter(|now| now == &wanted_then) else {
                    return;
                };
                self.page.keep_up(marketo_admins::list(&wanted)).await;
            }
        });
    }

    /// Whether Marketo is still being asked, so that there may be more.
    pub(super) fn may_grow(self) -> Signal<bool> {
        Signal::derive(move || self.page.state.with(may_grow))
    }

    fn is_growing(self) -> bool {
        self.page.state.try_with_untracked(may_grow).unwrap_or_default()
    }

    pub(super) fn search(self, search: Option<String>) {
        self.query.set(first_page(search));
    }

    pub(super) fn turn(self, cursor: Option<String>) {
        self.query.update(|query| query.cursor = cursor);
    }

    /// The search text; empty without a search.
    pub(super) fn asked(self) -> Signal<String> {
        Signal::derive(move || self.query.with(|query| query.search.clone().unwrap_or_default()))
    }

    /// Whether the page is what a search has found; reactive.
    pub(super) fn is_found(self) -> bool {
        self.is_found.get()
    }

    pub(super) fn here(self) -> Signal<Option<String>> {
        Signal::derive(move || self.query.with(|query| query.cursor.clone()))
    }

    pub(super) fn next(self) -> Signal<NextPage> {
        self.page.next_page()
    }

    /// Replaces an administrator with the backend's newer version.
    pub(super) fn replace(self, newer: MarketoAdmin) {
        self.page.state.try_update(|page| {
            if let Load::Ready(list) = page
                && let Some(admin) = list.items.iter_mut().find(|admin| admin.id == newer.id)
            {
                *admin = newer;
            }
        });
    }
}

fn may_grow(page: &Load<List<MarketoAdmin>>) -> bool {
    matches!(page, Load::Ready(list) if list.meta.at_least)
}

fn first_page(search: Option<String>) -> MarketoAdminQuery {
    MarketoAdminQuery { search, limit: Some(PAGE), ..MarketoAdminQuery::default() }
}
