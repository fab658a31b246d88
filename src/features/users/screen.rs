use api_types::{InvitationId, User, UserId, UserQuery};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};

use super::action::Action;
use super::bulk::{Bulk, Outcome, Plan, Undone, sift};
use super::bulk_bar::BulkBar;
use super::export::download;
use super::people::{People, is_filtered};
use super::table::PeopleTable;
use super::toolbar::Toolbar;
use crate::add_to_teams::{AddToTeams, AddToTeamsDialog};
use crate::api::users::read_query;
use crate::api::{Load, query};
use crate::export::{Export, ExportProgress};
use crate::invitations::InvitationLinkDialog;
use crate::people as words;
use crate::routes::Route;
use crate::t;
use crate::term;
use crate::ui::{
    ConfirmDialog, Crumb, EmptyState, Failed, HelpPage, Menu, MenuItem, Meter, Page, Pager, Skeleton, Tone,
    announce, dom, notify,
};

/// What the administrator is asked to confirm.
#[derive(Clone, PartialEq)]
pub(super) enum Question {
    One(Action, Box<User>),
    Many(Plan),
}

/// Whether a change of the list is a place to come back to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum History {
    Push,
    Replace,
}

/// What the parts of the screen share.
#[derive(Clone, Copy)]
pub(super) struct Screen {
    pub(super) people: People,
    pub(super) chosen: RwSignal<Vec<UserId>>,
    pub(super) bulk: RwSignal<Bulk>,
    question: RwSignal<Option<Question>>,
    /// Why what was confirmed could not be done.
    refusal: RwSignal<Option<String>>,
    busy: RwSignal<bool>,
    link: RwSignal<Option<InvitationId>>,
    adding: AddToTeams,
    go: Callback<(UserQuery, History)>,
}

impl Screen {
    fn new() -> Self {
        let parameters = use_query_map();
        let people = People::new(Memo::new(move |_| parameters.with(|map| read_query(|name| map.get(name)))));
        let chosen = RwSignal::new(Vec::new());
        Effect::new(move |_| {
            // Whoever is out of sight is not acted on.
            people.query.track();
            chosen.set(Vec::new());
        });
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
            chosen,
            bulk: RwSignal::new(Bulk::Idle),
            question: RwSignal::new(None),
            refusal: RwSignal::new(None),
            busy: RwSignal::new(false),
            link: RwSignal::new(None),
            adding: AddToTeams::new(),
            go,
        }
    }

    /// Shows another list, or another page of it.
    pub(super) fn show(self, wanted: UserQuery, history: History) {
        self.go.run((wanted, history));
    }

    /// Does what a row's menu says, after asking where that is due.
    pub(super) fn act(self, action: Action, user: User) {
        match (action, &user.invitation) {
            (Action::CopyLink, Some(invitation)) => self.link.set(Some(invitation.id.clone())),
            _ if action.takes_away() => self.ask(Question::One(action, Box::new(user))),
            _ => leptos::task::spawn_local(async move {
                if let Err(message) = self.perform(action, &user).await {
                    notify(Tone::Failure, message);
                }
            }),
        }
    }

    /// Does something to everybody chosen, after asking where that is due.
    pub(super) fn act_on_chosen(self, action: Action) {
        let chosen = self.chosen.get_untracked();
        let users = self.people.items().into_iter().filter(|user| chosen.contains(&user.id)).collect();
        let (people, left_out) = sift(users, User::display_name, |user| action.obstacle(user));
        if people.is_empty() {
            self.finish(Outcome { done: 0, undone: left_out });
            return;
        }
        let plan = Plan { action, people, left_out };
        if action.takes_away() {
            self.ask(Question::Many(plan));
        } else {
            leptos::task::spawn_local(self.run(plan));
        }
    }

    /// Asks into which team those who are chosen go.
    pub(super) fn add_chosen_to_teams(self) {
        self.adding.ask(self.chosen.get_untracked(), None);
    }

    fn ask(self, question: Question) {
        self.refusal.set(None);
        self.question.set(Some(question));
    }

    fn confirm(self) {
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
            None => {}
        }
    }

    /// Does it, says so, and shows how things are then. `Err` is the message.
    async fn perform(self, action: Action, user: &User) -> Result<(), String> {
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
            let target = neighbour.map_or_else(|| "page-title".to_owned(), |id| row_id(&id));
            dom::after_paint(move || dom::focus(&target));
        }
        outcome.map_err(|failure| failure.message())
    }

    async fn run(self, plan: Plan) {
        let Plan { action, people, left_out } = plan;
        let total = people.len();
        let mut outcome = Outcome { done: 0, undone: left_out };
        self.bulk.set(Bulk::Running { action, done: 0, total, stop: false });
        for (at, user) in people.iter().enumerate() {
            match self.bulk.try_get_untracked() {
                Some(Bulk::Running { stop: false, .. }) => {}
                Some(_) => {
                    outcome.undone.push(Undone { name: user.display_name(), reason: t!("users.bulk_stopped") });
                    continue;
                }
                // The screen is gone; so is whoever would stop it or read about it.
                None => return,
            }
            match action.perform(user).await {
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
    }

    fn finish(self, outcome: Outcome) {
        announce(outcome_in_words(&outcome));
        self.chosen.try_set(Vec::new());
        self.bulk.try_set(Bulk::Finished(outcome));
        dom::after_paint(|| dom::focus("bulk-outcome"));
    }
}

/// The element of a person's row.
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

#[component]
pub(crate) fn UserManagement() -> impl IntoView {
    let screen = Screen::new();
    let people = screen.people;
    let export = RwSignal::new(Export::Idle);
    let next = people.page.next_cursor();
    let turn = Callback::new(move |cursor: Option<String>| {
        let wanted = UserQuery { cursor, ..people.query.get_untracked() };
        screen.show(wanted, History::Push);
        dom::focus("people");
    });
    view! {
        <Page
            title=term!("nav.user_management")
            purpose=t!("users.purpose")
            crumbs=vec![Crumb::group(t!("nav.settings")), Crumb::group(t!("nav.admin_settings"))]
            help=HelpPage::Users
            actions=ViewFn::from(move || view! { <ActionsMenu people export /> })
        >
            <div class="stack-large">
                <SeatMeter people />
                <Toolbar screen />
                <BulkBar screen />
                <ExportProgress export label=t!("users.export") />
                <PeopleOrNot screen />
                <Pager label=t!("users.pages") here=Signal::derive(move || people.query.with(|query| query.cursor.clone())) next on_turn=turn />
            </div>
            <InvitationLinkDialog invitation=screen.link />
            <Confirmation screen />
            <AddToTeamsDialog state=screen.adding on_done=Callback::new(move |()| {
                screen.chosen.try_set(Vec::new());
                leptos::task::spawn_local(screen.people.refresh());
                dom::after_paint(|| dom::focus("people"));
            }) />
        </Page>
    }
}

#[component]
fn ActionsMenu(people: People, export: RwSignal<Export>) -> impl IntoView {
    let navigate = use_navigate();
    let to = move |route: Route| {
        let navigate = navigate.clone();
        move || navigate(&route.path(), NavigateOptions::default())
    };
    let save = move || leptos::task::spawn_local(download(people.query.get_untracked(), export));
    let items = Signal::derive(move || {
        vec![
            MenuItem::new(term!("users.invite_users"), to(Route::Invite)),
            MenuItem::new(term!("users.invite_users_via_csv"), to(Route::InviteCsv)),
            MenuItem::new(term!("nav.invitation_batches"), to(Route::Batches)),
            MenuItem::new(t!("users.export"), save).disabled(export.get().obstacle()),
        ]
    });
    view! { <Menu label=term!("users.actions") items /> }
}

#[component]
fn SeatMeter(people: People) -> impl IntoView {
    view! {
        <div class="seats">
            {move || people.seats.get().map(|seats| {
                let text = t!("users.seats_text", used = seats.used, limit = seats.limit, count = seats.free());
                view! { <Meter label=t!("users.seats") used=u64::from(seats.used) limit=u64::from(seats.limit) text /> }
            })}
        </div>
    }
}

/// What the place of the table shows.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Loading,
    Table,
    /// Nobody fits the filter.
    Nobody,
    /// Nobody is there but the one who looks.
    Alone,
    Failed,
}

