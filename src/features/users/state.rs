//! The state shared by the parts of the screen, and the actions on users.

use std::collections::HashMap;

use api_types::{InvitationId, ProblemCode, Role, User, UserId, UserQuery, limits};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};

use super::action::Action;
use super::bulk::{Bulk, Deed, Outcome, Plan, Undone, sift};
use super::people::People;
use super::personas::Personas;
use crate::api::users::{self, read_query};
use crate::api::{Failure, query};
use crate::data::AllPages;
use crate::domain::people::{self, AddToTeams};
use crate::domain::places::Route;
use crate::platform::dom;
use crate::t;
use crate::ui::{Selection, Tone, View, announce, notify, notify_undoable};

/// The pending confirmation.
#[derive(Clone, PartialEq)]
pub(super) enum Question {
    One(Action, Box<User>),
    Many(Plan),
    /// Making a user an administrator.
    Grant(Box<User>),
}

/// Whether a change of the list gets a history entry.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum History {
    Push,
    Replace,
}

/// The state shared by the parts of the screen.
#[derive(Clone, Copy)]
pub(super) struct Screen {
    pub(super) people: People,
    /// How the person wants to see the list.
    pub(super) view: View,
    /// The chosen users, on whatever page they are.
    pub(super) chosen: Selection,
    /// The users of every page that was seen, by id.
    seen: StoredValue<HashMap<String, User>>,
    /// Choosing everybody who matches.
    pub(super) all: AllPages,
    pub(super) bulk: RwSignal<Bulk>,
    /// Chosen roles that the backend has not confirmed yet.
    pub(super) hoped: RwSignal<HashMap<UserId, Role>>,
    pub(super) question: RwSignal<Option<Question>>,
    /// Why a confirmed action failed.
    pub(super) refusal: RwSignal<Option<String>>,
    pub(super) busy: RwSignal<bool>,
    pub(super) link: RwSignal<Option<InvitationId>>,
    pub(super) adding: AddToTeams,
    pub(super) personas: Personas,
    go: Callback<(UserQuery, History)>,
}

impl Screen {
    pub(super) fn new() -> Self {
        let parameters = use_query_map();
        let view = View::kept("msi-users-view");
        let people = People::new(Memo::new(move |_| {
            let asked = parameters.with(|map| read_query(|name| map.get(name)));
            UserQuery { limit: asked.limit.or(view.rows()), ..asked }
        }));
        let (chosen, all) = (Selection::new(), AllPages::new());
        let filters = Memo::new(move |_| people.query.with(filters));
        Effect::new(move |_| {
            // Other filters, other people: nothing is done to somebody who no longer matches.
            filters.with(|_| ());
            all.stop();
            chosen.clear();
        });
        let seen = StoredValue::new(HashMap::new());
        Effect::new(move |_| remember(seen, people.items()));
        let navigate = use_navigate();
        let go = Callback::new(move |(wanted, history): (UserQuery, History)| {
            let options = NavigateOptions {
                replace: history == History::Replace,
                scroll: false,
                ..NavigateOptions::default()
            };
            navigate(&query(&Route::Users.path(), &wanted), options);
        });
        Self {
            people,
            view,
            chosen,
            seen,
            all,
            bulk: RwSignal::new(Bulk::Idle),
            hoped: RwSignal::new(HashMap::new()),
            question: RwSignal::new(None),
            refusal: RwSignal::new(None),
            busy: RwSignal::new(false),
            link: RwSignal::new(None),
            adding: AddToTeams::new(),
            personas: Personas::new(),
            go,
        }
    }

    /// Shows another list, or another page of it.
    pub(super) fn show(self, wanted: UserQuery, history: History) {
        self.go.run((wanted, history));
    }

