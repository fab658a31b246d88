//! The screens as pieces of code that are loaded when first opened, so that a first visit loads little.
//!
//! What is visible before sign-in is in the app itself. Everything else is in a few pieces: code that pieces share
//! becomes a further file for each set of pieces that share it, and every file is a request.

use futures_util::future::{join, join3};
use leptos::prelude::*;
use wasm_split_helpers::{SplitLoaderError, wasm_split};

use super::open_frame::OpenFrame;
use super::pieces::{Loaded, Unloaded, open, open_after};
use super::shell::Shell;
use crate::domain::local_data;
use crate::domain::navigation::{Place, Route};
use crate::domain::roster::{sheets, worker};
use crate::domain::session;
use crate::features::{
    actions_config, batch, batches, diagnostics, general, invite, invite_salesforce, marketo, member_changes,
    people_file, places, profile, salesforce, salesforce_setup, security, setup_guide, team, teams, user,
    users,
};
use crate::i18n;
use crate::platform::spawn;
use crate::t;
use crate::term;
use crate::ui::{EmptyState, Page, Starting};

/// The screens after sign-in, by the piece of code that contains them.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Screen {
    Home(HomeScreen),
    People(PeopleScreen),
    Invite(InviteScreen),
    Settings(SettingsScreen),
}

#[derive(Clone, Copy, PartialEq)]
pub(crate) enum HomeScreen {
    Forbidden,
    NotFound,
    SetupGuide,
}

#[derive(Clone, Copy, PartialEq)]
pub(crate) enum PeopleScreen {
    Users,
    User,
    Teams,
    Team,
}

#[derive(Clone, Copy, PartialEq)]
pub(crate) enum InviteScreen {
    Users,
    UsersViaCsv,
    UsersFromSalesforce,
    ReviewFromSalesforce,
    Batches,
    Batch,
    UpdateUsersViaCsv,
    MemberChanges,
    MemberChange,
    CheckCsvFile,
}

#[derive(Clone, Copy, PartialEq)]
pub(crate) enum SettingsScreen {
    Place(Place),
    ActionsConfig,
    Profile,
    General,
    Salesforce,
    Marketo,
    Security,
    Diagnostics,
    SalesforceSetup,
}

#[wasm_split(home, fallible, preload(fetch_home))]
fn home(screen: HomeScreen) -> Loaded {
    Ok(match screen {
        HomeScreen::Forbidden => forbidden(),
        HomeScreen::NotFound => NothingThere().into_any(),
        HomeScreen::SetupGuide => setup_guide::SetupGuide().into_any(),
    })
}

#[wasm_split(people, fallible, preload(fetch_people))]
fn people(screen: PeopleScreen) -> Loaded {
    Ok(match screen {
        PeopleScreen::Users => users::UserManagement().into_any(),
        PeopleScreen::User => user::UserDetail().into_any(),
        PeopleScreen::Teams => teams::TeamManagement().into_any(),
        PeopleScreen::Team => team::TeamDetail().into_any(),
    })
}

#[wasm_split(invite, fallible, preload(fetch_invite))]
fn invitations(screen: InviteScreen) -> Loaded {
    Ok(match screen {
        InviteScreen::Users => invite::InviteUsers().into_any(),
        InviteScreen::UsersViaCsv => people_file::InviteUsersViaCsv().into_any(),
        InviteScreen::UsersFromSalesforce => invite_salesforce::InviteUsersFromSalesforce().into_any(),
        InviteScreen::ReviewFromSalesforce => people_file::ReviewFromSalesforce().into_any(),
        InviteScreen::Batches => batches::Batches().into_any(),
        InviteScreen::Batch => batch::BatchDetail().into_any(),
        InviteScreen::UpdateUsersViaCsv => people_file::UpdateUsersViaCsv().into_any(),
        InviteScreen::MemberChanges => member_changes::MemberChanges().into_any(),
        InviteScreen::MemberChange => member_changes::MemberChangeDetail().into_any(),
        InviteScreen::CheckCsvFile => people_file::CheckCsvFile().into_any(),
    })
}

