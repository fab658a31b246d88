use api_types::{Batch, InvitationStatus, RowQuery};
use leptos::prelude::*;
use leptos_router::hooks::{use_navigate, use_query_map};

use super::export::download;
use crate::api::query;
use crate::data::export::{Export, ExportProgress};
use crate::data::{Heading, History};
use crate::domain::invitations::{Delivery, DeliveryPanel, InvitationAction, labels, read_query};
use crate::domain::navigation::{self, Place, Route};
use crate::domain::people::PersonLink;
use crate::i18n;
use crate::platform::spawn;
use crate::t;
use crate::term;
use crate::ui::{Crumb, HelpPage, Menu, MenuItem, Page, Skeleton, Status};

#[component]
pub(crate) fn BatchDetail() -> impl IntoView {
    let id = navigation::shown_id(|route| match route {
        Route::Batch(id) => Some(id),
        _ => None,
    });
    let asked = use_query_map();
    let wanted = Memo::new(move |_| asked.with(|map| read_query(|name| map.get(name))));
    let navigate = use_navigate();
    let go = Callback::new(move |(wanted, history): (RowQuery, History)| {
        navigate(&query(&Route::Batch(id.get_untracked()).path(), &wanted), history.on_screen());
    });
    let delivery = Delivery::new(id, wanted, go);
    let export = Export::new();
    let heading = delivery.heading(labels::name);
    move || {
        match heading.get() {
        Heading::Loading => view! { <Skeleton rows=8 /> }.into_any(),
        Heading::Failed => view! {
            <Page title=t!("batches.detail_title") crumbs=crumbs() help=HelpPage::Invitations>
                <DeliveryPanel delivery />
            </Page>
        }
        .into_any(),
        Heading::Of { name, .. } => view! {
            <Page
                title=name
                crumbs=crumbs()
                help=HelpPage::Invitations
                actions=ViewFn::from(move || view! { <ActionsMenu delivery export /> })
            >
                <div class="stack">
                    <ExportProgress export label=t!("batches.download") />
                    <DeliveryPanel delivery head=Callback::new(|batch| view! { <Facts batch /> }.into_any()) />
                </div>
            </Page>
        }
        .into_any(),
    }
    }
}

fn crumbs() -> Vec<Crumb> {
    Place::AdminSettings.crumbs_below([
        (term!("nav.user_management"), Route::Users),
        (term!("nav.invitation_batches"), Route::Batches),
    ])
}

#[component]
fn ActionsMenu(delivery: Delivery, export: Export) -> impl IntoView {
    let items = Signal::derive(move || {
        let Some(batch) = delivery.known() else { return Vec::new() };
        let mut items: Vec<MenuItem> =
            [InvitationAction::RetryFailed, InvitationAction::RevokeAll, InvitationAction::Cancel]
                .into_iter()
                .map(|act| {
                    let disabled_reason = act.disabled_reason(&batch);
                    MenuItem::new(act.label(), move || delivery.act(act.clone())).disabled(disabled_reason)
                })
                .collect();
        items.push(
            MenuItem::new(t!("batches.download"), move || {
                if let Some(batch) = untrack(|| delivery.known()) {
                    spawn(download(batch, export));
                }
            })
            .disabled(export.disabled_reason()),
        );
        items
    });
    view! {
        <Show when=move || items.with(|items| !items.is_empty())>
            <Menu label=term!("users.actions") items />
        </Show>
    }
}

#[component]
fn Facts(batch: Memo<Batch>) -> impl IntoView {
    let fixed = batch.get_untracked();
    let state = move || {
        let ((tone, icon), label) = batch.with(labels::state);
        view! { <Status tone icon label /> }
    };
    let figure = |label: String, of: fn(&Batch) -> u32| {
        view! { <div><dt>{label}</dt><dd>{move || i18n::number(batch.with(of))}</dd></div> }
    };
    view! {
        <dl class="fact-line">
            <div>
                <dt class="visually-hidden">{t!("field.status")}</dt>
                <dd>{state}</dd>
            </div>
            {figure(t!("batches.accepted"), |batch| batch.accepted)}
            {figure(t!("batches.invitation_pending"), |batch| batch.invitations(InvitationStatus::Pending))}
            {figure(t!("batches.revoked"), |batch| batch.revoked)}
            <div>
                <dt>{t!("batches.sent_by")}</dt>
                <dd><PersonLink id=fixed.created_by_id name=fixed.created_by /></dd>
            </div>
            <div>
                <dt class="visually-hidden">{t!("batches.when")}</dt>
                <dd><time datetime=fixed.created_at.0.clone()>{i18n::date_time(fixed.created_at.as_str())}</time></dd>
            </div>
        </dl>
    }
}
