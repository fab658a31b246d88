//! What each place shows, to whom, and in which panels.

use api_types::embed::PanelFlow;

use super::screens::{HomeScreen, InviteScreen, PeopleScreen, Screen, SettingsScreen};
use super::sign_in_screens::Part;
use crate::domain::navigation::{Place, Route};

/// Who may open a screen. The backend checks every call again.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Audience {
    Everyone,
    Admins,
    /// Administrators; other users are redirected to their profile. The start page of a visit.
    AdminsFirst,
}

/// What a place shows.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Opened {
    SignIn,
    Part(Part),
    Validate,
    /// A screen after sign-in. `flows` are the panels that show it, too.
    Screen {
        audience: Audience,
        screen: Screen,
        flows: &'static [PanelFlow],
    },
}

const INVITING: &[PanelFlow] = &[PanelFlow::InviteCsv, PanelFlow::Users];
const USERS: &[PanelFlow] = &[PanelFlow::Users];
const SETUP: &[PanelFlow] = &[PanelFlow::SetupGuide];

impl Opened {
    pub(super) fn of(route: &Route) -> Self {
        match route {
            Route::SignIn => Self::SignIn,
            Route::SignInWindow => Self::Part(Part::Window),
            Route::ForgotPassword => Self::Part(Part::ForgotPassword),
            Route::ResetPassword => Self::Part(Part::ResetPassword),
            Route::Activate => Self::Part(Part::Activate),
            Route::Validate => Self::Validate,
            Route::Home => Self::Screen {
                audience: Audience::AdminsFirst,
                screen: Screen::Home(HomeScreen::SetupGuide),
                flows: SETUP,
            },
            Route::Settings => everyone(SettingsScreen::Place(Place::Settings)),
            Route::MyAccount => everyone(SettingsScreen::Place(Place::MyAccount)),
            Route::Profile => everyone(SettingsScreen::Profile),
            Route::MySalesforce => everyone(SettingsScreen::Salesforce),
            Route::MarketoAdmin => settings(SettingsScreen::Place(Place::MarketoAdmin), &[]),
            Route::SalesInsight => settings(SettingsScreen::Place(Place::SalesInsight), &[]),
            Route::AdminSettings => settings(SettingsScreen::Place(Place::AdminSettings), &[]),
            Route::Integrations => settings(SettingsScreen::Place(Place::Integrations), &[]),
            Route::General => settings(SettingsScreen::General, &[]),
            Route::Security => settings(SettingsScreen::Security, &[]),
            Route::Diagnostics => settings(SettingsScreen::Diagnostics, &[]),
            Route::ActionsConfig => settings(SettingsScreen::ActionsConfig, SETUP),
            Route::Salesforce => settings(SettingsScreen::Salesforce, SETUP),
            Route::Marketo => settings(SettingsScreen::Marketo, SETUP),
            Route::SalesforceSetup => settings(SettingsScreen::SalesforceSetup, SETUP),
            Route::Users => admins(Screen::People(PeopleScreen::Users), USERS),
            Route::User(_) => admins(Screen::People(PeopleScreen::User), &[]),
            Route::Teams => admins(Screen::People(PeopleScreen::Teams), &[]),
            Route::Team(_) => admins(Screen::People(PeopleScreen::Team), &[]),
            Route::InviteCsv => invite(InviteScreen::UsersViaCsv, INVITING),
            Route::Batches => invite(InviteScreen::Batches, INVITING),
            Route::Batch(_) => invite(InviteScreen::Batch, INVITING),
            Route::Invite => invite(InviteScreen::Users, USERS),
            Route::InviteSalesforce => invite(InviteScreen::UsersFromSalesforce, USERS),
            Route::ReviewSalesforce => invite(InviteScreen::ReviewFromSalesforce, USERS),
            Route::UpdateCsv => invite(InviteScreen::UpdateUsersViaCsv, USERS),
            Route::MemberChanges => invite(InviteScreen::MemberChanges, USERS),
            Route::MemberChange(_) => invite(InviteScreen::MemberChange, USERS),
        }
    }
}

const fn everyone(screen: SettingsScreen) -> Opened {
    Opened::Screen { audience: Audience::Everyone, screen: Screen::Settings(screen), flows: &[] }
}

const fn admins(screen: Screen, flows: &'static [PanelFlow]) -> Opened {
    Opened::Screen { audience: Audience::Admins, screen, flows }
}

const fn settings(screen: SettingsScreen, flows: &'static [PanelFlow]) -> Opened {
    admins(Screen::Settings(screen), flows)
}

const fn invite(screen: InviteScreen, flows: &'static [PanelFlow]) -> Opened {
    admins(Screen::Invite(screen), flows)
}
