use api_types::{Batch, List, PageQuery};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};

use crate::api::{Load, Loader, batches, query};
use crate::i18n;
use crate::invitations::{MailTroubleNote, words};
use crate::loading::loaded_list;
use crate::places::Place;
use crate::routes::Route;
use crate::t;
use crate::term;
use crate::ui::{EmptyState, HelpPage, Page, Pager, Status, dom};

#[component]
pub(crate) fn Batches() -> impl IntoView {
    let asked = use_query_map();
    let here = Memo::new(move |_| asked.with(|map| map.get("cursor")).filter(|cursor| !cursor.is_empty()));
    let page = Loader::<List<Batch>>::new();
    let load = move || {
        let wanted = PageQuery { cursor: here.get_untracked(), limit: None };
        leptos::task::spawn_local(async move { page.load(batches::list(&wanted)).await });
    };
    Effect::new(move |_| {
        here.track();
        load();
    });
    let trouble = Signal::derive(move || {
        page.state.with(|page| match page {
            Load::Ready(page) => page.items.iter().find_map(|batch| batch.mail_trouble.clone()),
            _ => None,
        })
    });
    let next = page.next_cursor();
    let navigate = use_navigate();
    let turn = Callback::new(move |cursor: Option<String>| {
        let options = NavigateOptions { scroll: false, ..NavigateOptions::default() };
        navigate(&query(&Route::Batches.path(), &PageQuery { cursor, limit: None }), options);
        dom::focus("batches");
    });
    view! {
        <Page
            title=term!("nav.invitation_batches")
            purpose=t!("batches.purpose")
            crumbs=Place::AdminSettings.crumbs_below([(term!("nav.user_management"), Route::Users)])
            help=HelpPage::Invitations
        >
            <div class="stack-large">
                <MailTroubleNote trouble on_retried=Callback::new(move |()| load()) />
                {loaded_list(page, 6, load, || view! { <NoBatches /> }.into_any(), |batches| {
                    view! { <BatchTable batches /> }.into_any()
                })}
                <Pager label=t!("batches.pages") here next on_turn=turn />
            </div>
        </Page>
    }
}

#[component]
fn NoBatches() -> impl IntoView {
    view! {
        <EmptyState title=t!("batches.empty_title") text=t!("batches.empty_text")>
            <div class="actions">
                <a class="button button-primary" href=Route::Invite.href()>{term!("users.invite_users")}</a>
                <a class="button" href=Route::InviteCsv.href()>{term!("users.invite_users_via_csv")}</a>
            </div>
        </EmptyState>
    }
}

#[component]
fn BatchTable(batches: Vec<Batch>) -> impl IntoView {
    view! {
        <div class="table-frame" id="batches" tabindex="-1">
            <table class="table table-wide">
                <caption class="visually-hidden">{t!("nav.invitation_batches")}</caption>
                <thead>
                    <tr>
                        <th scope="col">{t!("batches.file")}</th>
                        <th scope="col">{t!("batches.sent_by")}</th>
                        <th scope="col">{t!("batches.when")}</th>
                        <th scope="col">{t!("field.status")}</th>
                        <th scope="col" class="number">{t!("batches.rows")}</th>
                        <th scope="col" class="number">{t!("delivery.sent")}</th>
                        <th scope="col" class="number">{t!("delivery.failed")}</th>
                        <th scope="col" class="number">{t!("batches.accepted")}</th>
                    </tr>
                </thead>
                <tbody>{batches.into_iter().map(row).collect_view()}</tbody>
            </table>
        </div>
    }
}

fn row(batch: Batch) -> impl IntoView {
    let ((tone, icon), state) = words::state(&batch);
    let name = words::name(&batch);
    let number = |label: String, count: u32| {
        view! { <td class="number" data-label=label>{i18n::number(count)}</td> }
    };
    view! {
        <tr>
            <th scope="row"><a href=Route::Batch(batch.id.clone()).href()><bdi>{name}</bdi></a></th>
            <td data-label=t!("batches.sent_by")><bdi>{batch.created_by}</bdi></td>
            <td data-label=t!("batches.when")>
                <time datetime=batch.created_at.0.clone()>{i18n::date_time(batch.created_at.as_str())}</time>
            </td>
            <td data-label=t!("field.status")><Status tone icon label=state /></td>
            {number(t!("batches.rows"), batch.expected_rows)}
            {number(t!("delivery.sent"), batch.deliveries.sent)}
            {number(t!("delivery.failed"), batch.deliveries.failed)}
            {number(t!("batches.accepted"), batch.accepted)}
        </tr>
    }
}
