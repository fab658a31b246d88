//! Connections as shown: the user's own with its actions, those of others in a table.

use api_types::{SalesforceConnection, SalesforceConnections, SalesforceEnvironment};
use leptos::prelude::*;

use crate::api::salesforce;
use crate::data::Loader;
use crate::domain::connections::salesforce_flow::environment_name;
use crate::domain::connections::{CheckNow, ConnectionStatus, ConnectionTrouble, Disconnect, last_check};
use crate::domain::people::PersonLink;
use crate::i18n;
use crate::t;
use crate::ui::{Button, ButtonKind, Column, Confirmation, Frame, Table};

#[component]
pub(super) fn OwnConnection(
    own: SalesforceConnection,
    ending: Confirmation,
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
                <Disconnect ending loader disconnect=salesforce::disconnect read=salesforce::connections
                    title=t!("salesforce.disconnect_title", org = own.org_name)
                    text=t!("salesforce.disconnect_text") done=t!("salesforce.disconnected") />
            </div>
        </section>
    }
}

/// The connections of other administrators; each belongs to the administrator who made it.
#[component]
pub(super) fn OthersTable(others: Vec<SalesforceConnection>) -> impl IntoView {
    let columns = vec![
        Column::row_head(t!("connection.owner"), |other: &SalesforceConnection| {
            view! { <PersonLink id=other.owner.id.clone() name=other.owner.display_name() /> }
        }),
        Column::new(t!("salesforce.org"), |other: &SalesforceConnection| {
            view! { <bdi>{other.org_name.clone()}</bdi> }
        }),
        Column::new(t!("salesforce.user"), |other: &SalesforceConnection| {
            view! { <bdi class="address">{other.username.clone()}</bdi> }
        }),
        Column::new(t!("connection.last_check"), |other: &SalesforceConnection| {
            last_check(&other.last_check)
        }),
        Column::new(t!("field.status"), |other: &SalesforceConnection| {
            view! { <ConnectionStatus check=other.last_check.clone() /> }
        }),
    ];
    view! {
        <section class="stack" aria-labelledby="others-title">
            <h2 id="others-title">{t!("salesforce.others")}</h2>
            {Table::new(t!("salesforce.others"), columns).frame(Frame::Scrolled).rows(others)}
        </section>
    }
}
