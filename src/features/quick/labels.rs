//! The names of help pages.

use crate::t;
use crate::term;
use crate::ui::{HelpPage, Term};

/// The screen that a page of the guide explains.
pub(super) fn help(page: HelpPage) -> Term {
    match page {
        HelpPage::ActionsConfig => term!("nav.actions_config"),
        HelpPage::Diagnostics => term!("nav.diagnostics"),
        HelpPage::General => term!("nav.general"),
        HelpPage::Invitations => term!("nav.invitation_batches"),
        HelpPage::Invite => term!("users.invite_users"),
        HelpPage::InviteCsv => term!("users.invite_users_via_csv"),
        HelpPage::InviteSalesforce => t!("users.invite_users_from_salesforce").into(),
        HelpPage::Marketo => term!("nav.marketo"),
        HelpPage::Profile => term!("nav.my_profile"),
        HelpPage::Salesforce => term!("nav.salesforce"),
        HelpPage::SalesforceSetup => term!("nav.salesforce_setup"),
        HelpPage::Security => term!("nav.security"),
        HelpPage::SetupGuide => term!("nav.setup_guide"),
        HelpPage::SignIn => t!("sign_in.title").into(),
        HelpPage::Teams => term!("nav.team_management"),
        HelpPage::User => t!("user.title").into(),
        HelpPage::Users => term!("nav.user_management"),
        HelpPage::Validate => t!("nav.validate").into(),
    }
}
