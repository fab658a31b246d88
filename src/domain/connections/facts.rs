//! What is said of a person's connections.

use api_types::{OwnMarketo, OwnMarketoAccess, SalesforceConnection};
use leptos::prelude::*;

use super::status::{ConnectionStatus, last_check};
use crate::domain::people;
use crate::i18n;
use crate::t;
use crate::term;
use crate::ui::{IconName, Status, Tone};

#[component]
pub(crate) fn SalesforceFacts(connection: Option<SalesforceConnection>) -> impl IntoView {
    match connection {
        None => not_connected().into_any(),
        Some(own) => view! {
            <dl class="definition">
                <dt>{t!("field.status")}</dt>
                <dd><ConnectionStatus check=own.last_check.clone() /></dd>
                <dt>{t!("salesforce.org")}</dt>
                <dd><bdi>{own.org_name}</bdi></dd>
                <dt>{t!("salesforce.user")}</dt>
                <dd><bdi class="address">{own.username}</bdi></dd>
                <dt>{t!("connection.since")}</dt>
                <dd>{i18n::date_time(own.connected_at.as_str())}</dd>
                <dt>{t!("connection.last_check")}</dt>
                <dd>{last_check(&own.last_check)}</dd>
            </dl>
        }
        .into_any(),
    }
}

/// The account's connection, and whether and where the person may use it.
#[component]
pub(crate) fn MarketoFacts(
    own: OwnMarketo,
    /// What is said of the one who made the connection.
    #[prop(into)]
    of_owner: String,
    /// What is said of one who may not use it.
    #[prop(into)]
    of_none: String,
) -> impl IntoView {
    let (check, access) = match own {
        OwnMarketo::NotConnected => return not_connected().into_any(),
        OwnMarketo::Connected { last_check, access } => (last_check, access),
    };
    let (said, workspace) = match access {
        OwnMarketoAccess::Owner => (of_owner, None),
        OwnMarketoAccess::Granted { workspace, granted_at } => {
            (t!("profile.marketo_since", date = i18n::date(granted_at.as_str())), Some(workspace))
        }
        OwnMarketoAccess::None => (of_none, None),
    };
    view! {
        <dl class="definition">
            <dt>{t!("field.status")}</dt>
            <dd><ConnectionStatus check=check.clone() /></dd>
            <dt>{t!("connection.last_check")}</dt>
            <dd>{last_check(&check)}</dd>
            <dt>{t!("profile.marketo_access")}</dt>
            <dd>{said}</dd>
            {workspace.map(|workspace| view! {
                <dt>{term!("field.workspace")}</dt>
                <dd><bdi>{people::workspace(&workspace)}</bdi></dd>
            })}
        </dl>
    }
    .into_any()
}

fn not_connected() -> impl IntoView {
    view! { <p><Status tone=Tone::Quiet icon=IconName::Cross label=t!("connection.none") /></p> }
}
