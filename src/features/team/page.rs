//! The members of a team. The *Everyone* team is where members are chosen for the others.

use api_types::{TeamId, TeamMembersChange, User, UserId, UserQuery};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_params_map, use_query_map};

use super::state::{Screen, Shown, find};
use crate::api::{query, teams};
use crate::data::{Load, Loader, Submission, loaded_list, total};
use crate::domain::people::{self, AddToTeamsDialog, say_changed};
use crate::domain::places::{Place, Route};
use crate::platform::dom;
use crate::t;
use crate::term;
use crate::ui::{
    Button, ButtonKind, ConfirmDialog, Crumb, EmptyState, Failed, HelpPage, Page, Pager, SearchField,
    Skeleton, Status,
};

/// The parameter of the address that names the team for which members are chosen.
const TO: &str = "to";

#[component]
pub(crate) fn TeamDetail() -> impl IntoView {
    let parameters = use_params_map();
    let id = Memo::new(move |_| TeamId(parameters.with(|map| map.get("team")).unwrap_or_default()));
    let shown = Loader::<Option<Shown>>::new();
    let load = move || {
        let id = id.get_untracked();
        leptos::task::spawn_local(async move { shown.load(find(id)).await });
    };
    Effect::new(move |_| {
        id.track();
        shown.reset();
        load();
    });
    let failed = move |message: String, request_id: Option<String>, retry: Option<Callback<()>>| {
        view! {
            <Page title=term!("field.team") crumbs=crumbs()>
                <Failed message request_id on_retry=retry />
            </Page>
        }
        .into_any()
    };
    move || match shown.state.get() {
        Load::Loading => view! { <Skeleton rows=6 /> }.into_any(),
        Load::Failed(failure) => {
            failed(failure.message(), failure.request_id.clone(), Some(Callback::new(move |()| load())))
        }
        Load::Ready(None) => failed(t!("problem.not_found"), None, None),
        Load::Ready(Some(shown)) => view! { <Members shown /> }.into_any(),
    }
}

fn crumbs() -> Vec<Crumb> {
    Place::AdminSettings.crumbs_below([(term!("nav.team_management"), Route::Teams)])
}

#[component]
fn Members(shown: Shown) -> impl IntoView {
    let Shown { team, everyone } = shown;
    let screen = Screen::new(team.clone());
    let asked = use_query_map();
    // The team for which members are chosen is kept when the page is turned.
    let to = move || asked.with(|map| map.get(TO)).filter(|id| !id.is_empty());
    let navigate = use_navigate();
    let here = Route::Team(team.id.clone()).path();
    let go = Callback::new(move |(wanted, replace): (UserQuery, bool)| {
        let mut address = query(&here, &wanted);
        if let Some(id) = untrack(to) {
            address.push(if address.contains('?') { '&' } else { '?' });
            address.push_str(&format!("{TO}={}", js_sys::encode_uri_component(&id)));
        }
        navigate(&address, NavigateOptions { replace, scroll: false, ..NavigateOptions::default() });
    });
    let search = Callback::new(move |search: Option<String>| {
        go.run((UserQuery { search, cursor: None, ..screen.query.get_untracked() }, true));
    });
    let turn = Callback::new(move |cursor: Option<String>| {
        go.run((UserQuery { cursor, ..screen.query.get_untracked() }, false));
        dom::focus("members");
    });
    let next = screen.page.next_cursor();
    let total = total(screen.page, |count| t!("users.total", count = count));
    let preferred = move || untrack(to).map(TeamId);
    let (title, purpose, caption) = if team.everyone {
        (t!("teams.all_members"), t!("teams.all_members_purpose"), t!("teams.all_members"))
    } else {
        let caption = t!("teams.members_caption", team = team.name.clone());
        (team.name.clone(), t!("teams.members_purpose"), caption)
    };
    let add_from = (!team.everyone).then(|| format!("{}?{TO}={}", Route::Team(everyone).href(), team.id));
    view! {
        <Page
            title
            purpose
            crumbs=crumbs()
            help=HelpPage::Teams
            actions=ViewFn::from(move || add_from.clone().map(|href| view! {
                <a class="button button-primary" href=href>{t!("teams.add_people")}</a>
            }))
        >
            <div class="stack-large">
                <div class="stack">
                    <div class="toolbar" role="search" aria-label=t!("users.find")>
                        <SearchField
                            id="member-search"
                            label=t!("users.search")
                            asked=Signal::derive(move || screen.query.with(|query| query.search.clone().unwrap_or_default()))
                            on_search=search
                        />
                    </div>
                    <p class="reason" role="status">{total}</p>
                </div>
                <BulkBar screen on_add=Callback::new(move |()| screen.adding.ask(screen.chosen.get_untracked(), preferred())) />
                {loaded_list(screen.page, 8, move || screen.load(), move || view! { <Nobody screen /> }.into_any(), move |people| {
                    view! { <MemberTable screen people caption=caption.clone() /> }.into_any()
                })}
                <Pager
                    label=t!("users.pages")
                    here=Signal::derive(move || screen.query.with(|query| query.cursor.clone()))
                    next
                    on_turn=turn
                />
            </div>
            <AddToTeamsDialog state=screen.adding
                on_done=Callback::new(move |()| leptos::task::spawn_local(screen.refresh())) />
            <RemoveDialog screen />
        </Page>
    }
}

