//! Two-step sign-in: passkeys, the authenticator app, recovery codes.

use api_types::{Factors, Passkey, SecondFactor, limits};
use leptos::prelude::*;

use crate::api::{Failure, factors};
use crate::data::{Loader, loaded};
use crate::domain::navigation::Section;
use crate::domain::second_factors::{Adding, AddingDialogs, no_passkeys_here};
use crate::domain::session;
use crate::i18n::{self, Message};
use crate::platform::{dom, spawn};
use crate::t;
use crate::term;
use crate::ui::{
    Button, ButtonKind, Column, Confirmation, Frame, IconName, Note, Question, QuestionDialog, Table, Tone,
    ago, notify,
};

/// With so few recovery codes left, new ones are due.
const FEW_CODES: u32 = 3;

#[derive(Clone, Copy)]
struct Screen {
    own: Loader<Factors>,
    adding: Adding,
    asking: Confirmation,
}

impl Screen {
    fn new() -> Self {
        let own = Loader::new();
        let adding = Adding::new(Callback::new(move |()| {
            session::factor_added();
            notify(Tone::Success, t!("factors.saved"));
            let pressed = dom::InputMark::now();
            spawn(async move {
                own.refresh(factors::own()).await;
                pressed.focus(Section::TwoStep.anchor());
            });
        }));
        // One may be added in front of this screen, where the account asks for it.
        let has_one = Memo::new(|_| {
            session::current().is_some_and(|session| session.second_factor == SecondFactor::Present)
        });
        Effect::new(move |before: Option<bool>| {
            let now = has_one.get();
            if before.is_some_and(|before| before != now) {
                spawn(own.keep_up(factors::own()));
            }
            now
        });
        Self { own, adding, asking: Confirmation::new() }
    }

    fn load(self) {
        spawn(async move { self.own.load(factors::own()).await });
    }

