use api_types::Team;
use leptos::prelude::*;

use super::listing::Listing;
use super::naming::NameDialog;
use super::state::{Asking, Screen, row_id};
use super::table::team_table;
use crate::api::teams;
use crate::data::loaded;
use crate::domain::places::Place;
use crate::platform::dom;
use crate::t;
use crate::term;
use crate::ui::{
    Button, ButtonKind, ConfirmDialog, EmptyState, HelpPage, IconName, Meter, Page, Submission, Tone, notify,
};

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
            <DeleteDialog screen />
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
            on_press=Callback::new(move |()| screen.asking.set(Some(Asking::Create)))>{t!("teams.new")}</Button>
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

#[component]
fn DeleteDialog(screen: Screen) -> impl IntoView {
    let team = Memo::new(move |_| {
        screen.asking.with(|asking| match asking {
            Some(Asking::Delete(team)) => Some(team.clone()),
            _ => None,
        })
    });
    let deletion @ Submission { busy, refusal } = Submission::new();
    let confirm = Callback::new(move |()| {
        let Some(team) = team.get_untracked() else { return };
        let neighbour = untrack(|| screen.read(|listing| listing.neighbour(&team.id))).flatten();
        let pressed = dom::InputMark::now();
        deletion.send(async move {
            teams::delete(&team.id).await?;
            screen.asking.try_set(None);
            notify(Tone::Success, t!("teams.deleted", team = team.name));
            screen.refresh().await;
            let target = neighbour.map_or_else(|| dom::PAGE_TITLE.to_owned(), |id| row_id(&id));
            pressed.focus(target);
            Ok(())
        });
    });
    let close = Callback::new(move |()| {
        deletion.forget();
        screen.asking.set(None);
    });
    let of_team = move |words: fn(&Team) -> String| {
        Signal::derive(move || team.with(|team| team.as_ref().map(words).unwrap_or_default()))
    };
    view! {
        <ConfirmDialog
            open=Signal::derive(move || team.with(Option::is_some))
            title=of_team(|team| t!("teams.delete_title", team = team.name.clone()))
            text=of_team(|team| t!("teams.delete_text", count = team.members))
            action=t!("teams.delete")
            danger=true
            busy
            failure=refusal
            on_confirm=confirm
            on_close=close
        />
    }
}
