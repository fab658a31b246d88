use api_types::{Me, PasswordChange, ProblemCode, SecretReveal, limits};
use leptos::html;
use leptos::prelude::*;

use crate::api::{Failure, integration, profile};
use crate::data::{Latest, Turn};
use crate::domain::session::{self, new_password, refused_password};
use crate::platform::secrets::wipe;
use crate::platform::{dom, timers};
use crate::t;
use crate::ui::{
    Button, ButtonKind, Dialog, ErrorSummary, Failed, Field, FieldState, Form, IconName, Skeleton, announce,
};

/// The id of the button that closes the dialog.
const LEAVE: &str = "reveal-leave";

/// A revealed secret is removed from the screen after this time, in case the user has left the desk.
const SHOWN_MS: f64 = 60_000.0;

#[derive(Clone, PartialEq)]
enum Shown {
    Asking,
    Password,
    Secret,
    Failed(Failure),
}

/// The only copy of the Client Secret: no signal, view or store holds it, and it is wiped on removal.
#[derive(Clone, Copy)]
struct Held(StoredValue<Option<Wiped>>);

struct Wiped(String);

impl Drop for Wiped {
    fn drop(&mut self) {
        wipe(&mut self.0);
    }
}

impl Held {
    fn keep(self, secret: String) {
        self.0.try_set_value(Some(Wiped(secret)));
    }

    fn forget(self) {
        self.0.try_set_value(None);
    }

    fn with(self, use_it: impl FnOnce(&str)) {
        self.0.try_with_value(|secret| {
            if let Some(secret) = secret {
                use_it(&secret.0);
            }
        });
    }
}

/// Shows the Client Secret after the user has confirmed their password, while `open`.
#[component]
pub(super) fn RevealDialog(open: RwSignal<bool>) -> impl IntoView {
    let shown = RwSignal::new(Shown::Asking);
    let held = Held(StoredValue::new(None));
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
        shown.try_set(Shown::Secret);
        leptos::task::spawn_local(async move {
            let mine = opening.current();
            timers::sleep(SHOWN_MS).await;
            if mine.is_some_and(Turn::counts) {
                close.run(());
                announce(t!("actions_config.secret_hidden"));
            }
        });
    };
    let ask = move || {
        shown.set(Shown::Asking);
        let pressed = dom::InputMark::now();
        leptos::task::spawn_local(async move {
            let mine = opening.current();
            let answer = integration::reveal(&SecretReveal { password: None }).await;
            if !mine.is_some_and(Turn::counts) {
                return;
            }
            match answer {
                Ok(revealed) => show(revealed.client_secret),
                Err(failure) if failure.code() == Some(ProblemCode::PasswordNeeded) => {
                    shown.try_set(Shown::Password);
                    pressed.focus(password.id);
                }
                Err(failure) => {
                    shown.try_set(Shown::Failed(failure));
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
                Shown::Asking => view! { <Skeleton rows=1 /> }.into_any(),
                Shown::Failed(failure) => view! {
                    <Failed
                        message=failure.message()
                        request_id=failure.request_id.clone()
                        on_retry=Some(Callback::new(move |()| ask()))
                    />
                    <div class="dialog-actions"><Button id=LEAVE on_press=close>{t!("common.close")}</Button></div>
                }.into_any(),
                Shown::Password => {
                    view! { <PasswordForm password on_revealed=Callback::new(show) on_close=close /> }.into_any()
                }
                Shown::Secret => view! { <Secret held on_close=close /> }.into_any(),
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
fn Secret(held: Held, on_close: Callback<()>) -> impl IntoView {
    let place = NodeRef::<html::Bdi>::new();
    // Not through the view, which would keep a copy of the text.
    Effect::new(move |_| {
        if let Some(place) = place.get() {
            held.with(|secret| place.set_text_content(Some(secret)));
        }
    });
    on_cleanup(move || {
        if let Some(place) = place.try_get_untracked().flatten() {
            place.set_text_content(None);
        }
    });
    let copied = RwSignal::new(false);
    let copy = move |()| {
        held.with(|secret| {
            let writing = dom::window().navigator().clipboard().write_text(secret);
            leptos::task::spawn_local(async move {
                let done = wasm_bindgen_futures::JsFuture::from(writing).await.is_ok();
                announce(if done { t!("common.copied") } else { t!("common.copy_failed") });
                copied.try_set(done);
            });
        });
    };
    view! {
        <p><bdi class="address revealed" node_ref=place></bdi></p>
        <p class="reason">{t!("actions_config.secret_shown")}</p>
        <div class="dialog-actions">
            <Button icon=IconName::Copy on_press=Callback::new(copy)>
                {move || if copied.get() {
                    t!("common.copied")
                } else {
                    t!("actions_config.copy", what = t!("actions_config.client_secret"))
                }}
            </Button>
            <Button id=LEAVE kind=ButtonKind::Primary on_press=on_close>{t!("common.close")}</Button>
        </div>
    }
}
