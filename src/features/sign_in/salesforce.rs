//! Access through Salesforce: signing in, and accepting an invitation.

use api_types::{SalesforceEnvironment, SalesforceSignIn, Session};
use leptos::prelude::*;

use crate::api::{flows, session};
use crate::domain::connections::salesforce_flow::{
    EnvironmentChoice, EnvironmentFields, FlowDialog, SalesforceFlow,
};
use crate::platform::{dom, spawn};
use crate::t;
use crate::ui::{Button, ButtonKind, Tone, notify};

/// The purpose of going through Salesforce.
#[derive(Clone)]
pub(super) enum Purpose {
    SignIn,
    /// The token of the invitation.
    Activate(String),
}

/// The button for Salesforce, and behind it the choice of the environment.
#[component]
pub(super) fn ThroughSalesforce(
    purpose: Purpose,
    #[prop(optional)] kind: ButtonKind,
    /// The path of the sign-in screen to return to if Salesforce is shown in this window.
    return_to: String,
    on_done: Callback<Session>,
    /// Called in place of a notice where the session cannot be read.
    #[prop(optional)]
    on_unread: Option<Callback<()>>,
) -> impl IntoView {
    let (label, outcome, activation_token) = match purpose {
        Purpose::SignIn => (t!("sign_in.salesforce"), t!("sign_in.salesforce_outcome"), None),
        Purpose::Activate(token) => {
            (t!("activate.salesforce"), t!("activate.salesforce_outcome"), Some(token))
        }
    };
    let flow = SalesforceFlow::new(Callback::new(move |()| {
        spawn(async move {
            // The window has set the session's cookie.
            match session::read().await {
                Ok(session) => {
                    on_done.try_run(session);
                }
                Err(failure) => match on_unread {
                    Some(on_unread) => on_unread.run(()),
                    None => notify(Tone::Failure, failure.message()),
                },
            }
        });
    }));
    let choice = EnvironmentChoice::new();
    let wanted = RwSignal::new(SalesforceEnvironment::Salesforce);
    let request = StoredValue::new((return_to, activation_token));
    let begin = Callback::new(move |()| {
        let (return_to, activation_token) = request.get_value();
        let environment = wanted.get_untracked();
        let sign_in = SalesforceSignIn { environment, return_to, activation_token };
        flow.begin(async move { flows::sign_in(&sign_in).await });
    });
    let press = Callback::new(move |()| match choice.read() {
        Some(environment) => {
            wanted.set(environment);
            begin.run(());
        }
        None => dom::focus(choice.host.id),
    });
    let title = label.clone();
    view! {
        <div class="stack">
            <Button kind on_press=press>{label}</Button>
            <details class="help">
                <summary>{t!("sign_in.other_environment")}</summary>
                <EnvironmentFields choice />
            </details>
        </div>
        <FlowDialog flow title outcome on_again=begin />
    }
}
