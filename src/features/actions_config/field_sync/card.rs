use api_types::{FieldSync, Needed, SetupStepId, SyncRun, SyncRunState};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::labels;
use super::polling::Polling;
use super::preview::Preview;
use super::progress::RunProgress;
use super::state::{Stage, Sync};
use crate::data::Load;
use crate::domain::field_sync::{run_state, takes_over};
use crate::domain::navigation::ConfigTab;
use crate::domain::setup::{MissingList, Order, OrderDialog};
use crate::i18n::{self, Message};
use crate::platform::dom;
use crate::t;
use crate::term;
use crate::ui::{Button, ButtonKind, Failed, IconName, Note, Skeleton, Status, Tone, until};

/// The id of the heading.
const TITLE: &str = ConfigTab::Sync.anchor();

/// The present content of the card.
#[derive(Clone, PartialEq)]
enum CardState {
    Loading,
    Failed(Message, Option<String>),
    Blocked(Vec<Needed>),
    Overview,
    Preview,
    Running,
}

impl CardState {
    fn of(state: &Load<FieldSync>, stage: Stage, anyway: bool) -> Self {
        match state {
            Load::Loading => Self::Loading,
            Load::Failed(failure) => Self::Failed(failure.message(), failure.request_id.clone()),
            Load::Ready(FieldSync { current: Some(run), .. }) if takes_over(run) => Self::Running,
            Load::Ready(sync) if !(sync.blocked_by.is_empty() || anyway && has_marketo(&sync.blocked_by)) => {
                Self::Blocked(sync.blocked_by.clone())
            }
            Load::Ready(_) => match stage {
                Stage::Overview => Self::Overview,
                Stage::Preview => Self::Preview,
            },
        }
    }
}

#[component]
pub(in crate::features::actions_config) fn SyncCard(sync: Sync) -> impl IntoView {
    let place = Memo::new(move |_| {
        sync.state.state.with(|state| CardState::of(state, sync.stage.get(), sync.anyway.get()))
    });
    let hash = use_location().hash;
    Effect::new(move |_| {
        if hash.get().trim_start_matches('#') == TITLE {
            // After the page's own heading has had the focus.
            dom::after_paint(|| dom::after_paint(|| dom::focus(TITLE)));
        }
    });
    // The tab begins with its overview again.
    on_cleanup(move || {
        sync.stage.try_set(Stage::Overview);
    });
    view! {
        <section class="card" aria-labelledby=TITLE>
            <h2 id=TITLE tabindex="-1">{term!("actions_config.field_sync")}</h2>
            <p>{t!("field_sync.text")}</p>
            {move || sync.is_lost.get().then(|| view! {
                <Note tone=Tone::Warning icon=IconName::Alert>{t!("field_sync.lost")}</Note>
            })}
            {move || match place.get() {
                CardState::Loading => view! { <Skeleton rows=3 /> }.into_any(),
                CardState::Failed(message, request_id) => view! {
                    <Failed message request_id on_retry=Some(Callback::new(move |()| sync.load())) />
                }.into_any(),
                CardState::Blocked(missing) => view! { <LastRun sync /><Blocked sync missing /> }.into_any(),
                CardState::Overview => view! { <Overview sync /> }.into_any(),
                CardState::Preview => view! { <Preview sync /> }.into_any(),
                CardState::Running => view! { <RunProgress sync /> }.into_any(),
            }}
        </section>
    }
}

/// Without the connection through which people are read, the step cannot be forced.
fn has_marketo(missing: &[Needed]) -> bool {
    !missing.contains(&Needed::Step(SetupStepId::ConnectMarketo))
}

#[component]
fn Blocked(sync: Sync, missing: Vec<Needed>) -> impl IntoView {
    let order = Order::new(SetupStepId::StartSync);
    let asked = missing.clone();
    let go_on = Callback::new(move |()| {
        order.keep_with(
            asked.clone(),
            Callback::new(move |anyway| {
                sync.anyway.set(anyway);
                sync.stage.set(Stage::Preview);
            }),
        );
    });
    view! {
        <div class="actions">
            <Button kind=ButtonKind::Primary disabled_reason=Some(t!("field_sync.blocked_steps"))>
                {term!("actions_config.sync")}
            </Button>
        </div>
        <div>
            <p>{t!("field_sync.blocked")}</p>
            <MissingList missing=missing.clone() />
        </div>
        {has_marketo(&missing).then(|| view! {
            <div class="actions"><Button on_press=go_on>{t!("order.continue")}</Button></div>
            <OrderDialog order />
        })}
    }
}

