use leptos::prelude::*;

use super::action::Action;
use super::bulk::{Bulk, Outcome};
use super::state::{Screen, outcome_in_words};
use crate::i18n;
use crate::platform::dom;
use crate::t;
use crate::term;
use crate::ui::{Button, ButtonKind, Icon, IconName, ProgressBar, Tone};

/// The content of the bar.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shown {
    Nothing,
    Choice,
    Progress,
    Outcome,
}

/// The actions on the chosen users, then the progress and the outcome.
#[component]
pub(super) fn BulkBar(screen: Screen) -> impl IntoView {
    let shown = Memo::new(move |_| {
        let anybody = !screen.chosen.is_empty();
        screen.bulk.with(|bulk| match bulk {
            Bulk::Running { .. } => Shown::Progress,
            _ if anybody => Shown::Choice,
            Bulk::Finished(_) => Shown::Outcome,
            Bulk::Idle => Shown::Nothing,
        })
    });
    move || match shown.get() {
        Shown::Nothing => ().into_any(),
        Shown::Choice => view! { <Choice screen /> }.into_any(),
        Shown::Progress => view! { <Progress screen /> }.into_any(),
        Shown::Outcome => {
            let outcome = screen.bulk.with_untracked(|bulk| match bulk {
                Bulk::Finished(outcome) => outcome.clone(),
                _ => Outcome::default(),
            });
            view! { <OutcomeNote screen outcome /> }.into_any()
        }
    }
}

#[component]
fn Choice(screen: Screen) -> impl IntoView {
    view! {
        <div class="bulk" role="group" aria-label=t!("users.bulk")>
            <strong role="status">{move || t!("users.chosen", count = screen.chosen.len())}</strong>
            {Action::BULK.map(|action| view! {
                <Button on_press=Callback::new(move |()| screen.act_on_chosen(action))>{action.label()}</Button>
            }).collect_view()}
            <Button on_press=Callback::new(move |()| screen.add_chosen_to_teams())>{term!("teams.add_to_teams")}</Button>
            <Button kind=ButtonKind::Quiet on_press=Callback::new(move |()| screen.chosen.clear())>
                {t!("users.choose_nobody")}
            </Button>
        </div>
    }
}

#[component]
fn Progress(screen: Screen) -> impl IntoView {
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
            <div class="grow">
                <ProgressBar
                    label=t!("users.bulk")
                    done=Signal::derive(move || at.get().0 as f64)
                    total=Signal::derive(move || at.get().1 as f64)
                    text=Signal::derive(move || { let (done, total) = at.get(); t!("users.bulk_progress", done = done, total = total) })
                />
            </div>
            <Button on_press=stop>{t!("users.bulk_stop")}</Button>
        </div>
    }
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
            let line = t!("users.bulk_reason", names = i18n::list(names), reason = reason);
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
