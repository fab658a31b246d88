//! The states of the setup guide, derived from the facts that [`crate::db::setup_guide`] reads.

use crate::db::setup_guide::facts::{Facts, Invited, Item, Marketo, MarketoConnection, Salesforce, Sync};
use api_types::{Needed, SetupStepId, StepState};

impl Facts {
    /// The state of a step.
    pub(crate) fn state(&self, step: SetupStepId) -> StepState {
        match step {
            SetupStepId::SetUpAccount => self.marketo_admins.state(),
            SetupStepId::ConnectSalesforce => self.salesforce.state(),
            SetupStepId::ConnectMarketo => self.marketo.state(),
            SetupStepId::StartSync => self.sync.state(),
            SetupStepId::InviteUsers => self.users.state(),
            SetupStepId::InstallPackage => checklist(&self.package),
            SetupStepId::ConfigureActions => checklist(&self.configuration),
        }
    }

    /// What must be done before a step and is not.
    pub(crate) fn blocked_by(&self, step: SetupStepId) -> Vec<Needed> {
        let is_missing = |needed: &Needed| match needed {
            Needed::Step(step) => self.state(*step) != StepState::Done,
            // Once a full run was complete, the prerequisites must have been met.
            Needed::Prerequisite(id) => !self.met.contains(id) && !self.sync.incremental,
        };
        step.needs().iter().copied().filter(is_missing).collect()
    }
}

impl Invited {
    /// One active person is enough: later invitations belong to User Management.
    fn state(self) -> StepState {
        match self {
            Self { active: true, .. } => StepState::Done,
            Self { lost: true, .. } => StepState::NeedsAttention,
            Self { pending: true, .. } => StepState::InProgress,
            _ => StepState::NotStarted,
        }
    }
}

impl Salesforce {
    fn state(self) -> StepState {
        match self {
            Self { healthy: true, .. } => StepState::Done,
            Self { flow_open: true, .. } => StepState::InProgress,
            Self { broken: true, .. } => StepState::NeedsAttention,
            _ => StepState::NotStarted,
        }
    }
}

impl Marketo {
    fn state(self) -> StepState {
        match self.connection {
            MarketoConnection::Healthy => StepState::Done,
            _ if self.connecting => StepState::InProgress,
            MarketoConnection::Broken | MarketoConnection::Refused => StepState::NeedsAttention,
            MarketoConnection::None => StepState::NotStarted,
        }
    }
}

impl Sync {
    fn state(self) -> StepState {
        match self {
            Self { paused: true, .. } => StepState::InProgress,
            // Polling changes is the usual state of a sync that is set up, not progress towards it.
            Self { running: true, incremental: true, overdue: false, .. } => StepState::Done,
            Self { running: true, .. } => StepState::InProgress,
            Self { failed: true, .. } | Self { overdue: true, .. } => StepState::NeedsAttention,
            Self { incremental: true, .. } => StepState::Done,
            _ => StepState::NotStarted,
        }
    }
}

fn checklist(items: &[Item]) -> StepState {
    if items.iter().any(|item| item.regressed) {
        StepState::NeedsAttention
    } else if items.iter().filter(|item| item.required).all(|item| item.done) {
        StepState::Done
    } else if items.iter().any(|item| item.done) {
        StepState::InProgress
    } else {
        StepState::NotStarted
    }
}

#[cfg(test)]
mod tests {
    use api_types::PrerequisiteId;

    use super::*;
    use StepState::{Done, InProgress, NeedsAttention, NotStarted};

    const NOBODY: Invited = Invited { active: false, pending: false, lost: false };
    const OPEN: Item = Item { required: true, done: false, regressed: false };
    const TICKED: Item = Item { required: true, done: true, regressed: false };
    const WANTED: Item = Item { required: false, done: false, regressed: false };
    const REGRESSED: Item = Item { required: true, done: false, regressed: true };

    #[test]
    fn nothing_is_begun_in_an_empty_account() {
        let facts = Facts { package: vec![OPEN], configuration: vec![OPEN], ..Facts::default() };
        for step in SetupStepId::ALL {
            assert_eq!(facts.state(step), NotStarted, "{step:?}");
        }
    }

    #[test]
    fn steps_1_and_5_follow_the_invitations() {
        for (invited, state) in [
            (Invited { pending: true, ..NOBODY }, InProgress),
            (Invited { active: true, ..NOBODY }, Done),
            (Invited { lost: true, ..NOBODY }, NeedsAttention),
            (Invited { lost: true, pending: true, ..NOBODY }, NeedsAttention),
            (Invited { active: true, lost: true, pending: true }, Done),
        ] {
            let first = Facts { marketo_admins: invited, ..Facts::default() };
            let fifth = Facts { users: invited, ..Facts::default() };
            assert_eq!(first.state(SetupStepId::SetUpAccount), state, "{invited:?}");
            assert_eq!(fifth.state(SetupStepId::InviteUsers), state, "{invited:?}");
            assert_eq!(fifth.state(SetupStepId::SetUpAccount), NotStarted);
        }
    }