#[component]
fn Nobody(screen: Screen) -> impl IntoView {
    if untrack(|| screen.query.with(|query| query.search.is_some())) {
        view! { <EmptyState title=t!("users.nobody_title") text=t!("teams.nobody_fits") /> }.into_any()
    } else {
        view! { <EmptyState title=t!("teams.nobody_title") text=t!("teams.nobody_text") /> }.into_any()
    }
}

#[component]
fn BulkBar(screen: Screen, on_add: Callback<()>) -> impl IntoView {
    let everyone = screen.is_everyone();
    view! {
        <Show when=move || screen.chosen.with(|chosen| !chosen.is_empty())>
            <div class="bulk" role="group" aria-label=t!("users.bulk")>
                <strong role="status">{move || t!("users.chosen", count = screen.chosen.with(Vec::len))}</strong>
                {if everyone {
                    view! { <Button on_press=on_add>{term!("teams.add_to_teams")}</Button> }.into_any()
                } else {
                    view! {
                        <Button on_press=Callback::new(move |()| screen.removing.set(true))>{t!("teams.remove_people")}</Button>
                    }.into_any()
                }}
                <Button kind=ButtonKind::Quiet on_press=Callback::new(move |()| screen.chosen.set(Vec::new()))>
                    {t!("users.choose_nobody")}
                </Button>
            </div>
        </Show>
    }
}

#[component]
fn MemberTable(screen: Screen, people: Vec<User>, caption: String) -> impl IntoView {
    let ids: Vec<UserId> = people.iter().map(|user| user.id.clone()).collect();
    let count = ids.len();
    let all = Memo::new(move |_| screen.chosen.with(Vec::len) == count);
    let pick_all = move |_| screen.chosen.set(if all.get_untracked() { Vec::new() } else { ids.clone() });
    view! {
        <div class="table-frame table-frame-open" id="members" tabindex="-1" aria-busy=move || screen.page.busy.get().then_some("true")>
            <table class="table table-wide">
                <caption class="visually-hidden">{caption}</caption>
                <thead>
                    <tr>
                        <th scope="col">
                            <input type="checkbox" aria-label=t!("users.pick_all") prop:checked=move || all.get() on:change=pick_all />
                        </th>
                        <th scope="col">{t!("users.name")}</th>
                        <th scope="col">{term!("field.email")}</th>
                        <th scope="col">{term!("field.teams")}</th>
                        <th scope="col">{t!("field.status")}</th>
                    </tr>
                </thead>
                <tbody>{people.into_iter().map(|user| view! { <Row screen user /> }).collect_view()}</tbody>
            </table>
        </div>
    }
}

#[component]
fn Row(screen: Screen, user: User) -> impl IntoView {
    let (tone, icon) = people::status_look(user.status);
    let name = user.display_name();
    let id = user.id.clone();
    let picked = {
        let id = id.clone();
        Memo::new(move |_| screen.chosen.with(|chosen| chosen.contains(&id)))
    };
    let pick = move |_| {
        screen.chosen.update(|chosen| {
            if picked.get_untracked() {
                chosen.retain(|other| *other != id);
            } else {
                chosen.push(id.clone());
            }
        });
    };
    view! {
        <tr class:picked=move || picked.get()>
            <td class="pick">
                <input type="checkbox" aria-label=t!("users.pick", name = name.clone()) prop:checked=move || picked.get() on:change=pick />
            </td>
            <th scope="row"><bdi>{name}</bdi></th>
            <td data-label=t!("field.email")><bdi class="address">{user.email.clone()}</bdi></td>
            <td data-label=t!("field.teams")>{people::teams(&user.teams)}</td>
            <td data-label=t!("field.status")><Status tone icon label=people::status(user.status) /></td>
        </tr>
    }
}

#[component]
fn RemoveDialog(screen: Screen) -> impl IntoView {
    let removal @ Submission { busy, refusal } = Submission::new();
    let name = screen.team.with_value(|team| team.name.clone());
    let title = {
        let team = name.clone();
        Signal::derive(move || {
            t!("teams.remove_title", count = screen.chosen.with(Vec::len), team = team.clone())
        })
    };
    let confirm = Callback::new(move |()| {
        let (id, remove, team) = (screen.id(), screen.chosen.get_untracked(), name.clone());
        let count = remove.len();
        removal.send(async move {
            let change = TeamMembersChange { add: Vec::new(), remove };
            let changed = teams::change_members(&id, &change).await?;
            screen.removing.try_set(false);
            say_changed(t!("teams.removed", count = count, team = team), &changed);
            screen.refresh().await;
            Ok(())
        });
    });
    view! {
        <ConfirmDialog
            open=screen.removing
            title
            text=t!("teams.remove_text")
            action=t!("teams.remove_people")
            danger=true
            busy
            failure=refusal
            on_confirm=confirm
            on_close=Callback::new(move |()| {
                removal.forget();
                screen.removing.set(false);
            })
        />
    }
}
