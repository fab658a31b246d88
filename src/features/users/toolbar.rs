use api_types::{Role, UserQuery, UserStatus};
use leptos::prelude::*;

use super::state::{History, Screen};
use crate::api::query::choice;
use crate::data::total;
use crate::domain::people;
use crate::t;
use crate::term;
use crate::ui::{SearchField, Select, SelectOption};

/// Search and filters. They are kept in the address of the screen, so that a list can be linked and returned to.
#[component]
pub(super) fn Toolbar(screen: Screen) -> impl IntoView {
    let people = screen.people;
    let asked = Signal::derive(move || people.query.with(|query| query.search.clone().unwrap_or_default()));
    let search = Callback::new(move |search: Option<String>| {
        screen.show(UserQuery { search, cursor: None, ..people.query.get_untracked() }, History::Replace);
    });

    let everyone = || SelectOption::new("", t!("users.all"));
    let statuses: Vec<SelectOption> = std::iter::once(everyone())
        .chain(UserStatus::ALL.map(|status| SelectOption::new(status.as_str(), people::status(status))))
        .collect();
    let roles: Vec<SelectOption> = std::iter::once(everyone())
        .chain(Role::ALL.map(|role| SelectOption::new(role.as_str(), people::role(role))))
        .collect();
    let status = move || people.query.with(|query| query.status.map_or("", UserStatus::as_str).to_owned());
    let role = move || people.query.with(|query| query.role.map_or("", Role::as_str).to_owned());
    let by_status = Callback::new(move |chosen: String| {
        let wanted = UserQuery { status: choice(Some(chosen)), cursor: None, ..people.query.get_untracked() };
        screen.show(wanted, History::Push);
    });
    let by_role = Callback::new(move |chosen: String| {
        let wanted = UserQuery { role: choice(Some(chosen)), cursor: None, ..people.query.get_untracked() };
        screen.show(wanted, History::Push);
    });
    let total = total(people.page, |count| t!("users.total", count = count));
    view! {
        <div class="stack">
            <div class="toolbar" role="search" aria-label=t!("users.find")>
                <SearchField id="people-search" label=t!("users.search") asked on_search=search />
                <Select id="people-status" label=t!("field.status") options=statuses
                    value=Signal::derive(status) on_change=by_status />
                <Select id="people-role" label=term!("field.role") options=roles
                    value=Signal::derive(role) on_change=by_role />
            </div>
            <p class="reason" role="status">{total}</p>
        </div>
    }
}
