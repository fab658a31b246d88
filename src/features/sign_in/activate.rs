//! The page behind the link of an invitation. Opening it uses nothing up, so mail scanners do no harm.

use api_types::{
    Activation, ActivationAccept, ActivationInspect, ActivationState, LoginManagement, Session, limits, paths,
};
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;

use super::gate::{GateFrame, take_token};
use super::salesforce::{Purpose, ThroughSalesforce};
use crate::api::{Call, Failure};
use crate::i18n;
use crate::new_password::{new_password, refused_password};
use crate::routes::Route;
use crate::session;
use crate::t;
use crate::ui::{Button, ButtonKind, ErrorSummary, Failed, Field, FieldState, Form, Skeleton};

#[component]
pub(crate) fn Activate() -> impl IntoView {
    let token = StoredValue::new(take_token().unwrap_or_default());
    let invitation = LocalResource::new(move || async move {
        let question = ActivationInspect { token: token.get_value() };
        let found =
            Call::post(paths::ACTIVATION_INSPECT).json(&question).opens_session().fetch::<Activation>().await;
        if let Ok(activation) = &found {
            speak(activation).await;
        }
        found
    });
    view! {
        {move || match invitation.get() {
            None => view! { <GateFrame title=t!("activate.title")><Skeleton rows=3 /></GateFrame> }.into_any(),
            Some(Err(failure)) => view! { <Unusable failure on_retry=Callback::new(move |()| invitation.refetch()) /> }.into_any(),
            Some(Ok(activation)) if activation.state == ActivationState::Open => {
                view! { <Accept activation token=token.get_value() /> }.into_any()
            }
            Some(Ok(activation)) => view! { <Closed activation /> }.into_any(),
        }}
    }
}

/// The invitation's language counts as the person's choice until they make one.
async fn speak(activation: &Activation) {
    if i18n::available().any(|locale| locale == activation.language)
        && i18n::current().get_untracked() != activation.language
    {
        // Other texts are a nicety here: the screen works in the browser's language too.
        let _ = i18n::load_quietly(activation.language).await;
    }
}

#[component]
fn Unusable(failure: Failure, on_retry: Callback<()>) -> impl IntoView {
    let on_retry = failure.is_transient().then_some(on_retry);
    view! {
        <GateFrame title=t!("activate.title")>
            <Failed message=failure.message() request_id=failure.request_id.clone() on_retry />
        </GateFrame>
    }
}

#[component]
fn Closed(activation: Activation) -> impl IntoView {
    let used = activation.state == ActivationState::Used;
    let message = match activation.state {
        ActivationState::Used => t!("activate.used"),
        ActivationState::Revoked => t!("activate.revoked", inviter = activation.inviter),
        ActivationState::Expired | ActivationState::Open => {
            t!("activate.expired", inviter = activation.inviter)
        }
    };
    view! {
        <GateFrame title=t!("activate.title")>
            <Failed message />
            {used.then(|| view! { <p><a class="button" href=Route::SignIn.href()>{t!("sign_in.button")}</a></p> })}
        </GateFrame>
    }
}

#[component]
fn Accept(activation: Activation, token: String) -> impl IntoView {
    let through_salesforce = {
        let navigate = use_navigate();
        let on_done = Callback::new(move |session: Session| {
            session::signed_in(session);
            navigate(&Route::Home.path(), Default::default());
        });
        let salesforce_only = activation.login_management == LoginManagement::SalesforceOnly;
        let kind = if salesforce_only { ButtonKind::Primary } else { ButtonKind::Secondary };
        let purpose = Purpose::Activate(token.clone());
        view! { <ThroughSalesforce purpose kind return_to=Route::SignIn.path() on_done /> }
    };
    if activation.login_management == LoginManagement::SalesforceOnly {
        let text = t!(
            "activate.salesforce_only_text",
            inviter = activation.inviter,
            account = activation.account_name
        );
        return view! {
            <GateFrame title=t!("activate.title")>
                <p>{text}</p>
                <p class="address"><bdi>{activation.email}</bdi></p>
                {through_salesforce}
            </GateFrame>
        }
        .into_any();
    }
    let first_name = FieldState::new("first-name", activation.first_name.clone());
    let last_name = FieldState::new("last-name", activation.last_name.clone());
    let password = FieldState::new("new-password", "");
    let repeated = FieldState::new("repeat-password", "");
    let form = Form::new();
    let navigate = use_navigate();
    let submit = form.handler(
        move || new_password(password, repeated),
        move |password_text: String| {
            let accept = ActivationAccept {
                token: token.clone(),
                password: password_text,
                first_name: Some(first_name.text.get_untracked()),
                last_name: Some(last_name.text.get_untracked()),
            };
            let navigate = navigate.clone();
            async move {
                let call = Call::post(paths::ACTIVATION_ACCEPT).json(&accept).opens_session();
                let session =
                    call.fetch::<Session>().await.map_err(|error| refused_password(&error, password))?;
                session::signed_in(session);
                navigate(&Route::Home.path(), Default::default());
                Ok(())
            }
        },
    );
    view! {
        <GateFrame title=t!("activate.title")>
            <p>{t!("activate.text", inviter = activation.inviter, account = activation.account_name)}</p>
            <p class="address"><bdi>{activation.email}</bdi></p>
            <form class="form" on:submit=submit novalidate>
                <ErrorSummary fields=vec![first_name, last_name, password, repeated] failure=form.failure />
                <Field state=first_name label=t!("field.first_name") autocomplete="given-name" />
                <Field state=last_name label=t!("field.last_name") autocomplete="family-name" />
                <Field state=password label=t!("password.new") kind="password" autocomplete="new-password"
                    hint=t!("password.hint", count = limits::PASSWORD_MIN) />
                <Field state=repeated label=t!("password.repeat") kind="password" autocomplete="new-password" />
                <Button kind=ButtonKind::Primary submit=true busy=form.busy>{t!("activate.button")}</Button>
            </form>
            <p class="or"><span>{t!("sign_in.or")}</span></p>
            {through_salesforce}
        </GateFrame>
    }
    .into_any()
}
