//! The state shared by the parts of the screen, and the actions on users.

use std::collections::HashMap;

use api_types::{User, UserId, UserQuery, limits};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};

use super::bulk::{Bulk, Deed, Outcome, Plan, Undone, sift};
use super::people::People;
use crate::api::query;
use crate::api::users::{self, read_query};
use crate::data::AllPages;
use crate::domain::people::{Acted, Acting, AddToTeams, Personas};
use crate::domain::places::Route;
use crate::platform::dom;
use crate::t;
use crate::ui::{Selection, Tone, View, announce, notify};

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
    /// What is to be done to several users once it is confirmed.
    pub(super) planned: RwSignal<Option<Plan>>,
    pub(super) acting: Acting,
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
            planned: RwSignal::new(None),
            acting: Acting::new(Callback::new(move |acted| follow(people, chosen, acted))),
            adding: AddToTeams::new(),
            personas: Personas::new(),
            go,
        }
    }

    /// Shows another list, or another page of it.
    pub(super) fn show(self, wanted: UserQuery, history: History) {
        self.go.run((wanted, history));
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
            self.planned.set(Some(plan));
        } else {
            leptos::task::spawn_local(self.run(plan));
        }
    }

    /// Asks for the team to put the chosen users into.
    pub(super) fn add_chosen_to_teams(self) {
        self.adding.ask(self.chosen.keys().into_iter().map(UserId).collect(), None);
    }

    pub(super) fn confirm(self) {
        if let Some(plan) = self.planned.get_untracked() {
            self.planned.set(None);
            leptos::task::spawn_local(self.run(plan));
        }
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

/// Shows what came of an action on one user. Whoever leaves the list with it leaves the focus to the next row.
fn follow(people: People, chosen: Selection, acted: Acted) {
    match acted {
        Acted::Changed(newer) => people.replace(*newer),
        Acted::Refused => leptos::task::spawn_local(people.refresh()),
        Acted::Done(_, id, pressed) => leptos::task::spawn_local(async move {
            let neighbour = people.neighbour(&id);
            people.refresh().await;
            if people.is_gone(&id) {
                chosen.remove(id.as_str());
                pressed.focus(neighbour.map_or_else(|| "page-title".to_owned(), |id| row_id(&id)));
            }
        }),
    }
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
