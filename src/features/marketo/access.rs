//! Who may use the connection.

use api_types::{MarketoAccess, MarketoAccessGrant, MarketoAccessQuery, MarketoState, UserId};
use leptos::prelude::*;

use super::grant::Grant;
use super::state::Access;
use crate::api::{marketo, teams};
use crate::data::{Loader, loaded, loaded_list};
use crate::domain::navigation::Route;
use crate::domain::people::{self, person_cell};
use crate::i18n::{self, Message};
use crate::platform::{dom, spawn};
use crate::t;
use crate::term;
use crate::ui::{
    Column, Confirmation, EmptyState, Pager, Question, QuestionDialog, SearchField, Table, Tone, Undoable,
    notify, notify_undoable,
};

#[component]
pub(super) fn UserAccess() -> impl IntoView {
    let account = Loader::<MarketoState>::new();
    let load = move || spawn(async move { account.load(marketo::state()).await });
    load();
    loaded(account, 4, load, |state| match state.connection {
        None => view! { <NotConnected /> }.into_any(),
        Some(_) => view! { <AccessOf /> }.into_any(),
    })
}

#[component]
fn AccessOf() -> impl IntoView {
    let access = Access::new();
    view! {
        <div class="stack-large">
            <Grant access />
            <section class="stack" aria-labelledby="access-title">
                <h2 id="access-title" tabindex="-1">{t!("marketo.access_title")}</h2>
                <Search access />
                <ListOrNot access />
            </section>
        </div>
    }
}

#[component]
fn NotConnected() -> impl IntoView {
    view! {
        <EmptyState title=t!("marketo.not_connected") text=t!("marketo.access_needs_connection")>
            <a class="button" href=Route::Marketo.href()>{term!("marketo.set_up")}</a>
        </EmptyState>
    }
}

#[component]
fn Search(access: Access) -> impl IntoView {
    let asked = move || access.query.with(|query| query.search.clone().unwrap_or_default());
    let search = Callback::new(move |search| {
        access.query.set(MarketoAccessQuery { search, ..MarketoAccessQuery::default() });
    });
    view! {
        <div class="toolbar" role="search" aria-label=t!("marketo.access_find")>
            <SearchField id="access-search" label=t!("marketo.access_search") asked=Signal::derive(asked) on_search=search />
        </div>
    }
}

#[component]
fn ListOrNot(access: Access) -> impl IntoView {
    access.page.on_foreign_cursor(
        move || access.query.with(|query| query.cursor.is_some()),
        move || access.query.update(|query| query.cursor = None),
    );
    let removal = Confirmation::new();
    let remove = move |removed| ask_to_remove(removal, access, removed);
    let searched = move || access.query.with_untracked(|query| query.search.is_some());
    let nobody = move || {
        let text = if searched() { t!("marketo.access_nobody_fits") } else { t!("marketo.access_nobody") };
        view! { <p class="reason" role="status">{text}</p> }.into_any()
    };
    view! {
        {loaded_list(access.page, 4, move || access.load(), nobody, move |items| access_table(items, remove))}
        <Pager
            label=t!("marketo.access_pages")
            here=Signal::derive(move || access.query.with(|query| query.cursor.clone()))
            next=access.page.next_page()
            on_turn=Callback::new(move |cursor: Option<String>| {
                access.query.update(|query| query.cursor = cursor);
                dom::focus("access-title");
            })
        />
        <QuestionDialog confirmation=removal />
    }
}

fn access_table(
    items: Vec<MarketoAccess>,
    remove: impl Fn(MarketoAccess) + Copy + Send + Sync + 'static,
) -> AnyView {
    let columns = vec![
        Column::row_head(t!("users.name"), |item: &MarketoAccess| {
            person_cell(Some(&item.person.id), item.person.display_name(), &item.person.email)
        }),
        Column::new(term!("field.workspace"), |item: &MarketoAccess| people::workspace(&item.workspace)),
        Column::new(t!("marketo.granted"), |item: &MarketoAccess| i18n::date(item.granted_at.as_str())),
        Column::actions(move |item: &MarketoAccess| {
            let removed = item.clone();
            view! {
                <button type="button" class="button button-quiet"
                    aria-label=t!("marketo.remove_of", name = item.person.display_name())
                    on:click=move |_| remove(removed.clone())>{t!("users.remove")}</button>
            }
        }),
    ];
    Table::new(t!("marketo.access_title"), columns).row_id(|item| row_id(&item.person.id)).rows(items)
}

/// Says it, and offers to give it back in the same workspace.
fn say_removed(removed: &MarketoAccess) {
    let text = t!("marketo.removed", name = removed.person.display_name());
    let of = format!("Marketo access of {}", removed.person.id);
    let removed = removed.clone();
    notify_undoable(Tone::Success, text, of, Undoable::Briefly, move || give_back(removed.clone()));
}

async fn give_back(removed: MarketoAccess) {
    let given = async {
        let all = teams::workspaces().await?;
        let workspace = all.into_iter().find(|one| one.name == removed.workspace);
        let user_ids = vec![removed.person.id.clone()];
        marketo::grant(&MarketoAccessGrant { user_ids, workspace_id: workspace.map(|one| one.id) }).await
    };
    match given.await {
        Ok(_) => {
            let names = removed.person.display_name();
            notify(Tone::Success, t!("marketo.grant_done", count = 1_usize, names = names));
        }
        Err(failure) => notify(Tone::Failure, failure.message()),
    }
    people::have_changed();
}

fn row_id(id: &UserId) -> dom::Target {
    dom::Target::of("access", id)
}

fn ask_to_remove(removal: Confirmation, access: Access, removed: MarketoAccess) {
    let question = Question {
        title: t!("marketo.remove_title", name = removed.person.display_name()),
        text: t!("marketo.remove_text"),
        action: t!("users.remove"),
        danger: true,
    };
    removal.ask(question, move || remove(removal, access, removed.clone()));
}

async fn remove(removal: Confirmation, access: Access, removed: MarketoAccess) -> Result<(), Message> {
    let pressed = dom::InputMark::now();
    marketo::withdraw(&removed.person.id).await?;
    removal.close();
    say_removed(&removed);
    let next = access.next_to(&removed.person.id);
    access.refresh().await;
    let target = next.map_or("access-title".into(), |id| row_id(&id));
    pressed.focus(target);
    Ok(())
}
