//! The strip: a running sync, and how it ended, on every screen but the sync's own.

use api_types::{FieldSync, SetupStepId, StepState, SyncRun, SyncRunState};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::labels::{how_far, run_state};
use super::news::{said, say_news};
use super::runs::takes_over;
use super::watch::Watch;
use crate::api::field_sync;
use crate::domain::places::{ConfigTab, Route};
use crate::domain::{session, setup};
use crate::platform::visibility::on_return;
use crate::platform::{dom, lifetime};
use crate::t;
use crate::term;
use crate::ui::{Button, ButtonKind, ProgressBar, Status, announce};

/// The state of the strip.
#[derive(Clone, Debug, PartialEq)]
enum StripState {
    /// Not asked yet, or the user is on the sync's own screen.
    Unasked,
    Nothing,
    UnderWay(SyncRun),
    /// The run has ended while it was shown.
    Ended(SyncRun),
}

impl StripState {
    fn run(&self) -> Option<&SyncRun> {
        match self {
            Self::Unasked | Self::Nothing => None,
            Self::UnderWay(run) | Self::Ended(run) => Some(run),
        }
    }

    /// The state after an answer that names `current`; `None` where the ended run itself must be read.
    fn after(&self, current: Option<&SyncRun>) -> Option<Self> {
        match (self, current.filter(|run| takes_over(run))) {
            (_, Some(run)) => Some(Self::UnderWay(run.clone())),
            (Self::UnderWay(_), None) => None,
            (Self::Ended(run), None) => Some(Self::Ended(run.clone())),
            (Self::Unasked | Self::Nothing, None) => Some(Self::Nothing),
        }
    }

    /// Whether the backend advances it. A paused run waits for an administrator.
    fn moves(&self) -> bool {
        matches!(self, Self::UnderWay(run) if run.state != SyncRunState::Paused)
    }
}

/// Outlives the screens, as each of them renders the frame again.
#[derive(Clone, Copy)]
struct Strip {
    known: RwSignal<StripState>,
    watch: Watch,
}

impl Default for Strip {
    fn default() -> Self {
        let strip = Self { known: RwSignal::new(StripState::Unasked), watch: Watch::new() };
        session::on_another_person(move || strip.forget());
        strip
    }
}

impl Strip {
    fn forget(self) {
        self.watch.end();
        self.known.set(StripState::Unasked);
    }

    /// Reads the state of the sync if it may have changed, and polls a run that is active.
    fn look(self, is_changed: bool) {
        let is_open =
            self.known.with_untracked(|known| matches!(known, StripState::Unasked | StripState::UnderWay(_)));
        if is_changed || is_open {
            leptos::task::spawn_local(self.follow());
        }
    }

    async fn follow(self) {
        let Some(mut round) = self.watch.begin(None) else { return };
        let mut answer = round.ask().await;
        while let Some(found) = answer {
            match found {
                Ok(now) => self.take_over(&now).await,
                // The frame reports a lost network; the previous state stays.
                Err(failure) if failure.is_transient() => {}
                Err(_) => self.known.set(StripState::Nothing),
            }
            if !self.known.with_untracked(StripState::moves) {
                return;
            }
            answer = round.ask_again().await;
        }
    }

    async fn take_over(self, now: &FieldSync) {
        let before = self.known.get_untracked();
        let current = now.current.as_ref();
        if let (StripState::UnderWay(before), Some(run)) = (&before, current) {
            say_news(Some(before), run);
        }
        match (before.after(current), before.run()) {
            (Some(known), _) if known != before => self.known.set(known),
            (None, Some(run)) => self.see_how_it_ended(run).await,
            _ => {}
        }
    }

    /// Reads the ended run, as its outcome is not known.
    async fn see_how_it_ended(self, run: &SyncRun) {
        let Ok(ended) = field_sync::run(&run.id).await else { return };
        let is_awaited = self
            .known
            .with_untracked(|known| matches!(known, StripState::UnderWay(awaited) if awaited.id == ended.id));
        if !is_awaited {
            return;
        }
        if ended.ended_at.is_some() {
            announce(said(ended.state));
            self.known.set(StripState::Ended(ended));
        } else {
            self.known.set(StripState::Nothing);
        }
        setup::refresh().await;
    }

    fn dismiss(self) {
        self.known.set(StripState::Nothing);
        // The pressed button disappears with the strip.
        dom::after_paint(|| dom::focus("main"));
    }
}

