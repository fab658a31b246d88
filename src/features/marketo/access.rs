//! Who may use the connection.

use std::time::Duration;

use api_types::{List, MarketoAccess, MarketoAccessQuery, MarketoState, UserId};
use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;

use super::grant::Grant;
use crate::api::{Load, Loader, marketo};
use crate::i18n;
use crate::routes::Route;
use crate::t;
use crate::ui::{ConfirmDialog, EmptyState, Failed, Field, FieldState, Pager, Skeleton, Tone, dom, notify};

/// Long enough for the next letter to come, short enough to feel like an answer.
const TYPING_PAUSE: Duration = Duration::from_millis(250);

/// Runs `then` with what a search field says, once the person pauses.
pub(super) fn on_pause(field: FieldState, then: impl Fn(String) + Copy + Send + Sync + 'static) {
    let pending = StoredValue::new(None::<TimeoutHandle>);
    let forget_pending = move || {
        if let Some(Some(handle)) = pending.try_update_value(Option::take) {
            handle.clear();
        }
    };
    on_cleanup(forget_pending);
    Effect::new(move |before: Option<String>| {
        let text = field.text.with(|text| text.trim().to_owned());
        forget_pending();
        if before.as_ref().is_some_and(|before| *before != text) {
            let text = text.clone();
            pending.set_value(set_timeout_with_handle(move || then(text.clone()), TYPING_PAUSE).ok());
        }
        text
    });
}

/// The list on the screen.
#[derive(Clone, Copy)]
pub(super) struct Access {
    query: RwSignal<MarketoAccessQuery>,
    page: Loader<List<MarketoAccess>>,
}

impl Access {
    fn new() -> Self {
        let access = Self { query: RwSignal::new(MarketoAccessQuery::default()), page: Loader::new() };
        Effect::new(move |_| {
            access.query.track();
            access.load();
        });
        access
    }

    fn load(self) {
        let wanted = self.query.get_untracked();
        leptos::task::spawn_local(async move { self.page.load(marketo::access(&wanted)).await });
    }

    /// Reads the page again after a change.
    pub(super) async fn refresh(self) {
        let Some(wanted) = self.query.try_get_untracked() else { return };
        self.page.refresh(marketo::access(&wanted)).await;
    }
}

#[component]
pub(super) fn UserAccess() -> impl IntoView {
    let account = Loader::<MarketoState>::new();
    let load = move || leptos::task::spawn_local(async move { account.load(marketo::state()).await });
    load();
    move || {
        match account.state.get() {
        Load::Loading => view! { <Skeleton rows=4 /> }.into_any(),
        Load::Failed(failure) => view! {
            <Failed message=failure.message() request_id=failure.request_id.clone() on_retry=Some(Callback::new(move |()| load())) />
        }
        .into_any(),
        Load::Ready(MarketoState { connection: None, .. }) => view! { <NotConnected /> }.into_any(),
        Load::Ready(_) => view! { <AccessOf /> }.into_any(),
    }
    }
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
            <a class="button" href=Route::Marketo.href()>{t!("marketo.set_up")}</a>
        </EmptyState>
    }
}

#[component]
fn Search(access: Access) -> impl IntoView {
    let search = FieldState::new("access-search", "");
    on_pause(search, move |text| {
        let search = Some(text).filter(|text| !text.is_empty());
        access.query.set(MarketoAccessQuery { search, ..MarketoAccessQuery::default() });
    });
    view! {
        <div class="toolbar" role="search" aria-label=t!("marketo.access_find")>
            <div class="grow"><Field state=search label=t!("marketo.access_search") kind="search" /></div>
        </div>
    }
}

#[component]
fn ListOrNot(access: Access) -> impl IntoView {
    let removing = RwSignal::new(None::<MarketoAccess>);
    let searched = move || access.query.with_untracked(|query| query.search.is_some());
    view! {
        {move || match access.page.state.get() {
            Load::Loading => view! { <Skeleton rows=4 /> }.into_any(),
            Load::Failed(failure) => view! {
                <Failed message=failure.message() request_id=failure.request_id.clone() on_retry=Some(Callback::new(move |()| access.load())) />
            }
            .into_any(),
            Load::Ready(list) if list.items.is_empty() && searched() => {
                view! { <p class="reason" role="status">{t!("marketo.access_nobody_fits")}</p> }.into_any()
            }
            Load::Ready(list) if list.items.is_empty() => {
                view! { <p class="reason">{t!("marketo.access_nobody")}</p> }.into_any()
            }
            Load::Ready(list) => view! { <AccessTable items=list.items removing /> }.into_any(),
        }}
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
                        <th scope="col">{t!("field.email")}</th>
                        <th scope="col">{t!("field.workspace")}</th>
                        <th scope="col">{t!("marketo.granted")}</th>
                        <th scope="col"><span class="visually-hidden">{t!("users.actions")}</span></th>
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
                                <td data-label=t!("field.workspace")>{item.workspace}</td>
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
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<String>);
    let close = Callback::new(move |()| {
        failure.set(None);
        removing.set(None);
    });
    let confirm = Callback::new(move |()| {
        let Some(removed) = removing.get_untracked() else { return };
        busy.set(true);
        failure.set(None);
        leptos::task::spawn_local(async move {
            match marketo::withdraw(&removed.person.id).await {
                Ok(()) => {
                    removing.try_set(None);
                    notify(Tone::Success, t!("marketo.removed", name = removed.person.display_name()));
                    let next = access.page.state.with_untracked(|page| neighbour(page, &removed.person.id));
                    access.refresh().await;
                    let target = next.map_or_else(|| "access-title".to_owned(), |id| row_id(&id));
                    dom::after_paint(move || dom::focus(&target));
                }
                Err(error) => {
                    failure.try_set(Some(error.message()));
                }
            }
            busy.try_set(false);
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
            failure
            on_confirm=confirm
            on_close=close
        />
    }
}

/// Who stands after somebody in the list, or else before.
fn neighbour(page: &Load<List<MarketoAccess>>, id: &UserId) -> Option<UserId> {
    let Load::Ready(list) = page else { return None };
    let at = list.items.iter().position(|item| item.person.id == *id)?;
    let next = list.items.get(at + 1).or_else(|| list.items.get(at.checked_sub(1)?))?;
    Some(next.person.id.clone())
}