    /// Asks, and removes a factor.
    fn remove<F>(self, question: Question, said: String, remove: impl Fn() -> F + Send + Sync + 'static)
    where
        F: Future<Output = Result<(), Failure>> + 'static,
    {
        self.asking.ask(question, move || {
            let (removing, said) = (remove(), said.clone());
            async move {
                let pressed = dom::InputMark::now();
                removing.await?;
                self.asking.close();
                notify(Tone::Success, said);
                session::look_at_factor().await;
                self.own.refresh(factors::own()).await;
                pressed.focus(Section::TwoStep.anchor());
                Ok(())
            }
        });
    }

    fn ask_for_codes(self) {
        let question = Question {
            title: t!("factors.new_codes_title"),
            text: t!("factors.new_codes_text"),
            action: t!("factors.new_codes"),
            danger: false,
        };
        self.asking.ask(question, move || async move {
            let made = factors::make_codes().await.map_err(Message::from)?;
            self.asking.close();
            self.adding.done(&made.recovery_codes);
            Ok(())
        });
    }
}

#[component]
pub(super) fn TwoStep() -> impl IntoView {
    let screen = Screen::new();
    screen.load();
    view! {
        <section class="card" aria-labelledby=Section::TwoStep.anchor()>
            <h2 id=Section::TwoStep.anchor() tabindex="-1">{term!("factors.title")}</h2>
            <p class="reason">{t!("factors.text")}</p>
            {loaded(screen.own, 5, move || screen.load(), move |own| view! { <Own screen own /> }.into_any())}
        </section>
        <AddingDialogs adding=screen.adding />
        <QuestionDialog confirmation=screen.asking />
    }
}

#[component]
fn Own(screen: Screen, own: Factors) -> impl IntoView {
    let Factors { passkeys, app_since, recovery_codes_left } = own;
    let count = passkeys.len() + usize::from(app_since.is_some());
    // What is left without the one that is removed.
    let is_last = count == 1;
    view! {
        <div class="stack-large">
        <div class="stack" role="group" aria-labelledby="passkeys-title">
            <h3 id="passkeys-title">{term!("factors.passkeys")}</h3>
            <Passkeys screen passkeys is_last />
        </div>
        <div class="stack" role="group" aria-labelledby="authenticator-title">
            <h3 id="authenticator-title">{term!("factors.app")}</h3>
            {match app_since {
                None => view! {
                    <p class="quiet">{t!("factors.no_app")}</p>
                    <div class="actions"><Button on_press=Callback::new(move |()| screen.adding.add_app())>{t!("factors.add_app")}</Button></div>
                }
                .into_any(),
                Some(since) => view! {
                    <p>{t!("factors.app_since", date = i18n::date(since.as_str()))}</p>
                    <div class="actions"><Button on_press=Callback::new(move |()| ask_about_app(screen, is_last))>{t!("factors.remove_app")}</Button></div>
                }
                .into_any(),
            }}
        </div>
        {(count > 0).then(|| view! {
            <div class="stack" role="group" aria-labelledby="recovery-title">
                <h3 id="recovery-title">{term!("factors.recovery_codes")}</h3>
                <Recovery screen left=recovery_codes_left />
            </div>
        })}
        </div>
    }
}

#[component]
fn Passkeys(screen: Screen, passkeys: Vec<Passkey>, is_last: bool) -> impl IntoView {
    let is_full = passkeys.len() >= limits::PASSKEYS_MAX;
    let full = is_full.then(|| t!("factors.passkeys_full", count = limits::PASSKEYS_MAX));
    let reason = no_passkeys_here().or(full);
    let list = match passkeys.is_empty() {
        true => view! { <p class="quiet">{t!("factors.no_passkeys")}</p> }.into_any(),
        false => table(screen, passkeys, is_last),
    };
    view! {
        {list}
        <div class="actions">
            <Button disabled_reason=Signal::stored(reason) on_press=Callback::new(move |()| screen.adding.add_passkey())>
                {t!("factors.add_passkey")}
            </Button>
        </div>
    }
}

fn table(screen: Screen, passkeys: Vec<Passkey>, is_last: bool) -> AnyView {
    let columns = vec![
        Column::row_head(
            t!("factors.passkey_name"),
            |passkey: &Passkey| view! { <bdi>{passkey.name.clone()}</bdi> },
        ),
        Column::new(t!("factors.added"), |passkey: &Passkey| ago(passkey.added_at.as_str())),
        Column::new(t!("factors.last_used"), |passkey: &Passkey| match &passkey.last_used_at {
            Some(at) => ago(at.as_str()),
            None => t!("factors.never_used").into_any(),
        }),
        Column::actions(move |passkey: &Passkey| {
            let (name, passkey) = (passkey.name.clone(), passkey.clone());
            view! {
                <Button kind=ButtonKind::Quiet on_press=Callback::new(move |()| ask_about(screen, passkey.clone(), is_last))>
                    {t!("factors.remove")}
                    <span class="visually-hidden">{t!("common.of", text = name)}</span>
                </Button>
            }
        }),
    ];
    Table::new(t!("factors.passkeys"), columns).frame(Frame::Open).rows(passkeys)
}

fn ask_about(screen: Screen, passkey: Passkey, is_last: bool) {
    let question = Question {
        title: t!("factors.remove_passkey_title", name = passkey.name.as_str()),
        text: with_last(t!("factors.remove_passkey_text"), is_last),
        action: t!("factors.remove"),
        danger: true,
    };
    screen.remove(question, t!("factors.passkey_removed"), move || {
        let id = passkey.id.clone();
        async move { factors::remove_passkey(&id).await }
    });
}

fn ask_about_app(screen: Screen, is_last: bool) {
    let question = Question {
        title: t!("factors.remove_app_title"),
        text: with_last(t!("factors.remove_app_text"), is_last),
        action: t!("factors.remove"),
        danger: true,
    };
    screen.remove(question, t!("factors.app_removed"), factors::remove_app);
}

/// With what it means that nothing else is left.
fn with_last(text: String, is_last: bool) -> String {
    i18n::sentences([text].into_iter().chain(is_last.then(|| t!("factors.last_text"))))
}

#[component]
fn Recovery(screen: Screen, left: u32) -> impl IntoView {
    let said = t!("factors.codes_left", count = left);
    view! {
        {if left > FEW_CODES {
            view! { <p>{said}</p> }.into_any()
        } else {
            view! {
                <Note tone=Tone::Warning icon=IconName::Alert>{i18n::sentences([said, t!("factors.few_codes")])}</Note>
            }
            .into_any()
        }}
        <div class="actions"><Button on_press=Callback::new(move |()| screen.ask_for_codes())>{t!("factors.new_codes")}</Button></div>
    }
}
