use api_types::{SortOrder, UserSort};
use leptos::prelude::*;

use super::people::{direction, sorted_by};
use super::row::PersonRow;
use super::state::{History, Screen};
use crate::t;
use crate::term;
use crate::ui::{Icon, IconName, Term};

#[component]
pub(super) fn PeopleTable(screen: Screen) -> impl IntoView {
    let people = screen.people;
    view! {
        <div class="table-frame table-frame-open" id="people" tabindex="-1" aria-busy=move || people.page.busy.get().then_some("true")>
            <table class="table table-wide">
                <caption class="visually-hidden">{t!("users.caption")}</caption>
                <thead>
                    <tr>
                        <th scope="col"><PickAll screen /></th>
                        <SortHead screen column=UserSort::Name label=t!("users.name") />
                        <SortHead screen column=UserSort::Email label=term!("field.email") />
                        <SortHead screen column=UserSort::Role label=term!("field.role") />
                        <th scope="col">{term!("field.teams")}</th>
                        <th scope="col">{t!("users.workspace")}</th>
                        <SortHead screen column=UserSort::Status label=t!("field.status") />
                        <SortHead screen column=UserSort::LastSignIn label=t!("users.last_sign_in") />
                        <th scope="col"><span class="visually-hidden">{term!("users.actions")}</span></th>
                    </tr>
                </thead>
                <tbody>
                    <For each=move || people.items() key=|user| user.id.clone() let:user>
                        <PersonRow screen initial=user />
                    </For>
                </tbody>
            </table>
        </div>
    }
}

#[component]
fn SortHead(screen: Screen, column: UserSort, #[prop(into)] label: Term) -> impl IntoView {
    let query = screen.people.query;
    let order = Memo::new(move |_| query.with(|query| direction(query, column)));
    let aria_sort = move || match order.get() {
        None => "none",
        Some(SortOrder::Ascending) => "ascending",
        Some(SortOrder::Descending) => "descending",
    };
    let press = move |_| screen.show(sorted_by(&query.get_untracked(), column), History::Push);
    view! {
        <th scope="col" aria-sort=aria_sort>
            <button type="button" class="sort" on:click=press>
                {label}
                {move || order.get().map(|_| view! { <Icon name=IconName::ChevronDown /> })}
            </button>
        </th>
    }
}

/// Selects all users on the page.
#[component]
fn PickAll(screen: Screen) -> impl IntoView {
    let all = Memo::new(move |_| {
        let count = screen.chosen.with(Vec::len);
        count > 0 && count == screen.people.items().len()
    });
    let change = move |_| {
        let everybody = screen.people.items().into_iter().map(|user| user.id).collect();
        screen.chosen.set(if all.get_untracked() { Vec::new() } else { everybody });
    };
    view! { <input type="checkbox" aria-label=t!("users.pick_all") prop:checked=move || all.get() on:change=change /> }
}
