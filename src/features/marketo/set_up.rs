use api_types::{ConnectionCheck, MarketoConnectBy, MarketoState, SetupStepId};
use leptos::prelude::*;

use super::connect::connect;
use super::connected::Connected;
use super::paste::{PasteForm, Typed};
use crate::api::{Failure, marketo};
use crate::data::{Loader, loaded};
use crate::domain::connections::ConnectionTrouble;
use crate::domain::setup::{Order, OrderDialog, steps};
use crate::platform::spawn;
use crate::t;
use crate::term;
use crate::ui::{Button, ButtonKind, Confirmation, Failed, Submission};

#[component]
pub(super) fn SetUp() -> impl IntoView {
    let loader = Loader::<MarketoState>::new();
    let load = move || spawn(async move { loader.load(marketo::state()).await });
    load();
    let typed = Typed::new();
    let ending = Confirmation::new();
    loaded(loader, 4, load, move |state| match state.connection {
        Some(connection) => view! { <Connected connection ending loader typed /> }.into_any(),
        None => {
            let MarketoState { failed_attempt, has_integration, .. } = state;
            view! { <NotConnected failed_attempt has_integration loader typed /> }.into_any()
        }
    })
}

#[component]
fn NotConnected(
    failed_attempt: Option<ConnectionCheck>,
    /// Whether the account has Integration Information to connect with.
    has_integration: bool,
    loader: Loader<MarketoState>,
    typed: Typed,
) -> impl IntoView {
    let connecting = Submission::new();
    let failure = RwSignal::new(None::<Failure>);
    let order = Order::new(SetupStepId::ConnectMarketo);
    let send = Callback::new(move |anyway| {
        failure.set(None);
        connecting.send(async move {
            let outcome = connect(MarketoConnectBy::IntegrationInformation, anyway, loader).await;
            failure.try_set(outcome.err());
            Ok(())
        });
    });
    let press = Callback::new(move |()| order.keep(send));
    // The form is then the page's main content.
    let wants_pasted = failed_attempt.is_some() || !has_integration;
    let kind = if wants_pasted { ButtonKind::Secondary } else { ButtonKind::Primary };
    let disabled_reason = (!has_integration).then(|| t!("marketo.no_integration"));
    view! {
        <div class="stack-large">
            <section class="card" aria-labelledby="connection-title">
                <h2 id="connection-title" tabindex="-1">{t!("marketo.not_connected")}</h2>
                {failed_attempt.map(|check| view! { <ConnectionTrouble check /> })}
                <p>{t!("marketo.connect_text")}</p>
                {move || failure.get().map(|failure| view! {
                    <Failed message=failure.message() request_id=failure.request_id.clone() />
                })}
                <div class="actions"><Button kind busy=connecting.busy disabled_reason on_press=press>{term!("common.connect")}</Button></div>
                {(!has_integration).then(|| view! {
                    <p><a href=steps::route(SetupStepId::SetUpAccount).href()>{steps::numbered(SetupStepId::SetUpAccount)}</a></p>
                })}
            </section>
            <PasteForm loader typed is_open=wants_pasted order />
            <OrderDialog order />
        </div>
    }
}
