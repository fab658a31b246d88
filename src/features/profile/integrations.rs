//! The state of the connections that this user works with.

use api_types::{OwnMarketo, SalesforceConnections};
use leptos::prelude::*;

use crate::api::{Failure, profile, salesforce};
use crate::data::{Load, Loader};
use crate::domain::connections::{MarketoFacts, SalesforceFacts};
use crate::domain::navigation::Route;
use crate::domain::session;
use crate::platform::spawn;
use crate::t;
use crate::term;
use crate::ui::{Failed, Skeleton};

#[component]
pub(super) fn Integrations() -> impl IntoView {
    let own = Loader::<SalesforceConnections>::new();
    let marketo = Loader::<OwnMarketo>::new();
    let load_own = move || spawn(async move { own.load(salesforce::connections()).await });
    let load_marketo = move || spawn(async move { marketo.load(profile::marketo()).await });
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
                    Load::Ready(connections) => view! { <SalesforceFacts connection=connections.own /> }.into_any(),
                }}
                <p><a href=salesforce_page.href()>{t!("profile.to_salesforce")}</a></p>
            </div>
            <div class="stack" role="group" aria-labelledby="own-marketo">
                <h3 id="own-marketo">{term!("nav.marketo")}</h3>
                {move || match marketo.state.get() {
                    Load::Loading => view! { <Skeleton rows=1 /> }.into_any(),
                    Load::Failed(failure) => not_read(&failure, Callback::new(move |()| load_marketo())).into_any(),
                    Load::Ready(own) => view! {
                        <MarketoFacts own of_owner=t!("profile.marketo_owner") of_none=t!("profile.marketo_none") />
                    }
                    .into_any(),
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
