use std::sync::Arc;

use api_types::{Role, Workspace};
use leptos::prelude::*;

use super::bulk::{Bulk, BulkAction, Undone, by_reason};
use super::state::Screen;
use crate::api::teams;
use crate::data::{Load, Loader, Progress};
use crate::domain::people::{ChosenBar, UserAction, names_in_words};
use crate::platform::{dom, spawn};
use crate::t;
use crate::term;
use crate::ui::{Button, ButtonKind, Icon, IconName, Menu, MenuItem};

/// Of those to whom something was not done so many are named.
const NAMED: usize = 20;

/// The actions on the chosen users, and their progress.
#[component]
pub(super) fn BulkBar(screen: Screen) -> impl IntoView {
    let workspaces = Loader::<Vec<Workspace>>::new();
    let read = move || spawn(async move { workspaces.load(teams::workspaces()).await });
    let is_open = Memo::new(move |_| !screen.chosen.keys.is_empty());
    Effect::new(move |_| {
        // Asked for with the first choice, and with a later one again if it failed.
        let is_known = workspaces.state.with_untracked(|known| matches!(known, Load::Ready(_)));
        if is_open.get() && !is_known {
            read();
        }
    });
    let progress = Signal::derive(move || {
        screen.bulk.with(|bulk| match bulk {
            Bulk::Running { done, total, .. } => Some(Progress { done: *done as u64, total: *total as u64 }),
            _ => None,
        })
    });
    let stop = Callback::new(move |()| {
        screen.bulk.update(|bulk| {
            if let Bulk::Running { stop, .. } = bulk {
                *stop = true;
            }
        });
    });
    let chosen = screen.chosen.choosing();
    view! {
        <ChosenBar
            chosen
            others=Signal::derive(move || chosen.more(screen.people.total()))
            on_choose_all=Callback::new(move |()| screen.choose_all())
            progress
            on_stop=stop
            list="people"
        >
            <BulkActions screen workspaces on_retry=Callback::new(move |()| read()) />
        </ChosenBar>
    }
}

#[component]
fn BulkActions(screen: Screen, workspaces: Loader<Vec<Workspace>>, on_retry: Callback<()>) -> impl IntoView {
    let bulk_action = move |bulk_action: BulkAction| {
        MenuItem::new(bulk_action.label(), move || screen.do_to_chosen(bulk_action.clone()))
    };
    let act = move |action: UserAction| bulk_action(BulkAction::Of(action));
    let roles = Signal::stored(Role::ALL.map(|role| bulk_action(BulkAction::Role(role))).to_vec());
    let more = [UserAction::Revoke, UserAction::Deactivate, UserAction::Reactivate, UserAction::Remove]
        .map(act)
        .to_vec();
    let resend = Callback::new(move |()| screen.do_to_chosen(BulkAction::Of(UserAction::Resend)));
    let of_workspaces = move || match workspaces.state.get() {
        // Most accounts have one, and nothing to choose from.
        Load::Ready(found) if found.len() > 1 => {
            let all: Arc<[Workspace]> = found.into();
            let to =
                |workspace: &Workspace| bulk_action(BulkAction::Workspace(workspace.clone(), all.clone()));
            let items = Signal::stored(all.iter().map(to).collect::<Vec<_>>());
            view! { <Menu label=t!("users.workspace") items /> }.into_any()
        }
        Load::Failed(_) => view! {
            <Button busy=workspaces.busy on_press=on_retry>{t!("users.workspaces_again")}</Button>
        }
        .into_any(),
        _ => ().into_any(),
    };
    view! {
        <Button on_press=resend>{UserAction::Resend.label()}</Button>
        <Button on_press=Callback::new(move |()| screen.add_chosen_to_teams())>{term!("teams.add_to_teams")}</Button>
        <Menu label=term!("field.role") items=roles />
        {of_workspaces}
        <Menu label=t!("users.more") items=more />
    }
}

/// To whom the last action on several users was not done, until it is closed or another begins.
#[component]
pub(super) fn BulkOutcome(screen: Screen) -> impl IntoView {
    let undone = Memo::new(move |_| {
        screen.bulk.with(|bulk| match bulk {
            Bulk::Finished(undone) => Some(undone.clone()),
            _ => None,
        })
    });
    move || undone.get().map(|undone| view! { <OutcomeNote screen undone /> })
}

#[component]
fn OutcomeNote(screen: Screen, undone: Vec<Undone>) -> impl IntoView {
    let reasons = by_reason(&undone)
        .into_iter()
        .map(|(reason, names)| {
            let line = t!("users.bulk_reason", names = names_in_words(&names, NAMED), reason = reason);
            view! { <li>{line}</li> }
        })
        .collect_view();
    let close = Callback::new(move |()| {
        screen.bulk.set(Bulk::Idle);
        dom::focus("people");
    });
    view! {
        <div class="note note-warning" id="bulk-outcome" tabindex="-1" role="group" aria-label=t!("users.bulk_outcome") aria-describedby="bulk-undone">
            <Icon name=IconName::Alert />
            <div class="grow" id="bulk-undone">
                <p>{t!("users.bulk_undone", count = undone.len())}</p>
                <ul>{reasons}</ul>
            </div>
            <Button kind=ButtonKind::Quiet on_press=close>{t!("common.close")}</Button>
        </div>
    }
}
