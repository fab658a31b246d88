//! Forgotten passwords: asking for a mail, and setting a new password by its link.

use api_types::{PasswordReset, PasswordResetRequest, limits, paths};
use gloo_net::http::Method;
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;

use super::gate::{GateFrame, take_token};
use crate::api::Call;
use crate::new_password::{new_password, place_failure};
use crate::routes::Route;
use crate::session;
use crate::t;
use crate::ui::{Button, ButtonKind, ErrorSummary, Failed, Field, FieldState, Tone, notify};

#[component]
pub(crate) fn ForgotPassword() -> impl IntoView {
    let email = FieldState::new("email", "");
    let failure = RwSignal::new(None::<String>);
    let busy = RwSignal::new(false);
    let sent = RwSignal::new(false);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        failure.set(None);
        let Some(address) = email.required(|| t!("sign_in.email_missing")) else { return };
        busy.set(true);
        leptos::task::spawn_local(async move {
            let request = PasswordResetRequest { email: address.trim().to_owned() };
            match Call::post(paths::PASSWORD_RESETS).json(&request).opens_session().done().await {
                Ok(()) => sent.set(true),
                Err(error) => failure.set(Some(error.message())),
            }
            busy.set(false);
        });
    };
    view! {
        <GateFrame title=t!("forgot.title")>
            <div role="status">{move || sent.get().then(|| view! { <p>{t!("forgot.sent")}</p> })}</div>
            <form class="form" on:submit=submit novalidate hidden=sent>
                <p>{t!("forgot.text")}</p>
                <ErrorSummary fields=vec![email] failure />
                <Field state=email label=t!("field.email") kind="email" autocomplete="username" />
                <Button kind=ButtonKind::Primary submit=true busy>{t!("forgot.button")}</Button>
            </form>
            <p><a href=Route::SignIn.href()>{t!("forgot.back")}</a></p>
        </GateFrame>
    }
}

#[component]
pub(crate) fn ResetPassword() -> impl IntoView {
    let Some(token) = take_token() else {
        return view! {
            <GateFrame title=t!("reset.title")>
                <Failed message=t!("problem.link_invalid") />
                <p><a href=Route::ForgotPassword.href()>{t!("reset.ask_again")}</a></p>
            </GateFrame>
        }
        .into_any();
    };
    let password = FieldState::new("new-password", "");
    let repeated = FieldState::new("repeat-password", "");
    let failure = RwSignal::new(None::<String>);
    let busy = RwSignal::new(false);
    let navigate = use_navigate();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        failure.set(None);
        let Some(new_password) = new_password(password, repeated) else { return };
        busy.set(true);
        let request = PasswordReset { token: token.clone(), new_password };
        let navigate = navigate.clone();
        leptos::task::spawn_local(async move {
            let call = Call::new(Method::PUT, paths::PASSWORD_RESETS).json(&request).opens_session();
            match call.done().await {
                Ok(()) => {
                    // Every session has ended, also one in this browser.
                    session::signed_out();
                    notify(Tone::Success, t!("reset.done"));
                    navigate(&Route::SignIn.path(), Default::default());
                }
                Err(error) => place_failure(&error, password, failure),
            }
            busy.try_set(false);
        });
    };
    view! {
        <GateFrame title=t!("reset.title")>
            <form class="form" on:submit=submit novalidate>
                <ErrorSummary fields=vec![password, repeated] failure />
                <Field state=password label=t!("password.new") kind="password" autocomplete="new-password"
                    hint=t!("password.hint", count = limits::PASSWORD_MIN) />
                <Field state=repeated label=t!("password.repeat") kind="password" autocomplete="new-password" />
                <Button kind=ButtonKind::Primary submit=true busy>{t!("reset.button")}</Button>
            </form>
        </GateFrame>
    }
    .into_any()
}
