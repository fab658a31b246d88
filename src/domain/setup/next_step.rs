//! The link from the screen of a finished step to the next one.

use api_types::{SetupGuide, SetupStepId, StepState};
use leptos::prelude::*;

use super::guide::{guide, state_of};
use super::steps;
use crate::data::Load;
use crate::t;
use crate::ui::{Icon, IconName, Note};

/// Links to the next step, once nothing is left to do here.
#[component]
pub(crate) fn NextStep(
    /// The steps that belong to this screen.
    here: &'static [SetupStepId],
) -> impl IntoView {
    let next = Memo::new(move |_| {
        guide().state.with(|guide| match guide {
            Load::Ready(guide) => after(here, guide),
            _ => None,
        })
    });
    move || {
        next.get().map(|step| {
            view! {
                <Note>{t!("next_step.label")} " " <a href=steps::href(step)>{steps::numbered(step)}</a></Note>
            }
        })
    }
}

/// From inviting users to what is left to do.
#[component]
pub(crate) fn AfterInviting() -> impl IntoView {
    let next = Memo::new(move |_| {
        guide().state.with(|guide| match guide {
            Load::Ready(guide) => after_inviting(guide),
            _ => SALESFORCE_SETUP.into(),
        })
    });
    let link = |step| view! { <li><a href=steps::href(step)>{steps::numbered(step)}</a></li> };
    // Step 1 is named by the first of both.
    let is_said = move || next.with(|next| next.is_empty() || next.contains(&SetupStepId::SetUpAccount));
    view! {
        <BeforeSetUp />
        {move || (!is_said()).then(|| view! {
            <div class="note"><Icon name=IconName::Info />
                <div><p>{t!("next_step.label")}</p>
                    <ul class="reasons">{next.get().into_iter().map(link).collect_view()}</ul>
                </div>
            </div>
        })}
    }
}

/// Where people are invited before step 1 is done: what that means for them.
#[component]
pub(crate) fn BeforeSetUp() -> impl IntoView {
    let is_set_up =
        Memo::new(move |_| state_of(SetupStepId::SetUpAccount).is_none_or(|state| state == StepState::Done));
    move || {
        (!is_set_up.get()).then(|| {
            let step = SetupStepId::SetUpAccount;
            view! {
                <Note>
                    {t!("next_step.before_set_up")} " "
                    <a href=steps::guide_href(step)>{steps::numbered(step)}</a>
                </Note>
            }
        })
    }
}

/// The steps of the Salesforce administrator.
const SALESFORCE_SETUP: [SetupStepId; 2] = [SetupStepId::InstallPackage, SetupStepId::ConfigureActions];

/// The first open step before this one, or else those of the Salesforce administrator that are open.
fn after_inviting(guide: &SetupGuide) -> Vec<SetupStepId> {
    let open = guide.steps.iter().filter(|step| step.state != StepState::Done).map(|step| step.id);
    let open: Vec<_> = open.filter(|id| *id != SetupStepId::InviteUsers).collect();
    match open.first() {
        Some(first) if !SALESFORCE_SETUP.contains(first) => vec![*first],
        _ => open,
    }
}

fn after(here: &[SetupStepId], guide: &SetupGuide) -> Option<SetupStepId> {
    let own = || guide.steps.iter().filter(|step| here.contains(&step.id));
    let is_done = own().any(|step| step.state == StepState::Done);
    let is_left = own().any(|step| step.state != StepState::Done && step.blocked_by.is_empty());
    (is_done && !is_left).then(|| steps::next(guide)).flatten()
}

#[cfg(test)]
mod tests {
    use api_types::{Needed, SetupStep};

    use super::*;

    /// A guide whose first steps are done.
    fn guide(done: usize) -> SetupGuide {
        let is_done = |id: SetupStepId| usize::from(id.number()) <= done;
        let is_missing = |needed| matches!(needed, Needed::Step(step) if !is_done(step));
        let steps = SetupStepId::ALL.map(|id| SetupStep {
            id,
            state: if is_done(id) { StepState::Done } else { StepState::NotStarted },
            by: None,
            at: None,
            blocked_by: id.needs().iter().copied().filter(|needed| is_missing(*needed)).collect(),
            waits_for: Vec::new(),
            waits_for_more: 0,
        });
        SetupGuide { prerequisites: Vec::new(), steps: steps.into() }
    }

    #[test]
    fn a_step_that_is_done_leads_to_the_next() {
        assert_eq!(after(&[SetupStepId::ConnectSalesforce], &guide(2)), Some(SetupStepId::ConnectMarketo));
        assert_eq!(after(&[SetupStepId::ConnectSalesforce], &guide(7)), None);
    }

    #[test]
    fn s5_inviting_leads_to_the_first_open_step_and_then_to_those_in_salesforce() {
        use SetupStepId::{ConfigureActions, InstallPackage, SetUpAccount, StartSync};
        let after = |done| after_inviting(&guide(done));
        assert_eq!(after(0), [SetUpAccount]);
        assert_eq!(after(3), [StartSync]);
        assert_eq!(
            [after(4), after(5)],
            [[InstallPackage, ConfigureActions], [InstallPackage, ConfigureActions]]
        );
        assert_eq!(after(6), [ConfigureActions]);
        assert!(after(7).is_empty());
    }

    #[test]
    fn a_screen_with_something_left_to_do_does_not_lead_away() {
        assert_eq!(after(&[SetupStepId::ConnectSalesforce], &guide(1)), None);
        assert_eq!(after(&[SetupStepId::SetUpAccount, SetupStepId::StartSync], &guide(3)), None);
    }

    #[test]
    fn what_is_held_up_by_other_steps_is_not_waited_for() {
        let here = [SetupStepId::SetUpAccount, SetupStepId::StartSync];
        assert_eq!(after(&here, &guide(1)), Some(SetupStepId::ConnectSalesforce));
    }
}
