//! The seven steps, as all screens name and link them.

use api_types::{Needed, Persona, PrerequisiteId, SetupGuide, SetupStep, SetupStepId, StepState};

use crate::domain::navigation::{ConfigTab, Route};
use crate::t;
use crate::term;
use crate::ui::{IconName, Term, Tone};

pub(crate) fn title(step: SetupStepId) -> Term {
    match step {
        SetupStepId::SetUpAccount => term!("step.1"),
        SetupStepId::ConnectSalesforce => term!("step.2"),
        SetupStepId::ConnectMarketo => term!("step.3"),
        SetupStepId::StartSync => term!("step.4"),
        SetupStepId::InviteUsers => term!("step.5"),
        SetupStepId::InstallPackage => term!("step.6"),
        SetupStepId::ConfigureActions => term!("step.7"),
    }
}

/// Number and title, as in "2. Connect Marketo Sales account to Salesforce".
pub(crate) fn numbered(step: SetupStepId) -> String {
    format!("{}. {}", step.number(), title(step).text())
}

/// The step's anchor in the setup guide. External guides and bookmarks use these names.
pub(crate) fn anchor(step: SetupStepId) -> &'static str {
    match step {
        SetupStepId::SetUpAccount => "set-up-marketo-sales-account",
        SetupStepId::ConnectSalesforce => "connect-marketo-sales-account-to-salesforce",
        SetupStepId::ConnectMarketo => "connect-marketo-to-your-sales-apps-account",
        SetupStepId::StartSync => "initiate-data-sync",
        SetupStepId::InviteUsers => "invite-individual-users-to-msi-actions",
        SetupStepId::InstallPackage => "install-or-upgrade-the-msi-package",
        SetupStepId::ConfigureActions => "configure-msi-actions-in-salesforce",
    }
}

/// The second half of step 5.
pub(crate) const INVITE_CSV_ANCHOR: &str = "invite-users-via-csv-to-msi-actions";

/// The setup guide's explanation of the step.
pub(crate) fn guide_href(step: SetupStepId) -> String {
    format!("{}#{}", Route::Home.href(), anchor(step))
}

/// The setup guide's part with the prerequisites.
pub(crate) const PREREQUISITES_ANCHOR: &str = "prerequisites";

pub(crate) fn prerequisite(id: PrerequisiteId) -> String {
    match id {
        PrerequisiteId::ActionsEnabled => t!("setup_guide.actions_enabled"),
        PrerequisiteId::MarketoSalesforceSync => t!("setup_guide.marketo_salesforce_sync"),
    }
}

/// The name of what is missing before a step.
pub(crate) fn needed(needed: Needed) -> String {
    match needed {
        Needed::Step(step) => numbered(step),
        Needed::Prerequisite(id) => prerequisite(id),
    }
}

/// The setup guide's explanation of what is missing.
pub(crate) fn needed_guide_href(needed: Needed) -> String {
    match needed {
        Needed::Step(step) => guide_href(step),
        Needed::Prerequisite(_) => format!("{}#{PREREQUISITES_ANCHOR}", Route::Home.href()),
    }
}

/// The place where what is missing is done.
pub(crate) fn needed_href(needed: Needed) -> String {
    match needed {
        Needed::Step(step) => href(step),
        Needed::Prerequisite(_) => needed_guide_href(needed),
    }
}

/// The place on its screen where the step is done.
pub(crate) fn href(step: SetupStepId) -> String {
    let screen = route(step).href();
    match step {
        SetupStepId::StartSync => ConfigTab::Sync.card_href(),
        SetupStepId::InstallPackage => format!("{screen}#{PACKAGE_ANCHOR}"),
        SetupStepId::ConfigureActions => format!("{screen}#{CONFIGURATION_ANCHOR}"),
        _ => screen,
    }
}

/// Headings of steps that share a screen with another.
pub(crate) const PACKAGE_ANCHOR: &str = "install-package";
pub(crate) const CONFIGURATION_ANCHOR: &str = "configure-actions";

