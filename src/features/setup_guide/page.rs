use api_types::{SetupGuide as Guide, SetupStepId, StepState};
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use wasm_bindgen::JsCast;

use super::hand_over::{HandOver, HandOverDialog};
use super::home::Home;
use super::prerequisites::Prerequisites;
use super::second_factor::SecondFactorOffer;
use super::step::{Step, StepView};
use crate::data::{Load, standing};
use crate::domain::setup::{self, steps};
use crate::platform::{dom, panel, spawn};
use crate::t;
use crate::term;
use crate::ui::{HelpPage, IconName, Note, Page, ProgressBar};

#[component]
pub(crate) fn SetupGuide() -> impl IntoView {
    let guide = setup::guide();
    let refresh = move || spawn(setup::refresh());
    setup::follow();
    let becomes = Signal::derive(move || is_home(guide.state).then(|| t!("home.heading")));
    let purpose = Signal::derive(move || match is_home(guide.state) {
        true => t!("home.purpose"),
        false => t!("setup_guide.purpose"),
    });
    view! {
        <Page title=term!("nav.setup_guide") becomes purpose help=HelpPage::SetupGuide>
            <SecondFactorOffer />
            {standing(guide, 9, refresh, move || view! { <Steps state=guide.state /> }.into_any())}
        </Page>
    }
}

/// Whether the guide has become the home of an account that is set up. A panel shows only the guide.
fn is_home(state: RwSignal<Load<Guide>>) -> bool {
    let is_complete = |guide: &Load<Guide>| match guide {
        Load::Ready(guide) => guide.steps.iter().all(|step| step.state == StepState::Done),
        _ => false,
    };
    state.with(is_complete) && !panel::is_here()
}

/// The data of one part of the guide; the part is rendered again only when this changes.
fn part<T: Clone + PartialEq + Send + Sync + 'static>(
    state: RwSignal<Load<Guide>>,
    select: impl Fn(&Guide) -> T + Send + Sync + 'static,
) -> Memo<Option<T>> {
    Memo::new(move |_| {
        state.with(|guide| match guide {
            Load::Ready(guide) => Some(select(guide)),
            _ => None,
        })
    })
}

#[component]
fn Steps(state: RwSignal<Load<Guide>>) -> impl IntoView {
    let prerequisites = part(state, |guide| guide.prerequisites.clone());
    let next = part(state, steps::next);
    let done = part(state, |guide| guide.steps.iter().filter(|step| step.state == StepState::Done).count());
    let minutes = part(state, steps::minutes_left);
    let all = SetupStepId::ALL.len();
    let done = Signal::derive(move || done.get().unwrap_or_default());
    let is_complete = Memo::new(move |_| done.get() == all);
    let has_home = Memo::new(move |_| is_home(state));
    let hand_over = HandOver::new();
    let shown = SetupStepId::ALL.map(|id| {
        let step = part(state, move |guide| guide.steps.iter().find(|step| step.id == id).cloned());
        let is_next = Memo::new(move |_| next.get().flatten() == Some(id));
        StepView::new(id, Memo::new(move |_| step.get().flatten()), is_next)
    });
    let hash = use_location().hash;
    Effect::new(move |_| reveal(hash.get().trim_start_matches('#'), &shown));
    // A link to the anchor that the address has already does not change it.
    let again = window_event_listener(leptos::ev::click, move |event| {
        if let Some(anchor) = anchor_of(&event).filter(|anchor| *anchor == hash.get_untracked()) {
            reveal(anchor.trim_start_matches('#'), &shown);
        }
    });
    on_cleanup(move || again.remove());
    let progress = move || {
        let progress = t!("setup_guide.progress", done = done.get(), all = all);
        match minutes.get().filter(|minutes| *minutes > 0) {
            None => progress,
            Some(minutes) => {
                let left = t!("setup_guide.minutes_left", count = minutes);
                t!("setup_guide.progress_left", progress = progress, left = left)
            }
        }
    };
    view! {
        <div class="stack-large">
            {move || has_home.get().then(|| view! { <Home /> })}
            <Prerequisites prerequisites=Memo::new(move |_| prerequisites.get().unwrap_or_default()) />
            <section class="stack" aria-labelledby="steps-title">
                <h2 id="steps-title">{t!("setup_guide.steps")}</h2>
                <ProgressBar
                    label=t!("setup_guide.steps")
                    done=Signal::derive(move || done.get() as f64)
                    total=Signal::derive(move || all as f64)
                    text=Signal::derive(progress)
                />
                {move || is_complete.get().then(|| view! {
                    <Note icon=IconName::Check>{t!("setup_guide.all_done")}</Note>
                })}
                <ol class="card step-list">
                    {shown.map(|shown| view! { <Step shown hand_over /> }).into_iter().collect_view()}
                </ol>
            </section>
            <HandOverDialog state=hand_over />
        </div>
    }
}

