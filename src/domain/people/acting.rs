//! What an administrator does to one person, wherever that person is shown: asked first where it takes something away or
//! gives much, said afterwards, and undone if it was a role.

use std::collections::HashMap;

use api_types::{InvitationId, Role, User, UserId};
use leptos::prelude::*;

use super::action::Action;
use super::changes;
use super::labels::role as role_label;
use crate::api::{Failure, users};
use crate::data::Submission;
use crate::platform::dom::InputMark;
use crate::t;
use crate::ui::{ConfirmDialog, Tone, notify, notify_undoable};

/// The pending confirmation.
#[derive(Clone, PartialEq)]
enum Question {
    Act(Action, Box<User>),
    /// Making a user an administrator.
    Grant(Box<User>),
}

/// What came of it.
#[derive(Clone)]
pub(crate) enum Acted {
    /// It was done to this user; the mark is of the moment at which it began.
    Done(Action, UserId, InputMark),
    /// The user as the backend has them now.
    Changed(Box<User>),
    /// It was refused: the user may no longer be as shown.
    Refused,
}

#[derive(Clone, Copy)]
pub(crate) struct Acting {
    question: RwSignal<Option<Question>>,
    confirmed: Submission,
    /// Chosen roles that the backend has not confirmed yet.
    hoped: RwSignal<HashMap<UserId, Role>>,
    /// The invitation whose link is shown.
    pub(crate) link: RwSignal<Option<InvitationId>>,
    on_acted: Callback<Acted>,
}

impl Acting {
    pub(crate) fn new(on_acted: Callback<Acted>) -> Self {
        Self {
            question: RwSignal::new(None),
            confirmed: Submission::new(),
            hoped: RwSignal::new(HashMap::new()),
            link: RwSignal::new(None),
            on_acted,
        }
    }

    /// The role of a user, as it was chosen last; reactive.
    pub(crate) fn role(self, user: &User) -> Role {
        self.hoped.with(|hoped| hoped.get(&user.id).copied()).unwrap_or(user.role)
    }

    /// Performs an action, after a confirmation where one is due.
    pub(crate) fn act(self, action: Action, user: User) {
        match (action, &user.invitation) {
            (Action::CopyLink, Some(invitation)) => self.link.set(Some(invitation.id.clone())),
            _ if action.is_destructive() => self.ask(Question::Act(action, Box::new(user))),
            _ => leptos::task::spawn_local(async move {
                if let Err(failure) = self.perform(action, &user).await {
                    notify(Tone::Failure, failure.message());
                }
            }),
        }
    }

    /// Changes the role; an administrator's only after a confirmation.
    pub(crate) fn choose_role(self, user: User, role: Role) {
        // One change per user at a time: the next needs the version that this one returns.
        if role == user.role || self.hoped.with_untracked(|hoped| hoped.contains_key(&user.id)) {
            return;
        }
        match role {
            Role::Admin => self.ask(Question::Grant(Box::new(user))),
            Role::User => leptos::task::spawn_local(async move {
                if let Err(failure) = self.change_role(&user, role).await {
                    notify(Tone::Failure, failure.message());
                }
            }),
        }
    }

    fn ask(self, question: Question) {
        self.confirmed.forget();
        self.question.set(Some(question));
    }

    fn confirm(self) {
        let Some(question) = self.question.get_untracked() else { return };
        self.confirmed.send(async move {
            match &question {
                Question::Act(action, user) => self.perform(*action, user).await?,
                Question::Grant(user) => {
                    let outcome = self.change_role(user, Role::Admin).await;
                    // What was seen may be old: the next press is about what is now.
                    if outcome.as_ref().is_err_and(|failure| !failure.is_transient())
                        && let Ok(newer) = users::find(&user.id).await
                    {
                        self.question.try_set(Some(Question::Grant(Box::new(newer))));
                    }
                    outcome?;
                }
            }
            Ok(())
        });
    }

    async fn perform(self, action: Action, user: &User) -> Result<(), Failure> {
        let pressed = InputMark::now();
        let outcome = action.perform(user).await;
        if outcome.is_ok() {
            self.question.try_set(None);
            notify(Tone::Success, action.done(&user.display_name()));
        }
        self.tell(&outcome, Acted::Done(action, user.id.clone(), pressed));
        outcome
    }

    /// Shows the new role at once, and the old one again if the backend refuses.
    async fn change_role(self, user: &User, role: Role) -> Result<(), Failure> {
        self.hoped.update(|hoped| {
            hoped.insert(user.id.clone(), role);
        });
        let outcome = users::change_role(user, role).await;
        match &outcome {
            Ok(newer) => {
                self.question.try_set(None);
                let said = role_label(newer.role).into_text();
                let done = t!("users.role_done", name = newer.display_name(), role = said);
                let (changed, before) = (newer.clone(), user.role);
                notify_undoable(done, format!("role of {}", user.id), move || {
                    leptos::task::spawn_local(restore_role(changed.clone(), before));
                });
                self.tell(&outcome, Acted::Changed(Box::new(newer.clone())));
            }
            Err(_) => self.tell(&outcome, Acted::Refused),
        }
        self.hoped.try_update(|hoped| hoped.remove(&user.id));
        outcome.map(drop)
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

/// Restores a user's role, unless the user has changed since.
async fn restore_role(changed: User, before: Role) {
    match users::change_role(&changed, before).await {
        Ok(user) => {
            let role = role_label(user.role).into_text();
            notify(Tone::Success, t!("users.role_undone", name = user.display_name(), role = role));
        }
        Err(failure) => notify(Tone::Failure, failure.message()),
    }
    changes::have_changed();
}

/// The confirmation.
#[component]
pub(crate) fn ActingDialog(acting: Acting) -> impl IntoView {
    let Acting { question, confirmed: Submission { busy, refusal }, .. } = acting;
    let said = move |of_action: fn(Action, &User) -> String, of_grant: fn(&User) -> String| {
        Signal::derive(move || {
            question.with(|question| match question {
                None => String::new(),
                Some(Question::Act(action, user)) => of_action(*action, user),
                Some(Question::Grant(user)) => of_grant(user),
            })
        })
    };
    let title = said(
        |action, user| action.question(&user.display_name()),
        |user| t!("users.grant_title", name = user.display_name()),
    );
    let text = said(|action, _| action.consequences(), |_| t!("users.grant_text"));
    let label = said(|action, _| action.label(), |_| t!("users.grant"));
    let is_grant = Memo::new(move |_| question.with(|question| matches!(question, Some(Question::Grant(_)))));
    let confirm = Callback::new(move |()| acting.confirm());
    let close = Callback::new(move |()| question.set(None));
    view! {
        <ConfirmDialog
            open=is_grant
            title text action=label
            busy
            failure=refusal
            on_confirm=confirm
            on_close=close
        />
        <ConfirmDialog
            open=Signal::derive(move || question.with(Option::is_some) && !is_grant.get())
            title text action=label
            danger=true
            busy
            failure=refusal
            on_confirm=confirm
            on_close=close
        />
    }
}
