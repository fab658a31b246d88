//! The one list of places that the app links to, so that no link can point nowhere. Places that only mails link to are
//! in `app/routes.rs` alone.

use api_types::{BatchId, MemberChangeBatchId, TeamId, UserId};

use crate::platform::address::{SILENT, routes_base};
use crate::platform::panel;
use crate::ui::IconName;

/// Every screen that can be linked to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Route {
    /// The setup guide for administrators.
    Home,
    SignIn,
    ForgotPassword,
    /// Marketo's administration, and this console's part of it.
    MarketoAdmin,
    SalesInsight,
    ActionsConfig,
    /// Everything behind the gear, and its groups.
    Settings,
    MyAccount,
    AdminSettings,
    Integrations,
    Profile,
    /// The user's own connection to Salesforce, for users who are not administrators.
    MySalesforce,
    General,
    Users,
    User(UserId),
    Invite,
    InviteCsv,
    /// Choosing whom to invite among the people of the connected org, and reviewing those chosen.
    InviteSalesforce,
    ReviewSalesforce,
    Batches,
    Batch(BatchId),
    /// Changing members by a file, and what files have changed.
    UpdateCsv,
    MemberChanges,
    MemberChange(MemberChangeBatchId),
    Teams,
    Team(TeamId),
    Salesforce,
    Marketo,
    Security,
    Diagnostics,
    SalesforceSetup,
    /// Checking a CSV file without an account.
    Validate,
}

impl Route {
    /// The path below the base of the deployment, or, in the panel, below its folder.
    pub(crate) fn path(&self) -> String {
        if panel::is_here()
            && let Some(path) = self.path_in_panel()
        {
            return path.into();
        }
        match self {
            Self::Home => "/".into(),
            Self::SignIn => "/sign-in".into(),
            Self::ForgotPassword => "/forgot-password".into(),
            Self::MarketoAdmin => "/admin".into(),
            Self::SalesInsight => "/admin/sales-insight".into(),
            Self::Settings => "/settings".into(),
            Self::MyAccount => "/settings/account".into(),
            Self::AdminSettings => "/settings/admin".into(),
            Self::Integrations => "/settings/integrations".into(),
            Self::ActionsConfig => "/admin/sales-insight/actions-config".into(),
            Self::Profile => "/settings/account/profile".into(),
            Self::MySalesforce => "/settings/account/salesforce".into(),
            Self::General => "/settings/admin/general".into(),
            Self::Users => "/settings/admin/users".into(),
            Self::User(id) => format!("/settings/admin/users/{}", id.0),
            Self::Invite => "/settings/admin/users/invite".into(),
            Self::InviteCsv => "/settings/admin/users/invite-csv".into(),
            Self::InviteSalesforce => "/settings/admin/users/invite-salesforce".into(),
            Self::ReviewSalesforce => "/settings/admin/users/invite-salesforce/review".into(),
            Self::Batches => "/settings/admin/users/invitations".into(),
            Self::Batch(id) => format!("/settings/admin/users/invitations/{}", id.0),
            Self::UpdateCsv => "/settings/admin/users/update-csv".into(),
            Self::MemberChanges => "/settings/admin/users/updates".into(),
            Self::MemberChange(id) => format!("/settings/admin/users/updates/{}", id.0),
            Self::Teams => "/settings/admin/teams".into(),
            Self::Team(id) => format!("/settings/admin/teams/{}", id.0),
            Self::Salesforce => "/settings/admin/salesforce".into(),
            Self::Marketo => "/settings/admin/marketo".into(),
            Self::Security => "/settings/admin/security".into(),
            Self::Diagnostics => "/settings/integrations/diagnostics".into(),
            Self::SalesforceSetup => "/salesforce-setup".into(),
            Self::Validate => SILENT.into(),
        }
    }

