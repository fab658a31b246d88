//! How the connections stand that this person works with.

use api_types::{MarketoState, SalesforceConnection, SalesforceConnections};
use leptos::prelude::*;

use crate::api::{Failure, Load, Loader, marketo, salesforce};
use crate::connection::{ConnectionStatus, last_check};
use crate::routes::Route;
use crate::session;
use crate::t;
use crate::ui::{Failed, IconName, Skeleton, Status};

#[component]
pub(super) fn Integrations() -> impl IntoView {
    let own = Loader::<SalesforceConnections>::new();
    let account = Loader::<MarketoState>::new();
    let load_own =
        move || leptos::task::spawn_local(async move { own.load(salesforce::connections()).await });
    let load_account = move || leptos::task::spawn_local(async move { account.load(marketo::state()).await });
    let is_admin = untrack(session::is_admin);
    load_own();
    // Of no concern to somebody who may not see it.
    if is_admin {
        load_account();
    }
    let salesforce_page = if is_admin { Route::Salesforce } else { Route::MySalesforce };
    view! {
        <section class="card" aria-labelledby="integrations-title">
            <h2 id="integrations-title">{t!("profile.integrations")}</h2>
            <h3>{t!("nav.salesforce")}</h3>
            {move || match own.state.get() {
                Load::Loading => view! { <Skeleton rows=1 /> }.into_any(),
                Load::Failed(failure) => not_read(&failure, Callback::new(move |()| load_own())).into_any(),
                Load::Ready(connections) => view! { <OwnSalesforce own=connections.own /> }.into_any(),
            }}
            <p><a href=salesforce_page.href()>{t!("profile.to_salesforce")}</a></p>
            <h3>{t!("nav.marketo")}</h3>
            {if is_admin {
                (move || match account.state.get() {
                    Load::Loading => view! { <Skeleton rows=1 /> }.into_any(),
                    Load::Failed(failure) => not_read(&failure, Callback::new(move |()| load_account())).into_any(),
                    Load::Ready(state) => view! { <Marketo state /> }.into_any(),
                })
                .into_any()
            } else {
                view! { <p class="reason">{t!("profile.marketo_by_admins")}</p> }.into_any()
            }}
            {is_admin.then(|| view! { <p><a href=Route::Marketo.href()>{t!("profile.to_marketo")}</a></p> })}
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
fn Marketo(state: MarketoState) -> impl IntoView {
    match state.connection {
        None => not_connected().into_any(),
        Some(connection) => view! {
            <dl class="definition">
                <dt>{t!("field.status")}</dt>
                <dd><ConnectionStatus check=connection.last_check.clone() /></dd>
                <dt>{t!("connection.last_check")}</dt>
                <dd>{last_check(&connection.last_check)}</dd>
            </dl>
        }
        .into_any(),
    }
}

fn not_connected() -> impl IntoView {
    view! { <p><Status tone="quiet" icon=IconName::Cross label=t!("connection.none") /></p> }
}
