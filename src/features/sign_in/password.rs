//! Forgotten passwords: requesting a mail, and setting a new password with its link.

use api_types::{PasswordReset, PasswordResetRequest, limits};
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;

use super::entry::address_field;
use super::gate::{GateFrame, opened_link};
use crate::api::password_resets;
use crate::domain::navigation::Route;
use crate::domain::session::{self, new_password, refused_password};
use crate::t;
use crate::term;
use crate::ui::{Button, ButtonKind, ErrorSummary, Failed, Field, FieldState, Form, Tick, Tone, notify};

#[component]
pub(crate) fn ForgotPassword() -> impl IntoView {
    let email = address_field();
    let form = Form::new();
    let sent = RwSignal::new(false);
    let submit = form.handler(
        move || email.required(|| t!("sign_in.email_missing")),
        async move |address: String| {
            let request = PasswordResetRequest { email: address.trim().to_owned() };
            password_resets::ask(&request).await.map_err(|error| Some(error.message()))?;
            sent.try_set(true);
            Ok(())
        },
    );
    view! {
        <GateFrame title=t!("forgot.title")>
            <div role="status">{move || sent.get().then(|| view! { <p>{t!("forgot.sent")}</p> })}</div>
            <form class="form" on:submit=submit novalidate hidden=sent>
                <p>{t!("forgot.text")}</p>
                <ErrorSummary fields=vec![email] form />
                <Field state=email label=term!("field.email") kind="email" autocomplete="username" />
                <Button kind=ButtonKind::Primary submit=true busy=form.busy>{t!("forgot.button")}</Button>
            </form>
            <p><a href=Route::SignIn.href()>{t!("forgot.back")}</a></p>
        </GateFrame>
    }
}

#[component]
pub(crate) fn ResetPassword() -> impl IntoView {
    let link = opened_link();
    move || match link.get() {
        Some(token) => view! { <NewPassword token /> }.into_any(),
        None => view! {
            <GateFrame title=t!("reset.title")>
                <Failed message=t!("problem.link_invalid") />
                <p><a href=Route::ForgotPassword.href()>{t!("reset.ask_again")}</a></p>
            </GateFrame>
        }
        .into_any(),
    }
}

#[component]
fn NewPassword(token: String) -> impl IntoView {
    let password = FieldState::new("new-password", "");
    let repeated = FieldState::new("repeat-password", "");
    let end_keys = RwSignal::new(false);
    let form = Form::new();
    let navigate = use_navigate();
    let submit = form.handler(
        move || new_password(password, repeated),
        move |new_password: String| {
            let request =
                PasswordReset { token: token.clone(), new_password, end_keys: end_keys.get_untracked() };
            let navigate = navigate.clone();
            async move {
                password_resets::set(&request).await.map_err(|error| refused_password(&error, password))?;
                // All sessions have ended, including one in this browser.
                session::signed_out();
                notify(Tone::Success, t!("reset.done"));
                navigate(&Route::SignIn.path(), Default::default());
                Ok(())
            }
        },
    );
    view! {
        <GateFrame title=t!("reset.title")>
            <form class="form" on:submit=submit novalidate>
                <ErrorSummary fields=vec![password, repeated] form />
                <Field state=password label=t!("password.new") kind="password" autocomplete="new-password"
                    hint=t!("password.hint", count = limits::PASSWORD_MIN) />
                <Field state=repeated label=t!("password.repeat") kind="password" autocomplete="new-password" />
                <Tick id="end-keys" label=t!("password.end_keys") hint=t!("password.end_keys_hint") ticked=end_keys />
                <Button kind=ButtonKind::Primary submit=true busy=form.busy>{t!("reset.button")}</Button>
            </form>
        </GateFrame>
    }
}
