//! Giving users access: several at once, in one workspace.

use api_types::{
    List, MarketoAccessGrant, MarketoAccessGranted, ProblemCode, User, UserId, UserQuery, UserStatus,
    Workspace, WorkspaceId,
};
use leptos::prelude::*;

use super::state::Access;
use crate::api::{marketo, teams, users};
use crate::data::{Loader, loaded};
use crate::domain::people::{self, named};
use crate::platform::{dom, spawn};
use crate::t;
use crate::term;
use crate::ui::{
    Button, ButtonKind, ErrorSummary, Form, Icon, IconName, SearchField, Select, SelectOption, Tone,
    Undoable, name_or_address, notify, notify_undoable,
};

/// Offered at first; the search finds the others.
const PROPOSED: u32 = 10;

/// A user who was picked, by the displayed name.
#[derive(Clone, PartialEq)]
struct Picked {
    id: UserId,
    name: String,
}

#[component]
pub(super) fn Grant(access: Access) -> impl IntoView {
    let picked = RwSignal::new(Vec::<Picked>::new());
    let workspaces = RwSignal::new(Vec::<Workspace>::new());
    let workspace = RwSignal::new(String::new());
    spawn(async move {
        // If the request fails, the default workspace is used.
        if let Ok(found) = teams::workspaces().await {
            workspaces.try_set(found);
        }
    });
    let form = Form::new();
    let submit = form.handler(
        move || {
            // If it is empty, the button shows why it is disabled.
            let given = picked.get_untracked();
            (!given.is_empty()).then(|| (given, workspace.get_untracked()))
        },
        async move |(given, workspace): (Vec<Picked>, String)| {
            let workspace_id = Some(workspace).filter(|id| !id.is_empty()).map(WorkspaceId);
            let user_ids = given.iter().map(|one| one.id.clone()).collect();
            let granted = marketo::grant(&MarketoAccessGrant { user_ids, workspace_id }).await;
            let granted = granted.map_err(|failure| Some(failure.message()))?;
            // More people may have been picked meanwhile.
            picked.try_update(|picked| picked.retain(|one| !given.contains(one)));
            say_given(given, &granted);
            access.refresh().await;
            Ok(())
        },
    );
    let options = Signal::derive(move || {
        let default = SelectOption::new("", term!("workspace.default"));
        let named = workspaces.with(|found| {
            found
                .iter()
                .filter(|one| !one.default)
                .map(|one| SelectOption::new(one.id.0.clone(), one.name.clone()))
                .collect::<Vec<_>>()
        });
        std::iter::once(default).chain(named).collect::<Vec<_>>()
    });
    let nobody = Signal::derive(move || picked.with(Vec::is_empty).then(|| t!("marketo.grant_nobody")));
    view! {
        <section class="card" aria-labelledby="grant-title">
            <h2 id="grant-title">{t!("marketo.grant_title")}</h2>
            <p class="reason">{t!("marketo.grant_text")}</p>
            <form class="form" on:submit=submit novalidate>
                <ErrorSummary fields=Vec::new() form />
                <Picker picked />
                <Select id="grant-workspace" label=term!("field.workspace") hint=t!("marketo.workspace_hint")
                    options value=workspace on_change=Callback::new(move |id| workspace.set(id)) />
                <div class="actions">
                    <Button kind=ButtonKind::Primary submit=true busy=form.busy disabled_reason=nobody>
                        {move || match picked.with(Vec::len) {
                            0 => t!("marketo.grant_title"),
                            count => t!("marketo.grant", count = count),
                        }}
                    </Button>
                </div>
            </form>
        </section>
    }
}

/// Says it, and offers to withdraw the access of those who had none before.
fn say_given(given: Vec<Picked>, granted: &MarketoAccessGranted) {
    let text = t!("marketo.grant_done", count = given.len(), names = named(&names(&given)));
    let is_new = |one: &Picked| granted.user_ids.contains(&one.id);
    let new: Vec<Picked> = given.into_iter().filter(is_new).collect();
    if new.is_empty() { notify(Tone::Success, text) } else { offer_undo(Tone::Success, text, new) }
}

fn names(picked: &[Picked]) -> Vec<String> {
    picked.iter().map(|one| one.name.clone()).collect()
}