    /// The symbol beside its name in lists of screens.
    pub(crate) fn icon(&self) -> IconName {
        match self {
            Self::Home => IconName::Ticks,
            Self::ActionsConfig => IconName::Bolt,
            Self::Profile | Self::SignIn | Self::ForgotPassword | Self::User(_) => IconName::Person,
            Self::Users => IconName::Users,
            Self::Invite => IconName::Plus,
            Self::Batches | Self::Batch(_) => IconName::Mail,
            Self::Teams | Self::Team(_) => IconName::Tree,
            Self::Salesforce | Self::MySalesforce | Self::InviteSalesforce | Self::ReviewSalesforce => {
                IconName::Cloud
            }
            Self::Marketo => IconName::Bars,
            Self::Security => IconName::Shield,
            Self::Diagnostics => IconName::Pulse,
            Self::SalesforceSetup => IconName::Clipboard,
            Self::General => IconName::Sliders,
            Self::InviteCsv
            | Self::UpdateCsv
            | Self::MemberChanges
            | Self::MemberChange(_)
            | Self::Validate => IconName::File,
            Self::MarketoAdmin
            | Self::SalesInsight
            | Self::Settings
            | Self::MyAccount
            | Self::AdminSettings
            | Self::Integrations => IconName::Gear,
        }
    }

    /// The paths of the panel's flows; its other screens have those of the console.
    fn path_in_panel(&self) -> Option<&'static str> {
        match self {
            Self::Home => Some("/setup-guide"),
            Self::Users => Some("/users"),
            Self::InviteCsv => Some("/invite-csv"),
            _ => None,
        }
    }

    /// The link's target in this deployment, which may be below a folder of its host.
    pub(crate) fn href(&self) -> String {
        format!("{}{}", routes_base(), self.path())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::lifetime;

    #[test]
    fn paths_are_what_people_have_bookmarked() {
        let bookmarks = [
            (Route::Home, "/"),
            (Route::SignIn, "/sign-in"),
            (Route::ForgotPassword, "/forgot-password"),
            (Route::MarketoAdmin, "/admin"),
            (Route::SalesInsight, "/admin/sales-insight"),
            (Route::Settings, "/settings"),
            (Route::MyAccount, "/settings/account"),
            (Route::AdminSettings, "/settings/admin"),
            (Route::Integrations, "/settings/integrations"),
            (Route::ActionsConfig, "/admin/sales-insight/actions-config"),
            (Route::Profile, "/settings/account/profile"),
            (Route::MySalesforce, "/settings/account/salesforce"),
            (Route::General, "/settings/admin/general"),
            (Route::Users, "/settings/admin/users"),
            (Route::User(UserId("u1".into())), "/settings/admin/users/u1"),
            (Route::Invite, "/settings/admin/users/invite"),
            (Route::InviteCsv, "/settings/admin/users/invite-csv"),
            (Route::InviteSalesforce, "/settings/admin/users/invite-salesforce"),
            (Route::ReviewSalesforce, "/settings/admin/users/invite-salesforce/review"),
            (Route::Batches, "/settings/admin/users/invitations"),
            (Route::Batch(BatchId("b1".into())), "/settings/admin/users/invitations/b1"),
            (Route::UpdateCsv, "/settings/admin/users/update-csv"),
            (Route::MemberChanges, "/settings/admin/users/updates"),
            (Route::MemberChange(MemberChangeBatchId("c1".into())), "/settings/admin/users/updates/c1"),
            (Route::Teams, "/settings/admin/teams"),
            (Route::Team(TeamId("t1".into())), "/settings/admin/teams/t1"),
            (Route::Salesforce, "/settings/admin/salesforce"),
            (Route::Marketo, "/settings/admin/marketo"),
            (Route::Security, "/settings/admin/security"),
            (Route::Diagnostics, "/settings/integrations/diagnostics"),
            (Route::SalesforceSetup, "/salesforce-setup"),
            (Route::Validate, "/validate"),
        ];
        for (route, path) in bookmarks {
            assert_eq!(route.path(), path);
        }
    }

    #[test]
    fn e17_the_flows_of_the_panel_have_paths_of_their_own() {
        lifetime::begin();
        panel::begin();
        let paths = [Route::Home, Route::Users, Route::InviteCsv, Route::Batches].map(|route| route.path());
        lifetime::begin();
        assert_eq!(paths, ["/setup-guide", "/users", "/invite-csv", "/settings/admin/users/invitations"]);
        assert_eq!(Route::Home.path(), "/");
    }
}
