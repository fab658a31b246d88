//! The link from the screen of a finished step to the next one.

use api_types::{SetupGuide, SetupStepId, StepState};
use leptos::prelude::*;

use super::guide::guide;
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

/// From inviting users to the remaining steps of the Salesforce administrator: 6 and 7.
#[component]
pub(crate) fn ToSalesforceSetup() -> impl IntoView {
    let link = |step| view! { <li><a href=steps::href(step)>{steps::numbered(step)}</a></li> };
    view! {
        <div class="note"><Icon name=IconName::Info />
            <div><p>{t!("next_step.label")}</p>
                <ul class="reasons">{link(SetupStepId::InstallPackage)}{link(SetupStepId::ConfigureActions)}</ul>
            </div>
        </div>
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
