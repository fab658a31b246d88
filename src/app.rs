//! The frame around every screen, and which screen a path shows.

use api_types::Role;
use leptos::prelude::*;
use leptos_router::components::{Redirect, Route as Path, Router, Routes};
use leptos_router::hooks::use_location;
use leptos_router::path;

use crate::api::Failure;
use crate::features::sign_in;
use crate::i18n;
use crate::routes::{Route, base_path};
use crate::screens::{self, Piece};
use crate::sending;
use crate::session::{self, SessionState};
use crate::t;
use crate::ui::{Announcer, EmptyState, Failed, Notices, Page, Starting, withdraw_undo};

#[component]
pub(crate) fn App() -> impl IntoView {
    // Texts are not reactive: another language is another tree.
    let locale = i18n::current();
    sending::init();
    // What one person did is not for the next to take back.
    session::on_another_person(withdraw_undo);
    let replaced =
        Memo::new(|_| session::state().with(|state| matches!(state, SessionState::Replaced { .. })));
    move || {
        locale.track();
        view! {
            <Router base=base_path()>
                // What one person sees is not for whoever has taken their place; it is there again when they are.
                <div class="screens" hidden=move || replaced.get()>
                    <Screens />
                    <Notices />
                </div>
                <SignInAgain />
                <Replaced replaced />
                <Announcer />
            </Router>
        }
    }
}

/// The dialog over an expired session, from the first session that expires.
#[component]
fn SignInAgain() -> impl IntoView {
    let expired = Memo::new(|_| session::state().with(|state| matches!(state, SessionState::Expired(_))));
    let needed = Memo::new(move |before: Option<&bool>| before == Some(&true) || expired.get());
    move || needed.get().then(sign_in::SignInAgain)
}

/// The dialog in the place of everything once somebody else has signed in.
#[component]
fn Replaced(replaced: Memo<bool>) -> impl IntoView {
    let needed = Memo::new(move |before: Option<&bool>| before == Some(&true) || replaced.get());
    move || needed.get().then(sign_in::Replaced)
}

#[component]
fn Screens() -> impl IntoView {
    view! {
        <Routes fallback=NotFound>
            <Path path=path!("/sign-in") view=sign_in::SignIn />
            <Path path=path!("/forgot-password") view=sign_in::ForgotPassword />
            <Path path=path!("/reset-password") view=sign_in::ResetPassword />
            <Path path=path!("/activate") view=sign_in::Activate />
            <Path path=path!("/") view=|| guarded(Audience::AdminsFirst, Piece::Home, || screens::open(screens::setup_guide).into_any()) />
            <Path path=path!("/admin") view=|| admin(Piece::Settings, || screens::open(screens::marketo_admin).into_any()) />
            <Path path=path!("/admin/sales-insight") view=|| admin(Piece::Settings, || screens::open(screens::sales_insight).into_any()) />
            <Path path=path!("/settings") view=|| everyone(Piece::Settings, || screens::open(screens::all_settings).into_any()) />
            <Path path=path!("/settings/account") view=|| everyone(Piece::Settings, || screens::open(screens::my_account).into_any()) />
            <Path path=path!("/settings/admin") view=|| admin(Piece::Settings, || screens::open(screens::admin_settings).into_any()) />
            <Path path=path!("/settings/integrations") view=|| admin(Piece::Settings, || screens::open(screens::integrations).into_any()) />
            <Path path=path!("/admin/sales-insight/actions-config") view=|| admin(Piece::Settings, || screens::open(screens::actions_config).into_any()) />
            <Path path=path!("/settings/account/profile") view=|| everyone(Piece::Settings, || screens::open(screens::profile).into_any()) />
            <Path path=path!("/settings/account/salesforce") view=|| everyone(Piece::Settings, || screens::open(screens::salesforce).into_any()) />
            <Path path=path!("/settings/admin/general") view=|| admin(Piece::Settings, || screens::open(screens::general).into_any()) />
            <Path path=path!("/settings/admin/users") view=|| admin(Piece::People, || screens::open(screens::users).into_any()) />
            <Path path=path!("/settings/admin/users/invite") view=|| admin(Piece::Invite, || screens::open(screens::invite).into_any()) />
            <Path path=path!("/settings/admin/users/invite-csv") view=|| admin(Piece::Invite, || screens::open(screens::invite_csv).into_any()) />
            <Path path=path!("/settings/admin/users/invitations") view=|| admin(Piece::Invite, || screens::open(screens::batches).into_any()) />
            <Path path=path!("/settings/admin/users/invitations/:batch") view=|| admin(Piece::Invite, || screens::open(screens::batch).into_any()) />
            <Path path=path!("/settings/admin/teams") view=|| admin(Piece::People, || screens::open(screens::teams).into_any()) />
            <Path path=path!("/settings/admin/teams/:team") view=|| admin(Piece::People, || screens::open(screens::team).into_any()) />
            <Path path=path!("/settings/admin/salesforce") view=|| admin(Piece::Settings, || screens::open(screens::salesforce).into_any()) />
            <Path path=path!("/settings/admin/marketo") view=|| admin(Piece::Settings, || screens::open(screens::marketo).into_any()) />
            <Path path=path!("/settings/admin/security") view=|| admin(Piece::Settings, || screens::open(screens::security).into_any()) />
            <Path path=path!("/settings/integrations/diagnostics") view=|| admin(Piece::Settings, || screens::open(screens::diagnostics).into_any()) />
            <Path path=path!("/salesforce-setup") view=|| admin(Piece::Home, || screens::open(screens::salesforce_setup).into_any()) />
        </Routes>
    }
}

