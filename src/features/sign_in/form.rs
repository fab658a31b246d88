use api_types::{Session, SignIn as Credentials};
use leptos::prelude::*;

use crate::api;
use crate::domain::session;
use crate::t;
use crate::term;
use crate::ui::{Button, ButtonKind, ErrorSummary, Field, FieldState, Form};

/// Passes on a new session. If the screen that asked for it is gone, the session is applied all the same.
pub(super) fn finish(on_done: Callback<Session>, session: Session) {
    if on_done.try_run(session.clone()).is_none() {
        session::signed_in(session);
    }
}

/// Address and password. Used on the screen and in the dialog over an expired session.
#[component]
pub(super) fn PasswordForm(
    on_done: Callback<Session>,
    /// The address that must sign in, if it is known.
    known_email: Option<String>,
) -> impl IntoView {
    let fixed = known_email.is_some();
    let email = FieldState::new("email", known_email.unwrap_or_default());
    let password = FieldState::new("password", "");
    let form = Form::new();
    let submit = form.handler(
        move || {
            let address = email.required(|| t!("sign_in.email_missing"));
            let secret = password.required(|| t!("sign_in.password_missing"));
            address.zip(secret)
        },
        async move |(address, secret): (String, String)| {
            let credentials = Credentials::Password { email: address.trim().to_owned(), password: secret };
            let session = api::session::open(&credentials).await.map_err(|error| Some(error.message()))?;
            password.text.set(String::new());
            finish(on_done, session);
            Ok(())
        },
    );
    view! {
        <form class="form" on:submit=submit novalidate>
            <ErrorSummary fields=vec![email, password] form />
            {if fixed {
                view! { <p class="address">{email.text.get_untracked()}</p> }.into_any()
            } else {
                view! { <Field state=email label=term!("field.email") kind="email" autocomplete="username" /> }.into_any()
            }}
            <Field state=password label=t!("sign_in.password") kind="password" autocomplete="current-password" />
            <Button kind=ButtonKind::Primary submit=true busy=form.busy>{t!("sign_in.button")}</Button>
        </form>
    }
}