fn offer_undo(tone: Tone, text: String, given: Vec<Picked>) {
    let of = given.iter().fold("Marketo access given to".to_owned(), |of, one| format!("{of} {}", one.id));
    let is_brief = tone == Tone::Success && given.len() == 1;
    let lasts = if is_brief { Undoable::Briefly } else { Undoable::UntilClosed };
    notify_undoable(tone, text, of, lasts, move || withdraw(given.clone()));
}

/// Withdraws it one by one. After a failure it can be tried again for those left.
async fn withdraw(given: Vec<Picked>) {
    let (mut done, mut refusal) = (0, None);
    for one in &given {
        match marketo::withdraw(&one.id).await {
            // It may have been withdrawn already.
            Err(failure) if failure.code() != Some(ProblemCode::NotFound) => {
                refusal = Some(failure.message());
                break;
            }
            _ => done += 1,
        }
    }
    people::have_changed();
    match refusal {
        None => {
            let names = named(&names(&given));
            notify(Tone::Success, t!("marketo.grant_undone", count = given.len(), names = names));
        }
        Some(reason) => {
            let reason = String::from(reason);
            let text = match done {
                0 => reason,
                _ => t!("marketo.undone_partly", done = done, total = given.len(), reason = reason),
            };
            offer_undo(Tone::Failure, text, given[done..].to_vec());
        }
    }
}

/// Active members to pick from, with a search.
#[component]
fn Picker(picked: RwSignal<Vec<Picked>>) -> impl IntoView {
    let found = Loader::<List<User>>::new();
    let asked = RwSignal::new(None::<String>);
    let look = move || {
        let wanted = UserQuery {
            search: asked.get_untracked(),
            status: Some(UserStatus::Active),
            limit: Some(PROPOSED),
            ..UserQuery::default()
        };
        spawn(async move { found.load(users::list(&wanted)).await });
    };
    Effect::new(move |_| {
        asked.track();
        look();
    });
    let proposals = move |list: List<User>| {
        if list.items.is_empty() {
            return view! { <p class="reason" role="status">{t!("users.nobody_title")}</p> }.into_any();
        }
        let more = list.meta.next_cursor.is_some();
        view! {
            <fieldset class="options">
                <legend class="visually-hidden">{t!("marketo.grant_members")}</legend>
                <div class="pick-list">
                    {list.items.into_iter().map(|user| view! { <Candidate user picked /> }).collect_view()}
                </div>
            </fieldset>
            {more.then(|| view! { <p class="reason">{t!("marketo.grant_more")}</p> })}
        }
        .into_any()
    };
    view! {
        <div class="stack">
            <SearchField id="grant-search" label=t!("marketo.grant_search")
                asked=Signal::derive(move || asked.get().unwrap_or_default()) on_search=Callback::new(move |search| asked.set(search)) />
            <ul class="chips" aria-label=t!("marketo.grant_picked")>
                <For each=move || picked.get() key=|one| one.id.clone() let:one>
                    <PickedChip one picked />
                </For>
            </ul>
            {loaded(found, 3, look, proposals)}
        </div>
    }
}

#[component]
fn Candidate(user: User, picked: RwSignal<Vec<Picked>>) -> impl IntoView {
    let one = Picked { id: user.id.clone(), name: user.display_name() };
    let id = user.id;
    let checked = {
        let id = id.clone();
        move || picked.with(|picked| picked.iter().any(|one| one.id == id))
    };
    let element = format!("pick-{id}");
    let shown = one.name.clone();
    let email = (user.email != shown).then_some(user.email);
    let change = move |_| {
        picked.update(|picked| {
            if picked.iter().any(|other| other.id == one.id) {
                picked.retain(|other| other.id != one.id);
            } else {
                picked.push(one.clone());
            }
        });
    };
    view! {
        <div class="check">
            <input type="checkbox" id=element.clone() prop:checked=checked on:change=change />
            <label for=element>{name_or_address(&shown)} " " <bdi class="address quiet">{email}</bdi></label>
        </div>
    }
}

#[component]
fn PickedChip(one: Picked, picked: RwSignal<Vec<Picked>>) -> impl IntoView {
    let Picked { id, name } = one;
    let drop_it = move |_| {
        picked.update(|picked| picked.retain(|other| other.id != id));
        dom::focus("grant-search");
    };
    view! {
        <li class="chip">
            <span class="chip-text">{name_or_address(&name)}</span>
            <button type="button" class="button button-quiet button-icon" aria-label=t!("marketo.grant_unpick", name = name) on:click=drop_it>
                <Icon name=IconName::Close />
            </button>
        </li>
    }
}
