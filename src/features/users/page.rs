use api_types::{UserId, UserQuery};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

use super::bulk::Bulk;
use super::bulk_bar::{BulkBar, BulkOutcome};
use super::export::download;
use super::people::{People, is_filtered};
use super::state::Screen;
use super::table::people_table;
use super::toolbar::Toolbar;
use crate::data::export::{Export, ExportProgress};
use crate::data::{History, Load, range, standing};
use crate::domain::invitations::InvitationLinkDialog;
use crate::domain::navigation::{Place, Route};
use crate::domain::people::{ActingDialog, AddToTeamsDialog, PersonasDialog};
use crate::platform::{dom, spawn};
use crate::t;
use crate::term;
use crate::ui::{EmptyState, HelpPage, LeaveGuard, Menu, MenuItem, Page, Pager, QuestionDialog, leave};

#[component]
pub(crate) fn UserManagement() -> impl IntoView {
    let screen = Screen::new();
    let people = screen.people;
    let export = Export::new();
    let next = people.page.next_page();
    let is_running = Signal::derive(move || screen.bulk.with(|bulk| matches!(bulk, Bulk::Running { .. })));
    let turn = Callback::new(move |cursor: Option<String>| {
        let wanted = UserQuery { cursor, ..people.query.get_untracked() };
        screen.show(wanted, History::Push);
        dom::focus_start("people");
    });
    view! {
        <Page
            title=term!("nav.user_management")
            purpose=t!("users.purpose")
            crumbs=Place::AdminSettings.crumbs()
            help=HelpPage::Users
            actions=ViewFn::from(move || view! { <InviteMenu /><ActionsMenu people export /> })
        >
            <div class="stack">
                <Toolbar screen />
                <BulkOutcome screen />
                <ExportProgress export label=t!("users.export") />
                <PeopleOrNot screen />
                <Pager label=t!("users.pages") here=Signal::derive(move || people.query.with(|query| query.cursor.clone())) next
                    range=range(people.page) on_turn=turn />
            </div>
            <BulkBar screen />
            <LeaveGuard dirty=is_running title=t!("users.bulk_leave_title") text=t!("users.bulk_leave_text") action=t!("users.bulk_leave") />
            <InvitationLinkDialog invitation=screen.acting.link />
            <ActingDialog acting=screen.acting />
            <QuestionDialog confirmation=screen.confirmation />
            <PersonasDialog state=screen.personas on_newer=Callback::new(move |newer| people.replace(newer)) />
            <AddToTeamsDialog state=screen.adding on_done=Callback::new(move |reached: Vec<UserId>| {
                screen.chosen.let_go(&reached);
                spawn(screen.people.refresh());
                dom::after_paint(|| dom::focus("people"));
            }) />
        </Page>
    }
}

/// Makes the actions of entries that lead to a screen, after asking whether a bulk action under way is to stop.
fn leading() -> impl Fn(Route) -> Box<dyn Fn() + Send + Sync> {
    let navigate = use_navigate();
    move |route| {
        let navigate = navigate.clone();
        Box::new(move || {
            let (path, navigate) = (route.path(), navigate.clone());
            leave(move || navigate(&path, NavigateOptions::default()));
        })
    }
}

/// The ways to invite, which the guide's menu has too.
#[component]
fn InviteMenu() -> impl IntoView {
    let to = leading();
    let items = vec![
        MenuItem::new(term!("users.invite_users"), to(Route::Invite)).hint(t!("users.invite_users_hint")),
        MenuItem::new(term!("users.invite_users_via_csv"), to(Route::InviteCsv))
            .hint(t!("users.invite_users_via_csv_hint")),
        MenuItem::new(t!("users.invite_users_from_salesforce"), to(Route::InviteSalesforce))
            .hint(t!("users.invite_users_from_salesforce_hint")),
    ];
    view! { <Menu label=term!("users.invite_users") primary=true items /> }
}

#[component]
fn ActionsMenu(people: People, export: Export) -> impl IntoView {
    let to = leading();
    let save = move || spawn(download(people.query.get_untracked(), export));
    let items = Signal::derive(move || {
        vec![
            MenuItem::new(term!("users.invite_users"), to(Route::Invite)),
            MenuItem::new(term!("users.invite_users_via_csv"), to(Route::InviteCsv)),
            MenuItem::new(t!("users.invite_users_from_salesforce"), to(Route::InviteSalesforce)),
            MenuItem::new(t!("users.update_users_via_csv"), to(Route::UpdateCsv)),
            MenuItem::new(term!("nav.invitation_batches"), to(Route::Batches)),
            MenuItem::new(t!("changes.list_title"), to(Route::MemberChanges)),
            MenuItem::new(t!("users.export"), save).disabled(export.disabled_reason()),
        ]
    });
    view! { <Menu label=term!("users.actions") items /> }
}

/// The content in the place of the table.
#[derive(Clone, Copy, PartialEq, Eq)]
enum TableContent {
    Table,
    /// No user matches the filter.
    Nobody,
    /// The only user is the one who looks.
    Alone,
}

#[component]
fn PeopleOrNot(screen: Screen) -> impl IntoView {
    let people = screen.people;
    let place = Memo::new(move |before: Option<&TableContent>| {
        // Until it is loaded, the page shown is of the filters before.
        if let Some(&before) = before.filter(|_| people.page.busy.get()) {
            return before;
        }
        people.page.state.with(|page| match page {
            Load::Ready(list) if list.items.is_empty() => TableContent::Nobody,
            Load::Ready(list) if list.meta.total == 1 && !people.query.with_untracked(is_filtered) => {
                TableContent::Alone
            }
            _ => TableContent::Table,
        })
    });
    let shown = move || {
        match place.get() {
        TableContent::Table => people_table(screen),
        TableContent::Alone => view! {
            <div class="stack-large">
                {people_table(screen)}
                <EmptyState title=t!("users.alone_title") text=t!("users.alone_text")>
                    <div class="actions">
                        <a class="button button-primary" href=Route::Invite.href()>{term!("users.invite_users")}</a>
                        <a class="button" href=Route::InviteCsv.href()>{term!("users.invite_users_via_csv")}</a>
                        <a class="button" href=Route::InviteSalesforce.href()>{t!("users.invite_users_from_salesforce")}</a>
                    </div>
                </EmptyState>
            </div>
        }
        .into_any(),
        TableContent::Nobody => view! {
            <EmptyState title=t!("users.nobody_title") text=t!("users.nobody_text")>
                <a class="button" href=Route::Users.href()>{t!("users.clear_filters")}</a>
            </EmptyState>
        }
        .into_any(),
    }
    };
    standing(people.page, 8, move || people.retry(), move || shown.into_any())
}
