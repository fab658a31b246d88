use api_types::{Me, PasswordChange, ProblemCode, SecretReveal, limits};
use leptos::prelude::*;

use crate::api::{Failure, integration, profile};
use crate::data::{Latest, Turn};
use crate::domain::session::{self, new_password, refused_password};
use crate::platform::{dom, spawn, timers};
use crate::t;
use crate::ui::{
    Button, ButtonKind, CopySecret, Dialog, ErrorSummary, Failed, Field, FieldState, Form, HeldSecret,
    SecretText, Skeleton, announce,
};

/// The id of the button that closes the dialog.
const LEAVE: &str = "reveal-leave";

/// A revealed secret is removed from the screen after this time, in case the user has left the desk.
const SHOWN_MS: f64 = 60_000.0;

#[derive(Clone, PartialEq)]
enum RevealState {
    Asking,
    Password,
    Secret,
    Failed(Failure),
}

/// Shows the Client Secret after the user has confirmed their password, while `open`.
#[component]
pub(super) fn RevealDialog(open: RwSignal<bool>) -> impl IntoView {
    let shown = RwSignal::new(RevealState::Asking);
    let held = HeldSecret::new();
    let password = FieldState::new("reveal-password", "");
    // Counts the openings: results of an earlier one are ignored.
    let opening = Latest::new();
    let close = Callback::new(move |()| {
        held.forget();
        password.text.set(String::new());
        password.error.set(None);
        opening.end();
        open.set(false);
    });
    let show = move |secret: String| {
        held.keep(secret);
        shown.try_set(RevealState::Secret);
        spawn(async move {
            let mine = opening.current();
            timers::sleep(SHOWN_MS).await;
            if mine.is_some_and(Turn::counts) {
                close.run(());
                announce(t!("actions_config.secret_hidden"));
            }
        });
    };
    let ask = move || {
        shown.set(RevealState::Asking);
        let pressed = dom::InputMark::now();
        spawn(async move {
            let mine = opening.current();
            let answer = integration::reveal(&SecretReveal { password: None }).await;
            if !mine.is_some_and(Turn::counts) {
                return;
            }
            match answer {
                Ok(revealed) => show(revealed.client_secret),
                Err(failure) if failure.code() == Some(ProblemCode::PasswordNeeded) => {
                    shown.try_set(RevealState::Password);
                    pressed.focus(password.id);
                }
                Err(failure) => {
                    shown.try_set(RevealState::Failed(failure));
                }
            }
        });
    };
    Effect::new(move |_| {
        if open.get() {
            ask();
        }
    });
    // The pressed button disappears together with its stage.
    Effect::new(move |_| {
        shown.track();
        dom::keep_focus(LEAVE);
    });
    view! {
        <Dialog open title=t!("actions_config.client_secret") on_close=close>
            {move || match shown.get() {
                RevealState::Asking => view! { <Skeleton rows=1 /> }.into_any(),
                RevealState::Failed(failure) => view! {
                    <Failed
                        message=failure.message()
                        request_id=failure.request_id.clone()
                        on_retry=Some(Callback::new(move |()| ask()))
                    />
                    <div class="dialog-actions"><Button id=LEAVE on_press=close>{t!("common.close")}</Button></div>
                }.into_any(),
                RevealState::Password => {
                    view! { <PasswordForm password on_revealed=Callback::new(show) on_close=close /> }.into_any()
                }
                RevealState::Secret => view! { <Secret held on_close=close /> }.into_any(),
            }}
        </Dialog>
    }
}

#[component]
fn PasswordForm(
    password: FieldState,
    on_revealed: Callback<String>,
    on_close: Callback<()>,
) -> impl IntoView {
    if !untrack(session::current).is_some_and(|session| session.user.has_password) {
        return view! { <FirstPassword password on_revealed on_close /> }.into_any();
    }
    let form = Form::new();
    let submit = form.handler(
        move || password.required(|| t!("actions_config.password_missing")),
        async move |typed: String| match integration::reveal(&SecretReveal { password: Some(typed) }).await {
            Ok(revealed) => {
                password.text.try_set(String::new());
                on_revealed.try_run(revealed.client_secret);
                Ok(())
            }
            Err(failure) => match failure.code() {
                Some(
                    ProblemCode::WrongCredentials | ProblemCode::PasswordNeeded | ProblemCode::InvalidField,
                ) => {
                    password.error.try_set(Some(t!("actions_config.password_wrong")));
                    Err(None)
                }
                _ => Err(Some(failure.message())),
            },
        },
    );
    view! {
        <form class="form" on:submit=submit novalidate>
            <p>{t!("actions_config.reveal_text")}</p>
            <ErrorSummary fields=vec![password] form />
            <Field state=password label=t!("actions_config.password") kind="password" autocomplete="current-password" />
            <div class="dialog-actions">
                <Button id=LEAVE on_press=on_close>{t!("common.cancel")}</Button>
                <Button kind=ButtonKind::Primary submit=true busy=form.busy>{t!("actions_config.reveal")}</Button>
            </div>
        </form>
    }
    .into_any()
}

/// Sets the first password of a user who signed in by a link, and reveals the secret with it.
#[component]
fn FirstPassword(
    password: FieldState,
    on_revealed: Callback<String>,
    on_close: Callback<()>,
) -> impl IntoView {
    let repeated = FieldState::new("reveal-repeat", "");
    let form = Form::new();
    let submit = form.handler(
        move || new_password(password, repeated),
        async move |new: String| {
            let change = PasswordChange { current: None, new: new.clone() };
            profile::change_password(&change).await.map_err(|error| refused_password(&error, password))?;
            if let Some(session) = untrack(session::current) {
                session::remember(Me { has_password: true, ..session.user });
            }
            let revealed = integration::reveal(&SecretReveal { password: Some(new) }).await;
            let revealed = revealed.map_err(|failure| Some(failure.message()))?;
            for field in [password, repeated] {
                field.text.try_set(String::new());
            }
            on_revealed.try_run(revealed.client_secret);
            Ok(())
        },
    );
    view! {
        <form class="form" on:submit=submit novalidate>
            <p>{t!("actions_config.no_password")}</p>
            <ErrorSummary fields=vec![password, repeated] form />
            <Field state=password label=t!("password.new") kind="password" autocomplete="new-password"
                hint=t!("password.hint", count = limits::PASSWORD_MIN) />
            <Field state=repeated label=t!("password.repeat") kind="password" autocomplete="new-password" />
            <div class="dialog-actions">
                <Button id=LEAVE on_press=on_close>{t!("common.cancel")}</Button>
                <Button kind=ButtonKind::Primary submit=true busy=form.busy>{t!("actions_config.set_and_reveal")}</Button>
            </div>
        </form>
    }
}

#[component]
fn Secret(held: HeldSecret, on_close: Callback<()>) -> impl IntoView {
    view! {
        <SecretText held />
        <p class="reason">{t!("actions_config.secret_shown")}</p>
        <div class="dialog-actions">
            <CopySecret held label=t!("actions_config.copy", what = t!("actions_config.client_secret")) />
            <Button id=LEAVE kind=ButtonKind::Primary on_press=on_close>{t!("common.close")}</Button>
        </div>
    }
}
