use api_types::{ConnectionCheck, MarketoConnect, MarketoConnectBy, MarketoState, ProblemCode, SetupStepId};
use leptos::prelude::*;

use super::connected::Connected;
use super::paste::{PasteForm, Typed};
use crate::api::{Failure, marketo};
use crate::data::{Loader, loaded};
use crate::domain::connections::ConnectionTrouble;
use crate::domain::setup::{self, Order, OrderDialog, steps};
use crate::platform::dom;
use crate::t;
use crate::term;
use crate::ui::{Button, ButtonKind, Failed, Tone, notify};

#[component]
pub(super) fn SetUp() -> impl IntoView {
    let loader = Loader::<MarketoState>::new();
    let load = move || leptos::task::spawn_local(async move { loader.load(marketo::state()).await });
    load();
    let typed = Typed::new();
    loaded(loader, 4, load, move |state| match state.connection {
        Some(connection) => view! { <Connected connection loader typed /> }.into_any(),
        None => {
            let MarketoState { failed_attempt, has_integration, .. } = state;
            view! { <NotConnected failed_attempt has_integration loader typed /> }.into_any()
        }
    })
}

/// Connects, and shows what came of it. `Err` is what keeps the account from being connected, for where the person
/// pressed; that Marketo refused the account's own credentials is part of what is shown anew.
pub(super) async fn connect(
    by: MarketoConnectBy,
    out_of_order: bool,
    loader: Loader<MarketoState>,
) -> Result<(), Failure> {
    let is_pasted = matches!(by, MarketoConnectBy::Pasted { .. });
    let outcome = marketo::connect(MarketoConnect { by, out_of_order }).await;
    match outcome {
        Ok(state) => {
            if state.connection.is_some() {
                notify(Tone::Success, t!("marketo.connected"));
            }
            loader.replace(state);
            show_outcome();
            setup::refresh().await;
            Ok(())
        }
        Err(failure) if failure.code() == Some(ProblemCode::ProviderFailed) && !is_pasted => {
            loader.refresh(marketo::state()).await;
            show_outcome();
            setup::refresh().await;
            Ok(())
        }
        Err(failure) => {
            if failure.code() == Some(ProblemCode::AlreadyConnected) {
                loader.refresh(marketo::state()).await;
            }
            setup::refresh().await;
            Err(failure)
        }
    }
}

/// Everything is drawn anew, and the button that was pressed is gone.
fn show_outcome() {
    dom::after_paint(|| dom::after_paint(|| dom::focus("connection-title")));
}

#[component]
fn NotConnected(
    failed_attempt: Option<ConnectionCheck>,
    /// Whether there is Integration Information to connect by.
    has_integration: bool,
    loader: Loader<MarketoState>,
    typed: Typed,
) -> impl IntoView {
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<Failure>);
    let order = Order::new(SetupStepId::ConnectMarketo);
    let send = Callback::new(move |anyway| {
        busy.set(true);
        failure.set(None);
        leptos::task::spawn_local(async move {
            let outcome = connect(MarketoConnectBy::IntegrationInformation, anyway, loader).await;
            busy.try_set(false);
            failure.try_set(outcome.err());
        });
    });
    let press = Callback::new(move |()| order.keep(send));
    // The form is then what the page is for.
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
                <div class="actions"><Button kind busy disabled_reason on_press=press>{term!("common.connect")}</Button></div>
                {(!has_integration).then(|| view! {
                    <p><a href=steps::route(SetupStepId::SetUpAccount).href()>{steps::numbered(SetupStepId::SetUpAccount)}</a></p>
                })}
            </section>
            <PasteForm loader typed is_open=wants_pasted order />
            <OrderDialog order />
        </div>
    }
}
