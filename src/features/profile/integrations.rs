//! The state of the connections that this user works with.

use api_types::{OwnMarketo, OwnMarketoAccess, SalesforceConnection, SalesforceConnections};
use leptos::prelude::*;

use crate::api::{Failure, profile, salesforce};
use crate::data::{Load, Loader};
use crate::domain::connections::{ConnectionStatus, last_check};
use crate::domain::places::Route;
use crate::domain::{people, session};
use crate::i18n;
use crate::t;
use crate::term;
use crate::ui::{Failed, IconName, Skeleton, Status, Tone};

#[component]
pub(super) fn Integrations() -> impl IntoView {
    let own = Loader::<SalesforceConnections>::new();
    let marketo = Loader::<OwnMarketo>::new();
    let load_own =
        move || leptos::task::spawn_local(async move { own.load(salesforce::connections()).await });
    let load_marketo =
        move || leptos::task::spawn_local(async move { marketo.load(profile::marketo()).await });
    let is_admin = untrack(session::is_admin);
    load_own();
    load_marketo();
    let salesforce_page = if is_admin { Route::Salesforce } else { Route::MySalesforce };
    view! {
        <section class="card" aria-labelledby="integrations-title">
            <h2 id="integrations-title">{t!("profile.integrations")}</h2>
            <div class="stack" role="group" aria-labelledby="own-salesforce">
                <h3 id="own-salesforce">{term!("nav.salesforce")}</h3>
                {move || match own.state.get() {
                    Load::Loading => view! { <Skeleton rows=1 /> }.into_any(),
                    Load::Failed(failure) => not_read(&failure, Callback::new(move |()| load_own())).into_any(),
                    Load::Ready(connections) => view! { <OwnSalesforce own=connections.own /> }.into_any(),
                }}
                <p><a href=salesforce_page.href()>{t!("profile.to_salesforce")}</a></p>
            </div>
            <div class="stack" role="group" aria-labelledby="own-marketo">
                <h3 id="own-marketo">{term!("nav.marketo")}</h3>
                {move || match marketo.state.get() {
                    Load::Loading => view! { <Skeleton rows=1 /> }.into_any(),
                    Load::Failed(failure) => not_read(&failure, Callback::new(move |()| load_marketo())).into_any(),
                    Load::Ready(own) => view! { <Marketo own /> }.into_any(),
                }}
                {if is_admin {
                    view! { <p><a href=Route::Marketo.href()>{t!("profile.to_marketo")}</a></p> }.into_any()
                } else {
                    view! { <p class="reason">{t!("profile.marketo_by_admins")}</p> }.into_any()
                }}
            </div>
        </section>
    }
}

fn not_read(failure: &Failure, retry: Callback<()>) -> impl IntoView + use<> {
    view! { <Failed message=failure.message() request_id=failure.request_id.clone() on_retry=Some(retry) /> }
}

#[component]
fn OwnSalesforce(own: Option<SalesforceConnection>) -> impl IntoView {
    match own {
        None => not_connected().into_any(),
        Some(own) => view! {
            <dl class="definition">
                <dt>{t!("field.status")}</dt>
                <dd><ConnectionStatus check=own.last_check.clone() /></dd>
                <dt>{t!("salesforce.org")}</dt>
                <dd><bdi>{own.org_name}</bdi></dd>
                <dt>{t!("salesforce.user")}</dt>
                <dd><bdi class="address">{own.username}</bdi></dd>
                <dt>{t!("connection.last_check")}</dt>
                <dd>{last_check(&own.last_check)}</dd>
            </dl>
        }
        .into_any(),
    }
}

#[component]
fn Marketo(own: OwnMarketo) -> impl IntoView {
    match own {
        OwnMarketo::NotConnected => not_connected().into_any(),
        OwnMarketo::Connected { last_check: check, access } => view! {
            <dl class="definition">
                <dt>{t!("field.status")}</dt>
                <dd><ConnectionStatus check=check.clone() /></dd>
                <dt>{t!("connection.last_check")}</dt>
                <dd>{last_check(&check)}</dd>
                {own_access(access)}
            </dl>
        }
        .into_any(),
    }
}

/// Whether and where this user may use the account's connection.
fn own_access(access: OwnMarketoAccess) -> impl IntoView + use<> {
    let (said, workspace) = match access {
        OwnMarketoAccess::Owner => (t!("profile.marketo_owner"), None),
        OwnMarketoAccess::Granted { workspace, granted_at } => {
            (t!("profile.marketo_since", date = i18n::date(granted_at.as_str())), Some(workspace))
        }
        OwnMarketoAccess::None => (t!("profile.marketo_none"), None),
    };
    view! {
        <dt>{t!("profile.marketo_access")}</dt>
        <dd>{said}</dd>
        {workspace.map(|workspace| view! {
            <dt>{term!("field.workspace")}</dt>
            <dd><bdi>{people::workspace(&workspace)}</bdi></dd>
        })}
    }
}

fn not_connected() -> impl IntoView {
    view! { <p><Status tone=Tone::Quiet icon=IconName::Cross label=t!("connection.none") /></p> }
}
