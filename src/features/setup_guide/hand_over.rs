//! Handing a step over: to an administrator, who gets its persona, or by a link that can be passed on.

use api_types::{List, Role, SetupStepId, User, UserQuery, UserStatus};
use leptos::prelude::*;

use crate::api::{Failure, users};
use crate::data::{Loader, loaded_list};
use crate::domain::navigation::Route;
use crate::domain::people::personas;
use crate::domain::session;
use crate::domain::setup::steps;
use crate::platform::{dom, spawn};
use crate::t;
use crate::ui::{
    Button, CopyButton, Dialog, Icon, IconName, SearchField, Submission, Tone, notify, why_refused,
};

/// The number of users offered at once; the search finds the others.
const OFFERED: u32 = 6;

/// The state of the dialog.
#[derive(Clone, Copy)]
pub(super) struct HandOver {
    /// The step; `None` while the dialog is closed.
    step: RwSignal<Option<SetupStepId>>,
    search: RwSignal<Option<String>>,
    people: Loader<List<User>>,
    /// The user who got the step.
    given: RwSignal<Option<User>>,
    giving: Submission,
}

impl HandOver {
    pub(super) fn new() -> Self {
        Self {
            step: RwSignal::new(None),
            search: RwSignal::new(None),
            people: Loader::new(),
            given: RwSignal::new(None),
            giving: Submission::new(),
        }
    }

    pub(super) fn ask(self, step: SetupStepId) {
        self.giving.forget();
        self.given.set(None);
        self.search.set(None);
        self.people.reset();
        self.step.set(Some(step));
        self.find();
    }

    fn find(self) {
        let wanted = UserQuery {
            search: self.search.get_untracked(),
            role: Some(Role::Admin),
            limit: Some(OFFERED),
            ..UserQuery::default()
        };
        spawn(self.people.load(async move {
            let mut found = users::list(&wanted).await?;
            found.items.retain(|user| matches!(user.status, UserStatus::Active | UserStatus::Invited));
            Ok(found)
        }));
    }

    /// Closes it, unless a request is running.
    fn close(self) {
        if !self.giving.is_busy() {
            self.step.set(None);
        }
    }

    fn give(self, user: User) {
        let Some(step) = self.step.get_untracked() else { return };
        let pressed = dom::InputMark::now();
        self.giving.send(async move {
            // A retry uses the reloaded user.
            let newer = give(step, &user, personas::done).await.inspect_err(|_| self.find())?;
            self.given.try_set(Some(newer));
            pressed.focus("handed-over");
            Ok(())
        });
    }
}

/// Adds the step's persona to those that the user has.
async fn give(step: SetupStepId, user: &User, text: impl FnOnce(&User) -> String) -> Result<User, Failure> {
    let mut all = user.personas.clone();
    if !all.contains(&step.handed_over_as()) {
        all.push(step.handed_over_as());
    }
    personas::change(user, &all, text).await
}

/// Gives the step to the signed-in user.
pub(super) async fn take(step: SetupStepId) {
    let Some(session) = untrack(session::current) else { return };
    let pressed = dom::InputMark::now();
    let text = |_: &User| t!("setup_guide.taken", persona = persona(step));
    let taken = async { give(step, &users::find(&session.user.id).await?, text).await };
    match taken.await {
        Ok(_) => {
            pressed.focus(dom::Target::of("step", step.number()));
        }
        Err(failure) => notify(Tone::Failure, failure.message()),
    }
}

fn persona(step: SetupStepId) -> String {
    steps::persona(step.handed_over_as()).in_line()
}

fn link(step: SetupStepId) -> String {
    let origin = dom::window().location().origin().unwrap_or_default();
    format!("{origin}{}", steps::guide_href(step))
}

/// The dialog.
#[component]
pub(super) fn HandOverDialog(state: HandOver) -> impl IntoView {
    let title = move || state.step.get().map(steps::numbered).unwrap_or_default();
    let close = Callback::new(move |()| state.close());
    view! {
        <Dialog
            open=Signal::derive(move || state.step.with(Option::is_some))
            title=Signal::derive(move || t!("setup_guide.hand_over_title", step = title()))
            on_close=close
        >
            {move || state.step.get().map(|step| match state.given.get() {
                None => view! { <Choice state step /> }.into_any(),
                Some(user) => view! { <Given step user /> }.into_any(),
            })}
            <div class="dialog-actions">
                <Button waiting=state.giving.busy on_press=close>{t!("common.close")}</Button>
            </div>
        </Dialog>
    }
}

/// Administrators to choose from, and the other ways.
#[component]
fn Choice(state: HandOver, step: SetupStepId) -> impl IntoView {
    let search = Callback::new(move |search: Option<String>| {
        state.search.set(search);
        state.find();
    });
    let asked = Signal::derive(move || state.search.get().unwrap_or_default());
    let nobody = || view! { <p>{t!("common.no_matches")}</p> }.into_any();
    let invite = format!("{}?persona={}", Route::Invite.href(), step.handed_over_as().as_str());
    view! {
        <div class="stack">
            <p>{t!("setup_guide.hand_over_text", persona = persona(step))}</p>
            <SearchField id="hand-over-search" label=t!("users.search") asked on_search=search />
            {loaded_list(state.people, 3, move || state.find(), nobody, move |people| view! {
                <ul class="colleagues">
                    {people.into_iter().map(|user| view! { <Candidate state user /> }).collect_view()}
                </ul>
            }.into_any())}
            {move || state.giving.refusal.get().map(why_refused)}
            <p>{t!("setup_guide.hand_over_link")}</p>
            <div class="actions">
                <CopyButton text=link(step) label=t!("setup_guide.copy_link") />
                <a class="button" href=invite>{t!("setup_guide.invite_for_step")}</a>
            </div>
        </div>
    }
}

#[component]
fn Candidate(state: HandOver, user: User) -> impl IntoView {
    let name = user.display_name();
    let email = (user.email != name).then(|| user.email.clone());
    let label = name.clone();
    let said = personas::in_words(&user.personas);
    view! {
        <li>
            <span>
                <bdi>{name}</bdi>
                {email.map(|email| view! { <bdi class="address reason">{email}</bdi> })}
                {said.map(|said| view! { <span class="reason">{said}</span> })}
            </span>
            <Button waiting=state.giving.busy on_press=Callback::new(move |()| state.give(user.clone()))>
                {t!("setup_guide.give")}
                <span class="visually-hidden">{t!("common.of", text = label)}</span>
            </Button>
        </li>
    }
}

/// The outcome, and how the recipient learns of it.
#[component]
fn Given(step: SetupStepId, user: User) -> impl IntoView {
    view! {
        <div class="stack">
            <p class="note" id="handed-over" tabindex="-1">
                <Icon name=IconName::Check />
                <span>{t!("setup_guide.handed_over", name = user.display_name(), persona = persona(step))}</span>
            </p>
            <div class="actions"><CopyButton text=link(step) label=t!("setup_guide.copy_link") /></div>
        </div>
    }
}
