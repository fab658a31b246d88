use api_types::{Needed, PersonName, Persona, SetupStep, SetupStepId, StepState, Timestamp};
use leptos::prelude::*;

use super::hand_over::{HandOver, take};
use super::instructions;
use crate::domain::people::{in_text, with_links};
use crate::domain::session;
use crate::domain::setup::steps;
use crate::i18n;
use crate::platform::spawn;
use crate::t;
use crate::term;
use crate::ui::{Button, Icon, IconName, Marked, Status, Term, ago_in_words};

/// How one of the seven steps is shown.
#[derive(Clone, Copy)]
pub(super) struct StepView {
    id: SetupStepId,
    step: Memo<Option<SetupStep>>,
    /// Whether it is the user's next step, which is open unless they fold it.
    is_next: Memo<bool>,
    /// What the user has opened or folded themselves.
    chosen: RwSignal<Option<bool>>,
}

impl StepView {
    pub(super) fn new(id: SetupStepId, step: Memo<Option<SetupStep>>, is_next: Memo<bool>) -> Self {
        Self { id, step, is_next, chosen: RwSignal::new(None) }
    }

    pub(super) fn is(self, id: SetupStepId) -> bool {
        self.id == id
    }

    fn is_open(self) -> bool {
        self.chosen.get().unwrap_or_else(|| self.is_next.get())
    }

    /// Opens it, also when it is no longer the next, as it is being worked on.
    pub(super) fn open(self) {
        self.chosen.set(Some(true));
    }

    fn turn(self) {
        let is_open = untrack(|| self.is_open());
        self.chosen.set(Some(!is_open));
    }
}

/// One of the seven steps, folded to a line unless it is open; everything that changes is read from the guide's signal.
#[component]
pub(super) fn Step(shown: StepView, hand_over: HandOver) -> impl IntoView {
    let StepView { id, step, is_next, .. } = shown;
    let heading = format!("step-{}", id.number());
    let content = format!("{heading}-content");
    let standing = Progress::of(id, step);
    let is_done = standing.is_done;
    let status = move || {
        let state = standing.state.get().unwrap_or(StepState::NotStarted);
        let (tone, icon, label) = steps::state(state);
        match state {
            // Its number alone says so.
            StepState::NotStarted => view! { <span class="visually-hidden">{label}</span> }.into_any(),
            _ => view! { <Status tone icon label /> }.into_any(),
        }
    };
    view! {
        <li class="step" class:step-done=move || is_done.get() class:step-current=move || is_next.get() aria-labelledby=heading.clone()>
            <div class="step-head">
                <span class="step-number" aria-hidden="true">{move || match is_done.get() {
                    true => view! { <Icon name=IconName::Check /> }.into_any(),
                    false => id.number().into_any(),
                }}</span>
                <h3 id=heading.clone() tabindex="-1">
                    <button
                        type="button"
                        class="step-toggle"
                        aria-expanded=move || shown.is_open().to_string()
                        aria-controls=content.clone()
                        on:click=move |_| shown.turn()
                    >
                        <span class="visually-hidden">{format!("{}. ", id.number())}</span>{steps::title(id)}
                    </button>
                </h3>
                <span class="step-line reason">{move || (!shown.is_open()).then(|| standing.line())}</span>
                {status}
                <Icon name=IconName::ChevronDown />
            </div>
            <div class="step-content" id=content.clone() hidden=move || !shown.is_open() on:focusin=move |_| shown.open()>
                {facts(standing)}
                {actions(id, is_next, hand_over)}
                {how(id)}
            </div>
        </li>
    }
}

/// What is known of a step. Each of these changes only by itself, so that the user keeps their place.
#[derive(Clone, Copy)]
struct Progress {
    id: SetupStepId,
    state: Memo<Option<StepState>>,
    is_done: Memo<bool>,
    /// Who changed it last, and when.
    last: Memo<Option<(Option<PersonName>, Option<Timestamp>)>>,
    /// Some of the people that it waits for, and how many more there are.
    waits_for: Memo<Option<(Vec<PersonName>, u64)>>,
    missing: Memo<Vec<Needed>>,
}

impl Progress {
    fn of(id: SetupStepId, step: Memo<Option<SetupStep>>) -> Self {
        let state = Memo::new(move |_| step.with(|step| step.as_ref().map(|step| step.state)));
        Self {
            id,
            state,
            is_done: Memo::new(move |_| state.get() == Some(StepState::Done)),
            last: Memo::new(move |_| {
                step.with(|step| step.as_ref().map(|step| (step.by.clone(), step.at.clone())))
            }),
            waits_for: Memo::new(move |_| {
                step.with(|step| step.as_ref().map(|step| (step.waits_for.clone(), step.waits_for_more)))
            }),
            missing: Memo::new(move |_| step.with(|step| step.as_ref().map(missing)).unwrap_or_default()),
        }
    }

