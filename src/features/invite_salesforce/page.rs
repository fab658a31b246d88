use api_types::SalesforcePeopleQuery;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

use super::state::{Place as Shown, Screen, is_filtered};
use super::table::people_table;
use super::toolbar::Toolbar;
use crate::data::{History, standing};
use crate::domain::navigation::{Place, Route};
use crate::domain::people::ChosenBar;
use crate::platform::{dom, panel};
use crate::t;
use crate::term;
use crate::ui::{Button, ButtonKind, EmptyState, HelpPage, Icon, IconName, NextPage, Page, Pager, Tone};

#[component]
pub(crate) fn InviteUsersFromSalesforce() -> impl IntoView {
    let screen = Screen::new();
    let crumbs = Place::AdminSettings.crumbs_below([(term!("nav.user_management"), Route::Users)]);
    view! {
        <Page title=t!("users.invite_users_from_salesforce") purpose=t!("salesforce_people.purpose") crumbs
            help=HelpPage::InviteSalesforce>
            <div class="stack">
                <Content screen />
            </div>
            <Chosen screen />
        </Page>
    }
}

#[component]
fn Content(screen: Screen) -> impl IntoView {
    let is_connected = Memo::new(move |_| screen.place() != Shown::NotConnected);
    move || {
        match is_connected.get() {
        true => view! { <People screen /> }.into_any(),
        false => view! {
            <EmptyState title=t!("salesforce_people.not_connected") text=t!("salesforce_people.not_connected_text")>
                {to_connection()}
            </EmptyState>
        }
        .into_any(),
    }
    }
}

#[component]
fn People(screen: Screen) -> impl IntoView {
    let turn = Callback::new(move |cursor: Option<String>| {
        screen.turn(cursor);
        dom::focus_start("people");
    });
    let refused = Memo::new(move |_| screen.place() == Shown::Refused);
    view! {
        <Toolbar screen />
        <CopyNote screen />
        {standing(screen.page, 8, move || screen.retry(), move || view! { <PeopleOrNot screen /> }.into_any())}
        <Show when=move || refused.get()><div class="actions">{to_connection()}</div></Show>
        <Pager label=t!("users.pages") here=Signal::derive(move || screen.query.with(|query| query.cursor.clone()))
            next=screen.page.next_page() on_turn=turn />
    }
}

/// In a copy of an org, addresses are not those of the people. Whether that is undone is decided here, and nowhere else.
#[component]
fn CopyNote(screen: Screen) -> impl IntoView {
    // While the next page is loaded, it stays.
    let is_copy = Memo::new(move |before: Option<&bool>| {
        screen.is_copy() || screen.page.busy.get() && before.copied().unwrap_or_default()
    });
    let without_it = Memo::new(move |_| screen.without_invalid());
    let change = Callback::new(move |()| {
        let wanted = !without_it.get_untracked();
        screen.narrow(History::Replace, |query| query.without_invalid = wanted.then_some(true));
    });
    let note = move || {
        let (tone, icon, text, action) = match without_it.get() {
            true => (
                Tone::Quiet,
                IconName::Info,
                t!("salesforce_people.copy_undone"),
                t!("salesforce_people.copy_keep"),
            ),
            false => (
                Tone::Warning,
                IconName::Alert,
                t!("salesforce_people.copy"),
                t!("salesforce_people.copy_undo"),
            ),
        };
        view! {
            <div class=format!("note note-{}", tone.class())>
                <Icon name=icon />
                <div class="stack">
                    <p>{text}</p>
                    <div class="actions"><Button on_press=change>{action}</Button></div>
                </div>
            </div>
        }
    };
    view! { <Show when=move || is_copy.get()>{note}</Show> }
}

#[component]
fn PeopleOrNot(screen: Screen) -> impl IntoView {
    let is_nobody = Memo::new(move |_| screen.place() == Shown::Nobody);
    let clear = Callback::new(move |()| {
        screen.narrow(History::Push, |query| {
            let SalesforcePeopleQuery { without_invalid, limit, .. } = *query;
            *query = SalesforcePeopleQuery { without_invalid, limit, ..SalesforcePeopleQuery::default() };
        });
        dom::after_paint(|| dom::focus("people-search"));
    });
    move || match is_nobody.get() {
        false => people_table(screen),
        true => view! {
            <EmptyState title=t!("users.nobody_title") text=t!("salesforce_people.nobody_text")>
                <Show when=move || screen.query.with(is_filtered)>
                    <Button on_press=clear>{t!("users.clear_filters")}</Button>
                </Show>
            </EmptyState>
        }
        .into_any(),
    }
}

/// The way to the connection, which a panel of people does not have.
fn to_connection() -> AnyView {
    let link = || {
        view! { <a class="button" href=Route::Salesforce.href()>{t!("salesforce_people.to_connection")}</a> }
    };
    (!panel::is_here()).then(link).into_any()
}

/// How many are chosen, and the way on with them.
#[component]
fn Chosen(screen: Screen) -> impl IntoView {
    let navigate = use_navigate();
    let go_on = Callback::new(move |()| {
        screen.hand_over();
        navigate(&Route::ReviewSalesforce.path(), NavigateOptions::default());
    });
    let keys = screen.choice.chosen.keys;
    // The choice stays over searches, so its number tells nothing of those who match this one.
    let others = Memo::new(move |_| {
        let chosen = keys.keys();
        let has_other =
            screen.page.on_page(|people| people.iter().any(|person| !chosen.contains(&person.id)));
        let has_more = matches!(screen.page.next_page().get(), NextPage::At(_));
        screen.page.total().filter(|_| has_other || has_more)
    });
    view! {
        <ChosenBar chosen=screen.choice.chosen.choosing() others list="people" on_choose_all=Callback::new(move |()| screen.choose_all())>
            <Button kind=ButtonKind::Primary on_press=go_on>
                {move || t!("salesforce_people.review", count = keys.len())}
            </Button>
        </ChosenBar>
    }
}