/// Who may open a screen. The backend decides the same again for every call.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Audience {
    Everyone,
    Admins,
    /// Administrators; everybody else is led to their profile. So it is where a visit begins.
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

/// Shows a screen to its audience, and sends those who are not signed in to sign in and back.
fn guarded(audience: Audience, piece: Piece, screen: fn() -> AnyView) -> impl IntoView {
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
    move || match gate.get() {
        Gate::Wait => Starting().into_any(),
        Gate::SignIn => view! { <Redirect path=sign_in::path_and_back(&here()) /> }.into_any(),
        Gate::Profile => view! { <Redirect path=Route::Profile.path() /> }.into_any(),
        Gate::Unavailable(failure) => {
            let retry = Callback::new(|()| leptos::task::spawn_local(session::restore()));
            view! {
                <main class="gate">
                    <Page title=t!("app.unavailable")>
                        <Failed message=failure.message() request_id=failure.request_id.clone() on_retry=Some(retry) />
                    </Page>
                </main>
            }
            .into_any()
        }
        Gate::Forbidden => screens::in_shell(Piece::Home, forbidden).into_any(),
        Gate::Open => screens::in_shell(piece, screen).into_any(),
    }
}

/// The place that was asked for, below the base of the deployment: path, query and anchor.
fn here() -> String {
    let location = use_location();
    let path = location.pathname.get_untracked();
    let mut here = path.strip_prefix(&base_path()).unwrap_or(&path).to_owned();
    let query = location.search.get_untracked();
    if !query.is_empty() {
        here.push('?');
        here.push_str(&query);
    }
    here + &location.hash.get_untracked()
}

fn everyone(piece: Piece, screen: fn() -> AnyView) -> impl IntoView {
    guarded(Audience::Everyone, piece, screen)
}

fn admin(piece: Piece, screen: fn() -> AnyView) -> impl IntoView {
    guarded(Audience::Admins, piece, screen)
}

fn forbidden() -> AnyView {
    view! {
        <Page title=t!("forbidden.title")>
            <EmptyState title=t!("forbidden.what") text=t!("forbidden.text")>
                <a class="button" href=Route::Profile.href()>{t!("nav.my_profile")}</a>
            </EmptyState>
        </Page>
    }
    .into_any()
}

#[component]
fn NotFound() -> impl IntoView {
    view! {
        <main class="gate">
            <Page title=t!("not_found.title")>
                <EmptyState title=t!("not_found.what") text=t!("not_found.text")>
                    <a class="button button-primary" href=Route::Home.href()>{t!("not_found.home")}</a>
                </EmptyState>
            </Page>
        </main>
    }
}
