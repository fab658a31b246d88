//! What the tabs say of their contents: whether something is to be done there.

use api_types::{FieldSync, Integration, SetupGuide, SetupStep, SetupStepId, StepState};
use leptos::prelude::*;

use super::field_sync::Sync;
use crate::data::{Load, Loader};
use crate::domain::field_sync::takes_over;
use crate::domain::navigation::ConfigTab;
use crate::domain::setup;
use crate::t;
use crate::ui::TabMark;

/// The mark of a tab; reactive.
pub(super) fn mark(tab: ConfigTab, integration: Loader<Integration>, sync: Sync) -> Option<TabMark> {
    let guide = setup::guide().state;
    let step = |step| guide.with(|guide| step_mark(guide, step));
    match tab {
        ConfigTab::Invite => step(SetupStepId::SetUpAccount),
        ConfigTab::Integration => {
            integration.state.with(|state| matches!(state, Load::Failed(_)).then(trouble))
        }
        ConfigTab::Sync => sync.state.state.with(sync_mark).or_else(|| step(SetupStepId::StartSync)),
        ConfigTab::People => None,
    }
}

fn trouble() -> TabMark {
    TabMark::Trouble(t!("step_state.needs_attention"))
}

fn sync_mark(sync: &Load<FieldSync>) -> Option<TabMark> {
    match sync {
        Load::Failed(_) => Some(trouble()),
        Load::Ready(FieldSync { current: Some(run), .. }) if takes_over(run) => {
            Some(TabMark::Busy(t!("step_state.in_progress")))
        }
        _ => None,
    }
}

fn step_mark(guide: &Load<SetupGuide>, id: SetupStepId) -> Option<TabMark> {
    let Load::Ready(guide) = guide else { return None };
    match need(guide.steps.iter().find(|step| step.id == id)?)? {
        Need::ToDo => Some(TabMark::ToDo(t!("salesforce_setup.open"))),
        Need::Attention => Some(trouble()),
    }
}

/// Why a step needs a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Need {
    ToDo,
    Attention,
}

/// A step that is under way waits for others, and one that is held up cannot be done yet.
fn need(step: &SetupStep) -> Option<Need> {
    match step.state {
        StepState::NeedsAttention => Some(Need::Attention),
        StepState::NotStarted if step.blocked_by.is_empty() => Some(Need::ToDo),
        StepState::NotStarted | StepState::InProgress | StepState::Done => None,
    }
}

#[cfg(test)]
mod tests {
    use api_types::Needed;

    use super::*;

    fn step(state: StepState, blocked_by: Vec<Needed>) -> SetupStep {
        let id = SetupStepId::StartSync;
        SetupStep { id, state, by: None, at: None, blocked_by, waits_for: Vec::new(), waits_for_more: 0 }
    }

    #[test]
    fn a_tab_is_marked_while_somebody_is_needed_there() {
        let blocked = || vec![Needed::Step(SetupStepId::ConnectMarketo)];
        assert_eq!(need(&step(StepState::NotStarted, Vec::new())), Some(Need::ToDo));
        assert_eq!(need(&step(StepState::NotStarted, blocked())), None);
        assert_eq!(need(&step(StepState::NeedsAttention, blocked())), Some(Need::Attention));
        assert_eq!(need(&step(StepState::InProgress, Vec::new())), None);
        assert_eq!(need(&step(StepState::Done, Vec::new())), None);
    }
}