    fn minutes(self) -> String {
        t!("setup_guide.minutes", count = steps::minutes(self.id))
    }

    fn last_change(self, in_words: fn(&str) -> String) -> Option<AnyView> {
        let (by, at) = self.last.get()?;
        let date = in_words(at?.as_str());
        Some(match by {
            Some(by) => with_links(&t!("setup_guide.who_when", name = in_text(&by), date = date), &[by]),
            None => date.into_any(),
        })
    }

    /// Why people are named, their names as a list, and themselves.
    fn people(self) -> Option<(String, String, Vec<PersonName>)> {
        let (people, more) = self.waits_for.get()?;
        let others = (more > 0).then(|| t!("users.more_people", count = more));
        let names = i18n::list(people.iter().map(in_text).chain(others));
        let label = match self.id {
            SetupStepId::SetUpAccount | SetupStepId::InviteUsers => t!("setup_guide.waits_for"),
            _ => t!("setup_guide.done_by"),
        };
        (!people.is_empty()).then_some((label, names, people))
    }

    /// What is said of a folded step.
    fn line(self) -> AnyView {
        let needed = self.missing.get();
        let people = self.people();
        match Line::of(self.state.get(), people.is_some(), !needed.is_empty()) {
            Line::LastChange => self.last_change(ago_in_words).into_any(),
            Line::Attention => steps::attention(self.id).into_any(),
            Line::People => people
                .map(|(label, names, people)| {
                    with_links(&t!("setup_guide.said_of", label = label, text = names), &people)
                })
                .into_any(),
            Line::Missing => t!("setup_guide.waits_for_steps", what = in_line(&needed)).into_any(),
            Line::Minutes => self.minutes().into_any(),
        }
    }
}

/// What the line of a folded step is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Line {
    LastChange,
    Attention,
    People,
    Missing,
    Minutes,
}

impl Line {
    fn of(state: Option<StepState>, names_people: bool, is_blocked: bool) -> Self {
        match state {
            Some(StepState::Done) => Self::LastChange,
            Some(StepState::NeedsAttention) => Self::Attention,
            _ if names_people => Self::People,
            _ if is_blocked => Self::Missing,
            _ => Self::Minutes,
        }
    }
}

/// What is still to be done before a step. Nothing is, once it is done.
fn missing(step: &SetupStep) -> Vec<Needed> {
    if step.state == StepState::Done { Vec::new() } else { step.blocked_by.clone() }
}

fn facts(standing: Progress) -> impl IntoView {
    let Progress { id, is_done, missing, .. } = standing;
    let time = move || {
        (!is_done.get()).then(|| view! { <dt>{t!("setup_guide.time")}</dt><dd>{standing.minutes()}</dd> })
    };
    let waiting = move || {
        standing
            .people()
            .map(|(label, names, people)| view! { <dt>{label}</dt><dd>{with_links(&names, &people)}</dd> })
    };
    let attention = move || {
        (standing.state.get() == Some(StepState::NeedsAttention)).then(|| {
            view! { <dt>{t!("step_state.needs_attention")}</dt><dd>{steps::attention(id)}</dd> }
        })
    };
    let trace = move || {
        standing
            .last_change(i18n::date_time)
            .map(|text| view! { <dt>{t!("setup_guide.last_change")}</dt><dd>{text}</dd> })
    };
    let blocked = move || {
        let needed = missing.get();
        (!needed.is_empty()).then(|| {
            view! {
                <dt>{t!("setup_guide.blocked")}</dt>
                <dd><ul>{needed.into_iter().map(|needed| view! {
                    <li><a href=steps::needed_guide_href(needed)>{steps::needed(needed)}</a></li>
                }).collect_view()}</ul></dd>
            }
        })
    };
    view! {
        <dl class="definition">
            <dt>{term!("field.persona")}</dt>
            <dd>{personas(id.personas())}</dd>
            {attention}
            {time}
            {waiting}
            {trace}
            {blocked}
        </dl>
    }
}

