//! Which screen a path shows, and to which roles.

use api_types::Role;
use leptos::prelude::*;
use leptos_router::components::{Redirect, Route as Path, Routes};
use leptos_router::path;

use super::screens::{self, HomeScreen, InviteScreen, NothingThere, PeopleScreen, Screen, SettingsScreen};
use super::sign_in_screens::{self, Part};
use crate::api::{Failure, FailureKind, may_be_elsewhere};
use crate::domain::navigation::{Place, Route};
use crate::domain::session::{self, SessionState, SignInPlace};
use crate::features::sign_in;
use crate::platform::{spawn, version};
use crate::t;
use crate::ui::{Brand, Failed, Page, Starting};

/// A view of one type for all routes, so that the router's code is generated once instead of once per route.
fn routed(view: fn() -> AnyView) -> fn() -> AnyView {
    view
}

#[component]
pub(super) fn Screens() -> impl IntoView {
    view! {
        <Routes fallback=not_found>
            <Path path=path!("/sign-in") view=routed(sign_in_screen) />
            <Path path=path!("/sign-in/window") view=routed(|| sign_in_screens::show(Part::Window)) />
            <Path path=path!("/forgot-password") view=routed(|| sign_in_screens::show(Part::ForgotPassword)) />
            <Path path=path!("/reset-password") view=routed(|| sign_in_screens::show(Part::ResetPassword)) />
            <Path path=path!("/activate") view=routed(|| sign_in_screens::show(Part::Activate)) />
            <Path path=path!("/") view=routed(|| admins_first(Screen::Home(HomeScreen::SetupGuide))) />
            <Path path=path!("/admin") view=routed(|| admins(Screen::Settings(SettingsScreen::Place(Place::MarketoAdmin)))) />
            <Path path=path!("/admin/sales-insight") view=routed(|| admins(Screen::Settings(SettingsScreen::Place(Place::SalesInsight)))) />
            <Path path=path!("/settings") view=routed(|| everyone(Screen::Settings(SettingsScreen::Place(Place::Settings)))) />
            <Path path=path!("/settings/account") view=routed(|| everyone(Screen::Settings(SettingsScreen::Place(Place::MyAccount)))) />
            <Path path=path!("/settings/admin") view=routed(|| admins(Screen::Settings(SettingsScreen::Place(Place::AdminSettings)))) />
            <Path path=path!("/settings/integrations") view=routed(|| admins(Screen::Settings(SettingsScreen::Place(Place::Integrations)))) />
            <Path path=path!("/admin/sales-insight/actions-config") view=routed(|| admins(Screen::Settings(SettingsScreen::ActionsConfig))) />
            <Path path=path!("/settings/account/profile") view=routed(|| everyone(Screen::Settings(SettingsScreen::Profile))) />
            <Path path=path!("/settings/account/salesforce") view=routed(|| everyone(Screen::Settings(SettingsScreen::Salesforce))) />
            <Path path=path!("/settings/admin/general") view=routed(|| admins(Screen::Settings(SettingsScreen::General))) />
            <Path path=path!("/settings/admin/users") view=routed(|| admins(Screen::People(PeopleScreen::Users))) />
            <Path path=path!("/settings/admin/users/invite") view=routed(|| admins(Screen::Invite(InviteScreen::Users))) />
            <Path path=path!("/settings/admin/users/invite-csv") view=routed(|| admins(Screen::Invite(InviteScreen::UsersViaCsv))) />
            <Path path=path!("/settings/admin/users/invite-salesforce") view=routed(|| admins(Screen::Invite(InviteScreen::UsersFromSalesforce))) />
            <Path path=path!("/settings/admin/users/invite-salesforce/review") view=routed(|| admins(Screen::Invite(InviteScreen::ReviewFromSalesforce))) />
            <Path path=path!("/settings/admin/users/invitations") view=routed(|| admins(Screen::Invite(InviteScreen::Batches))) />
            <Path path=path!("/settings/admin/users/invitations/:batch") view=routed(|| admins(Screen::Invite(InviteScreen::Batch))) />
            <Path path=path!("/settings/admin/users/update-csv") view=routed(|| admins(Screen::Invite(InviteScreen::UpdateUsersViaCsv))) />
            <Path path=path!("/settings/admin/users/updates") view=routed(|| admins(Screen::Invite(InviteScreen::MemberChanges))) />
            <Path path=path!("/settings/admin/users/updates/:batch") view=routed(|| admins(Screen::Invite(InviteScreen::MemberChange))) />
            <Path path=path!("/settings/admin/users/:user") view=routed(|| admins(Screen::People(PeopleScreen::User))) />
            <Path path=path!("/settings/admin/teams") view=routed(|| admins(Screen::People(PeopleScreen::Teams))) />
            <Path path=path!("/settings/admin/teams/:team") view=routed(|| admins(Screen::People(PeopleScreen::Team))) />
            <Path path=path!("/settings/admin/salesforce") view=routed(|| admins(Screen::Settings(SettingsScreen::Salesforce))) />
            <Path path=path!("/settings/admin/marketo") view=routed(|| admins(Screen::Settings(SettingsScreen::Marketo))) />
            <Path path=path!("/settings/admin/security") view=routed(|| admins(Screen::Settings(SettingsScreen::Security))) />
            <Path path=path!("/settings/integrations/diagnostics") view=routed(|| admins(Screen::Settings(SettingsScreen::Diagnostics))) />
            <Path path=path!("/validate") view=routed(screens::check_csv_file) />
            <Path path=path!("/salesforce-setup") view=routed(|| admins(Screen::Settings(SettingsScreen::SalesforceSetup))) />
        </Routes>
    }
}