#[component]
fn PeopleOrNot(screen: Screen) -> impl IntoView {
    let people = screen.people;
    let place = Memo::new(move |_| {
        people.page.state.with(|page| match page {
            Load::Loading => Place::Loading,
            Load::Failed(_) => Place::Failed,
            Load::Ready(list) if list.items.is_empty() => Place::Nobody,
            Load::Ready(list) if list.meta.total == 1 && !people.query.with(is_filtered) => Place::Alone,
            Load::Ready(_) => Place::Table,
        })
    });
    move || {
        match place.get() {
        Place::Loading => view! { <Skeleton rows=8 /> }.into_any(),
        Place::Table => view! { <PeopleTable screen /> }.into_any(),
        Place::Alone => view! {
            <div class="stack-large">
                <PeopleTable screen />
                <EmptyState title=t!("users.alone_title") text=t!("users.alone_text")>
                    <div class="actions">
                        <a class="button button-primary" href=Route::Invite.href()>{term!("users.invite_users")}</a>
                        <a class="button" href=Route::InviteCsv.href()>{term!("users.invite_users_via_csv")}</a>
                    </div>
                </EmptyState>
            </div>
        }
        .into_any(),
        Place::Nobody => view! {
            <EmptyState title=t!("users.nobody_title") text=t!("users.nobody_text")>
                <a class="button" href=Route::Users.href()>{t!("users.clear_filters")}</a>
            </EmptyState>
        }
        .into_any(),
        Place::Failed => {
            let failure = people.page.state.with_untracked(|page| match page {
                Load::Failed(failure) => Some(failure.clone()),
                _ => None,
            });
            failure
                .map(|failure| {
                    let retry = Some(Callback::new(move |()| people.retry()));
                    view! { <Failed message=failure.message() request_id=failure.request_id.clone() on_retry=retry /> }
                })
                .into_any()
        }
    }
    }
}

#[component]
fn Confirmation(screen: Screen) -> impl IntoView {
    let Screen { question, refusal, busy, .. } = screen;
    let words = Memo::new(move |_| {
        question.with(|question| match question {
            None => (String::new(), String::new(), String::new()),
            Some(Question::One(action, user)) => {
                (action.question(&user.display_name()), action.consequences(), action.label())
            }
            Some(Question::Many(plan)) => {
                let mut text = plan.action.consequences();
                if !plan.left_out.is_empty() {
                    text.push(' ');
                    text.push_str(&t!("users.bulk_left_out", count = plan.left_out.len()));
                }
                (plan.action.bulk_question(plan.people.len()), text, plan.action.label())
            }
        })
    });
    let close = Callback::new(move |()| question.set(None));
    view! {
        <ConfirmDialog
            open=Signal::derive(move || question.with(Option::is_some))
            title=Signal::derive(move || words.with(|words| words.0.clone()))
            text=Signal::derive(move || words.with(|words| words.1.clone()))
            action=Signal::derive(move || words.with(|words| words.2.clone()))
            danger=true
            busy
            failure=refusal
            on_confirm=Callback::new(move |()| screen.confirm())
            on_close=close
        />
    }
}