    /// Performs an action of a row's menu, after a confirmation where one is due.
    pub(super) fn act(self, action: Action, user: User) {
        match (action, &user.invitation) {
            (Action::CopyLink, Some(invitation)) => self.link.set(Some(invitation.id.clone())),
            _ if action.is_destructive() => self.ask(Question::One(action, Box::new(user))),
            _ => leptos::task::spawn_local(async move {
                if let Err(message) = self.perform(action, &user).await {
                    notify(Tone::Failure, message);
                }
            }),
        }
    }

    /// Chooses everybody who matches search and filters, page by page.
    pub(super) fn choose_all(self) {
        let wanted =
            UserQuery { cursor: None, limit: Some(limits::PAGE_MAX), ..self.people.query.get_untracked() };
        leptos::task::spawn_local(async move {
            let page = async |cursor| users::list(&UserQuery { cursor, ..wanted.clone() }).await;
            let read = self.all.read(page, |users| {
                self.chosen.add(users.iter().map(|user| user.id.to_string()));
                remember(self.seen, users);
            });
            if let Err(failure) = read.await {
                notify(Tone::Failure, failure.message());
            }
        });
    }

    /// Does something to all chosen users, after a confirmation where one is due.
    pub(super) fn do_to_chosen(self, deed: Deed) {
        let users: Vec<User> = self
            .seen
            .with_value(|seen| self.chosen.keys().iter().filter_map(|key| seen.get(key)).cloned().collect());
        let (people, left_out) = sift(users, User::display_name, |user| deed.disabled_reason(user));
        if people.is_empty() {
            self.finish(Outcome { done: 0, undone: left_out });
            return;
        }
        let is_asked = deed.question(people.len()).is_some();
        let plan = Plan { deed, people, left_out };
        if is_asked {
            self.ask(Question::Many(plan));
        } else {
            leptos::task::spawn_local(self.run(plan));
        }
    }