#[component]
fn Overview(sync: Sync) -> impl IntoView {
    let fetching =
        Signal::derive(move || sync.known().and_then(|sync| sync.current).map(|_| t!("field_sync.fetching")));
    view! {
        <LastRun sync />
        <div class="actions">
            <Button id="sync-button" kind=ButtonKind::Primary disabled_reason=fetching on_press=Callback::new(move |()| sync.stage.set(Stage::Preview))>
                {term!("actions_config.sync")}
            </Button>
        </div>
        <Polling sync />
    }
}

/// The outcome of the last run, and what happens automatically from now on.
#[component]
fn LastRun(sync: Sync) -> impl IntoView {
    let last = Memo::new(move |_| {
        let first = sync.runs_cursor.with(Option::is_none);
        sync.runs.state.with(|runs| match runs {
            Load::Ready(list) if first => list.items.first().cloned(),
            _ => None,
        })
    });
    let facts = move || {
        let known = sync.known()?;
        let changes = if known.incremental {
            t!("field_sync.incremental_on", count = known.polling_minutes)
        } else {
            t!("field_sync.incremental_off")
        };
        Some(view! {
            <dl class="definition">
                <dt>{t!("field_sync.people_count")}</dt>
                <dd>{i18n::number(known.people)}</dd>
                <dt>{t!("field_sync.incremental")}</dt>
                <dd>{changes}</dd>
                {known.next_poll_at.map(|at| view! {
                    <dt>{t!("field_sync.next_poll")}</dt>
                    <dd>{until(at.as_str(), |time| time)}</dd>
                })}
                {last.get().map(|run| view! { <dt>{t!("field_sync.last_run")}</dt><dd>{outcome(&run)}</dd> })}
                {last.get().filter(|run| run.failed > 0).map(|run| view! {
                    <dt>{t!("field_sync.failed")}</dt>
                    <dd>
                        {t!("field_sync.failed_people", count = run.failed)} " "
                        <Button kind=ButtonKind::Quiet on_press=Callback::new(move |()| sync.details.set(Some(run.clone())))>
                            {t!("field_sync.details")}<span class="visually-hidden">" "{t!("field_sync.last_run")}</span>
                        </Button>
                    </dd>
                })}
            </dl>
        })
    };
    let trouble = move || match last.get()?.state {
        SyncRunState::Failed(failure) => Some(view! {
            <Note tone=Tone::Warning icon=IconName::Alert>{labels::failure(failure)}</Note>
        }),
        _ => None,
    };
    let missing = move || {
        let fields = sync.known()?.missing_fields;
        (!fields.is_empty()).then(|| {
            view! {
                <Note>{labels::fields_missing(&fields)}</Note>
            }
        })
    };
    view! { {facts} {trouble} {missing} }
}

fn outcome(run: &SyncRun) -> impl IntoView + use<> {
    let (tone, icon, label) = run_state(run.state, run.failed);
    let at = run.ended_at.as_ref().unwrap_or(&run.started_at).clone();
    view! { <Status tone icon label /> " " <time datetime=at.0.clone()>{i18n::date_time(at.as_str())}</time> }
}

#[cfg(test)]
mod tests {
    use api_types::PrerequisiteId;

    use super::*;

    fn sync(blocked_by: Vec<Needed>) -> Load<FieldSync> {
        Load::Ready(FieldSync {
            blocked_by,
            current: None,
            incremental: false,
            polling_minutes: 5,
            version: 1,
            next_poll_at: None,
            people: 0,
            missing_fields: Vec::new(),
        })
    }

    #[test]
    fn a_preview_gives_way_to_what_blocks_the_sync() {
        let blocked = vec![Needed::Step(SetupStepId::ConnectMarketo)];
        for anyway in [false, true] {
            let place = CardState::of(&sync(blocked.clone()), Stage::Preview, anyway);
            assert!(place == CardState::Blocked(blocked.clone()), "nobody can be read");
        }
        assert!(CardState::of(&sync(Vec::new()), Stage::Preview, false) == CardState::Preview);
        assert!(CardState::of(&sync(Vec::new()), Stage::Overview, false) == CardState::Overview);
        let open = vec![Needed::Prerequisite(PrerequisiteId::ActionsEnabled)];
        assert!(
            CardState::of(&sync(open.clone()), Stage::Preview, false) == CardState::Blocked(open.clone())
        );
        assert!(CardState::of(&sync(open), Stage::Preview, true) == CardState::Preview);
    }
}
