use api_types::{Batch, List, PageQuery};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};

use crate::api::{Pace, batches, query};
use crate::data::{Load, Loader, standing};
use crate::domain::invitations::{MailTroubleNote, labels};
use crate::domain::places::{Place, Route};
use crate::i18n;
use crate::platform::{dom, timers};
use crate::t;
use crate::term;
use crate::ui::{EmptyState, HelpPage, Page, Pager, Status};

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
    leptos::task::spawn_local(follow(page, here));
    let is_empty = Memo::new(move |_| {
        page.state.with(|page| matches!(page, Load::Ready(page) if page.items.is_empty()))
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
                {standing(page, 6, load, move || (move || if is_empty.get() {
                    view! { <NoBatches /> }.into_any()
                } else {
                    view! { <BatchTable page /> }.into_any()
                }).into_any())}
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
fn BatchTable(page: Loader<List<Batch>>) -> impl IntoView {
    let batches = move || {
        page.state.with(|page| match page {
            Load::Ready(page) => page.items.clone(),
            _ => Vec::new(),
        })
    };
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
                        {counts().map(|(label, _)| view! { <th scope="col" class="number">{label}</th> }).collect_view()}
                    </tr>
                </thead>
                <tbody>
                    <For each=batches key=|batch| batch.id.clone() let:batch><Row page initial=batch /></For>
                </tbody>
            </table>
        </div>
    }
}

/// A count per batch, with its label.
type Count = (String, fn(&Batch) -> u32);

fn counts() -> [Count; 5] {
    [
        (t!("delivery.sent"), |batch| batch.deliveries.sent),
        (t!("delivery.failed"), |batch| batch.deliveries.failed),
        (t!("batches.accepted"), |batch| batch.accepted),
        (t!("batches.waiting"), |batch| batch.waiting),
        (t!("batches.revoked"), |batch| batch.revoked),
    ]
}

/// One batch. Its element is kept when the list is loaded again, so that the focus is not lost.
#[component]
fn Row(page: Loader<List<Batch>>, initial: Batch) -> impl IntoView {
    let fixed = initial.clone();
    let id = initial.id.clone();
    let batch = Memo::new(move |before: Option<&Batch>| {
        let now = page.state.with(|page| match page {
            Load::Ready(page) => page.items.iter().find(|batch| batch.id == id).cloned(),
            _ => None,
        });
        now.or_else(|| before.cloned()).unwrap_or_else(|| initial.clone())
    });
    let state = move || {
        let ((tone, icon), label) = batch.with(labels::state);
        view! { <Status tone icon label /> }
    };
    let number = move |(label, of): Count| {
        view! { <td class="number" data-label=label>{move || i18n::number(batch.with(of))}</td> }
    };
    view! {
        <tr>
            <th scope="row"><a href=Route::Batch(fixed.id.clone()).href()><bdi>{labels::name(&fixed)}</bdi></a></th>
            <td data-label=t!("batches.sent_by")><bdi>{fixed.created_by}</bdi></td>
            <td data-label=t!("batches.when")>
                <time datetime=fixed.created_at.0.clone()>{i18n::date_time(fixed.created_at.as_str())}</time>
            </td>
            <td data-label=t!("field.status")>{state}</td>
            <td class="number" data-label=t!("batches.rows")>{i18n::number(fixed.expected_rows)}</td>
            {counts().map(number).collect_view()}
        </tr>
    }
}

/// Polls while the page is visible: mails are sent, people accept.
async fn follow(page: Loader<List<Batch>>, here: Memo<Option<String>>) {
    let mut pace = Pace::default();
    loop {
        timers::sleep(pace.wait_ms()).await;
        let Some(cursor) = here.try_get_untracked() else { return };
        let Some(before) = page.state.try_get_untracked() else { return };
        // After a failure, only the button loads again.
        if dom::document().hidden() || !matches!(before, Load::Ready(_)) {
            continue;
        }
        page.keep_up(batches::list(&PageQuery { cursor, limit: None })).await;
        let Some(now) = page.state.try_get_untracked() else { return };
        pace = pace.after(now != before);
    }
}
