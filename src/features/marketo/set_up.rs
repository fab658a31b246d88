use api_types::{ConnectionCheck, MarketoConnect, MarketoState, ProblemCode};
use leptos::prelude::*;

use super::connected::Connected;
use super::paste::{PasteForm, Typed};
use crate::api::{Failure, Loader, marketo};
use crate::connection::ConnectionTrouble;
use crate::loading::loaded;
use crate::routes::Route;
use crate::setup;
use crate::t;
use crate::term;
use crate::ui::{Button, ButtonKind, Failed, Tone, dom, notify};

#[component]
pub(super) fn SetUp() -> impl IntoView {
    let loader = Loader::<MarketoState>::new();
    let load = move || leptos::task::spawn_local(async move { loader.load(marketo::state()).await });
    load();
    let typed = Typed::new();
    loaded(loader, 4, load, move |MarketoState { connection, failed_attempt }| match connection {
        Some(connection) => view! { <Connected connection loader typed /> }.into_any(),
        None => view! { <NotConnected failed_attempt loader typed /> }.into_any(),
    })
}

/// Connects, and shows what came of it. `Err` is what keeps the account from being connected, as a message;
/// an attempt that Marketo refused is part of what is shown anew.
pub(super) async fn connect(by: MarketoConnect, loader: Loader<MarketoState>) -> Result<(), Failure> {
    let outcome = marketo::connect(by).await;
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
        Err(failure) if failure.code() == Some(ProblemCode::ProviderFailed) => {
            loader.refresh(marketo::state()).await;
            show_outcome();
            setup::refresh().await;
            Ok(())
        }
        Err(failure) => {
            if failure.code() == Some(ProblemCode::AlreadyConnected) {
                loader.refresh(marketo::state()).await;
            }
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
    loader: Loader<MarketoState>,
    typed: Typed,
) -> impl IntoView {
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<Failure>);
    let press = Callback::new(move |()| {
        busy.set(true);
        failure.set(None);
        leptos::task::spawn_local(async move {
            let outcome = connect(MarketoConnect::IntegrationInformation, loader).await;
            busy.try_set(false);
            failure.try_set(outcome.err());
        });
    });
    let failed = failed_attempt.is_some();
    // The form is then what the page is for.
    let kind = if failed { ButtonKind::Secondary } else { ButtonKind::Primary };
    view! {
        <div class="stack-large">
            <section class="card" aria-labelledby="connection-title">
                <h2 id="connection-title" tabindex="-1">{t!("marketo.not_connected")}</h2>
                {failed_attempt.map(|check| view! { <ConnectionTrouble check /> })}
                <p>{t!("marketo.connect_text")}</p>
                {move || failure.get().map(|failure| {
                    let blocked = failure.code() == Some(ProblemCode::StepBlocked);
                    let message = if blocked { t!("marketo.no_integration") } else { failure.message() };
                    view! {
                        <Failed message request_id=failure.request_id.clone() />
                        {blocked.then(|| view! { <p><a href=Route::ActionsConfig.href()>{t!("nav.actions_config")}</a></p> })}
                    }
                })}
                <div class="actions"><Button kind busy on_press=press>{term!("common.connect")}</Button></div>
            </section>
            {failed.then(|| view! { <PasteForm loader typed /> })}
        </div>
    }
}
