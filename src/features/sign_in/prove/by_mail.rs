//! The proof by a code that is mailed.

use std::cell::Cell;

use api_types::Proof;
use leptos::prelude::*;

use super::super::code_field::{CodeKind, code_field};
use super::typed::{LEAVE, MAILED_CODE, Typed, given};
use crate::api;
use crate::domain::session;
use crate::platform::{dom, lifetime, timers};
use crate::t;
use crate::ui::{Button, ButtonKind, ErrorSummary, Failed, Form, Submission, until_in_words};

/// How long the server sends no other code.
const PAUSE_MS: u64 = 60_000;

/// When the last code was sent to this tab's person: the dialog may be closed and opened again within the pause.
struct Sent(Cell<Option<u64>>);

impl Default for Sent {
    fn default() -> Self {
        session::on_another_person(|| lifetime::shared::<Self>().0.set(None));
        Self(Cell::new(None))
    }
}

/// Why no other code can be sent now; reactive.
fn pause() -> Option<String> {
    let again_at = lifetime::shared::<Sent>().0.get()? + PAUSE_MS;
    let again = String::from(js_sys::Date::new(&(again_at as f64).into()).to_iso_string());
    // Also follows the time, which must not end with the first look.
    let time = until_in_words(&again);
    (timers::now() < again_at).then(|| t!("proof.again", time = time))
}

#[component]
pub(super) fn ByMail(email: String, typed: Typed, others: ViewFn, close: Callback<()>) -> impl IntoView {
    let sending = Submission::new();
    let is_sent = RwSignal::new(untrack(pause).is_some());
    let email = StoredValue::new(email);
    let send = Callback::new(move |()| {
        sending.send(async move {
            api::session::send_proof_code().await.map_err(|failure| failure.message())?;
            lifetime::shared::<Sent>().0.set(Some(timers::now()));
            // Set anew also after another code: the pause is another one.
            is_sent.try_set(true);
            dom::after_paint(|| dom::focus(MAILED_CODE));
            Ok(())
        });
    });
    let others = StoredValue::new(others);
    view! {
        <p>{t!("proof.text")}</p>
        <div role="status">{move || match is_sent.get() {
            true => t!("proof.sent", email = email.get_value()),
            false => t!("proof.code_text", email = email.get_value()),
        }}</div>
        {move || sending.refusal.get().map(|message| view! { <Failed message /> })}
        {move || match is_sent.get() {
            false => view! {
                <div class="ways">{others.get_value().run()}</div>
                <div class="dialog-actions">
                    <Button id=LEAVE on_press=close>{t!("common.cancel")}</Button>
                    <Button kind=ButtonKind::Primary busy=sending.busy on_press=send>{t!("proof.send")}</Button>
                </div>
            }.into_any(),
            true => view! { <Code sending send typed others=others.get_value() close /> }.into_any(),
        }}
    }
}

#[component]
fn Code(
    sending: Submission,
    send: Callback<()>,
    typed: Typed,
    others: ViewFn,
    close: Callback<()>,
) -> impl IntoView {
    let code = typed.mailed_code;
    let form = Form::new();
    let submit = form.handler(
        move || code.required(|| CodeKind::Mail.missing()),
        async move |text: String| {
            given(&Proof::Code(text), |_| {
                code.error.try_set(Some(CodeKind::Mail.wrong()));
            })
            .await?;
            code.text.try_set(String::new());
            Ok(())
        },
    );
    view! {
        <form class="form" on:submit=submit novalidate>
            <ErrorSummary fields=vec![code] form />
            {code_field(code, CodeKind::Mail)}
            <div class="ways">
                <Button kind=ButtonKind::Quiet busy=sending.busy disabled_reason=Signal::derive(pause) on_press=send>
                    {t!("proof.send_again")}
                </Button>
                {others.run()}
            </div>
            <div class="dialog-actions">
                <Button id=LEAVE on_press=close>{t!("common.cancel")}</Button>
                <Button kind=ButtonKind::Primary submit=true busy=form.busy>{t!("proof.button")}</Button>
            </div>
        </form>
    }
}
