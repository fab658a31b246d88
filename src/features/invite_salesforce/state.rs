//! The list, its filters, and how it is shown.

use api_types::{
    List, ProblemCode, SalesforcePeopleQuery, SalesforcePerson, SalesforceProfile, before_copy, limits,
};
use leptos::prelude::*;
use leptos_router::hooks::{use_navigate, use_query_map};

use super::choice::Choice;
use crate::api::query::query;
use crate::api::salesforce;
use crate::data::{History, Load, Loader};
use crate::domain::navigation::Route;
use crate::domain::roster::handover;
use crate::platform::spawn;
use crate::t;
use crate::term;
use crate::ui::View;

/// The state shared by the parts of the screen.
#[derive(Clone, Copy)]
pub(super) struct Screen {
    pub(super) query: Memo<SalesforcePeopleQuery>,
    /// How the person wants to see the list.
    pub(super) view: View,
    pub(super) page: Loader<List<SalesforcePerson>>,
    pub(super) choice: Choice,
    /// The profiles to filter by, once they are known.
    pub(super) profiles: RwSignal<Vec<SalesforceProfile>>,
    go: Callback<(SalesforcePeopleQuery, History)>,
}

/// What is in the place of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    List,
    /// No person matches.
    Nobody,
    /// No administrator is connected to Salesforce.
    NotConnected,
    /// Salesforce refuses, which the connection's screen may mend.
    Refused,
}

impl Screen {
    pub(super) fn new() -> Self {
        let parameters = use_query_map();
        let asked_view = Memo::new(move |_| parameters.with(|map| map.get(View::PARAMETER)));
        let view = View::kept("msi-salesforce-people-view", asked_view.get_untracked().as_deref());
        let wanted = Memo::new(move |_| {
            let asked = parameters.with(|map| salesforce::read_people_query(|name| map.get(name)));
            SalesforcePeopleQuery { limit: asked.limit.or(view.rows()), ..asked }
        });
        let navigate = use_navigate();
        let go = Callback::new(move |(wanted, history): (SalesforcePeopleQuery, History)| {
            navigate(&view.add_to(query(&Route::InviteSalesforce.path(), &wanted)), history.on_screen());
        });
        view.follow(asked_view, move || go.run((wanted.get_untracked(), History::Replace)));
        let page = Loader::<List<SalesforcePerson>>::new();
        let (choice, profiles) = (Choice::current(), RwSignal::new(Vec::new()));
        let screen = Self { query: wanted, view, page, choice, profiles, go };
        Effect::new(move |_| {
            wanted.track();
            screen.load();
        });
        screen.learn_profiles();
        Effect::new(move |_| choice.chosen.see(page.on_page(<[SalesforcePerson]>::to_vec)));
        page.on_foreign_cursor(
            move || wanted.with(|query| query.cursor.is_some()),
            // Salesforce forgets the pages of earlier searches.
            move || screen.narrow(History::Replace, |_| ()),
        );
        screen
    }

    fn load(self) {
        let wanted = self.query.get_untracked();
        spawn(async move { self.page.load(salesforce::people(&wanted)).await });
    }

    /// If Salesforce refuses, the list itself says why.
    fn learn_profiles(self) {
        spawn(async move {
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
            self.narrow(History::Replace, |_| ());
        }
    }

    /// Changes the filters, and shows the first page of those who match.
    pub(super) fn narrow(self, history: History, change: impl FnOnce(&mut SalesforcePeopleQuery)) {
        let mut wanted = self.query.get_untracked();
        change(&mut wanted);
        wanted.cursor = None;
        if wanted != self.query.get_untracked() {
            self.go.run((wanted, history));
        }
    }

    /// Shows the page of a cursor.
    pub(super) fn turn(self, cursor: Option<String>) {
        self.go.run((SalesforcePeopleQuery { cursor, ..self.query.get_untracked() }, History::Push));
    }

    /// Chooses everybody who matches.
    pub(super) fn choose_all(self) {
        let wanted = SalesforcePeopleQuery {
            cursor: None,
            limit: Some(limits::PAGE_MAX),
            ..self.query.get_untracked()
        };
        self.choice.chosen.choose_all(async move |cursor| {
            salesforce::people(&SalesforcePeopleQuery { cursor, ..wanted.clone() }).await
        });
    }

    /// How many rows are on a page; reactive.
    pub(super) fn rows(self) -> u32 {
        self.query.with(|query| query.limit).unwrap_or(limits::PAGE_DEFAULT)
    }

    /// Whether people are invited without the `.invalid` of a copy of an org; reactive.
    pub(super) fn without_invalid(self) -> bool {
        self.query.with(|query| query.without_invalid).unwrap_or_default()
    }

    /// The address at which a person is invited; reactive.
    pub(super) fn email(self, person: &SalesforcePerson) -> String {
        before_copy(&person.email).filter(|_| self.without_invalid()).unwrap_or(&person.email).to_owned()
    }

    /// Whether a person on the page has the address of a copy of an org; reactive.
    pub(super) fn is_copy(self) -> bool {
        self.page.on_page(|people| people.iter().any(|person| before_copy(&person.email).is_some()))
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

    /// Hands the chosen people to the review, by name.
    pub(super) fn hand_over(self) {
        let mut people = self.choice.chosen.people();
        people.sort_by_cached_key(name);
        let head = [term!("field.email").into_text(), t!("field.first_name"), t!("field.last_name")];
        let rows = people.into_iter().map(|person| {
            let email = untrack(|| self.email(&person));
            [email, person.first_name, person.last_name]
        });
        let origin = query(&Route::InviteSalesforce.path(), &self.query.get_untracked());
        handover::hand_over(term!("nav.salesforce").text(), head, rows, origin);
    }
}

/// A person's name, else the address.
pub(super) fn name(person: &SalesforcePerson) -> String {
    api_types::display_name(&person.first_name, &person.last_name, &person.email)
}

/// Whether the list is filtered.
pub(super) fn is_filtered(query: &SalesforcePeopleQuery) -> bool {
    let SalesforcePeopleQuery { search, profile, permission_set, not_invited, .. } = query;
    search.is_some() || profile.is_some() || permission_set.is_some() || not_invited.is_some()
}
