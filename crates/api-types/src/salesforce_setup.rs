use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantArray};

use crate::{PersonName, SetupStepId, Timestamp};

/// The check-list of steps 6 and 7.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SalesforceSetup {
    /// The URL of the connected org; absent without a connection, and then nothing can be verified.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instance_url: Option<String>,
    /// Where the package is installed: its listing, or the page of the connected org for the version that the operator named.
    pub package_url: String,
    pub items: Vec<ChecklistItem>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChecklistItem {
    pub id: ChecklistItemId,
    /// The result of verifying it in the org; absent if its API does not tell, or before the first check.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verified: Option<Verification>,
    /// Who ticked it by hand, and when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticked: Option<Ticked>,
    /// Values to paste into Salesforce.
    #[serde(default)]
    pub values: Vec<PasteValue>,
}

impl ChecklistItem {
    /// Whether the item counts as done: the org's answer takes precedence over a tick.
    pub fn done(&self) -> bool {
        match &self.verified {
            Some(verification) => verification.passed,
            None => self.ticked.is_some(),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Verification {
    pub passed: bool,
    /// Whether it passed before and no longer does.
    pub regressed: bool,
    pub at: Timestamp,
    /// What was found, as the org names it: a package's version, the sites that are missing.
    pub found: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Ticked {
    pub by: PersonName,
    pub at: Timestamp,
}

/// A value to paste, under the name that the field has in Salesforce.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PasteValue {
    pub name: String,
    pub value: String,
}

macro_rules! items {
    ($($(#[$doc:meta])* $name:ident = $step:ident, $required:literal, $verifiable:literal, $link:expr;)+) => {
        /// An item of the check-list.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[derive(Serialize, Deserialize, IntoStaticStr, VariantArray)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[serde(rename_all = "snake_case")]
        #[strum(serialize_all = "snake_case")]
        pub enum ChecklistItemId {
            $($(#[$doc])* $name,)+
        }

        impl ChecklistItemId {
            /// The step of the guide that the item belongs to.
            pub fn step(self) -> SetupStepId {
                match self { $(Self::$name => SetupStepId::$step,)+ }
            }

            /// Whether the step needs it.
            pub fn required(self) -> bool {
                match self { $(Self::$name => $required,)+ }
            }

            /// Whether the org's API tells that it is done.
            pub fn verifiable(self) -> bool {
                match self { $(Self::$name => $verifiable,)+ }
            }

            /// The page of the org where it is done, below the org's URL; `None` for the package, see
            /// [`SalesforceSetup::package_url`].
            pub fn deep_link(self) -> Option<&'static str> {
                match self { $(Self::$name => $link,)+ }
            }
        }
    };
}

items! {
    /// The package is installed, in a version that has Actions.
    InstallPackage = InstallPackage, true, true, None;
    /// The package's objects are deployed.
    ObjectsDeployed = InstallPackage, true, false, Some("/lightning/setup/ObjectManager/home");
    /// Profiles may read leads, contacts, accounts and opportunities.
    ReadStandardObjects = InstallPackage, true, false, Some("/lightning/setup/EnhancedProfiles/home");
    /// The remote site for Marketo's REST host.
    MarketoRemoteSites = ConfigureActions, true, true, Some("/lightning/setup/SecurityRemoteProxy/home");
    /// The section Marketo Sales Insight on the page layouts.
    PageLayouts = ConfigureActions, true, true, Some("/lightning/setup/ObjectManager/home");
    /// The seven lead fields are mapped to the contact's.
    LeadFieldMapping = ConfigureActions, true, false, Some("/lightning/setup/ObjectManager/Lead/FieldsAndRelationships/view");
    /// REST credentials on the tab Marketo Sales Insight Config.
    MarketoCredentials = ConfigureActions, true, false, Some("/lightning/n/Marketo_Sales_Insight_Config");
    /// Remote sites of Actions.
    ActionsRemoteSites = ConfigureActions, true, true, Some("/lightning/setup/SecurityRemoteProxy/home");
    /// Enable MSI Actions, with the API Secret Key.
    EnableMsiActions = ConfigureActions, true, false, Some("/lightning/n/Marketo_Sales_Insight_Config");
    /// What Actions shows to everybody.
    Governance = ConfigureActions, false, false, Some("/lightning/n/Marketo_Sales_Insight_Config");
    /// The permission set Marketo App Access, or access by profile.
    UserAccess = ConfigureActions, true, true, Some("/lightning/setup/PermSets/home");
    /// Fifteen custom fields of activities.
    ActivityFields = ConfigureActions, false, true, Some("/lightning/setup/ObjectManager/Activity/FieldsAndRelationships/view");
    /// Buttons on list views.
    ListViewButtons = ConfigureActions, false, false, Some("/lightning/setup/ObjectManager/home");
}
