//! How each step is done, so that nobody needs a manual beside the screen.

use api_types::SetupStepId;

use crate::t;

/// The instructions of a step, one thing to do each.
pub(super) fn of(step: SetupStepId) -> [String; 3] {
    match step {
        SetupStepId::SetUpAccount => {
            [t!("setup_guide.account_1"), t!("setup_guide.account_2"), t!("setup_guide.account_3")]
        }
        SetupStepId::ConnectSalesforce => {
            [t!("setup_guide.salesforce_1"), t!("setup_guide.salesforce_2"), t!("setup_guide.salesforce_3")]
        }
        SetupStepId::ConnectMarketo => {
            [t!("setup_guide.marketo_1"), t!("setup_guide.marketo_2"), t!("setup_guide.marketo_3")]
        }
        SetupStepId::StartSync => {
            [t!("setup_guide.sync_1"), t!("setup_guide.sync_2"), t!("setup_guide.sync_3")]
        }
        SetupStepId::InviteUsers => {
            [t!("setup_guide.invite_1"), t!("setup_guide.invite_2"), t!("setup_guide.invite_3")]
        }
        SetupStepId::InstallPackage => {
            [t!("setup_guide.package_1"), t!("setup_guide.package_2"), t!("setup_guide.package_3")]
        }
        SetupStepId::ConfigureActions => {
            [t!("setup_guide.configure_1"), t!("setup_guide.configure_2"), t!("setup_guide.configure_3")]
        }
    }
}

/// The second way through step 5.
pub(super) fn of_inviting_via_csv() -> [String; 3] {
    [t!("setup_guide.csv_1"), t!("setup_guide.csv_2"), t!("setup_guide.csv_3")]
}
