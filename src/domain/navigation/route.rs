//! The one list of the app's places with their paths, so that no link can point nowhere.

use api_types::{BatchId, MemberChangeBatchId, TeamId, UserId};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

use crate::platform::address::{SILENT, routes_base};
use crate::platform::panel;
use crate::ui::IconName;

/// Declares the places: each with its path, or with what comes before the id of what it shows.
macro_rules! places {
    (
        screens { $($(#[$doc:meta])* $name:ident = $path:expr,)+ }
        of_one { $($one:ident($id:ident) = $before:expr,)+ }
    ) => {
        /// Every screen that has an address.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub(crate) enum Route {
            $($(#[$doc])* $name,)+
            $($one($id),)+
        }

        impl Route {
            /// The path in the console, below the base of the deployment.
            pub(crate) fn path_in_console(&self) -> String {
                match self {
                    $(Self::$name => $path.into(),)+
                    $(Self::$one(id) => format!("{}{}", $before, id.0),)+
                }
            }

            /// The place that has this path in the console.
            fn in_console(path: &str) -> Option<Self> {
                $(if path == $path { return Some(Self::$name); })+
                $(if let Some(id) = path.strip_prefix($before) && !id.is_empty() && !id.contains('/') {
                    return Some(Self::$one($id(id.into())));
                })+
                None
            }
        }
    };
}

places! {
    screens {
        /// The setup guide for administrators.
        Home = "/",
        SignIn = "/sign-in",
        /// The window in which people sign in where the backend is on another site.
        SignInWindow = "/sign-in/window",
        ForgotPassword = "/forgot-password",
        /// Where the links of mails lead.
        ResetPassword = "/reset-password",
        Activate = "/activate",
        /// Marketo's administration, and this console's part of it.
        MarketoAdmin = "/admin",
        SalesInsight = "/admin/sales-insight",
        ActionsConfig = "/admin/sales-insight/actions-config",
        /// Everything behind the gear, and its groups.
        Settings = "/settings",
        MyAccount = "/settings/account",
        AdminSettings = "/settings/admin",
        Integrations = "/settings/integrations",
        Profile = "/settings/account/profile",
        /// The user's own connection to Salesforce, for users who are not administrators.
        MySalesforce = "/settings/account/salesforce",
        General = "/settings/admin/general",
        Users = "/settings/admin/users",
        Invite = "/settings/admin/users/invite",
        InviteCsv = "/settings/admin/users/invite-csv",
        /// Choosing whom to invite among the people of the connected org, and reviewing those chosen.
        InviteSalesforce = "/settings/admin/users/invite-salesforce",
        ReviewSalesforce = "/settings/admin/users/invite-salesforce/review",
        Batches = "/settings/admin/users/invitations",
        /// Changing members by a file, and what files have changed.
        UpdateCsv = "/settings/admin/users/update-csv",
        MemberChanges = "/settings/admin/users/updates",
        Teams = "/settings/admin/teams",
        Salesforce = "/settings/admin/salesforce",
        Marketo = "/settings/admin/marketo",
        Security = "/settings/admin/security",
        Diagnostics = "/settings/integrations/diagnostics",
        SalesforceSetup = "/salesforce-setup",
        /// Checking a CSV file without an account.
        Validate = SILENT,
    }
    of_one {
        Batch(BatchId) = "/settings/admin/users/invitations/",
        MemberChange(MemberChangeBatchId) = "/settings/admin/users/updates/",
        User(UserId) = "/settings/admin/users/",
        Team(TeamId) = "/settings/admin/teams/",
    }
}

/// The paths of the panel's flows; its other screens have those of the console.
const FLOWS: [(Route, &str); 3] =
    [(Route::Home, "/setup-guide"), (Route::Users, "/users"), (Route::InviteCsv, "/invite-csv")];

impl Route {
    /// The path below the base of the deployment, or, in the panel, below its folder.
    pub(crate) fn path(&self) -> String {
        match self.path_in_panel() {
            Some(path) if panel::is_here() => path.into(),
            _ => self.path_in_console(),
        }
    }

    /// The place that has this path.
    pub(crate) fn at(path: &str) -> Option<Self> {
        let path = match path.strip_suffix('/') {
            Some(path) if !path.is_empty() && !path.ends_with('/') => path,
            _ => path,
        };
        if !panel::is_here() {
            // The address of the folder may lack the slash.
            return if path.is_empty() { Some(Self::Home) } else { Self::in_console(path) };
        }
        let flow = FLOWS.into_iter().find_map(|(route, own)| (own == path).then_some(route));
        flow.or_else(|| Self::in_console(path).filter(|route| route.path_in_panel().is_none()))
    }

    /// The symbol beside its name in lists of screens.
    pub(crate) fn icon(&self) -> IconName {
        match self {
            Self::Home => IconName::Ticks,
            Self::ActionsConfig => IconName::Bolt,
            Self::Profile
            | Self::SignIn
            | Self::SignInWindow
            | Self::ForgotPassword
            | Self::ResetPassword
            | Self::Activate
            | Self::User(_) => IconName::Person,
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

    fn path_in_panel(&self) -> Option<&'static str> {
        FLOWS.into_iter().find_map(|(route, path)| (route == *self).then_some(path))
    }

    /// The link's target in this deployment, which may be below a folder of its host.
    pub(crate) fn href(&self) -> String {
        format!("{}{}", routes_base(), self.path())
    }
}

/// A path without the base of the deployment or, in the panel, of its folder.
pub(crate) fn below_base(path: &str) -> &str {
    path.strip_prefix(&routes_base()).unwrap_or(path)
}

/// Where the router is.
pub(crate) fn here() -> Memo<Option<Route>> {
    let location = use_location();
    Memo::new(move |_| location.pathname.with(|path| Route::at(below_base(path))))
}

/// The id in the address, for a screen of one thing. It stays what it is while another screen takes the place.
pub(crate) fn shown_id<T>(id: fn(Route) -> Option<T>) -> Memo<T>
where
    T: From<String> + Clone + PartialEq + Send + Sync + 'static,
{
    let here = here();
    Memo::new(move |before: Option<&T>| {
        here.get().and_then(id).or_else(|| before.cloned()).unwrap_or_else(|| String::new().into())
    })
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
            (Route::SignInWindow, "/sign-in/window"),
            (Route::ForgotPassword, "/forgot-password"),
            (Route::ResetPassword, "/reset-password"),
            (Route::Activate, "/activate"),
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
            assert_eq!(Route::at(path), Some(route));
        }
        assert_eq!(Route::at("/settings/"), Some(Route::Settings));
        assert_eq!(Route::at(""), Some(Route::Home));
        for nowhere in ["//", "/setup-guide", "/settings/admin/teams/t1/members", "/Settings", "settings"] {
            assert_eq!(Route::at(nowhere), None, "{nowhere}");
        }
    }

    #[test]
    fn e17_the_flows_of_the_panel_have_paths_of_their_own() {
        lifetime::begin();
        panel::begin();
        let paths = [Route::Home, Route::Users, Route::InviteCsv, Route::Batches].map(|route| route.path());
        let found = ["/users", "/settings/admin/users", "/", "/settings/admin/users/updates"].map(Route::at);
        lifetime::begin();
        assert_eq!(found, [Some(Route::Users), None, None, Some(Route::MemberChanges)]);
        assert_eq!(paths, ["/setup-guide", "/users", "/invite-csv", "/settings/admin/users/invitations"]);
        assert_eq!(Route::Home.path(), "/");
    }
}
