use api_types::{Proof, ProofAsked, ProofWay};
use leptos::prelude::*;

use crate::api::{self, Failure};
use crate::data::{Latest, Turn};
use crate::domain::navigation::Route;
use crate::domain::session;
use crate::i18n::Message;
use crate::platform::{dom, spawn};
use crate::t;
use crate::ui::{
    Button, ButtonKind, Dialog, ErrorSummary, Failed, Field, FieldState, Form, Skeleton, Submission,
};

/// The ids of the button that closes the dialog, and of the fields.
const LEAVE: &str = "proof-leave";
const PASSWORD: &str = "proof-password";
const CODE: &str = "proof-code";

#[derive(Clone, PartialEq)]
enum Question {
    Asking,
    Asked(ProofAsked),
    Failed(Failure),
}

/// Asks for a proof of who the person is, over the current screen, which stays as it is. What needs the proof goes on by
/// itself.
#[component]
pub(crate) fn ProofDialog() -> impl IntoView {
    let question = RwSignal::new(Question::Asking);
    // Answers to an earlier question are ignored.
    let opening = Latest::new();
    let close = Callback::new(|()| session::settle_proof(false));
    let ask = move || {
        question.set(Question::Asking);
        let mine = opening.begin();
        spawn(async move {
            let answer = api::session::ask_proof().await;
            if !mine.is_some_and(Turn::counts) {
                return;
            }
            match answer {
                // Given in another tab.
                Ok(asked) if asked.is_fresh => session::settle_proof(true),
                answer => {
                    question.try_set(answer.map_or_else(Question::Failed, Question::Asked));
                }
            }
        });
    };
    Effect::new(move |_| {
        if session::is_proof_asked() {
            ask();
        } else {
            opening.end();
        }
    });
    // What had the focus disappears together with its question. A password is typed at once.
    Effect::new(move |_| match question.get() {
        Question::Asked(ProofAsked { way: ProofWay::Password, .. }) => {
            dom::after_paint(|| dom::focus(PASSWORD));
        }
        _ => dom::keep_focus(LEAVE),
    });
    view! {
        <Dialog open=Signal::derive(session::is_proof_asked) title=t!("proof.title") on_close=close>
            {move || match question.get() {
                Question::Asking => view! { <Skeleton rows=2 /><Leave close /> }.into_any(),
                Question::Failed(failure) => view! {
                    <Failed
                        message=failure.message()
                        request_id=failure.request_id.clone()
                        on_retry=Some(Callback::new(move |()| ask()))
                    />
                    <Leave close />
                }.into_any(),
                Question::Asked(asked) => match asked.way {
                    ProofWay::Password => view! { <ByPassword close /> }.into_any(),
                    ProofWay::Code => view! { <ByCode email=asked.email close /> }.into_any(),
                },
            }}
        </Dialog>
    }
}

#[component]
fn Leave(close: Callback<()>) -> impl IntoView {
    view! { <div class="dialog-actions"><Button id=LEAVE on_press=close>{t!("common.cancel")}</Button></div> }
}

#[component]
fn ByPassword(close: Callback<()>) -> impl IntoView {
    let password = FieldState::new(PASSWORD, "");
    let form = Form::new();
    let submit = form.handler(
        move || password.required(|| t!("proof.password_missing")),
        async move |typed: String| {
            given(Proof::Password(typed), password, || t!("proof.password_wrong")).await
        },
    );
    view! {
        <form class="form" on:submit=submit novalidate>
            <p>{t!("proof.text")}</p>
            <ErrorSummary fields=vec![password] form />
            <Field state=password label=t!("proof.password") kind="password" autocomplete="current-password" />
            <p><a href=Route::ForgotPassword.href() target="_blank">{t!("sign_in.forgot")}</a></p>
            <div class="dialog-actions">
                <Button id=LEAVE on_press=close>{t!("common.cancel")}</Button>
                <Button kind=ButtonKind::Primary submit=true busy=form.busy>{t!("proof.button")}</Button>
            </div>
        </form>
    }
}

#[component]
fn ByCode(email: String, close: Callback<()>) -> impl IntoView {
    let sending = Submission::new();
    let sent = RwSignal::new(false);
    let email = StoredValue::new(email);
    let send = Callback::new(move |()| {
        sending.send(async move {
            api::session::send_proof_code().await.map_err(|failure| failure.message())?;
            sent.try_set(true);
            dom::after_paint(|| dom::focus(CODE));
            Ok(())
        });
    });
    let refusal = move || sending.refusal.get().map(|message| view! { <Failed message /> });
    view! {
        <p>{t!("proof.text")}</p>
        <div role="status">{move || match sent.get() {
            true => t!("proof.sent", email = email.get_value()),
            false => t!("proof.code_text", email = email.get_value()),
        }}</div>
        {refusal}
        {move || match sent.get() {
            false => view! {
                <div class="dialog-actions">
                    <Button id=LEAVE on_press=close>{t!("common.cancel")}</Button>
                    <Button kind=ButtonKind::Primary busy=sending.busy on_press=send>{t!("proof.send")}</Button>
                </div>
            }.into_any(),
            true => view! { <Code sending send close /> }.into_any(),
        }}
    }
}

#[component]
fn Code(sending: Submission, send: Callback<()>, close: Callback<()>) -> impl IntoView {
    let code = FieldState::new(CODE, "");
    let form = Form::new();
    let submit = form.handler(
        move || code.required(|| t!("proof.code_missing")),
        async move |typed: String| given(Proof::Code(typed), code, || t!("proof.code_wrong")).await,
    );
    view! {
        <form class="form" on:submit=submit novalidate>
            <ErrorSummary fields=vec![code] form />
            <Field state=code label=t!("proof.code") autocomplete="one-time-code" />
            <p><Button kind=ButtonKind::Quiet busy=sending.busy on_press=send>{t!("proof.send_again")}</Button></p>
            <div class="dialog-actions">
                <Button id=LEAVE on_press=close>{t!("common.cancel")}</Button>
                <Button kind=ButtonKind::Primary submit=true busy=form.busy>{t!("proof.button")}</Button>
            </div>
        </form>
    }
}

/// Sends a proof. A wrong one is said at its field.
async fn given(
    proof: Proof,
    field: FieldState,
    wrong: impl FnOnce() -> String,
) -> Result<(), Option<Message>> {
    match api::session::prove(&proof).await {
        Ok(()) => {
            field.text.try_set(String::new());
            session::settle_proof(true);
            Ok(())
        }
        Err(failure) if failure.field().is_some() => {
            field.error.try_set(Some(wrong()));
            Err(None)
        }
        Err(failure) => Err(Some(failure.message())),
    }
}
