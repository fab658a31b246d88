use api_types::{Role, Workspace};
use leptos::prelude::*;

use super::bulk::{Bulk, Deed, Outcome};
use super::state::{Screen, outcome_in_words};
use crate::api::teams;
use crate::data::Progress;
use crate::domain::people::Action;
use crate::i18n;
use crate::platform::dom;
use crate::t;
use crate::term;
use crate::ui::{Button, ButtonKind, Icon, IconName, Menu, MenuItem, ProgressBar, Tone};

/// The content of the bar.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shown {
    Nothing,
    Choice,
    /// Everybody who matches is being chosen.
    Choosing,
    Progress,
}

/// The actions on the chosen users, and their progress. It stays in sight above the end of the window.
#[component]
pub(super) fn BulkBar(screen: Screen) -> impl IntoView {
    let shown = Memo::new(move |_| {
        let anybody = !screen.chosen.is_empty();
        screen.bulk.with(|bulk| match bulk {
            Bulk::Running { .. } => Shown::Progress,
            _ if screen.all.is_running() => Shown::Choosing,
            _ if anybody => Shown::Choice,
            Bulk::Finished(_) | Bulk::Idle => Shown::Nothing,
        })
    });
    let workspaces = RwSignal::new(Vec::<Workspace>::new());
    Effect::new(move |asked: Option<bool>| {
        let asked = asked.unwrap_or_default();
        if asked || shown.get() == Shown::Nothing {
            return asked;
        }
        leptos::task::spawn_local(async move {
            if let Ok(found) = teams::workspaces().await {
                workspaces.try_set(found);
            }
        });
        true
    });
    let content = move || match shown.get() {
        Shown::Nothing => ().into_any(),
        Shown::Choice => view! { <Choice screen workspaces /> }.into_any(),
        Shown::Choosing => view! { <Choosing screen /> }.into_any(),
        Shown::Progress => view! { <Running screen /> }.into_any(),
    };
    view! { <div class="dock">{content}</div> }
}

#[component]
fn Choice(screen: Screen, workspaces: RwSignal<Vec<Workspace>>) -> impl IntoView {
    let deed = move |deed: Deed| MenuItem::new(deed.label(), move || screen.do_to_chosen(deed.clone()));
    let roles = Signal::stored(Role::ALL.map(|role| deed(Deed::Role(role))).to_vec());
    let of_workspaces = Signal::derive(move || {
        workspaces.get().into_iter().map(|workspace| deed(Deed::Workspace(workspace))).collect::<Vec<_>>()
    });
    let more = Signal::stored(Action::BULK.map(|action| deed(Deed::Act(action))).to_vec());
    // Offered only where it adds somebody.
    let others =
        Memo::new(move |_| screen.people.total().filter(|total| *total > screen.chosen.len() as u64));
    let resend = Callback::new(move |()| screen.do_to_chosen(Deed::Act(Action::Resend)));
    view! {
        <div class="bulk" role="group" aria-label=t!("users.bulk")>
            <strong role="status">{move || t!("users.chosen", count = screen.chosen.len())}</strong>
            {move || others.get().map(|total| view! {
                <Button kind=ButtonKind::Quiet on_press=Callback::new(move |()| screen.choose_all())>
                    {t!("users.choose_all", count = total)}
                </Button>
            })}
            <Button on_press=resend>{Action::Resend.label()}</Button>
            <Button on_press=Callback::new(move |()| screen.add_chosen_to_teams())>{term!("teams.add_to_teams")}</Button>
            <Menu label=term!("field.role") items=roles />
            // Most accounts have one, and nothing to choose from.
            <Show when=move || workspaces.with(|found| found.len() > 1)>
                <Menu label=t!("users.workspace") items=of_workspaces />
            </Show>
            <Menu label=t!("users.more") items=more />
            <Button kind=ButtonKind::Quiet on_press=Callback::new(move |()| screen.chosen.clear())>
                {t!("users.choose_nobody")}
            </Button>
        </div>
    }
}

