use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantArray};

use crate::{PersonName, Persona, Timestamp};

/// The setup guide: the prerequisites and the steps from an empty account to a working one, with their states.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SetupGuide {
    pub prerequisites: Vec<Prerequisite>,
    /// All seven, in order.
    pub steps: Vec<SetupStep>,
}

/// A condition that must be met before the first step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Prerequisite {
    pub id: PrerequisiteId,
    pub state: PrerequisiteState,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, IntoStaticStr, VariantArray)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum PrerequisiteId {
    /// Actions is enabled for the Marketo account.
    ActionsEnabled,
    /// Marketo is in sync with Salesforce.
    MarketoSalesforceSync,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum PrerequisiteState {
    Open,
    /// A person ticked it.
    Ticked {
        by: PersonName,
        at: Timestamp,
    },
    /// Verified in the services themselves.
    Verified {
        at: Timestamp,
    },
}

/// Ticks something by hand, or removes the tick.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Tick {
    pub ticked: bool,
    /// Ticks it although something before the step is missing, which the audit log records.
    #[serde(default)]
    pub out_of_order: bool,
}

/// What must be done before a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(untagged)]
pub enum Needed {
    Step(SetupStepId),
    Prerequisite(PrerequisiteId),
}

impl Needed {
    /// The stable name used on the wire and in storage.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Step(step) => step.as_str(),
            Self::Prerequisite(prerequisite) => prerequisite.as_str(),
        }
    }
}

/// A step of the guide, by its number.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    IntoStaticStr,
    VariantArray,
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum SetupStepId {
    SetUpAccount,
    ConnectSalesforce,
    ConnectMarketo,
    StartSync,
    InviteUsers,
    InstallPackage,
    ConfigureActions,
}

impl SetupStepId {
    /// 1 to 7, as in the MSI Actions Admin Guide.
    pub fn number(self) -> u8 {
        self as u8 + 1
    }

    /// The personas whose step it is; where there are two, either may do it.
    pub fn personas(self) -> &'static [Persona] {
        match self {
            Self::ConnectSalesforce => &[Persona::MarketoAdmin, Persona::SalesforceAdmin],
            Self::InstallPackage | Self::ConfigureActions => &[Persona::SalesforceAdmin],
            _ => &[Persona::MarketoAdmin],
        }
    }

    /// The persona of the person to whom the step is handed over.
    pub fn handed_over_as(self) -> Persona {
        match self {
            Self::ConnectSalesforce | Self::InstallPackage | Self::ConfigureActions => {
                Persona::SalesforceAdmin
            }
            Self::SetUpAccount | Self::ConnectMarketo | Self::StartSync | Self::InviteUsers => {
                Persona::MarketoAdmin
            }
        }
    }

    /// What must be done first.
    pub fn needs(self) -> &'static [Needed] {
        use Needed::{Prerequisite, Step};
        match self {
            // People can be invited at any time: their mails wait for nothing.
            Self::SetUpAccount | Self::ConnectSalesforce | Self::InviteUsers | Self::InstallPackage => &[],
            Self::ConnectMarketo => &[Step(Self::SetUpAccount)],
            Self::StartSync => &[
                Prerequisite(PrerequisiteId::ActionsEnabled),
                Prerequisite(PrerequisiteId::MarketoSalesforceSync),
                Step(Self::ConnectSalesforce),
                Step(Self::ConnectMarketo),
            ],
            Self::ConfigureActions => &[Step(Self::InstallPackage)],
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SetupStep {
    pub id: SetupStepId,
    pub state: StepState,
    /// Who brought it to its state, and when; absent if the step was not begun.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<PersonName>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Timestamp>,
    /// What the step needs that is not done.
    pub blocked_by: Vec<Needed>,
    /// While the step is in progress: the people it waits for, or who are working on it; only some if there are many.
    #[serde(default)]
    pub waits_for: Vec<PersonName>,
    /// How many more people it waits for.
    #[serde(default)]
    pub waits_for_more: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum StepState {
    NotStarted,
    InProgress,
    Done,
    NeedsAttention,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_needed_is_named_as_on_the_wire_and_read_as_what_it_is() {
        let steps = SetupStepId::ALL.map(Needed::Step);
        for needed in steps.into_iter().chain(PrerequisiteId::ALL.map(Needed::Prerequisite)) {
            let json = serde_json::to_value(needed).unwrap();
            assert_eq!(json, needed.as_str());
            assert_eq!(serde_json::from_value::<Needed>(json).unwrap(), needed);
        }
    }
}