    #[test]
    fn step_2_follows_the_connections_to_salesforce() {
        let none = Salesforce::default();
        for (salesforce, state) in [
            (Salesforce { flow_open: true, ..none }, InProgress),
            (Salesforce { healthy: true, ..none }, Done),
            (Salesforce { broken: true, ..none }, NeedsAttention),
            // A broken connection is being repaired; one that works is enough.
            (Salesforce { broken: true, flow_open: true, ..none }, InProgress),
            (Salesforce { healthy: true, broken: true, flow_open: true }, Done),
        ] {
            let facts = Facts { salesforce, ..Facts::default() };
            assert_eq!(facts.state(SetupStepId::ConnectSalesforce), state, "{salesforce:?}");
        }
    }

    #[test]
    fn step_3_follows_the_connection_to_marketo() {
        for (connection, connecting, state) in [
            (MarketoConnection::None, true, InProgress),
            (MarketoConnection::Healthy, false, Done),
            (MarketoConnection::Refused, false, NeedsAttention),
            (MarketoConnection::Broken, false, NeedsAttention),
            (MarketoConnection::Broken, true, InProgress),
            (MarketoConnection::Healthy, true, Done),
        ] {
            let facts = Facts { marketo: Marketo { connection, connecting }, ..Facts::default() };
            assert_eq!(facts.state(SetupStepId::ConnectMarketo), state, "{connection:?} {connecting}");
        }
    }

    #[test]
    fn step_4_follows_the_runs() {
        let none = Sync::default();
        for (sync, state) in [
            (Sync { running: true, ..none }, InProgress),
            (Sync { paused: true, ..none }, InProgress),
            (Sync { incremental: true, ..none }, Done),
            (Sync { failed: true, ..none }, NeedsAttention),
            (Sync { incremental: true, failed: true, ..none }, NeedsAttention),
            (Sync { incremental: true, overdue: true, ..none }, NeedsAttention),
            (Sync { incremental: true, running: true, ..none }, Done),
            (Sync { incremental: true, paused: true, ..none }, InProgress),
            (Sync { running: true, failed: true, ..none }, InProgress),
        ] {
            let facts = Facts { sync, ..Facts::default() };
            assert_eq!(facts.state(SetupStepId::StartSync), state, "{sync:?}");
        }
    }

    #[test]
    fn steps_6_and_7_follow_the_check_list() {
        for (items, state) in [
            (vec![OPEN, TICKED], InProgress),
            (vec![TICKED, TICKED], Done),
            (vec![TICKED, REGRESSED], NeedsAttention),
            // Optional items do not hold a step up.
            (vec![TICKED, WANTED], Done),
            (vec![OPEN, Item { done: true, ..WANTED }], InProgress),
        ] {
            let sixth = Facts { package: items.clone(), configuration: vec![OPEN], ..Facts::default() };
            let seventh = Facts { configuration: items, package: vec![OPEN], ..Facts::default() };
            assert_eq!(sixth.state(SetupStepId::InstallPackage), state);
            assert_eq!(seventh.state(SetupStepId::ConfigureActions), state);
        }
    }

    #[test]
    fn a_step_is_blocked_by_those_before_it_that_are_not_done() {
        let mut facts = Facts { package: vec![OPEN], configuration: vec![OPEN], ..Facts::default() };
        assert_eq!(facts.blocked_by(SetupStepId::SetUpAccount), []);
        let sync = |facts: &Facts| facts.blocked_by(SetupStepId::StartSync);
        assert_eq!(sync(&facts), SetupStepId::StartSync.needs());
        facts.met = PrerequisiteId::ALL.into();
        let (salesforce, marketo) = (SetupStepId::ConnectSalesforce, SetupStepId::ConnectMarketo);
        assert_eq!(sync(&facts), [Needed::Step(salesforce), Needed::Step(marketo)]);
        facts.salesforce.healthy = true;
        assert_eq!(sync(&facts), [Needed::Step(marketo)]);
        facts.marketo.connection = MarketoConnection::Broken;
        assert_eq!(sync(&facts), [Needed::Step(marketo)], "a connection that fails is not done");
        facts.marketo.connection = MarketoConnection::Healthy;
        assert_eq!(sync(&facts), []);
        facts.met.clear();
        assert_eq!(sync(&facts), PrerequisiteId::ALL.map(Needed::Prerequisite));
        facts.sync.incremental = true;
        assert_eq!(sync(&facts), [], "everybody was read before");
        let package = Needed::Step(SetupStepId::InstallPackage);
        assert_eq!(facts.blocked_by(SetupStepId::ConfigureActions), [package]);
    }
}