#[wasm_split(settings, fallible, preload(fetch_settings))]
fn settings(screen: SettingsScreen) -> Loaded {
    Ok(match screen {
        SettingsScreen::Place(place) => places::place(place).into_any(),
        SettingsScreen::ActionsConfig => actions_config::ActionsConfig().into_any(),
        SettingsScreen::Profile => profile::Profile().into_any(),
        SettingsScreen::General => general::General().into_any(),
        SettingsScreen::Salesforce => salesforce::Salesforce().into_any(),
        SettingsScreen::Marketo => marketo::Marketo().into_any(),
        SettingsScreen::Security => security::Security().into_any(),
        SettingsScreen::Diagnostics => diagnostics::Diagnostics().into_any(),
        SettingsScreen::SalesforceSetup => salesforce_setup::SalesforceSetup().into_any(),
    })
}

#[wasm_split(home, fallible)]
fn shell(screen: Screen) -> Loaded {
    Ok(view! { <Shell>{open(move || screen.load())}</Shell> }.into_any())
}

impl Screen {
    /// Fetches the code. A failure shows only when the screen is opened.
    async fn fetch(self) {
        let _ = match self {
            Self::Home(_) => fetch_home().await,
            Self::People(_) => fetch_people().await,
            Self::Invite(_) => fetch_invite().await,
            Self::Settings(_) => fetch_settings().await,
        };
    }

    pub(super) async fn load(self) -> Loaded {
        match self {
            Self::Home(screen) => home(screen).await,
            Self::People(screen) => people(screen).await,
            Self::Invite(screen) => invitations(screen).await,
            Self::Settings(screen) => settings(screen).await,
        }
    }
}

/// Ends once nothing more will be fetched for the screen that needs no account.
type Fetched = std::pin::Pin<Box<dyn Future<Output = ()>>>;

#[wasm_split(invite, fallible)]
fn workers() -> Result<Fetched, SplitLoaderError> {
    Ok(Box::pin(async {
        join(worker::started(), sheets::started()).await;
        spawn(local_data::when_idle());
    }))
}

#[wasm_split(invite, fallible)]
fn in_the_open() -> Loaded {
    Ok(view! { <OpenFrame><people_file::CheckCsvFile /></OpenFrame> }.into_any())
}

/// Shows it once its code, all texts and the Worker are loaded: in the frame where this tab knows who is signed in, or else
/// alone.
pub(crate) fn check_csv_file() -> AnyView {
    let is_signed_in = untrack(session::current).is_some();
    open_after(Starting, move || async move {
        let frame = async {
            if is_signed_in {
                return fetch_home().await.map_err(Unloaded::from);
            }
            Ok(())
        };
        let (texts, frame, workers) = join3(i18n::complete(), frame, workers()).await;
        texts.map_err(|_| Unloaded)?;
        workers?.await;
        match is_signed_in && frame.is_ok() {
            true => shell(Screen::Invite(InviteScreen::CheckCsvFile)).await,
            false => in_the_open().await,
        }
    })
    .into_any()
}

/// Says that there is no page at this address.
#[component]
pub(crate) fn NothingThere() -> impl IntoView {
    view! {
        <Page title=t!("not_found.title")>
            <EmptyState title=t!("not_found.what") text=t!("not_found.text")>
                <a class="button button-primary" href=Route::Home.href()>{t!("not_found.home")}</a>
            </EmptyState>
        </Page>
    }
}

/// What users see in place of a screen that they may not open.
fn forbidden() -> AnyView {
    view! {
        <Page title=t!("forbidden.title")>
            <EmptyState title=t!("forbidden.what") text=t!("forbidden.text")>
                <a class="button" href=Route::Profile.href()>{term!("nav.my_profile")}</a>
            </EmptyState>
        </Page>
    }
    .into_any()
}

/// Shows a screen in its frame, once the code of both and the texts of the whole product are loaded.
pub(crate) fn in_shell(screen: Screen) -> AnyView {
    open_after(Starting, move || async move {
        let frame = async { fetch_home().await.map_err(Unloaded::from) };
        let (texts, ..) = join3(i18n::complete(), frame, screen.fetch()).await;
        texts.map_err(|_| Unloaded)?;
        shell(screen).await
    })
    .into_any()
}
