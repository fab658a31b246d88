//! The second step of a sign-in: what the server asks for beside the password.

use api_types::ProblemCode;
use leptos::prelude::*;

use super::acts::{by_passkey, is_about_code, with_code};
use super::code_field::{CodeKind, code_field};
use super::entry::Entry;
use crate::api::Failure;
use crate::domain::second_factors::no_passkeys_here;
use crate::platform::{dom, passkeys};
use crate::t;
use crate::ui::{Button, ButtonKind, ErrorSummary, FieldState, Form, Note, Submission, why_refused};

const APP_CODE: &str = "app-code";
const RECOVERY_CODE: &str = "recovery-code";
const PASSKEY: &str = "use-passkey";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Code(CodeKind),
    Passkey,
}

impl Way {
    const APP: Self = Self::Code(CodeKind::App);
    const RECOVERY: Self = Self::Code(CodeKind::Recovery);

    /// The id of what has the focus.
    const fn first(self) -> &'static str {
        match self {
            Self::Code(CodeKind::Recovery) => RECOVERY_CODE,
            Self::Code(_) => APP_CODE,
            Self::Passkey => PASSKEY,
        }
    }

    fn instead(self) -> String {
        match self {
            Self::Code(CodeKind::Recovery) => t!("factors.use_recovery"),
            Self::Code(_) => t!("factors.use_app"),
            Self::Passkey => t!("factors.use_passkey"),
        }
    }
}

/// What draws the step, if that is what the server asks for.
pub(super) fn asked_by(failure: &Failure) -> Option<fn(Entry) -> AnyView> {
    match failure.code()? {
        ProblemCode::CodeNeeded => Some(with_app),
        ProblemCode::PasskeyNeeded => Some(without_app),
        _ => None,
    }
}

fn with_app(entry: Entry) -> AnyView {
    view! { <SecondStep entry ways=&[Way::APP, Way::Passkey, Way::RECOVERY] /> }.into_any()
}

fn without_app(entry: Entry) -> AnyView {
    view! { <SecondStep entry ways=&[Way::Passkey, Way::RECOVERY] /> }.into_any()
}

#[component]
fn SecondStep(
    entry: Entry,
    /// The best first.
    ways: &'static [Way],
) -> impl IntoView {
    let way = RwSignal::new(ways[0]);
    let codes =
        Codes { entry, app: FieldState::new(APP_CODE, ""), recovery: FieldState::new(RECOVERY_CODE, "") };
    let asking = Submission::new();
    // What had the focus disappears together with its way.
    Effect::new(move |_| {
        let first = way.get().first();
        dom::after_paint(move || dom::focus(first));
    });
    let ask = Callback::new(move |()| asking.send(by_passkey(entry)));
    let back = Callback::new(move |()| {
        passkeys::end();
        entry.second.set(None);
        dom::after_paint(move || dom::focus(entry.password.id));
    });
    let others = move || {
        let offered =
            |other: &&Way| **other != way.get() && (**other != Way::Passkey || no_passkeys_here().is_none());
        ways.iter().filter(offered).map(|&other| view! {
            <Button kind=ButtonKind::Quiet on_press=Callback::new(move |()| way.set(other))>{other.instead()}</Button>
        }).collect_view()
    };
    view! {
        <div class="stack" role="group" aria-label=t!("factors.second_step")>
            <p class="address"><bdi>{entry.email.text.get_untracked()}</bdi></p>
            {move || match way.get() {
                Way::Code(kind) => codes.view(kind),
                Way::Passkey => view! {
                    <p>{t!("factors.passkey_needed")}</p>
                    {no_passkeys_here().map(|reason| view! { <Note>{reason}</Note> })}
                    {move || asking.refusal.get().map(why_refused)}
                    <Button id=PASSKEY kind=ButtonKind::Primary busy=asking.busy on_press=ask>{t!("sign_in.passkey")}</Button>
                }
                .into_any(),
            }}
            <div class="ways">{others}<Button kind=ButtonKind::Quiet on_press=back>{t!("common.back")}</Button></div>
        </div>
    }
}

/// The codes that are typed; each stays while another way is looked at.
#[derive(Clone, Copy)]
struct Codes {
    entry: Entry,
    app: FieldState,
    recovery: FieldState,
}

impl Codes {
    fn view(self, kind: CodeKind) -> AnyView {
        let (field, text) = match kind {
            CodeKind::Recovery => (self.recovery, t!("factors.recovery_needed")),
            CodeKind::App | CodeKind::Mail => (self.app, t!("factors.app_needed")),
        };
        let form = Form::new();
        let entry = self.entry;
        let submit = form.handler(
            move || field.required(|| kind.missing()),
            async move |code: String| {
                with_code(entry, code).await.map_err(|failure| {
                    if !is_about_code(&failure) {
                        return Some(failure.message());
                    }
                    field.error.try_set(Some(kind.wrong()));
                    None
                })
            },
        );
        view! {
            <form class="form" on:submit=submit novalidate>
                <p>{text}</p>
                <ErrorSummary fields=vec![field] form />
                {code_field(field, kind)}
                <Button kind=ButtonKind::Primary submit=true busy=form.busy>{t!("sign_in.button")}</Button>
            </form>
        }
        .into_any()
    }
}