/// The screen on which the step is done.
pub(crate) fn route(step: SetupStepId) -> Route {
    match step {
        SetupStepId::SetUpAccount | SetupStepId::StartSync => Route::ActionsConfig,
        SetupStepId::ConnectSalesforce => Route::Salesforce,
        SetupStepId::ConnectMarketo => Route::Marketo,
        SetupStepId::InviteUsers => Route::Users,
        SetupStepId::InstallPackage | SetupStepId::ConfigureActions => Route::SalesforceSetup,
    }
}

pub(crate) fn persona(persona: Persona) -> Term {
    match persona {
        Persona::MarketoAdmin => term!("persona.marketo_admin"),
        Persona::SalesforceAdmin => term!("persona.salesforce_admin"),
    }
}

/// About how many minutes a step takes the person who does it.
pub(crate) const fn minutes(step: SetupStepId) -> u32 {
    match step {
        SetupStepId::ConnectSalesforce | SetupStepId::ConnectMarketo | SetupStepId::StartSync => 5,
        SetupStepId::SetUpAccount | SetupStepId::InviteUsers => 10,
        SetupStepId::InstallPackage => 20,
        SetupStepId::ConfigureActions => 30,
    }
}

/// About how many minutes the steps take that are not done.
pub(crate) fn minutes_left(guide: &SetupGuide) -> u32 {
    guide.steps.iter().filter(|step| step.state != StepState::Done).map(|step| minutes(step.id)).sum()
}

/// The step to do next: first one that needs attention, then one that can be begun or gone on with, as what blocks another one can;
/// and only then one that is blocked and needs attention, or that waits for others. Of several the first.
pub(crate) fn next(guide: &SetupGuide) -> Option<SetupStepId> {
    let ranked = guide.steps.iter().filter_map(|step| Some((rank(step)?, step.id)));
    ranked.min_by_key(|(rank, _)| *rank).map(|(_, id)| id)
}

fn rank(step: &SetupStep) -> Option<u8> {
    let is_blocked = !step.blocked_by.is_empty();
    match (step.state, is_blocked) {
        (StepState::Done, _) => None,
        (StepState::NeedsAttention, false) => Some(0),
        (StepState::InProgress, false) if waits(step.id) => Some(3),
        (StepState::NotStarted | StepState::InProgress, false) => Some(1),
        (StepState::NeedsAttention, true) => Some(2),
        (StepState::NotStarted | StepState::InProgress, true) => None,
    }
}

/// Whether a step in progress waits for what others do: for those who were invited, or for the sync.
const fn waits(step: SetupStepId) -> bool {
    matches!(step, SetupStepId::SetUpAccount | SetupStepId::InviteUsers | SetupStepId::StartSync)
}

/// Why a step needs attention, as far as its state tells.
pub(crate) fn attention(step: SetupStepId) -> String {
    match step {
        SetupStepId::SetUpAccount | SetupStepId::InviteUsers => t!("setup_guide.attention_invitations"),
        SetupStepId::ConnectSalesforce => t!("setup_guide.attention_salesforce"),
        SetupStepId::ConnectMarketo => t!("setup_guide.attention_marketo"),
        SetupStepId::StartSync => t!("setup_guide.attention_sync"),
        SetupStepId::InstallPackage | SetupStepId::ConfigureActions => t!("salesforce_setup.regressed"),
    }
}

/// Tone, symbol and word of a state, for [`crate::ui::Status`].
pub(crate) fn state(state: StepState) -> (Tone, IconName, String) {
    match state {
        StepState::NotStarted => (Tone::Quiet, IconName::Clock, t!("step_state.not_started")),
        StepState::InProgress => (Tone::Busy, IconName::Clock, t!("step_state.in_progress")),
        StepState::Done => (Tone::Success, IconName::Check, t!("step_state.done")),
        StepState::NeedsAttention => (Tone::Failure, IconName::Alert, t!("step_state.needs_attention")),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_step_has_an_anchor_of_its_own() {
        let mut anchors: HashSet<&str> = SetupStepId::ALL.map(anchor).into();
        anchors.insert(INVITE_CSV_ANCHOR);
        assert_eq!(anchors.len(), SetupStepId::ALL.len() + 1);
    }
}
