use leptos::prelude::*;

use super::listing::Listing;
use super::naming::NameDialog;
use super::state::{Screen, Subject};
use super::table::team_table;
use crate::data::loaded;
use crate::domain::navigation::Place;
use crate::t;
use crate::term;
use crate::ui::{Button, ButtonKind, EmptyState, HelpPage, IconName, Meter, Page, QuestionDialog};

#[component]
pub(crate) fn TeamManagement() -> impl IntoView {
    let screen = Screen::new();
    view! {
        <Page
            title=term!("nav.team_management")
            purpose=t!("teams.purpose")
            crumbs=Place::AdminSettings.crumbs()
            help=HelpPage::Teams
            actions=ViewFn::from(move || view! { <Create screen /> })
        >
            <div class="stack-large">
                {loaded(screen.listing, 6, move || screen.load(), move |listing| view! { <Teams screen listing /> }.into_any())}
            </div>
            <NameDialog screen />
            <QuestionDialog confirmation=screen.deletion />
        </Page>
    }
}

#[component]
fn Create(screen: Screen) -> impl IntoView {
    let full = Signal::derive(move || {
        let limit = screen.read(|listing| listing.is_full().then_some(listing.limit)).flatten();
        limit.map(|limit| t!("teams.limit_text", used = limit, limit = limit))
    });
    view! {
        <Button kind=ButtonKind::Primary icon=IconName::Plus disabled_reason=full
            on_press=Callback::new(move |()| screen.naming.set(Some(Subject::New)))>{t!("teams.new")}</Button>
    }
}

#[component]
fn Teams(screen: Screen, listing: Listing) -> impl IntoView {
    let (used, limit) = (listing.used(), listing.limit);
    view! {
        <div class="seats">
            <Meter label=t!("teams.teams") used=u64::from(used) limit=u64::from(limit)
                text=t!("teams.limit_text", used = used, limit = limit) />
        </div>
        {team_table(screen, listing.teams)}
        {(used == 0).then(|| view! {
            <EmptyState title=t!("teams.none_title") text=t!("teams.none_text") />
        })}
    }
}
