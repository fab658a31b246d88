use api_types::{MarketoConnectBy, MarketoConnection, MarketoState, ProblemCode};
use leptos::prelude::*;

use super::connect::connect;
use super::paste::{PasteForm, Typed};
use crate::api::{Failure, marketo};
use crate::data::Loader;
use crate::domain::connections::{CheckNow, ConnectionStatus, ConnectionTrouble, Disconnect, last_check};
use crate::domain::people::PersonLink;
use crate::i18n;
use crate::t;
use crate::term;
use crate::ui::{Button, Confirmation, IconName, Note, Submission, Term, Tone};

#[component]
pub(super) fn Connected(
    connection: MarketoConnection,
    ending: Confirmation,
    loader: Loader<MarketoState>,
    typed: Typed,
) -> impl IntoView {
    let MarketoConnection { credentials, owner, owner_active, own, connected_at, last_check: check_of } =
        connection;
    let owner_name = owner.display_name().to_owned();
    let inactive = (!owner_active).then(|| t!("marketo.owner_inactive", name = owner_name.as_str()));
    let owner_email = (owner.email != owner_name).then_some(owner.email);
    // The owner may connect again after it has failed.
    let anew = own && !check_of.passed();
    let disabled_reason = (!own).then(|| t!("marketo.not_owner", name = owner_name.clone()));
    view! {
        <div class="stack-large">
            <section class="card" aria-labelledby="connection-title">
                <div class="card-head">
                    <h2 id="connection-title" tabindex="-1">{t!("marketo.connection")}</h2>
                    <ConnectionStatus check=check_of.clone() />
                </div>
                <ConnectionTrouble check=check_of.clone() />
                {inactive.map(|text| view! { <Note tone=Tone::Warning icon=IconName::Alert alert=true>{text}</Note> })}
                <dl class="definition">
                    <dt>{t!("connection.owner")}</dt>
                    <dd><PersonLink id=owner.id name=owner_name.clone() /> " " <bdi class="address quiet">{owner_email}</bdi></dd>
                    <dt>{term!("actions_config.munchkin_id")}</dt>
                    <dd><bdi class="address">{credentials.munchkin_account_id}</bdi></dd>
                    <dt>{term!("actions_config.client_id")}</dt>
                    <dd><bdi class="address">{credentials.client_id}</bdi></dd>
                    <dt>{term!("actions_config.client_secret")}</dt>
                    <dd>{t!("marketo.secret_ends", end = credentials.client_secret_ends_with)}</dd>
                    <dt>{t!("connection.since")}</dt>
                    <dd>{i18n::date_time(connected_at.as_str())}</dd>
                    <dt>{t!("connection.last_check")}</dt>
                    <dd>{last_check(&check_of)}</dd>
                </dl>
                <div class="actions">
                    {anew.then(|| view! { <Connect loader label=t!("marketo.connect_again") /> })}
                    <CheckNow id="check-marketo" loader check=marketo::check />
                    <Disconnect ending loader disconnect=marketo::disconnect read=marketo::state disabled_reason
                        title=t!("marketo.disconnect_title") text=t!("marketo.disconnect_text")
                        done=t!("marketo.disconnected") />
                </div>
            </section>
            {anew.then(|| view! { <PasteForm loader typed is_open=true /> })}
            <HandOver own owner=owner_name loader />
        </div>
    }
}

/// How the connection can be passed to another administrator.
#[component]
fn HandOver(own: bool, owner: String, loader: Loader<MarketoState>) -> impl IntoView {
    let text = if own { t!("marketo.hand_over_own") } else { t!("marketo.hand_over_other", name = owner) };
    view! {
        <section class="card" aria-labelledby="hand-over-title">
            <h2 id="hand-over-title">{t!("marketo.hand_over")}</h2>
            <p>{text}</p>
            <ol class="numbered">
                <li>{t!("marketo.hand_over_1")}</li>
                <li>{t!("marketo.hand_over_2")}</li>
                <li>{t!("marketo.hand_over_3")}</li>
            </ol>
            {(!own).then(|| view! { <div class="actions"><Connect loader label=term!("common.connect") /></div> })}
        </section>
    }
}

/// Replaces the connection by one with the Integration Information.
#[component]
fn Connect(loader: Loader<MarketoState>, #[prop(into)] label: Term) -> impl IntoView {
    let connecting = Submission::new();
    let refused = move |failure: Failure| match failure.code() {
        Some(ProblemCode::AlreadyConnected) => t!("marketo.has_access").into(),
        _ => failure.message(),
    };
    let press = Callback::new(move |()| {
        connecting.attempt(async move {
            connect(MarketoConnectBy::IntegrationInformation, false, loader).await.map_err(refused)
        });
    });
    view! { <Button busy=connecting.busy on_press=press>{label}</Button> }
}
