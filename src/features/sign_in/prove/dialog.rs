use api_types::{CeremonyAnswer, Proof, ProofAsked, ProofWay};
use leptos::prelude::*;

use super::super::code_field::code_field;
use super::by_mail::ByMail;
use super::through_salesforce::ThroughSalesforce;
use super::typed::{APP_CODE, LEAVE, PASSKEY, PASSWORD, RECOVERY_CODE, Typed, given};
use crate::api::{self, Failure, factors};
use crate::data::{Latest, Turn};
use crate::domain::navigation::Route;
use crate::domain::second_factors::{no_passkeys_here, not_asked};
use crate::domain::session;
use crate::platform::passkeys::{self, Asking};
use crate::platform::{dom, spawn};
use crate::t;
use crate::ui::{
    Button, ButtonKind, Dialog, ErrorSummary, Failed, Field, Form, Skeleton, Submission, Username,
    why_refused,
};

#[derive(Clone, PartialEq)]
enum Question {
    Asking,
    Asked(Asked),
    Failed(Failure),
}

/// What the person can give.
#[derive(Clone, PartialEq)]
struct Asked {
    ways: Vec<ProofWay>,
    email: String,
    /// Whether there is an app: without one, the code beside a password is a recovery code.
    has_app: bool,
}

/// How the person can prove who they are; `None` if they have done so in another tab.
async fn find_ways() -> Result<Option<Asked>, Failure> {
    let ProofAsked { ways, email, is_fresh } = api::session::ask_proof().await?;
    if is_fresh {
        return Ok(None);
    }
    let has_app = match ways.contains(&ProofWay::PasswordAndCode) {
        true => factors::own().await?.app_since.is_some(),
        false => ways.contains(&ProofWay::AppCode),
    };
    Ok(Some(Asked { ways, email, has_app }))
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
            let found = find_ways().await;
            if !mine.is_some_and(Turn::counts) {
                return;
            }
            let asked = match found {
                Ok(None) => return session::settle_proof(true),
                Ok(Some(asked)) => Question::Asked(asked),
                Err(failure) => Question::Failed(failure),
            };
            question.try_set(asked);
        });
    };
    Effect::new(move |_| {
        if session::is_proof_asked() {
            ask();
        } else {
            opening.end();
            passkeys::end();
        }
    });
    // What had the focus disappears together with its question.
    Effect::new(move |_| {
        question.track();
        dom::keep_focus(LEAVE);
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
                Question::Asked(asked) => view! { <Ways asked close /> }.into_any(),
            }}
        </Dialog>
    }
}

/// The button alone that closes the dialog.
#[component]
fn Leave(close: Callback<()>) -> impl IntoView {
    view! { <div class="dialog-actions"><Button id=LEAVE on_press=close>{t!("common.cancel")}</Button></div> }
}

/// The best way, and the others as what can be done instead.
#[component]
fn Ways(asked: Asked, close: Callback<()>) -> impl IntoView {
    let Asked { ways, email, has_app } = asked;
    let is_possible = |way: &ProofWay| *way != ProofWay::Passkey || no_passkeys_here().is_none();
    let usable: Vec<_> = ways.iter().copied().filter(is_possible).collect();
    let Some(&best) = usable.first() else {
        return view! { <p>{no_passkeys_here()}</p><Leave close /> }.into_any();
    };
    let (way, typed) = (RwSignal::new(best), Typed::new(has_app));
    let usable = StoredValue::new(usable);
    // What is asked for can be done at once; after a change of the code, the other code.
    Effect::new(move |before: Option<ProofWay>| {
        let (way, recovers) = (way.get(), typed.recovers.get());
        let first = match way {
            ProofWay::Passkey => PASSKEY,
            ProofWay::Password => PASSWORD,
            ProofWay::PasswordAndCode if before != Some(way) => PASSWORD,
            ProofWay::AppCode | ProofWay::PasswordAndCode if recovers => RECOVERY_CODE,
            ProofWay::AppCode | ProofWay::PasswordAndCode => APP_CODE,
            ProofWay::Salesforce | ProofWay::Code => LEAVE,
        };
        match first {
            LEAVE => dom::keep_focus(LEAVE),
            _ => dom::after_paint(move || dom::focus(first)),
        }
        way
    });
    let others = ViewFn::from(move || {
        let go = move |other| Callback::new(move |()| way.set(other));
        usable
            .get_value()
            .into_iter()
            .filter(|other| *other != way.get())
            .map(|other| {
                view! {
                    <Button kind=ButtonKind::Quiet on_press=go(other)>{instead(other, has_app)}</Button>
                }
            })
            .collect_view()
    });
    view! {
        {move || {
            let others = others.clone();
            match way.get() {
                ProofWay::Passkey => view! { <ByPasskey others close /> }.into_any(),
                ProofWay::Password | ProofWay::PasswordAndCode | ProofWay::AppCode => {
                    view! { <ByTyping way=way.get_untracked() typed others close /> }.into_any()
                }
                ProofWay::Salesforce => view! { <ThroughSalesforce others close /> }.into_any(),
                ProofWay::Code => view! { <ByMail email=email.clone() typed others close /> }.into_any(),
            }
        }}
    }
    .into_any()
}

