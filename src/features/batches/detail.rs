use api_types::{BatchId, RowQuery};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_params_map, use_query_map};

use super::export::{Export, ExportProgress, download};
use super::filter::read_query;
use super::overview::Overview;
use super::rows::RowTable;
use super::state::{Act, Detail};
use crate::api::{Failure, Load, query};
use crate::invitations::{InvitationLinkDialog, ResendDialog};
use crate::routes::Route;
use crate::t;
use crate::ui::{
    ConfirmDialog, Crumb, EmptyState, Failed, Menu, MenuItem, Page, Pager, Skeleton, Tone, dom, notify,
};

#[component]
pub(crate) fn BatchDetail() -> impl IntoView {
    let parameters = use_params_map();
    let id = Memo::new(move |_| BatchId(parameters.with(|map| map.get("batch")).unwrap_or_default()));
    let asked = use_query_map();
    let wanted = Memo::new(move |_| asked.with(|map| read_query(|name| map.get(name))));
    let navigate = use_navigate();
    let go = Callback::new(move |wanted: RowQuery| {
        let options = NavigateOptions { scroll: false, ..NavigateOptions::default() };
        navigate(&query(&Route::Batch(id.get_untracked()).path(), &wanted), options);
    });
    let detail = Detail::new(id, wanted, go);
    let export = RwSignal::new(Export::Idle);
    let sent = Callback::new(move |email: String| {
        notify(Tone::Success, t!("batches.correct_done", email = email));
        leptos::task::spawn_local(detail.catch_up());
    });
    view! {
        <Page
            title=t!("batches.detail_title")
            crumbs=vec![
                Crumb::page(t!("nav.user_management"), Route::Users.href()),
                Crumb::page(t!("nav.invitation_batches"), Route::Batches.href()),
            ]
            actions=ViewFn::from(move || view! { <ActionsMenu detail export /> })
        >
            <div class="stack-large">
                <Whole detail />
                <ExportProgress export />
                <Rows detail />
            </div>
            <InvitationLinkDialog invitation=detail.link />
            <ResendDialog correction=detail.correction on_sent=sent />
            <Confirmation detail />
        </Page>
    }
}

#[component]
fn ActionsMenu(detail: Detail, export: RwSignal<Export>) -> impl IntoView {
    let items = Signal::derive(move || {
        let Some(batch) = detail.known() else { return Vec::new() };
        let mut items: Vec<MenuItem> = [Act::RetryFailed, Act::RevokeAll, Act::Cancel]
            .into_iter()
            .map(|act| {
                let obstacle = act.obstacle(&batch);
                MenuItem::new(act.label(), move || detail.act(act.clone())).disabled(obstacle)
            })
            .collect();
        items.push(MenuItem::new(t!("batches.download"), move || {
            if let Some(batch) = untrack(|| detail.known()) {
                leptos::task::spawn_local(download(batch, export));
            }
        }));
        items
    });
    view! {
        <Show when=move || items.with(|items| !items.is_empty())>
            <Menu label=t!("users.actions") items />
        </Show>
    }
}

/// What a place that is being read shows.
#[derive(Clone, PartialEq)]
enum Place {
    Loading,
    Ready,
    Failed(Failure),
}

impl Place {
    fn of<T>(load: &Load<T>) -> Self {
        match load {
            Load::Loading => Self::Loading,
            Load::Ready(_) => Self::Ready,
            Load::Failed(failure) => Self::Failed(failure.clone()),
        }
    }
}

fn failed(failure: &Failure, retry: Callback<()>) -> AnyView {
    view! { <Failed message=failure.message() request_id=failure.request_id.clone() on_retry=Some(retry) /> }
        .into_any()
}

#[component]
fn Whole(detail: Detail) -> impl IntoView {
    let place = Memo::new(move |_| detail.batch.state.with(Place::of));
    move || match place.get() {
        Place::Loading => view! { <Skeleton rows=4 /> }.into_any(),
        Place::Failed(failure) => failed(&failure, Callback::new(move |()| detail.load_batch())),
        Place::Ready => {
            untrack(|| detail.known()).map(|batch| view! { <Overview detail initial=batch /> }).into_any()
        }
    }
}

#[component]
fn Rows(detail: Detail) -> impl IntoView {
    let place = Memo::new(move |_| detail.rows.state.with(Place::of));
    let empty = Memo::new(move |_| detail.items().is_empty());
    let next = Signal::derive(move || {
        detail.rows.state.with(|rows| match rows {
            Load::Ready(list) => list.meta.next_cursor.clone(),
            _ => None,
        })
    });
    let turn = Callback::new(move |cursor: Option<String>| {
        detail.go.run(RowQuery { cursor, ..detail.query.get_untracked() });
        dom::focus("rows");
    });
    view! {
        {move || match (place.get(), empty.get()) {
            (Place::Loading, _) => view! { <Skeleton rows=8 /> }.into_any(),
            (Place::Failed(failure), _) => failed(&failure, Callback::new(move |()| detail.load_rows())),
            (Place::Ready, true) => view! {
                <EmptyState title=t!("batches.no_rows_title") text=t!("batches.no_rows_text") />
            }.into_any(),
            (Place::Ready, false) => view! { <RowTable detail /> }.into_any(),
        }}
        <Pager
            label=t!("batches.row_pages")
            here=Signal::derive(move || detail.query.with(|query| query.cursor.clone()))
            next
            on_turn=turn
        />
    }
}

#[component]
fn Confirmation(detail: Detail) -> impl IntoView {
    let Detail { question, refusal, busy, .. } = detail;
    let said = move |words: fn(&Act) -> String| {
        Signal::derive(move || question.with(|question| question.as_ref().map(words).unwrap_or_default()))
    };
    view! {
        <ConfirmDialog
            open=Signal::derive(move || question.with(Option::is_some))
            title=said(Act::question)
            text=said(Act::consequences)
            action=said(Act::label)
            danger=true
            busy
            failure=refusal
            on_confirm=Callback::new(move |()| detail.confirm())
            on_close=Callback::new(move |()| question.set(None))
        />
    }
}
