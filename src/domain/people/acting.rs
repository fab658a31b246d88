//! What an administrator does to one person, wherever that person is shown: asked first where it takes something away or
//! gives much, said afterwards, and undone where it can be.

use std::collections::HashMap;

use api_types::{EndsWithAccess, Handover, InvitationId, Role, User, UserChange, UserId};
use leptos::prelude::*;

use super::action::UserAction;
use super::change::{Change, Changed, newer_after};
use super::handing_over::{HandingOver, HandingOverChoices, ends_too, read_ends};
use super::labels::role as role_label;
use super::protection_reason;
use super::undo::say_done;
use crate::api::{Failure, users};
use crate::data::{Latest, Turn, UnderWay};
use crate::i18n;
use crate::platform::dom::InputMark;
use crate::platform::spawn;
use crate::t;
use crate::ui::{Confirmation, Question, QuestionDialog, Tone, attempt, notify};

/// What came of it.
#[derive(Clone)]
pub(crate) enum Acted {
    /// It was done to this user; the mark is of the moment at which it began.
    Done(UserAction, UserId, InputMark),
    /// The user as the backend has them now.
    Changed(Box<User>),
    /// It was refused: the user may no longer be as shown.
    Refused,
}

#[derive(Clone, Copy)]
pub(crate) struct Acting {
    confirmation: Confirmation,
    handing: HandingOver,
    /// What was asked for last: an answer on somebody else comes too late.
    asking: Latest,
    /// Chosen roles that the backend has not confirmed yet.
    hoped: RwSignal<HashMap<UserId, Role>>,
    /// The users to whom something is being done that needed no question.
    under_way: UnderWay<UserId>,
    /// The invitation whose link is shown.
    pub(crate) link: RwSignal<Option<InvitationId>>,
    on_acted: Callback<Acted>,
}

impl Acting {
    pub(crate) fn new(on_acted: Callback<Acted>) -> Self {
        Self {
            confirmation: Confirmation::new(),
            handing: HandingOver::new(),
            asking: Latest::new(),
            hoped: RwSignal::new(HashMap::new()),
            under_way: UnderWay::new(),
            link: RwSignal::new(None),
            on_acted,
        }
    }

    /// The role of a user, as it was chosen last; reactive.
    pub(crate) fn role(self, user: &User) -> Role {
        self.hoped.with(|hoped| hoped.get(&user.id).copied()).unwrap_or(user.role)
    }

    /// Performs an action, after a confirmation where one is due.
    pub(crate) fn act(self, action: UserAction, user: User) {
        self.handing.forget();
        match action.question(&user.display_name()) {
            Some(question) => self.ask_about(action, user, question),
            None => self.act_at_once(action, user),
        }
    }

    /// Pressed twice, it is done once.
    fn act_at_once(self, action: UserAction, user: User) {
        self.asking.end();
        if !self.under_way.begin(&user.id) {
            return;
        }
        attempt(async move {
            let outcome = self.perform(action, &user, Handover::default()).await;
            self.under_way.end(&user.id);
            Ok(outcome?)
        });
    }

    fn ask_about(self, action: UserAction, user: User, question: Question) {
        let turn = self.asking.begin();
        if !takes_rights(action, &user) {
            return self.ask(action, user, question);
        }
        spawn(async move {
            let ends = read_ends(&user).await.unwrap_or_default();
            if turn.is_some_and(Turn::counts) {
                let question = self.with_what_ends(question, ends);
                self.ask(action, user, question);
            }
        });
    }

    fn with_what_ends(self, mut question: Question, ends: EndsWithAccess) -> Question {
        if let Some(text) = ends_too(&ends) {
            question.text = format!("{} {text}", question.text);
        }
        self.handing.show(ends);
        question
    }

    fn ask(self, action: UserAction, user: User, question: Question) {
        self.confirmation.ask(question, move || {
            let user = user.clone();
            async move {
                let outcome = self.perform(action, &user, self.handing.wanted()).await;
                self.answered(&outcome);
                Ok(or_ask_again(outcome, &user, async |newer, why| {
                    self.ask_once_more(action, newer, why).await
                })
                .await?)
            }
        });
    }

    /// After a refusal: the next answer is about the user as they are now. What is not to be done to them any more is not
    /// asked about. The question is still open meanwhile.
    async fn ask_once_more(self, action: UserAction, newer: User, refused: Failure) -> Result<(), Failure> {
        if let Some(reason) = action.disabled_reason(&newer) {
            return self.end_asking(reason);
        }
        let Some(mut question) = action.question(&newer.display_name()) else { return Err(refused) };
        if takes_rights(action, &newer) {
            let ends = read_ends(&newer).await.unwrap_or_default();
            question = self.with_what_ends(question, ends);
        } else {
            self.handing.forget();
        }
        self.ask(action, newer, question);
        Err(refused)
    }

    fn end_asking(self, why: String) -> Result<(), Failure> {
        self.confirmation.close();
        notify(Tone::Failure, why);
        Ok(())
    }

    /// Shows the link of an invitation.
    pub(super) fn show_link(self, invitation: InvitationId) {
        self.link.set(Some(invitation));
    }

    /// Changes the role; an administrator's only after a confirmation.
    pub(crate) fn choose_role(self, user: User, role: Role) {
        // One change per user at a time: the next needs the version that this one returns.
        if role == user.role || self.hoped.with_untracked(|hoped| hoped.contains_key(&user.id)) {
            return;
        }
        self.handing.forget();
        match role {
            Role::Admin => self.ask_to_grant(user),
            Role::User => self.take_back(user),
        }
    }