fn sign_in_screen() -> AnyView {
    session::restore_once();
    let link = sign_in::opened_link();
    // Where the backend may be on another site, its answer decides how people sign in.
    let waits = Memo::new(move |_| {
        may_be_elsewhere() && session::state().with(|state| matches!(state, SessionState::Unknown))
    });
    (move || match session::sign_in_place() {
        _ if waits.get() => Starting().into_any(),
        SignInPlace::Here if link.with(Option::is_none) => (new_version(), sign_in::SignIn()).into_any(),
        SignInPlace::Here => sign_in_screens::show(Part::Link(link)),
        SignInPlace::Window => {
            link.track();
            sign_in_screens::show(Part::Screen(link))
        }
    })
    .into_any()
}

/// The line that offers another version, whose code comes only then.
fn new_version() -> AnyView {
    let is_offered = Memo::new(|_| version::is_ready());
    (move || is_offered.get().then(|| sign_in_screens::show(Part::NewVersion))).into_any()
}

/// Who may open a screen. The backend checks every call again.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Audience {
    Everyone,
    Admins,
    /// Administrators; other users are redirected to their profile. The start page of a visit.
    AdminsFirst,
}

#[derive(Clone, PartialEq)]
enum Gate {
    Wait,
    SignIn,
    Forbidden,
    Profile,
    Unavailable(Failure),
    Open,
}

/// Shows a screen to its audience, and sends users without a session to the sign-in screen and back.
fn guarded(audience: Audience, screen: Screen) -> AnyView {
    session::restore_once();
    let gate = Memo::new(move |_| {
        session::state().with(|state| match state {
            SessionState::Unknown => Gate::Wait,
            SessionState::SignedOut => Gate::SignIn,
            SessionState::Unavailable(failure) => Gate::Unavailable(failure.clone()),
            SessionState::SignedIn(session)
            | SessionState::Expired(session)
            | SessionState::Replaced { mine: session, .. } => match audience {
                _ if session.user.role == Role::Admin => Gate::Open,
                Audience::Everyone => Gate::Open,
                Audience::Admins => Gate::Forbidden,
                Audience::AdminsFirst => Gate::Profile,
            },
        })
    });
    (move || match gate.get() {
        Gate::Wait => Starting().into_any(),
        Gate::SignIn => view! { <Redirect path=sign_in::path_and_back_here() /> }.into_any(),
        Gate::Profile => view! { <Redirect path=Route::Profile.path() /> }.into_any(),
        Gate::Unavailable(failure) => {
            let retry = Callback::new(|()| spawn(session::restore()));
            let title = match failure.kind {
                FailureKind::Offline => t!("app.offline_title"),
                FailureKind::NoApi(_) => t!("config.title"),
                _ => t!("app.unavailable"),
            };
            view! {
                {new_version()}
                <main class="gate">
                    <Brand />
                    <Page title>
                        <p>{t!("app.who_unknown")}</p>
                        <Failed message=failure.message() request_id=failure.request_id.clone() on_retry=Some(retry) />
                        <p><a href=Route::Validate.href()>{t!("app.validate")}</a></p>
                    </Page>
                </main>
            }
            .into_any()
        }
        Gate::Forbidden => screens::in_shell(Screen::Home(HomeScreen::Forbidden)),
        Gate::Open => screens::in_shell(screen),
    })
    .into_any()
}

fn everyone(screen: Screen) -> AnyView {
    guarded(Audience::Everyone, screen)
}

fn admins(screen: Screen) -> AnyView {
    guarded(Audience::Admins, screen)
}

fn admins_first(screen: Screen) -> AnyView {
    guarded(Audience::AdminsFirst, screen)
}

/// Inside the frame for a person who is signed in. It needs no sign-in.
fn not_found() -> AnyView {
    session::restore_once();
    let is_signed_in = Memo::new(move |_| {
        session::state().with(|state| match state {
            SessionState::Unknown => None,
            SessionState::SignedOut | SessionState::Unavailable(_) => Some(false),
            SessionState::SignedIn(_) | SessionState::Expired(_) | SessionState::Replaced { .. } => {
                Some(true)
            }
        })
    });
    (move || match is_signed_in.get() {
        None => Starting().into_any(),
        Some(true) => screens::in_shell(Screen::Home(HomeScreen::NotFound)),
        Some(false) => view! { <main class="gate"><Brand /><NothingThere /></main> }.into_any(),
    })
    .into_any()
}