/// The running sync in one line, or its outcome until dismissed; otherwise empty.
#[component]
pub(crate) fn SyncStrip() -> impl IntoView {
    let strip = *lifetime::shared::<Strip>();
    let pathname = use_location().pathname;
    let is_elsewhere =
        Memo::new(move |_| pathname.get().trim_end_matches('/') != Route::ActionsConfig.href());
    let step = Memo::new(|_| setup::state_of(SetupStepId::StartSync));
    Effect::new(move |before: Option<Option<StepState>>| {
        let step = step.get();
        if is_elsewhere.get() {
            strip.look(before.is_some_and(|before| before != step));
        } else {
            strip.forget();
        }
        step
    });
    on_return(move || {
        if is_elsewhere.get_untracked() {
            strip.look(false);
        }
    });
    let state = Memo::new(move |_| strip.known.with(|known| known.run().map(|run| run.state)));
    let is_over = Memo::new(move |_| strip.known.with(|known| matches!(known, StripState::Ended(_))));
    view! {
        <Show when=move || is_elsewhere.get() && state.get().is_some()>
            <section class="strips" aria-label=t!("actions_config.field_sync")>
                <div class="strip">
                    <p class="strip-name">{term!("actions_config.field_sync")}</p>
                    {move || state.get().map(|state| progress(strip, state))}
                    <div class="strip-actions">
                        <a class="button button-quiet" href=ConfigTab::Sync.card_href()>
                            {t!("field_sync.see_details")}
                        </a>
                        <Show when=move || is_over.get()>
                            <Button kind=ButtonKind::Quiet on_press=Callback::new(move |()| strip.dismiss())>
                                {t!("sending.dismiss")}
                            </Button>
                        </Show>
                    </div>
                </div>
            </section>
        </Show>
    }
}

/// The progress of a run: a bar while it is active, words otherwise.
fn progress(strip: Strip, state: SyncRunState) -> AnyView {
    let (tone, icon, label) = run_state(state);
    let so_far = move || strip.known.with(|known| known.run().map(how_far)).unwrap_or_default();
    let number = move |of: fn(&SyncRun) -> u64| {
        Signal::derive(move || strip.known.with(|known| known.run().map(of)).unwrap_or_default() as f64)
    };
    let text = match state {
        SyncRunState::Preparing => Signal::stored(label),
        SyncRunState::Running => Signal::derive(so_far),
        SyncRunState::Paused => {
            return view! { <p><Status tone icon label /> " " {so_far}</p> }.into_any();
        }
        SyncRunState::Completed | SyncRunState::Cancelled | SyncRunState::Failed(_) => {
            return view! { <p><Status tone icon label /></p> }.into_any();
        }
    };
    view! {
        <ProgressBar
            label=t!("field_sync.run")
            done=number(|run| run.read)
            total=number(|run| run.expected.unwrap_or_default())
            text
        />
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(kind: &str, state: SyncRunState) -> SyncRun {
        serde_json::from_value(serde_json::json!({
            "id": "r1", "kind": kind, "state": state, "started_at": "2026-11-20T08:00:00Z", "read": 0, "created": 0,
            "updated": 0, "unchanged": 0, "skipped": [], "failed": 0,
        }))
        .unwrap()
    }

    #[test]
    fn what_the_schedule_fetches_is_passed_over() {
        let poll = run("incremental", SyncRunState::Running);
        assert_eq!(StripState::Unasked.after(Some(&poll)), Some(StripState::Nothing));
        let paused = run("incremental", SyncRunState::Paused);
        assert_eq!(StripState::Nothing.after(Some(&paused)), Some(StripState::UnderWay(paused)));
    }

    #[test]
    fn a_run_that_is_gone_is_asked_how_it_ended_and_stays_until_another_begins() {
        let before = run("full", SyncRunState::Running);
        assert_eq!(StripState::UnderWay(before.clone()).after(None), None);
        let ended = StripState::Ended(run("full", SyncRunState::Completed));
        assert_eq!(ended.after(None), Some(ended.clone()));
        assert_eq!(ended.after(Some(&before)), Some(StripState::UnderWay(before)));
    }

    #[test]
    fn only_a_run_that_moves_by_itself_is_followed() {
        assert!(StripState::UnderWay(run("full", SyncRunState::Preparing)).moves());
        assert!(StripState::UnderWay(run("full", SyncRunState::Running)).moves());
        assert!(!StripState::UnderWay(run("full", SyncRunState::Paused)).moves());
        assert!(!StripState::Ended(run("full", SyncRunState::Completed)).moves());
        assert!(!StripState::Nothing.moves());
    }
}
