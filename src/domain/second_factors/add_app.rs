use api_types::AppSecret;
use leptos::prelude::*;

use super::adding::{Adding, Opened};
use crate::api::{Failure, factors};
use crate::data::{Load, Loader};
use crate::i18n::Message;
use crate::platform::{dom, spawn};
use crate::t;
use crate::ui::{
    Button, ButtonKind, CopySecret, Dialog, ErrorSummary, Failed, Field, FieldState, Form, HeldSecret,
    SecretText, Skeleton,
};

/// The id of the button that closes the dialog.
const LEAVE: &str = "app-leave";

/// The secret as a QR code.
#[derive(Clone, PartialEq)]
struct Code {
    path: String,
    size: u32,
}

#[component]
pub(super) fn AddAppDialog(adding: Adding) -> impl IntoView {
    let open = adding.is_open(Opened::App);
    let made = Loader::<Code>::new();
    let held = HeldSecret::new();
    let load = move || spawn(async move { made.load(make(held)).await });
    Effect::new(move |_| {
        if open.get() {
            load();
        } else {
            made.reset();
            held.forget();
        }
    });
    // What had the focus disappears together with its stage.
    Effect::new(move |_| {
        made.state.track();
        dom::keep_focus(LEAVE);
    });
    let close = Callback::new(move |()| adding.close());
    view! {
        <Dialog open title=t!("factors.add_app") on_close=close>
            {move || match made.state.get() {
                Load::Loading => view! { <Skeleton rows=6 /><Leave close /> }.into_any(),
                Load::Failed(failure) => view! {
                    <Failed
                        message=failure.message()
                        request_id=failure.request_id.clone()
                        on_retry=Some(Callback::new(move |()| load()))
                        busy=made.busy
                    />
                    <Leave close />
                }
                .into_any(),
                Load::Ready(code) => view! { <Confirm code held adding close /> }.into_any(),
            }}
        </Dialog>
    }
}

async fn make(held: HeldSecret) -> Result<Code, Failure> {
    let AppSecret { secret, qr_path, qr_size, .. } = factors::begin_app().await?;
    held.keep(secret);
    Ok(Code { path: qr_path, size: qr_size })
}

#[component]
fn Leave(close: Callback<()>) -> impl IntoView {
    view! { <div class="dialog-actions"><Button id=LEAVE on_press=close>{t!("common.cancel")}</Button></div> }
}

#[component]
fn Confirm(code: Code, held: HeldSecret, adding: Adding, close: Callback<()>) -> impl IntoView {
    let typed = FieldState::new("new-app-code", "");
    let form = Form::new();
    let submit = form.handler(
        move || typed.required(|| t!("factors.code_missing")),
        async move |code: String| {
            let added = factors::add_app(code).await.map_err(|failure| refused(&failure, typed))?;
            adding.done(&added.recovery_codes);
            Ok(())
        },
    );
    view! {
        <form class="form" on:submit=submit novalidate>
            <ol class="numbered">
                <li>{t!("factors.app_install")}</li>
                <li>{t!("factors.app_scan")}</li>
                <li>{t!("factors.app_confirm")}</li>
            </ol>
            <svg class="qr" viewBox=format!("0 0 {0} {0}", code.size) role="img" aria-label=t!("factors.qr") shape-rendering="crispEdges">
                <path d=code.path />
            </svg>
            <details class="how">
                <summary>{t!("factors.by_hand")}</summary>
                <div class="stack">
                    <p>{t!("factors.by_hand_text")}</p>
                    <SecretText held />
                    <div class="actions"><CopySecret held label=t!("factors.copy_secret") /></div>
                </div>
            </details>
            <ErrorSummary fields=vec![typed] form />
            <Field state=typed label=t!("factors.app_code") autocomplete="one-time-code" inputmode="numeric" />
            <div class="dialog-actions">
                <Button id=LEAVE on_press=close>{t!("common.cancel")}</Button>
                <Button kind=ButtonKind::Primary submit=true busy=form.busy>{t!("factors.confirm_app")}</Button>
            </div>
        </form>
    }
}

/// A wrong code is said at its field.
fn refused(failure: &Failure, typed: FieldState) -> Option<Message> {
    if failure.field().is_none() {
        return Some(failure.message());
    }
    typed.error.try_set(Some(t!("factors.app_code_wrong")));
    None
}
