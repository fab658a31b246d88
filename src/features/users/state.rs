//! The state shared by the parts of the screen, and the actions on users.

use api_types::{User, UserId, UserQuery, limits};
use leptos::prelude::*;
use leptos_router::hooks::{use_navigate, use_query_map};

use super::bulk::{Bulk, BulkAction, Outcome, Plan, Undone, sift};
use super::people::People;
use crate::api::query;
use crate::api::users::{self, read_query};
use crate::data::History;
use crate::domain::navigation::Route;
use crate::domain::people::{Acted, Acting, AddToTeams, Chosen, Member, Personas, say_all_done};
use crate::i18n;
use crate::platform::{dom, spawn};
use crate::t;
use crate::ui::{Confirmation, View, announce};

/// The state shared by the parts of the screen.
#[derive(Clone, Copy)]
pub(super) struct Screen {
    pub(super) people: People,
    /// How the person wants to see the list.
    pub(super) view: View,
    pub(super) chosen: Chosen,
    pub(super) bulk: RwSignal<Bulk>,
    /// Of what is done to several users.
    pub(super) confirmation: Confirmation,
    pub(super) acting: Acting,
    pub(super) adding: AddToTeams,
    pub(super) personas: Personas,
    go: Callback<(UserQuery, History)>,
}

impl Screen {
    pub(super) fn new() -> Self {
        let parameters = use_query_map();
        let asked_view = Memo::new(move |_| parameters.with(|map| map.get(View::PARAMETER)));
        let view = View::kept("msi-users-view", asked_view.get_untracked().as_deref());
        let people = People::new(Memo::new(move |_| {
            let asked = parameters.with(|map| read_query(|name| map.get(name)));
            UserQuery { limit: asked.limit.or(view.rows()), ..asked }
        }));
        let chosen = Chosen::new();
        let filters = Memo::new(move |_| people.query.with(filters));
        Effect::new(move |_| {
            // With other filters the choice ends, so that nothing is done to a person who no longer matches.
            filters.with(|_| ());
            chosen.clear();
        });
        Effect::new(move |_| chosen.see(people.items()));
        let navigate = use_navigate();
        let go = Callback::new(move |(wanted, history): (UserQuery, History)| {
            let address = query(&Route::Users.path(), &wanted);
            navigate(&view.add_to(address), history.on_screen());
        });
        people.page.on_foreign_cursor(
            move || people.query.with(|query| query.cursor.is_some()),
            move || go.run((UserQuery { cursor: None, ..people.query.get_untracked() }, History::Replace)),
        );
        view.follow(asked_view, move || go.run((people.query.get_untracked(), History::Replace)));
        Self {
            people,
            view,
            chosen,
            bulk: RwSignal::new(Bulk::Idle),
            confirmation: Confirmation::new(),
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

    /// Chooses all people who match search and filters, page by page.
    pub(super) fn choose_all(self) {
        let wanted =
            UserQuery { cursor: None, limit: Some(limits::PAGE_MAX), ..self.people.query.get_untracked() };
        self.chosen
            .choose_all(async move |cursor| users::list(&UserQuery { cursor, ..wanted.clone() }).await);
    }

    /// Does something to all chosen users, after a confirmation where one is due.
    pub(super) fn do_to_chosen(self, bulk_action: BulkAction) {
        let (people, left_out) =
            sift(self.chosen.people(), User::display_name, |user| bulk_action.disabled_reason(user));
        if people.is_empty() {
            self.finish(&bulk_action, Outcome { undone: left_out, ..Outcome::default() });
            return;
        }
        let plan = Plan { bulk_action, people, left_out };
        let Some(question) = plan.question() else { return spawn(self.run(plan)) };
        self.confirmation.ask(question, move || {
            let plan = plan.clone();
            async move {
                self.confirmation.close();
                spawn(self.run(plan));
                Ok(())
            }
        });
    }

    /// Asks for the team to put the chosen users into.
    pub(super) fn add_chosen_to_teams(self) {
        self.adding.ask(self.chosen.people().iter().map(Member::from).collect(), None);
    }

    async fn run(self, plan: Plan) {
        let Plan { bulk_action, people, left_out } = plan;
        let pressed = dom::InputMark::now();
        let total = people.len();
        let mut outcome = Outcome { undone: left_out, ..Outcome::default() };
        let (mut tried, mut reached) = (0, Vec::new());
        self.bulk.set(Bulk::Running { done: 0, total, stop: false });
        for user in &people {
            // Also stops where the screen was left, as the button that stops it was on the screen.
            if !matches!(self.bulk.try_get_untracked(), Some(Bulk::Running { stop: false, .. })) {
                outcome.undone.push(Undone { name: user.display_name(), reason: t!("users.bulk_stopped") });
                continue;
            }
            tried += 1;
            match bulk_action.perform(user).await {
                Ok(changed) => {
                    reached.push(&user.id);
                    outcome.done.push(user.display_name());
                    outcome.changed.extend(changed);
                }
                Err(failure) => outcome
                    .undone
                    .push(Undone { name: user.display_name(), reason: failure.message().into() }),
            }
            self.bulk.try_update(|bulk| {
                if let Bulk::Running { done, .. } = bulk {
                    *done = tried;
                }
            });
        }
        self.people.refresh().await;
        // The people to whom it was not done stay chosen, to try again.
        self.chosen.let_go(reached);
        let target = if outcome.undone.is_empty() { "people" } else { OUTCOME };
        self.finish(&bulk_action, outcome);
        pressed.focus(target);
    }

    /// Says to whom it was done, with its undo, and keeps in sight to whom it was not.
    fn finish(self, bulk_action: &BulkAction, Outcome { done, changed, undone }: Outcome) {
        let not = undone.len();
        let bulk = if not == 0 { Bulk::Idle } else { Bulk::Finished(undone) };
        let is_here = self.bulk.try_set(bulk).is_none();
        if done.is_empty() {
            return announce(t!("users.bulk_undone", count = not));
        }
        let mut said = bulk_action.done(&done);
        if not > 0 && !is_here {
            said = i18n::sentences([said, t!("users.bulk_stopped_for", count = not)]);
        }
        say_all_done(said, changed);
    }
}

/// The id of the note with what was not done.
const OUTCOME: &str = "bulk-outcome";

/// The part of a query that decides who is on the list, not in what order or on which page.
fn filters(query: &UserQuery) -> UserQuery {
    UserQuery { sort: None, order: None, cursor: None, limit: None, ..query.clone() }
}

/// Shows the outcome of an action on one user. If it takes them off the list, the focus goes to the next row.
fn follow(people: People, chosen: Chosen, acted: Acted) {
    match acted {
        Acted::Changed(newer) => people.replace(*newer),
        Acted::Refused => spawn(people.refresh()),
        Acted::Done(_, id, pressed) => spawn(async move {
            let neighbour = people.neighbour(&id);
            people.refresh().await;
            if people.is_gone(&id) {
                chosen.let_go([&id]);
                pressed.focus(neighbour.map_or(dom::PAGE_TITLE.into(), |id| row_id(&id)));
            }
        }),
    }
}

/// The id of a user's row.
pub(super) fn row_id(id: &UserId) -> dom::Target {
    dom::Target::of("person", id)
}
