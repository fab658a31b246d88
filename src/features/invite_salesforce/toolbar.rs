use api_types::{SalesforcePeopleQuery, SalesforceProfile};
use leptos::prelude::*;

use super::state::Screen;
use super::table::choosable;
use crate::data::{History, total};
use crate::t;
use crate::ui::{Filters, FiltersButton, SearchField, Select, SelectOption, ViewMenu};

const WITH: &str = "with";
const WITHOUT: &str = "without";

/// Search and filters. They are kept in the address of the screen, so that a list can be returned to.
#[component]
pub(super) fn Toolbar(screen: Screen) -> impl IntoView {
    let query = screen.query;
    let asked = move || query.with(|query| query.search.clone().unwrap_or_default());
    let search = Callback::new(move |search| screen.narrow(History::Replace, |query| query.search = search));
    let profiles = move || {
        let any = SelectOption::new("", t!("salesforce_people.any_profile"));
        let named = |SalesforceProfile { name }| SelectOption::new(name.clone(), name);
        std::iter::once(any).chain(screen.profiles.get().into_iter().map(named)).collect::<Vec<_>>()
    };
    let profile = move || query.with(|query| query.profile.clone().unwrap_or_default());
    let by_profile = Callback::new(move |profile: String| {
        screen.narrow(History::Push, |query| {
            query.profile = Some(profile).filter(|profile| !profile.is_empty())
        });
    });
    let sets = vec![
        SelectOption::new("", t!("salesforce_people.any_set")),
        SelectOption::new(WITH, t!("salesforce_people.with_set")),
        SelectOption::new(WITHOUT, t!("salesforce_people.without_set")),
    ];
    let set = move || {
        let has_it = query.with(|query| query.permission_set);
        has_it.map_or("", |has_it| if has_it { WITH } else { WITHOUT }).to_owned()
    };
    let by_set = Callback::new(move |chosen: String| {
        let has_it = (!chosen.is_empty()).then(|| chosen == WITH);
        screen.narrow(History::Push, |query| query.permission_set = has_it);
    });
    let by_rows =
        Callback::new(move |rows| screen.narrow(History::Replace, |query| query.limit = Some(rows)));
    let total = total(screen.page, |count| t!("salesforce_people.total", count = count));
    view! {
        <Filters in_use=Signal::derive(move || query.with(filters_in_use))>
            <div class="toolbar" role="search" aria-label=t!("users.find")>
                <SearchField id="people-search" label=t!("users.search") label_hidden=true
                    asked=Signal::derive(asked) on_search=search />
                <FiltersButton />
                <Select id="people-profile" label=t!("salesforce_people.profile") label_hidden=true
                    options=Signal::derive(profiles) value=Signal::derive(profile) on_change=by_profile />
                <Select id="people-set" label=t!("salesforce_people.set") label_hidden=true
                    options=sets value=Signal::derive(set) on_change=by_set />
                <ViewMenu view=screen.view columns=choosable() rows=Signal::derive(move || screen.rows()) on_rows=by_rows />
            </div>
            <div class="listing-line">
                <Standings screen />
                <p class="reason" role="status">{total}</p>
            </div>
        </Filters>
    }
}

fn filters_in_use(query: &SalesforcePeopleQuery) -> Vec<bool> {
    vec![query.profile.is_some(), query.permission_set.is_some(), query.not_invited.is_some()]
}

/// All people, or only those who are not in the account yet.
#[component]
fn Standings(screen: Screen) -> impl IntoView {
    let only_new = Memo::new(move |_| screen.query.with(|query| query.not_invited.unwrap_or_default()));
    let segment = move |is_new: bool, label: String| {
        view! {
            <button
                type="button"
                class="filter"
                aria-pressed=move || (only_new.get() == is_new).to_string()
                on:click=move |_| screen.narrow(History::Push, |query| query.not_invited = is_new.then_some(true))
            >
                {label}
            </button>
        }
    };
    view! {
        <div class="filters" role="group" aria-label=t!("salesforce_people.here")>
            {segment(false, t!("users.all"))}
            {segment(true, t!("salesforce_people.not_invited"))}
        </div>
    }
}