/// Opens the step and the instructions that an anchor names, and scrolls to them.
fn reveal(anchor: &str, shown: &[StepView]) {
    if anchor == steps::PREREQUISITES_ANCHOR {
        return dom::after_paint(|| {
            dom::after_paint(|| {
                unfold(steps::PREREQUISITES_ANCHOR);
                dom::focus("prerequisites-title");
            })
        });
    }
    let Some(step) = step_of(anchor) else { return };
    shown.iter().filter(|shown| shown.is(step)).for_each(|shown| shown.open());
    let anchor = anchor.to_owned();
    // After the page's own heading has had the focus.
    dom::after_paint(move || {
        dom::after_paint(move || {
            unfold(steps::anchor(step));
            let heading =
                if anchor == steps::INVITE_CSV_ANCHOR { anchor } else { format!("step-{}", step.number()) };
            dom::focus(&heading);
            if let Some(element) = dom::document().get_element_by_id(&heading) {
                let card = element.closest("li").ok().flatten();
                let target = if heading.starts_with("step-") { card.unwrap_or(element) } else { element };
                target.unchecked_into::<web_sys::Element>().scroll_into_view();
            }
        });
    });
}

/// The anchor of the link on this screen that was pressed, with its `#`.
fn anchor_of(event: &web_sys::MouseEvent) -> Option<String> {
    let link = event.target()?.dyn_into::<web_sys::Element>().ok()?.closest("a[href]").ok()??;
    let link = link.dyn_into::<web_sys::HtmlAnchorElement>().ok()?;
    let is_here = dom::window().location().pathname().is_ok_and(|here| here == link.pathname());
    Some(link.hash()).filter(|hash| is_here && !hash.is_empty())
}

/// Opens a `<details>`.
fn unfold(id: &str) {
    if let Some(details) = dom::document().get_element_by_id(id) {
        let _ = details.set_attribute("open", "");
    }
}

fn step_of(anchor: &str) -> Option<SetupStepId> {
    if anchor == steps::INVITE_CSV_ANCHOR {
        return Some(SetupStepId::InviteUsers);
    }
    SetupStepId::ALL.into_iter().find(|step| steps::anchor(*step) == anchor)
}

#[cfg(test)]
mod tests {
    use api_types::{Needed, SetupStep};

    use super::*;

    fn guide(states: [StepState; 7]) -> Guide {
        let done = |id: &SetupStepId| states[usize::from(id.number()) - 1] == StepState::Done;
        let is_missing = |needed: &Needed| matches!(needed, Needed::Step(step) if !done(step));
        let steps = SetupStepId::ALL.map(|id| SetupStep {
            id,
            state: states[usize::from(id.number()) - 1],
            by: None,
            at: None,
            blocked_by: id.needs().iter().copied().filter(is_missing).collect(),
            waits_for: Vec::new(),
            waits_for_more: 0,
        });
        Guide { prerequisites: Vec::new(), steps: steps.into() }
    }

    #[test]
    fn the_next_step_is_the_first_that_nothing_holds_up() {
        let mut states = [StepState::NotStarted; 7];
        assert_eq!(steps::next(&guide(states)), Some(SetupStepId::SetUpAccount));
        states[0] = StepState::Done;
        states[1] = StepState::Done;
        states[2] = StepState::InProgress;
        assert_eq!(steps::next(&guide(states)), Some(SetupStepId::ConnectMarketo));
        assert_eq!(steps::next(&guide([StepState::Done; 7])), None);
    }

    #[test]
    fn what_needs_attention_comes_before_what_can_be_begun_and_what_waits_for_others_last() {
        use StepState::{Done, InProgress, NeedsAttention, NotStarted};
        let next = |states| steps::next(&guide(states)).map(SetupStepId::number);
        // The invited administrator has not accepted yet.
        let invited = [InProgress, NotStarted, NotStarted, NotStarted, NotStarted, NotStarted, NotStarted];
        assert_eq!(next(invited), Some(2));
        assert_eq!(
            next([InProgress, Done, NotStarted, NotStarted, InProgress, Done, NeedsAttention]),
            Some(7)
        );
        assert_eq!(next([InProgress, NeedsAttention, NotStarted, NeedsAttention, Done, Done, Done]), Some(2));
        // The others are held up by the first, but for the one that is to be looked at all the same.
        assert_eq!(next([InProgress, Done, NotStarted, NotStarted, Done, Done, Done]), Some(1));
        assert_eq!(next([InProgress, Done, NeedsAttention, NotStarted, Done, Done, Done]), Some(3));
        assert_eq!(next([Done, Done, Done, InProgress, InProgress, InProgress, NotStarted]), Some(6));
        // What holds up another one that needs attention.
        assert_eq!(next([Done, Done, NotStarted, NeedsAttention, Done, Done, Done]), Some(3));
        assert_eq!(next([Done, Done, Done, InProgress, InProgress, Done, Done]), Some(4));
    }

    #[test]
    fn the_guides_anchors_lead_to_their_steps() {
        for step in SetupStepId::ALL {
            assert_eq!(step_of(steps::anchor(step)), Some(step));
        }
        assert_eq!(step_of("invite-users-via-csv-to-msi-actions"), Some(SetupStepId::InviteUsers));
        assert_eq!(step_of("elsewhere"), None);
    }
}
