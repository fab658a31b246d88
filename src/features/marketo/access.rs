//! Who may use the connection.

use api_types::{MarketoAccess, MarketoAccessQuery, MarketoState, UserId};
use leptos::prelude::*;

use super::grant::Grant;
use super::state::Access;
use crate::api::marketo;
use crate::data::{Loader, Submission, loaded, loaded_list};
use crate::domain::people;
use crate::domain::places::Route;
use crate::i18n;
use crate::platform::dom;
use crate::t;
use crate::term;
use crate::ui::{ConfirmDialog, EmptyState, Pager, SearchField, Tone, notify};

#[component]
pub(super) fn UserAccess() -> impl IntoView {
    let account = Loader::<MarketoState>::new();
    let load = move || leptos::task::spawn_local(async move { account.load(marketo::state()).await });
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
    let removing = RwSignal::new(None::<MarketoAccess>);
    let searched = move || access.query.with_untracked(|query| query.search.is_some());
    let nobody = move || {
        let text = if searched() { t!("marketo.access_nobody_fits") } else { t!("marketo.access_nobody") };
        view! { <p class="reason" role="status">{text}</p> }.into_any()
    };
    let table = move |items| view! { <AccessTable items removing /> }.into_any();
    view! {
        {loaded_list(access.page, 4, move || access.load(), nobody, table)}
        <Pager
            label=t!("marketo.access_pages")
            here=Signal::derive(move || access.query.with(|query| query.cursor.clone()))
            next=access.page.next_cursor()
            on_turn=Callback::new(move |cursor: Option<String>| {
                access.query.update(|query| query.cursor = cursor);
                dom::focus("access-title");
            })
        />
        <Remove removing access />
    }
}

#[component]
fn AccessTable(items: Vec<MarketoAccess>, removing: RwSignal<Option<MarketoAccess>>) -> impl IntoView {
    view! {
        <div class="table-frame">
            <table class="table">
                <caption class="visually-hidden">{t!("marketo.access_title")}</caption>
                <thead>
                    <tr>
                        <th scope="col">{t!("users.name")}</th>
                        <th scope="col">{term!("field.email")}</th>
                        <th scope="col">{term!("field.workspace")}</th>
                        <th scope="col">{t!("marketo.granted")}</th>
                        <th scope="col"><span class="visually-hidden">{term!("users.actions")}</span></th>
                    </tr>
                </thead>
                <tbody>
                    {items.into_iter().map(|item| {
                        let who = item.person.display_name().to_owned();
                        let removed = item.clone();
                        view! {
                            <tr id=row_id(&item.person.id) tabindex="-1">
                                <th scope="row"><bdi>{who.clone()}</bdi></th>
                                <td data-label=t!("field.email")><bdi class="address">{item.person.email}</bdi></td>
                                <td data-label=t!("field.workspace")>{people::workspace(&item.workspace)}</td>
                                <td data-label=t!("marketo.granted")>{i18n::date(item.granted_at.as_str())}</td>
                                <td class="row-actions">
                                    <button type="button" class="button button-quiet" aria-label=t!("marketo.remove_of", name = who)
                                        on:click=move |_| removing.set(Some(removed.clone()))>{t!("users.remove")}</button>
                                </td>
                            </tr>
                        }
                    }).collect_view()}
                </tbody>
            </table>
        </div>
    }
}

fn row_id(id: &UserId) -> String {
    format!("access-{id}")
}

#[component]
fn Remove(removing: RwSignal<Option<MarketoAccess>>, access: Access) -> impl IntoView {
    let removal @ Submission { busy, refusal } = Submission::new();
    let close = Callback::new(move |()| {
        removal.forget();
        removing.set(None);
    });
    let confirm = Callback::new(move |()| {
        let Some(removed) = removing.get_untracked() else { return };
        removal.send(async move {
            marketo::withdraw(&removed.person.id).await?;
            removing.try_set(None);
            notify(Tone::Success, t!("marketo.removed", name = removed.person.display_name()));
            let next = access.next_to(&removed.person.id);
            access.refresh().await;
            let target = next.map_or_else(|| "access-title".to_owned(), |id| row_id(&id));
            dom::after_paint(move || dom::focus(&target));
            Ok(())
        });
    });
    let who = move || {
        removing.with(|removing| {
            removing.as_ref().map(|access| access.person.display_name().to_owned()).unwrap_or_default()
        })
    };
    view! {
        <ConfirmDialog
            open=Signal::derive(move || removing.with(Option::is_some))
            title=Signal::derive(move || t!("marketo.remove_title", name = who()))
            text=t!("marketo.remove_text")
            action=t!("users.remove")
            danger=true
            busy
            failure=refusal
            on_confirm=confirm
            on_close=close
        />
    }
}
