//! The members of a team. The *Everyone* team is where members are chosen for the others.

use api_types::{TeamId, TeamMembersChange, User, UserQuery};
use leptos::prelude::*;
use leptos_router::hooks::{use_navigate, use_query_map};

use super::state::{LoadedTeam, Screen, find};
use crate::api::{query, teams};
use crate::data::{History, Load, Loader, kept_table, range, standing_list, total};
use crate::domain::navigation::{self, Place, Route};
use crate::domain::people::{self, AddToTeamsDialog, ChosenBar, Member, person_cell, say_changed};
use crate::i18n::Message;
use crate::platform::{dom, spawn};
use crate::t;
use crate::term;
use crate::ui::{
    Button, Column, Crumb, EmptyState, Failed, Frame, HelpPage, Page, Pager, Question, QuestionDialog, Room,
    SearchField, Skeleton, Status, Table, live,
};

/// The parameter of the address that names the team for which members are chosen.
const TO: &str = "to";

#[component]
pub(crate) fn TeamDetail() -> impl IntoView {
    let id = navigation::shown_id(|route| match route {
        Route::Team(id) => Some(id),
        _ => None,
    });
    let shown = Loader::<Option<LoadedTeam>>::new();
    let load = move || {
        let id = id.get_untracked();
        spawn(async move { shown.load(find(id)).await });
    };
    Effect::new(move |_| {
        id.track();
        shown.reset();
        load();
    });
    let failed = move |message: Message, request_id: Option<String>, retry: Option<Callback<()>>| {
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
        Load::Ready(None) => failed(t!("problem.not_found").into(), None, None),
        Load::Ready(Some(shown)) => view! { <Members shown /> }.into_any(),
    }
}

fn crumbs() -> Vec<Crumb> {
    Place::AdminSettings.crumbs_below([(term!("nav.team_management"), Route::Teams)])
}

#[component]
fn Members(shown: LoadedTeam) -> impl IntoView {
    let LoadedTeam { team, everyone } = shown;
    let screen = Screen::new(team.clone());
    let asked = use_query_map();
    // The team for which members are chosen is kept when the page is turned.
    let to = move || asked.with(|map| map.get(TO)).filter(|id| !id.is_empty());
    let navigate = use_navigate();
    let here = Route::Team(team.id.clone()).path();
    let go = Callback::new(move |(wanted, history): (UserQuery, History)| {
        let mut address = query(&here, &wanted);
        if let Some(id) = untrack(to) {
            address.push(if address.contains('?') { '&' } else { '?' });
            address.push_str(&format!("{TO}={}", js_sys::encode_uri_component(&id)));
        }
        navigate(&address, history.on_screen());
    });
    let search = Callback::new(move |search: Option<String>| {
        go.run((UserQuery { search, cursor: None, ..screen.query.get_untracked() }, History::Replace));
    });
    let turn = Callback::new(move |cursor: Option<String>| {
        go.run((UserQuery { cursor, ..screen.query.get_untracked() }, History::Push));
        dom::focus_start("members");
    });
    screen.page.on_foreign_cursor(
        move || screen.query.with(|query| query.cursor.is_some()),
        move || go.run((UserQuery { cursor: None, ..screen.query.get_untracked() }, History::Replace)),
    );
    let next = screen.page.next_page();
    let total = total(screen.page, |count| t!("users.total", count = count));
    let preferred = move || untrack(to).map(TeamId);
    let (title, purpose, caption) = if team.everyone {
        (t!("team.everyone"), t!("teams.all_members_purpose"), t!("teams.all_members"))
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
                            label_hidden=true
                            asked=Signal::derive(move || screen.query.with(|query| query.search.clone().unwrap_or_default()))
                            on_search=search
                        />
                    </div>
                    <p class="visually-hidden" role="status">{total}</p>
                </div>
                {standing_list(screen.page, 8, move || screen.load(), move || view! { <Nobody screen /> }.into_any(),
                    move || member_table(screen, caption.clone()))}
                <Pager
                    label=t!("users.pages")
                    here=Signal::derive(move || screen.query.with(|query| query.cursor.clone()))
                    next
                    range=range(screen.page)
                    on_turn=turn
                />
            </div>
            <BulkBar screen on_add=Callback::new(move |()| screen.adding.ask(members(screen), preferred())) />
            <AddToTeamsDialog state=screen.adding
                on_done=Callback::new(move |reached| spawn(screen.refresh(reached))) />
            <QuestionDialog confirmation=screen.removal />
        </Page>
    }
}

#[component]
fn Nobody(screen: Screen) -> impl IntoView {
    let is_search = Memo::new(move |_| screen.query.with(|query| query.search.is_some()));
    move || {
        if is_search.get() {
            view! { <EmptyState title=t!("users.nobody_title") text=t!("teams.nobody_fits") /> }
        } else {
            view! { <EmptyState title=t!("teams.nobody_title") text=t!("teams.nobody_text") /> }
        }
    }
}

#[component]
fn BulkBar(screen: Screen, on_add: Callback<()>) -> impl IntoView {
    let everyone = screen.is_everyone();
    let chosen = screen.chosen.choosing();
    let others = Signal::derive(move || chosen.more(screen.page.total()));
    view! {
        <ChosenBar chosen others list="members" on_choose_all=Callback::new(move |()| screen.choose_all())>
            {if everyone {
                view! { <Button on_press=on_add>{term!("teams.add_to_teams")}</Button> }.into_any()
            } else {
                view! {
                    <Button on_press=Callback::new(move |()| ask_to_remove(screen))>{t!("teams.remove_people")}</Button>
                }.into_any()
            }}
        </ChosenBar>
    }
}

/// The chosen people.
fn members(screen: Screen) -> Vec<Member> {
    screen.chosen.people().iter().map(Member::from).collect()
}

fn member_table(screen: Screen, caption: String) -> AnyView {
    let columns = vec![
        Column::row_head(
            t!("users.name"),
            live(|user: &User| person_cell(Some(&user.id), &user.display_name(), &user.email)),
        ),
        Column::new(term!("field.teams"), live(|user: &User| people::team_chips(&user.teams, 3)))
            .from(Room::Small),
        Column::new(
            t!("field.status"),
            live(|user: &User| {
                let (tone, icon) = people::status_look(user.status);
                view! { <Status tone icon label=people::status(user.status) /> }
            }),
        ),
    ];
    let table = Table::new(caption, columns)
        .frame(Frame::Open)
        .id("members")
        .select(screen.chosen.keys, |user: &User| t!("users.pick", name = user.display_name()));
    let table = if screen.is_everyone() { table.shows_caption() } else { table };
    kept_table(screen.page, |user| user.id.as_str().into(), table)
}

fn ask_to_remove(screen: Screen) {
    let team = screen.team.with_value(|team| team.name.clone());
    let question = Question {
        title: t!("teams.remove_title", count = screen.chosen.keys.len(), team = team),
        text: t!("teams.remove_text"),
        action: t!("teams.remove_people"),
        danger: true,
    };
    screen.removal.ask(question, move || remove(screen));
}

/// Takes the chosen people out of the team.
async fn remove(screen: Screen) -> Result<(), Message> {
    let (id, people) = (screen.id(), members(screen));
    let remove = people.iter().map(|member| member.id.clone()).collect();
    let change = TeamMembersChange { add: Vec::new(), remove };
    let changed = teams::change_members(&id, &change).await?;
    screen.removal.close();
    screen.refresh(say_changed(&people, changed)).await;
    Ok(())
}