    /// Changes a user's role; an administrator's only after a confirmation.
    pub(super) fn choose_role(self, user: User, role: Role) {
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

    /// Shows the new role at once, and restores the old one if the backend refuses.
    async fn change_role(self, user: &User, role: Role) -> Result<(), Failure> {
        self.hoped.update(|hoped| {
            hoped.insert(user.id.clone(), role);
        });
        let outcome = users::change_role(user, role).await;
        match &outcome {
            Ok(newer) => {
                let done = t!(
                    "users.role_done",
                    name = newer.display_name(),
                    role = people::role(newer.role).into_text()
                );
                let (changed, before) = (newer.clone(), user.role);
                notify_undoable(done, format!("role of {}", user.id), move || {
                    leptos::task::spawn_local(restore_role(changed.clone(), before));
                });
                self.people.replace(newer.clone());
            }
            Err(failure) => {
                if matches!(failure.code(), Some(ProblemCode::Stale | ProblemCode::NotFound)) {
                    self.people.refresh().await;
                }
            }
        }
        self.hoped.try_update(|hoped| hoped.remove(&user.id));
        outcome.map(drop)
    }

    /// Asks for the team to put the chosen users into.
    pub(super) fn add_chosen_to_teams(self) {
        self.adding.ask(self.chosen.keys().into_iter().map(UserId).collect(), None);
    }

    fn ask(self, question: Question) {
        self.refusal.set(None);
        self.question.set(Some(question));
    }

    pub(super) fn confirm(self) {
        match self.question.get_untracked() {
            Some(Question::One(action, user)) => {
                self.busy.set(true);
                self.refusal.set(None);
                leptos::task::spawn_local(async move {
                    if let Err(message) = self.perform(action, &user).await {
                        self.refusal.try_set(Some(message));
                    }
                    self.busy.try_set(false);
                });
            }
            Some(Question::Many(plan)) => {
                self.question.set(None);
                leptos::task::spawn_local(self.run(plan));
            }
            Some(Question::Grant(user)) => {
                self.busy.set(true);
                self.refusal.set(None);
                leptos::task::spawn_local(async move {
                    match self.change_role(&user, Role::Admin).await {
                        Ok(()) => {
                            self.question.try_set(None);
                        }
                        Err(failure) => {
                            self.refusal.try_set(Some(failure.message()));
                        }
                    }
                    self.busy.try_set(false);
                });
            }
            None => {}
        }
    }

    /// Performs the action, shows a notice, and loads the list again. `Err` is the message.
    async fn perform(self, action: Action, user: &User) -> Result<(), String> {
        let pressed = dom::InputMark::now();
        let outcome = action.perform(user).await;
        match &outcome {
            Ok(()) => {
                self.question.try_set(None);
                notify(Tone::Success, action.done(&user.display_name()));
            }
            Err(failure) if failure.is_transient() => return Err(failure.message()),
            Err(_) => {}
        }
        let neighbour = self.people.neighbour(&user.id);
        self.people.refresh().await;
        if outcome.is_ok() && self.people.is_gone(&user.id) {
            self.chosen.remove(user.id.as_str());
            let target = neighbour.map_or_else(|| "page-title".to_owned(), |id| row_id(&id));
            pressed.focus(target);
        }
        outcome.map_err(|failure| failure.message())
    }

    async fn run(self, plan: Plan) {
        let Plan { deed, people, left_out } = plan;
        let pressed = dom::InputMark::now();
        let total = people.len();
        let mut outcome = Outcome { done: 0, undone: left_out };
        self.bulk.set(Bulk::Running { done: 0, total, stop: false });
        for (at, user) in people.iter().enumerate() {
            match self.bulk.try_get_untracked() {
                Some(Bulk::Running { stop: false, .. }) => {}
                Some(_) => {
                    outcome
                        .undone
                        .push(Undone { name: user.display_name(), reason: t!("users.bulk_stopped") });
                    continue;
                }
                // The screen is gone, and with it the button that stops this and the report.
                None => return,
            }
            match deed.perform(user).await {
                Ok(()) => outcome.done += 1,
                Err(failure) => {
                    outcome.undone.push(Undone { name: user.display_name(), reason: failure.message() })
                }
            }
            self.bulk.try_update(|bulk| {
                if let Bulk::Running { done, .. } = bulk {
                    *done = at + 1;
                }
            });
        }
        self.people.refresh().await;
        self.finish(outcome);
        pressed.focus("bulk-outcome");
    }

    fn finish(self, outcome: Outcome) {
        announce(outcome_in_words(&outcome));
        self.chosen.clear();
        self.bulk.try_set(Bulk::Finished(outcome));
    }
}

/// The part of a query that decides who is on the list, not in what order or on which page.
fn filters(query: &UserQuery) -> UserQuery {
    UserQuery { sort: None, order: None, cursor: None, limit: None, ..query.clone() }
}

/// What is done to somebody on another page needs what was seen of them.
fn remember(seen: StoredValue<HashMap<String, User>>, users: Vec<User>) {
    seen.try_update_value(|seen| seen.extend(users.into_iter().map(|user| (user.id.to_string(), user))));
}

/// Restores a user's role, unless the user has changed since.
async fn restore_role(changed: User, before: Role) {
    match users::change_role(&changed, before).await {
        Ok(user) => {
            let role = people::role(user.role).into_text();
            notify(Tone::Success, t!("users.role_undone", name = user.display_name(), role = role));
        }
        Err(failure) => notify(Tone::Failure, failure.message()),
    }
    people::have_changed();
}

/// The id of a user's row.
pub(super) fn row_id(id: &UserId) -> String {
    format!("person-{id}")
}

/// "3 done, 1 not".
pub(super) fn outcome_in_words(outcome: &Outcome) -> String {
    let done = t!("users.bulk_done", count = outcome.done);
    if outcome.undone.is_empty() {
        return done;
    }
    format!("{done} {}", t!("users.bulk_undone", count = outcome.undone.len()))
}
