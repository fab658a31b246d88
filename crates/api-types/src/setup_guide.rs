use serde::{Deserialize, Serialize};

use crate::{Persona, Timestamp};

/// The way from an empty account to a working one, as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SetupGuide {
    pub prerequisites: Vec<Prerequisite>,
    /// All seven, in order.
    pub steps: Vec<SetupStep>,
}

/// What must be so before the first step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Prerequisite {
    pub id: PrerequisiteId,
    pub state: PrerequisiteState,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum PrerequisiteId {
    /// Actions is enabled for the Marketo account.
    ActionsEnabled,
    /// Marketo is in sync with Salesforce.
    MarketoSalesforceSync,
}

impl PrerequisiteId {
    pub const ALL: [Self; 2] = [Self::ActionsEnabled, Self::MarketoSalesforceSync];

    /// The stable name used on the wire and in storage.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ActionsEnabled => "actions_enabled",
            Self::MarketoSalesforceSync => "marketo_salesforce_sync",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum PrerequisiteState {
    Open,
    /// Somebody says so.
    Ticked {
        by: String,
        at: Timestamp,
    },
    /// Seen in the services themselves.
    Verified {
        at: Timestamp,
    },
}

/// Ticks something by hand, or takes the tick away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Tick {
    pub ticked: bool,
}

/// A step of the guide, by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
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
    pub const ALL: [Self; 7] = [
        Self::SetUpAccount,
        Self::ConnectSalesforce,
        Self::ConnectMarketo,
        Self::StartSync,
        Self::InviteUsers,
        Self::InstallPackage,
        Self::ConfigureActions,
    ];

    /// 1 to 7, as in the MSI Actions Admin Guide.
    pub fn number(self) -> u8 {
        self as u8 + 1
    }

    /// Whose step it is; either may do it where there are two.
    pub fn personas(self) -> &'static [Persona] {
        match self {
            Self::ConnectSalesforce => &[Persona::MarketoAdmin, Persona::SalesforceAdmin],
            Self::InstallPackage | Self::ConfigureActions => &[Persona::SalesforceAdmin],
            _ => &[Persona::MarketoAdmin],
        }
    }

    /// The steps that must be done first.
    pub fn needs(self) -> &'static [Self] {
        match self {
            Self::SetUpAccount | Self::ConnectSalesforce | Self::InstallPackage => &[],
            Self::ConnectMarketo | Self::InviteUsers => &[Self::SetUpAccount],
            Self::StartSync => &[Self::ConnectSalesforce, Self::ConnectMarketo],
            Self::ConfigureActions => &[Self::InstallPackage],
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SetupStep {
    pub id: SetupStepId,
    pub state: StepState,
    /// Who brought it to its state, and when; absent for what nobody has begun.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Timestamp>,
    /// Those of [`SetupStepId::needs`] that are not done.
    pub blocked_by: Vec<SetupStepId>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum StepState {
    NotStarted,
    InProgress,
    Done,
    NeedsAttention,
}
