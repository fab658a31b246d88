use api_types::{List, SyncOutcome, SyncedPerson, SyncedPersonQuery, full_name};
use leptos::prelude::*;

use super::labels;
use crate::api::field_sync;
use crate::api::query::choice;
use crate::data::{Loader, loaded_list, total};
use crate::platform::{dom, spawn};
use crate::t;
use crate::ui::{Column, EmptyState, Frame, Pager, SearchField, Select, SelectOption, Table, ago, person};

const OUTCOMES: [(SyncOutcome, &str); 3] = [
    (SyncOutcome::Created, "created"),
    (SyncOutcome::Updated, "updated"),
    (SyncOutcome::Unchanged, "unchanged"),
];

/// As many as a window shows.
const PEOPLE_SHOWN: u32 = 15;

/// The people in the sales account.
#[component]
pub(in crate::features::actions_config) fn PeopleCard(
    /// Changes whenever a run has started or ended.
    turns: RwSignal<u32>,
) -> impl IntoView {
    let query =
        RwSignal::new(SyncedPersonQuery { limit: Some(PEOPLE_SHOWN), ..SyncedPersonQuery::default() });
    let page = Loader::<List<SyncedPerson>>::new();
    let load = move || {
        let wanted = query.get_untracked();
        spawn(async move { page.load(field_sync::people(&wanted)).await });
    };
    Effect::new(move |_| {
        query.track();
        load();
    });
    Effect::new(move |before: Option<u32>| {
        let turns = turns.get();
        if before.is_some_and(|before| before != turns) {
            let wanted = query.get_untracked();
            spawn(async move { page.keep_up(field_sync::people(&wanted)).await });
        }
        turns
    });
    let is_narrowed = move || query.with_untracked(|query| query.search.is_some() || query.outcome.is_some());
    let nobody = move || {
        let (title, text) = if is_narrowed() {
            (t!("actions_config.admins_nobody"), t!("field_sync.synced_nobody_text"))
        } else {
            (t!("field_sync.synced_empty"), t!("field_sync.synced_empty_text"))
        };
        view! { <EmptyState title text /> }.into_any()
    };
    let next = page.next_page();
    let total = total(page, |count| t!("field_sync.synced_total", count = count));
    let asked = Signal::derive(move || query.with(|query| query.search.clone().unwrap_or_default()));
    let outcomes: Vec<SelectOption> = std::iter::once(SelectOption::new("", t!("users.all")))
        .chain(OUTCOMES.map(|(outcome, name)| SelectOption::new(name, labels::outcome(outcome))))
        .collect();
    let chosen = move || {
        let outcome = query.with(|query| query.outcome);
        OUTCOMES.iter().find(|(one, _)| Some(*one) == outcome).map_or("", |(_, name)| name).to_owned()
    };
    view! {
        <section class="card" aria-labelledby="people-title">
            <h2 id="people-title" tabindex="-1">{t!("field_sync.synced")}</h2>
            <div class="toolbar" role="search" aria-label=t!("field_sync.synced_find")>
                <SearchField id="synced-search" label=t!("actions_config.admins_search") asked on_search=Callback::new(move |search| {
                    query.update(|query| *query = SyncedPersonQuery { search, cursor: None, ..query.clone() });
                }) />
                <Select id="synced-outcome" label=t!("field_sync.outcome") options=outcomes value=Signal::derive(chosen)
                    on_change=Callback::new(move |name: String| {
                        let outcome = choice(Some(name));
                        query.update(|query| *query = SyncedPersonQuery { outcome, cursor: None, ..query.clone() });
                    }) />
            </div>
            <p class="reason" role="status">{total}</p>
            {loaded_list(page, 4, load, nobody, people_table)}
            <Pager label=t!("field_sync.synced_pages") here=Signal::derive(move || query.with(|query| query.cursor.clone()))
                next on_turn=Callback::new(move |cursor| {
                    query.update(|query| query.cursor = cursor);
                    dom::focus_start("people-title");
                }) />
        </section>
    }
}

fn people_table(people: Vec<SyncedPerson>) -> AnyView {
    let columns = vec![
        Column::row_head(t!("field.full_name"), |one: &SyncedPerson| {
            person(&full_name(&one.first_name, &one.last_name), &one.email, None)
        }),
        Column::new(t!("person_field.company"), |person: &SyncedPerson| {
            view! { <bdi>{person.company.clone()}</bdi> }
        }),
        Column::new(t!("person_field.source"), |person: &SyncedPerson| {
            view! { <bdi>{person.source.clone()}</bdi> }
        }),
        Column::new(t!("field_sync.in_salesforce"), place),
        Column::new(t!("field_sync.outcome"), |person: &SyncedPerson| labels::outcome(person.outcome)),
        Column::new(t!("field_sync.synced_at"), |person: &SyncedPerson| ago(person.synced_at.as_str())),
    ];
    Table::new(t!("field_sync.synced"), columns).frame(Frame::Scrolled).rows(people)
}

/// As what the person is in Salesforce.
fn place(person: &SyncedPerson) -> Option<String> {
    match (&person.salesforce_contact_id, &person.salesforce_lead_id) {
        (Some(_), _) => Some(t!("field_sync.as_contact")),
        (None, Some(_)) => Some(t!("field_sync.as_lead")),
        (None, None) => None,
    }
}