#[component]
fn Choosing(screen: Screen) -> impl IntoView {
    let at = Memo::new(move |_| screen.all.progress().unwrap_or_default());
    let stop = Callback::new(move |()| screen.all.stop());
    view! {
        <div class="bulk">
            <Moving
                at=Signal::derive(move || { let Progress { done, total } = at.get(); (done as f64, total as f64) })
                text=Signal::derive(move || { let Progress { done, total } = at.get(); t!("users.bulk_progress", done = done, total = total) })
            />
            <Button on_press=stop>{t!("users.bulk_stop")}</Button>
        </div>
    }
}

#[component]
fn Running(screen: Screen) -> impl IntoView {
    let at = Memo::new(move |_| {
        screen.bulk.with(|bulk| match bulk {
            Bulk::Running { done, total, .. } => (*done, *total),
            _ => (0, 0),
        })
    });
    let stop = Callback::new(move |()| {
        screen.bulk.update(|bulk| {
            if let Bulk::Running { stop, .. } = bulk {
                *stop = true;
            }
        });
    });
    view! {
        <div class="bulk">
            <Moving
                at=Signal::derive(move || { let (done, total) = at.get(); (done as f64, total as f64) })
                text=Signal::derive(move || { let (done, total) = at.get(); t!("users.bulk_progress", done = done, total = total) })
            />
            <Button on_press=stop>{t!("users.bulk_stop")}</Button>
        </div>
    }
}

/// A progress: how many of how many.
#[component]
fn Moving(at: Signal<(f64, f64)>, text: Signal<String>) -> impl IntoView {
    view! {
        <div class="grow">
            <ProgressBar
                label=t!("users.bulk")
                done=Signal::derive(move || at.get().0)
                total=Signal::derive(move || at.get().1)
                text
            />
        </div>
    }
}

/// What came of the last action on several users, until it is closed or others are chosen.
#[component]
pub(super) fn BulkOutcome(screen: Screen) -> impl IntoView {
    let outcome = Memo::new(move |_| {
        let anybody = !screen.chosen.is_empty();
        screen.bulk.with(|bulk| match bulk {
            Bulk::Finished(outcome) if !anybody => Some(outcome.clone()),
            _ => None,
        })
    });
    move || outcome.get().map(|outcome| view! { <OutcomeNote screen outcome /> })
}

#[component]
fn OutcomeNote(screen: Screen, outcome: Outcome) -> impl IntoView {
    let (tone, icon) = if outcome.undone.is_empty() {
        (Tone::Success, IconName::Check)
    } else {
        (Tone::Warning, IconName::Alert)
    };
    let reasons = outcome
        .by_reason()
        .into_iter()
        .map(|(reason, names)| {
            let line = t!("users.bulk_reason", names = names_in_words(&names), reason = reason);
            view! { <li>{line}</li> }
        })
        .collect_view();
    let close = Callback::new(move |()| {
        screen.bulk.set(Bulk::Idle);
        dom::focus("people");
    });
    view! {
        <div class=format!("note note-{}", tone.class()) id="bulk-outcome" tabindex="-1" role="group" aria-label=t!("users.bulk_outcome")>
            <Icon name=icon />
            <div class="grow">
                <p>{outcome_in_words(&outcome)}</p>
                <ul>{reasons}</ul>
            </div>
            <Button kind=ButtonKind::Quiet on_press=close>{t!("common.close")}</Button>
        </div>
    }
}

/// The names as a list; of a crowd the first of them and how many more.
fn names_in_words(names: &[&str]) -> String {
    const NAMED: usize = 20;
    let mut named: Vec<String> = names.iter().take(NAMED).map(|name| (*name).to_owned()).collect();
    if names.len() > NAMED {
        named.push(t!("users.more_people", count = names.len() - NAMED));
    }
    i18n::list(named)
}