fn instead(way: ProofWay, has_app: bool) -> String {
    match way {
        ProofWay::Passkey => t!("factors.use_passkey"),
        ProofWay::Password => t!("factors.use_password"),
        ProofWay::PasswordAndCode if has_app => t!("factors.use_password_code"),
        ProofWay::PasswordAndCode => t!("factors.use_password_recovery"),
        ProofWay::AppCode => t!("factors.use_app"),
        ProofWay::Salesforce => t!("factors.use_salesforce"),
        ProofWay::Code => t!("factors.use_mail"),
    }
}

#[component]
fn ByPasskey(others: ViewFn, close: Callback<()>) -> impl IntoView {
    let asking = Submission::new();
    let ask = Callback::new(move |()| {
        asking.send(async {
            let begun = api::session::begin_passkey_proof().await?;
            let credential = passkeys::get(&begun.options, Asking::AtOnce).await.map_err(not_asked)?;
            let answer = CeremonyAnswer { ceremony: begun.ceremony, credential };
            api::session::prove(&Proof::Passkey(answer)).await?;
            session::settle_proof(true);
            Ok(())
        });
    });
    view! {
        <p>{t!("proof.text")}</p>
        {move || asking.refusal.get().map(why_refused)}
        <div class="ways">{others.run()}</div>
        <div class="dialog-actions">
            <Button id=LEAVE on_press=close>{t!("common.cancel")}</Button>
            <Button id=PASSKEY kind=ButtonKind::Primary busy=asking.busy on_press=ask>{t!("proof.passkey")}</Button>
        </div>
    }
}

/// By the password, by a code of the app, or by both.
#[component]
fn ByTyping(way: ProofWay, typed: Typed, others: ViewFn, close: Callback<()>) -> impl IntoView {
    let form = Form::new();
    let has_password = way != ProofWay::AppCode;
    let has_code = way != ProofWay::Password;
    let read = move || {
        let password = has_password.then(|| typed.password.required(|| t!("proof.password_missing")));
        let code = has_code.then(|| {
            let (field, kind) = untrack(move || typed.code());
            field.required(|| kind.missing())
        });
        Some(match (password, code) {
            (Some(password), None) => Proof::Password(password?),
            (None, code) => Proof::AppCode(code??),
            (Some(password), Some(code)) => {
                let (password, code) = password.zip(code)?;
                Proof::PasswordAndCode { password, code }
            }
        })
    };
    let submit = form.handler(read, async move |proof: Proof| {
        given(&proof, |field| {
            let (code, kind) = untrack(move || typed.code());
            match field == "code" || !has_password {
                true => code.error.try_set(Some(kind.wrong())),
                false => typed.password.error.try_set(Some(t!("proof.password_wrong"))),
            };
        })
        .await?;
        typed.forget();
        Ok(())
    });
    let username = untrack(session::current).map(|session| session.user.email).filter(|_| has_password);
    let swap = Callback::new(move |()| typed.recovers.update(|recovers| *recovers = !*recovers));
    let fields = vec![typed.password, typed.app_code, typed.recovery_code];
    view! {
        <form class="form" on:submit=submit novalidate>
            <p>{t!("proof.text")}</p>
            <ErrorSummary fields form />
            {username.map(|email| view! { <Username email /> })}
            {has_password.then(|| view! {
                <Field state=typed.password label=t!("proof.password") kind="password" autocomplete="current-password" />
                <p><a href=Route::ForgotPassword.href() target="_blank">{t!("sign_in.forgot")}</a></p>
            })}
            {has_code.then_some(move || {
                let (field, kind) = typed.code();
                code_field(field, kind)
            })}
            <div class="ways">
                {(has_code && typed.has_app).then(|| view! {
                    <Button kind=ButtonKind::Quiet on_press=swap>{move || match typed.recovers.get() {
                        true => t!("factors.use_app"),
                        false => t!("factors.use_recovery"),
                    }}</Button>
                })}
                {others.run()}
            </div>
            <div class="dialog-actions">
                <Button id=LEAVE on_press=close>{t!("common.cancel")}</Button>
                <Button kind=ButtonKind::Primary submit=true busy=form.busy>{t!("proof.button")}</Button>
            </div>
        </form>
    }
}
