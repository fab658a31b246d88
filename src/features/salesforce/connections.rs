use api_types::{SalesforceConnect, SalesforceConnections, SalesforceEnvironment};
use leptos::prelude::*;

use super::connection::{OthersTable, OwnConnection};
use crate::api::{flows, salesforce};
use crate::data::{Load, Loader, loaded};
use crate::domain::connections::salesforce_flow::{
    EnvironmentChoice, EnvironmentFields, FlowDialog, SalesforceFlow,
};
use crate::domain::setup;
use crate::platform::{dom, spawn};
use crate::t;
use crate::term;
use crate::ui::{Button, ButtonKind, Confirmation, Tone, notify};

/// The user's own connection, or the button to create it; for administrators also those of the others.
#[component]
pub(super) fn Connections(
    /// The place to return to if Salesforce is shown in this window.
    return_to: String,
) -> impl IntoView {
    let loader = Loader::<SalesforceConnections>::new();
    let load = move || spawn(async move { loader.load(salesforce::connections()).await });
    load();
    // The user may have connected in another window, also if this page was reloaded meanwhile.
    let focus = window_event_listener_untyped("focus", move |_| {
        spawn(async move {
            let Ok(now) = salesforce::connections().await else { return };
            let is_news = |known: &Load<_>| matches!(known, Load::Ready(known) if *known != now);
            if loader.state.try_with_untracked(is_news) == Some(true) {
                loader.replace(now);
                setup::refresh().await;
            }
        });
    });
    on_cleanup(move || focus.remove());
    let wanted = RwSignal::new(SalesforceEnvironment::Salesforce);
    let flow = SalesforceFlow::new(Callback::new(move |()| {
        notify(Tone::Success, t!("salesforce.connected"));
        spawn(async move {
            loader.refresh(salesforce::connections()).await;
            // The button that started it is gone.
            dom::after_paint(|| dom::focus("own-title"));
            setup::refresh().await;
        });
    }));
    let begin = Callback::new({
        let return_to = StoredValue::new(return_to);
        move |()| {
            let wanted =
                SalesforceConnect { environment: wanted.get_untracked(), return_to: return_to.get_value() };
            flow.begin(async move { flows::connect(&wanted).await });
        }
    });
    let ending = Confirmation::new();
    let connect = Callback::new(move |environment| {
        wanted.set(environment);
        begin.run(());
    });
    // What is chosen and typed stays when the connections are read again.
    let choice = EnvironmentChoice::new();
    view! {
        {loaded(loader, 4, load, move |SalesforceConnections { own, others }| view! {
            <div class="stack-large">
                {match own {
                    Some(own) => view! { <OwnConnection own ending loader connect /> }.into_any(),
                    None => view! { <ConnectCard choice connect /> }.into_any(),
                }}
                {(!others.is_empty()).then(|| view! { <OthersTable others /> })}
            </div>
        }
        .into_any())}
        <FlowDialog flow title=t!("salesforce.connect_title") outcome=t!("salesforce.connect_outcome") on_again=begin />
    }
}

#[component]
fn ConnectCard(choice: EnvironmentChoice, connect: Callback<SalesforceEnvironment>) -> impl IntoView {
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        match choice.read() {
            Some(environment) => connect.run(environment),
            None => dom::focus(choice.host.id),
        }
    };
    view! {
        <section class="card" aria-labelledby="connect-title">
            <h2 id="connect-title">{t!("salesforce.not_connected")}</h2>
            <p>{t!("salesforce.connect_text")}</p>
            <form class="form" on:submit=submit novalidate>
                <EnvironmentFields choice />
                <div class="actions"><Button kind=ButtonKind::Primary submit=true>{term!("common.connect")}</Button></div>
            </form>
        </section>
    }
}