/// The link to the screen of a step, and what else can be done with one of another persona.
fn actions(id: SetupStepId, is_next: Memo<bool>, hand_over: HandOver) -> impl IntoView {
    let open_class = move || if is_next.get() { "button button-primary" } else { "button" };
    let is_of_another = Memo::new(move |_| is_of_another_persona(id));
    let taking = RwSignal::new(false);
    let take_it = Callback::new(move |()| {
        taking.set(true);
        spawn(async move {
            take(id).await;
            taking.try_set(false);
        });
    });
    let screen = screen_name(id).in_line();
    view! {
        <div class="actions">
            <a class=open_class href=steps::href(id)>{t!("setup_guide.open", screen = screen)}</a>
            {move || is_of_another.get().then(|| view! {
                <Button on_press=Callback::new(move |()| hand_over.ask(id))>
                    {t!("setup_guide.hand_over")}
                    <span class="visually-hidden">{t!("common.of", text = steps::numbered(id))}</span>
                </Button>
                <Button busy=taking on_press=take_it>
                    {t!("setup_guide.take")}
                    <span class="visually-hidden">{t!("common.of", text = steps::numbered(id))}</span>
                </Button>
                <span class="reason">{t!("setup_guide.not_yours")}</span>
            })}
        </div>
    }
}

fn how(id: SetupStepId) -> impl IntoView {
    view! {
        <details class="how" id=steps::anchor(id)>
            <summary>{t!("setup_guide.instructions")}</summary>
            {if id == SetupStepId::InviteUsers {
                view! {
                    <h4>{term!("setup_guide.invite_individual")}</h4>
                    {list(instructions::of(id))}
                    <h4 id=steps::INVITE_CSV_ANCHOR tabindex="-1">{term!("setup_guide.invite_csv")}</h4>
                    {list(instructions::of_inviting_via_csv())}
                }.into_any()
            } else {
                list(instructions::of(id)).into_any()
            }}
        </details>
    }
}

/// What is missing before a step, in few words.
fn in_line(needed: &[Needed]) -> String {
    let is_prerequisite = |needed: &Needed| matches!(needed, Needed::Prerequisite(_));
    let prerequisites = needed.iter().any(is_prerequisite).then(|| t!("setup_guide.the_prerequisites"));
    let steps = needed.iter().filter_map(|needed| match needed {
        Needed::Step(step) => Some(t!("setup_guide.step_number", number = u32::from(step.number()))),
        Needed::Prerequisite(_) => None,
    });
    i18n::list(prerequisites.into_iter().chain(steps))
}

fn list(instructions: Vec<Marked>) -> impl IntoView {
    view! { <ol class="instructions">{instructions.into_iter().map(|text| view! { <li>{text}</li> }).collect_view()}</ol> }
}

fn screen_name(id: SetupStepId) -> Term {
    match id {
        SetupStepId::SetUpAccount | SetupStepId::StartSync => term!("nav.actions_config"),
        SetupStepId::ConnectSalesforce => term!("nav.salesforce"),
        SetupStepId::ConnectMarketo => term!("nav.marketo"),
        SetupStepId::InviteUsers => term!("nav.user_management"),
        SetupStepId::InstallPackage | SetupStepId::ConfigureActions => term!("nav.salesforce_setup"),
    }
}

fn personas(personas: &[Persona]) -> String {
    match personas {
        [one, other] => {
            let [one, other] = [one, other].map(|persona| steps::persona(*persona).in_line());
            t!("setup_guide.either", one = one, other = other)
        }
        _ => personas.iter().map(|persona| steps::persona(*persona).in_line()).collect(),
    }
}

/// Whether the step belongs to a persona that the signed-in user does not have.
fn is_of_another_persona(id: SetupStepId) -> bool {
    let own = session::current().map(|session| session.user.personas).unwrap_or_default();
    !id.personas().iter().any(|persona| own.contains(persona))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_that_is_done_or_needs_attention_does_not_wait_for_others() {
        use StepState::{Done, InProgress, NeedsAttention, NotStarted};
        let line = |state, names_people| Line::of(Some(state), names_people, true);
        assert_eq!(line(Done, false), Line::LastChange);
        assert_eq!(line(NeedsAttention, false), Line::Attention);
        assert_eq!(line(InProgress, true), Line::People);
        assert_eq!(line(NotStarted, false), Line::Missing);
        assert_eq!(Line::of(None, false, false), Line::Minutes);
    }

    #[test]
    fn nothing_comes_before_a_step_that_is_done() {
        let blocked_by = vec![Needed::Step(SetupStepId::SetUpAccount)];
        let of = |state| SetupStep {
            id: SetupStepId::ConnectMarketo,
            state,
            by: None,
            at: None,
            blocked_by: blocked_by.clone(),
            waits_for: Vec::new(),
            waits_for_more: 0,
        };
        assert!(missing(&of(StepState::Done)).is_empty(), "it was done out of order");
        assert_eq!(missing(&of(StepState::NotStarted)), blocked_by);
    }
}
