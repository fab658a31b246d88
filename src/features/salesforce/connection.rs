//! Connections as shown: the user's own with its actions, those of others in a table.

use api_types::{SalesforceConnection, SalesforceConnections, SalesforceEnvironment};
use leptos::prelude::*;

use crate::api::salesforce;
use crate::data::Loader;
use crate::domain::connections::salesforce_flow::environment_name;
use crate::domain::connections::{CheckNow, ConnectionStatus, ConnectionTrouble, Disconnect, last_check};
use crate::i18n;
use crate::t;
use crate::ui::{Button, ButtonKind};

#[component]
pub(super) fn OwnConnection(
    own: SalesforceConnection,
    loader: Loader<SalesforceConnections>,
    connect: Callback<SalesforceEnvironment>,
) -> impl IntoView {
    let again = own.last_check.failure.map(|_| {
        let environment = own.environment.clone();
        view! { <Button kind=ButtonKind::Primary on_press=Callback::new(move |()| connect.run(environment.clone()))>{t!("salesforce.connect_again")}</Button> }
    });
    // Until the org's name is known, its id is shown.
    let org_id = (own.org_name != own.org_id).then(|| own.org_id.clone());
    view! {
        <section class="card" aria-labelledby="own-title">
            <div class="card-head">
                <h2 id="own-title" tabindex="-1">{t!("salesforce.own")}</h2>
                <ConnectionStatus check=own.last_check.clone() />
            </div>
            <ConnectionTrouble check=own.last_check.clone() />
            <dl class="definition">
                <dt>{t!("salesforce.org")}</dt>
                <dd>
                    <a href=own.instance_url.clone() target="_blank" rel="noopener noreferrer">{own.org_name.clone()}</a>
                    " " <bdi class="address quiet">{org_id}</bdi>
                </dd>
                <dt>{t!("salesforce.user")}</dt>
                <dd><bdi class="address">{own.username.clone()}</bdi></dd>
                <dt>{t!("salesforce_flow.environment")}</dt>
                <dd>{environment_name(&own.environment)}</dd>
                <dt>{t!("salesforce.scopes")}</dt>
                <dd><bdi class="address">{own.scopes.join(" ")}</bdi></dd>
                <dt>{t!("connection.since")}</dt>
                <dd>{i18n::date_time(own.connected_at.as_str())}</dd>
                <dt>{t!("connection.last_check")}</dt>
                <dd>{last_check(&own.last_check)}</dd>
            </dl>
            <div class="actions">
                {again}
                <CheckNow id="check-salesforce" loader check=salesforce::check />
                <Disconnect loader disconnect=salesforce::disconnect read=salesforce::connections
                    title=t!("salesforce.disconnect_title", org = own.org_name)
                    text=t!("salesforce.disconnect_text") done=t!("salesforce.disconnected") />
            </div>
        </section>
    }
}

/// The connections of other administrators; each belongs to the administrator who made it.
#[component]
pub(super) fn OthersTable(others: Vec<SalesforceConnection>) -> impl IntoView {
    view! {
        <section class="stack" aria-labelledby="others-title">
            <h2 id="others-title">{t!("salesforce.others")}</h2>
            <div class="table-frame" tabindex="0" role="region" aria-labelledby="others-title">
                <table class="table">
                    <caption class="visually-hidden">{t!("salesforce.others")}</caption>
                    <thead>
                        <tr>
                            <th scope="col">{t!("connection.owner")}</th>
                            <th scope="col">{t!("salesforce.org")}</th>
                            <th scope="col">{t!("salesforce.user")}</th>
                            <th scope="col">{t!("connection.last_check")}</th>
                            <th scope="col">{t!("field.status")}</th>
                        </tr>
                    </thead>
                    <tbody>
                        {others.into_iter().map(|other| view! {
                            <tr>
                                <th scope="row"><bdi>{other.owner.display_name().to_owned()}</bdi></th>
                                <td data-label=t!("salesforce.org")><bdi>{other.org_name}</bdi></td>
                                <td data-label=t!("salesforce.user")><bdi class="address">{other.username}</bdi></td>
                                <td data-label=t!("connection.last_check")>{last_check(&other.last_check)}</td>
                                <td data-label=t!("field.status")><ConnectionStatus check=other.last_check /></td>
                            </tr>
                        }).collect_view()}
                    </tbody>
                </table>
            </div>
        </section>
    }
}
