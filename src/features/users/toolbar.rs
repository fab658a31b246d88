use api_types::{Role, StatusCounts, TeamId, UserQuery, UserStatus};
use leptos::prelude::*;

use super::people::People;
use super::state::Screen;
use super::table::choosable;
use crate::api::query::choice;
use crate::api::teams;
use crate::data::{History, total};
use crate::domain::people;
use crate::i18n;
use crate::platform::spawn;
use crate::t;
use crate::term;
use crate::ui::{Filters, FiltersButton, Meter, SearchField, Select, SelectOption, ViewMenu};

/// Search and filters. They are kept in the address of the screen, so that a list can be linked and returned to.
#[component]
pub(super) fn Toolbar(screen: Screen) -> impl IntoView {
    let people = screen.people;
    let asked = Signal::derive(move || people.query.with(|query| query.search.clone().unwrap_or_default()));
    let narrow = move |change: &dyn Fn(&mut UserQuery), history: History| {
        let mut wanted = UserQuery { cursor: None, ..people.query.get_untracked() };
        change(&mut wanted);
        screen.show(wanted, history);
    };
    let search = Callback::new(move |search: Option<String>| {
        narrow(&|query| query.search.clone_from(&search), History::Replace);
    });
    let roles: Vec<SelectOption> = std::iter::once(SelectOption::new("", t!("users.any_role")))
        .chain(Role::ALL.map(|role| SelectOption::new(role.as_str(), people::role(role))))
        .collect();
    let role = move || people.query.with(|query| query.role.map_or("", Role::as_str).to_owned());
    let by_role = Callback::new(move |chosen: String| {
        let role = choice(Some(chosen));
        narrow(&|query| query.role = role, History::Push);
    });
    let teams = named_teams();
    let team = move || people.query.with(|query| query.team.as_ref().map(|team| team.0.clone()));
    let by_team = Callback::new(move |chosen: String| {
        let team = Some(TeamId(chosen)).filter(|team| !team.0.is_empty());
        narrow(&|query| query.team.clone_from(&team), History::Push);
    });
    let by_rows = Callback::new(move |rows| narrow(&|query| query.limit = Some(rows), History::Replace));
    let total = total(people.page, |count| t!("users.total", count = count));
    view! {
        <Filters in_use=Signal::derive(move || people.query.with(filters_in_use))>
            <div class="toolbar" role="search" aria-label=t!("users.find")>
                <SearchField id="people-search" label=t!("users.search") label_hidden=true asked on_search=search />
                <FiltersButton />
                <Select id="people-role" label=term!("field.role") label_hidden=true options=roles
                    value=Signal::derive(role) on_change=by_role />
                <Select id="people-team" label=term!("field.team") label_hidden=true options=teams
                    value=Signal::derive(move || team().unwrap_or_default()) on_change=by_team />
                <ViewMenu view=screen.view columns=choosable() rows=Signal::derive(move || people.rows()) on_rows=by_rows />
            </div>
            <div class="listing-line">
                <Statuses screen />
                <SeatMeter people />
            </div>
            <p class="visually-hidden" role="status">{total}</p>
        </Filters>
    }
}

fn filters_in_use(query: &UserQuery) -> Vec<bool> {
    vec![query.status.is_some(), query.role.is_some(), query.team.is_some()]
}

/// The teams to filter by; only the choice of any until they are loaded.
fn named_teams() -> Signal<Vec<SelectOption>> {
    let options = RwSignal::new(vec![SelectOption::new("", t!("users.any_team"))]);
    spawn(async move {
        if let Ok(teams) = teams::teams().await {
            let named = teams.into_iter().filter(|team| !team.everyone);
            options.try_update(|options| {
                options.extend(named.map(|team| SelectOption::new(team.id.0, team.name)));
            });
        }
    });
    options.into()
}

/// How many people there are of each status, each a filter.
#[component]
fn Statuses(screen: Screen) -> impl IntoView {
    let people = screen.people;
    let chosen = Memo::new(move |_| people.query.with(|query| query.status));
    let counts =
        Memo::new(move |before: Option<&Option<StatusCounts>>| people.statuses(before.copied().flatten()));
    const SHOWN: [Option<UserStatus>; 5] = [
        None,
        Some(UserStatus::Active),
        Some(UserStatus::Invited),
        Some(UserStatus::Expired),
        Some(UserStatus::Deactivated),
    ];
    let segments = SHOWN.map(move |status| {
        let label = status.map_or_else(|| t!("users.all").into(), people::status);
        let count = move || {
            let counts = counts.get()?;
            Some(i18n::number(status.map_or(counts.total(), |status| counts.of(status))))
        };
        view! {
            <button
                type="button"
                class="filter"
                aria-pressed=move || (chosen.get() == status).to_string()
                on:click=move |_| {
                    let query = people.query.get_untracked();
                    screen.show(UserQuery { status, cursor: None, ..query }, History::Push);
                }
            >
                {label}" "<strong>{count}</strong>
            </button>
        }
    });
    view! { <div class="filters" role="group" aria-label=t!("field.status")>{segments.collect_view()}</div> }
}

#[component]
fn SeatMeter(people: People) -> impl IntoView {
    view! {
        <div class="seats">
            {move || people.seats.get().map(|seats| {
                let text = t!("users.seats_text", used = seats.used, limit = seats.limit, count = seats.free());
                view! { <Meter label=t!("users.seats") used=u64::from(seats.used) limit=u64::from(seats.limit) text /> }
            })}
        </div>
    }
}
