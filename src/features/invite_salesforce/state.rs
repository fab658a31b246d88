//! The list, its filters and who is chosen. All of it is in memory only.

use std::collections::HashMap;

use api_types::{List, ProblemCode, SalesforcePeopleQuery, SalesforcePerson, SalesforceProfile};
use leptos::prelude::*;

use crate::api::salesforce;
use crate::data::{Load, Loader};
use crate::domain::roster::handover;
use crate::t;
use crate::term;
use crate::ui::Selection;

/// The state shared by the parts of the screen.
#[derive(Clone, Copy)]
pub(super) struct Screen {
    pub(super) query: RwSignal<SalesforcePeopleQuery>,
    pub(super) page: Loader<List<SalesforcePerson>>,
    /// The chosen people, on whatever page and of whatever search they are.
    pub(super) chosen: Selection,
    /// The profiles to filter by, once they are known.
    pub(super) profiles: RwSignal<Vec<SalesforceProfile>>,
    /// Everybody who was seen, by id.
    seen: StoredValue<HashMap<String, SalesforcePerson>>,
}

/// What is in the place of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    List,
    /// Nobody matches.
    Nobody,
    /// No administrator is connected to Salesforce.
    NotConnected,
    /// Salesforce refuses, which the connection's screen may mend.
    Refused,
}

impl Screen {
    pub(super) fn new() -> Self {
        let page = Loader::<List<SalesforcePerson>>::new();
        let screen = Self {
            query: RwSignal::new(SalesforcePeopleQuery::default()),
            page,
            chosen: Selection::new(),
            profiles: RwSignal::new(Vec::new()),
            seen: StoredValue::new(HashMap::new()),
        };
        Effect::new(move |_| {
            screen.query.track();
            screen.load();
        });
        screen.learn_profiles();
        Effect::new(move |_| {
            let people = page.on_page(<[SalesforcePerson]>::to_vec);
            screen.seen.update_value(|seen| {
                seen.extend(people.into_iter().map(|person| (person.id.clone(), person)));
            });
        });
        screen
    }

    fn load(self) {
        let wanted = self.query.get_untracked();
        leptos::task::spawn_local(async move {
            self.page.load(salesforce::people(&wanted)).await;
            let is_refused = |page: &Load<_>| match page {
                Load::Failed(failure) => failure.code() == Some(ProblemCode::BadRequest),
                _ => false,
            };
            // Salesforce forgets the pages of earlier searches.
            if wanted.cursor.is_some() && self.page.state.try_with_untracked(is_refused) == Some(true) {
                self.query.try_update(|query| query.cursor = None);
            }
        });
    }

    /// If Salesforce refuses, the list itself says why.
    fn learn_profiles(self) {
        leptos::task::spawn_local(async move {
            if let Ok(profiles) = salesforce::profiles().await {
                self.profiles.try_set(profiles);
            }
        });
    }

    /// Loads again after a failure: from the first page, as Salesforce may no longer have the others.
    pub(super) fn retry(self) {
        if self.profiles.with_untracked(Vec::is_empty) {
            self.learn_profiles();
        }
        let is_first = self.query.with_untracked(|query| query.cursor.is_none());
        if is_first {
            self.load();
        } else {
            self.query.update(|query| query.cursor = None);
        }
    }

    /// Changes the filters, and shows the first page of those who match.
    pub(super) fn narrow(self, change: impl FnOnce(&mut SalesforcePeopleQuery)) {
        let mut wanted = self.query.get_untracked();
        change(&mut wanted);
        wanted.cursor = None;
        if wanted != self.query.get_untracked() {
            self.query.set(wanted);
        }
    }

    /// Reactive.
    pub(super) fn place(self) -> Place {
        self.page.state.with(|page| match page {
            Load::Failed(failure) if failure.code() == Some(ProblemCode::NotConnected) => Place::NotConnected,
            Load::Failed(failure) if failure.code() == Some(ProblemCode::ProviderFailed) => Place::Refused,
            Load::Ready(list) if list.items.is_empty() && list.meta.next_cursor.is_none() => Place::Nobody,
            _ => Place::List,
        })
    }

    /// Hands the chosen people to the review of a file, by name.
    pub(super) fn hand_over(self) {
        let mut people: Vec<SalesforcePerson> = self
            .seen
            .with_value(|seen| self.chosen.keys().iter().filter_map(|key| seen.get(key)).cloned().collect());
        people.sort_by_cached_key(name);
        let head = [term!("field.email").into_text(), t!("field.first_name"), t!("field.last_name")];
        let rows = people.into_iter().map(|person| [person.email, person.first_name, person.last_name]);
        handover::hand_over(term!("nav.salesforce").text(), head, rows);
    }
}

/// A person's name, else the address.
pub(super) fn name(person: &SalesforcePerson) -> String {
    api_types::display_name(&person.first_name, &person.last_name, &person.email)
}

/// Whether the list is filtered.
pub(super) fn is_filtered(query: &SalesforcePeopleQuery) -> bool {
    SalesforcePeopleQuery { cursor: None, ..query.clone() } != SalesforcePeopleQuery::default()
}