    /// Makes an administrator a user: after a question only where something ends by it, or may. Until that is known, the role
    /// shows as chosen, and no other is.
    fn take_back(self, user: User) {
        let turn = self.asking.begin();
        self.hope(&user, Role::User);
        spawn(async move {
            let ends = read_ends(&user).await;
            if ends.as_ref().is_some_and(|ends| *ends == EndsWithAccess::default()) {
                return attempt(async move {
                    Ok(self.change_role(&user, Role::User, Handover::default()).await?)
                });
            }
            self.hope_no_longer(&user);
            if turn.is_some_and(Turn::counts) {
                self.ask_to_take_back(user, ends.unwrap_or_default());
            }
        });
    }

    fn ask_to_take_back(self, user: User, ends: EndsWithAccess) {
        let texts = [Some(t!("users.demote_text")), ends_too(&ends)];
        self.handing.show(ends);
        let question = Question {
            title: t!("users.demote_title", name = user.display_name()),
            text: i18n::sentences(texts.into_iter().flatten()),
            action: t!("users.demote"),
            danger: true,
        };
        self.confirmation.ask(question, move || {
            let user = user.clone();
            async move {
                let outcome = self.change_role(&user, Role::User, self.handing.wanted()).await;
                self.answered(&outcome);
                Ok(or_ask_again(outcome, &user, async |newer, why| {
                    self.ask_to_take_back_again(newer, why).await
                })
                .await?)
            }
        });
    }

    /// See [`Acting::ask_once_more`].
    async fn ask_to_take_back_again(self, newer: User, refused: Failure) -> Result<(), Failure> {
        if let Some(protection) = newer.protected {
            return self.end_asking(protection_reason(protection));
        }
        if newer.role == Role::User {
            // Somebody else was first.
            self.confirmation.close();
            return Ok(());
        }
        let ends = read_ends(&newer).await.unwrap_or_default();
        self.ask_to_take_back(newer, ends);
        Err(refused)
    }

    fn ask_to_grant(self, user: User) {
        self.asking.end();
        let question = Question {
            title: t!("users.grant_title", name = user.display_name()),
            text: t!("users.grant_text"),
            action: t!("users.grant"),
            danger: false,
        };
        self.confirmation.ask(question, move || {
            let user = user.clone();
            async move {
                let outcome = self.change_role(&user, Role::Admin, Handover::default()).await;
                self.answered(&outcome);
                let ask = async |newer: User, why| {
                    if newer.role == Role::Admin {
                        // Somebody else was first.
                        self.confirmation.close();
                        return Ok(());
                    }
                    self.ask_to_grant(newer);
                    Err(why)
                };
                Ok(or_ask_again(outcome, &user, ask).await?)
            }
        });
    }

    /// Closes the question that was answered. One that is open by the time an act ends that needed none is about another.
    fn answered(self, outcome: &Result<(), Failure>) {
        if outcome.is_ok() {
            self.confirmation.close();
        }
    }

    async fn perform(self, action: UserAction, user: &User, handover: Handover) -> Result<(), Failure> {
        let pressed = InputMark::now();
        let outcome = action.perform(user, &handover).await;
        if let Ok(changed) = &outcome {
            let done = action.done(&user.display_name());
            match changed {
                Some(changed) => say_done(done, changed.clone()),
                None => notify(Tone::Success, done),
            }
        }
        self.tell(&outcome, Acted::Done(action, user.id.clone(), pressed));
        outcome.map(drop)
    }

    /// Shows the new role at once, and the old one again if the backend refuses.
    async fn change_role(self, user: &User, role: Role, handover: Handover) -> Result<(), Failure> {
        self.hope(user, role);
        let handover = Some(handover).filter(|wanted| *wanted != Handover::default());
        let change = UserChange { role: Some(role), handover, ..UserChange::default() };
        let outcome = users::change(user, &change).await;
        match &outcome {
            Ok(newer) => {
                let said = role_label(newer.role).into_text();
                let done = t!("users.role_done", name = newer.display_name(), role = said);
                let change = Change::Role { from: user.role, to: newer.role };
                say_done(done, Changed { user: newer.clone(), change });
                self.tell(&outcome, Acted::Changed(Box::new(newer.clone())));
            }
            Err(_) => self.tell(&outcome, Acted::Refused),
        }
        self.hope_no_longer(user);
        outcome.map(drop)
    }

    fn hope(self, user: &User, role: Role) {
        self.hoped.try_update(|hoped| hoped.insert(user.id.clone(), role));
    }

    fn hope_no_longer(self, user: &User) {
        self.hoped.try_update(|hoped| hoped.remove(&user.id));
    }

    fn tell<T>(self, outcome: &Result<T, Failure>, done: Acted) {
        match outcome {
            Ok(_) => {
                self.on_acted.try_run(done);
            }
            Err(failure) if failure.is_transient() => {}
            Err(_) => {
                self.on_acted.try_run(Acted::Refused);
            }
        }
    }
}

/// Whether it ends what an administrator has given others or begun.
fn takes_rights(action: UserAction, user: &User) -> bool {
    user.role == Role::Admin && action.ends_access()
}

/// After a refusal, asks again about the user as they are now, whom a retry is then about.
async fn or_ask_again(
    outcome: Result<(), Failure>,
    user: &User,
    ask: impl AsyncFnOnce(User, Failure) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let Err(failure) = outcome else { return Ok(()) };
    match newer_after(&failure, user).await {
        Some(newer) => ask(newer, failure).await,
        None => Err(failure),
    }
}

/// The confirmation.
#[component]
pub(crate) fn ActingDialog(acting: Acting) -> impl IntoView {
    view! {
        <QuestionDialog confirmation=acting.confirmation>
            <HandingOverChoices handing=acting.handing />
        </QuestionDialog>
    }
}
