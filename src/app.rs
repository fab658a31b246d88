//! The frame around every screen, and which screen a path shows.

use api_types::Role;
use leptos::prelude::*;
use leptos_router::components::{Redirect, Route as Path, Router, Routes};
use leptos_router::hooks::use_location;
use leptos_router::path;

use crate::api::Failure;
use crate::features::{batches, invite, invite_csv, profile, sign_in, users};
use crate::i18n;
use crate::routes::{Route, base_path};
use crate::sending;
use crate::session::{self, SessionState};
use crate::shell::Shell;
use crate::t;
use crate::ui::{Announcer, EmptyState, Failed, Notices, Page};

#[component]
pub(crate) fn App() -> impl IntoView {
    // Texts are not reactive: another language is another tree.
    let locale = i18n::current();
    sending::init();
    invite::provide_flow();
    invite_csv::provide_flow();
    move || {
        locale.track();
        view! {
            <Router base=base_path()>
                <Screens />
                <sign_in::SignInAgain />
                <Notices />
                <Announcer />
            </Router>
        }
    }
}

#[component]
fn Screens() -> impl IntoView {
    view! {
        <Routes fallback=NotFound>
            <Path path=path!("/sign-in") view=sign_in::SignIn />
            <Path path=path!("/forgot-password") view=sign_in::ForgotPassword />
            <Path path=path!("/reset-password") view=sign_in::ResetPassword />
            <Path path=path!("/activate") view=sign_in::Activate />
            <Path path=path!("/") view=|| everyone(|| view! { <Redirect path=Route::Users.path() /> }.into_any()) />
            <Path path=path!("/settings/account/profile") view=|| everyone(|| profile::Profile().into_any()) />
            <Path path=path!("/settings/admin/users") view=|| admin(|| users::UserManagement().into_any()) />
            <Path path=path!("/settings/admin/users/invite") view=|| admin(|| invite::InviteUsers().into_any()) />
            <Path path=path!("/settings/admin/users/invite-csv") view=|| admin(|| invite_csv::InviteUsersViaCsv().into_any()) />
            <Path path=path!("/settings/admin/users/invitations") view=|| admin(|| batches::Batches().into_any()) />
            <Path path=path!("/settings/admin/users/invitations/:batch") view=|| admin(|| batches::BatchDetail().into_any()) />
        </Routes>
    }
}

/// Who may open a screen. The backend decides the same again for every call.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Audience {
    Everyone,
    Admins,
}

#[derive(Clone, PartialEq)]
enum Gate {
    Wait,
    SignIn,
    Forbidden,
    Unavailable(Failure),
    Open,
}

/// Shows a screen to its audience, and sends those who are not signed in to sign in and back.
fn guarded(audience: Audience, screen: fn() -> AnyView) -> impl IntoView {
    let gate = Memo::new(move |_| {
        session::state().with(|state| match state {
            SessionState::Unknown => Gate::Wait,
            SessionState::SignedOut => Gate::SignIn,
            SessionState::Unavailable(failure) => Gate::Unavailable(failure.clone()),
            SessionState::SignedIn(session) | SessionState::Expired(session) => {
                if audience == Audience::Admins && session.user.role != Role::Admin {
                    Gate::Forbidden
                } else {
                    Gate::Open
                }
            }
        })
    });
    move || match gate.get() {
        Gate::Wait => ().into_any(),
        Gate::SignIn => {
            let location = use_location();
            let here = format!("{}{}", location.pathname.get_untracked(), location.search.get_untracked());
            view! { <Redirect path=sign_in::path_and_back(&here) /> }.into_any()
        }
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
        Gate::Forbidden => view! {
            <Shell>
                <Page title=t!("forbidden.title")>
                    <EmptyState title=t!("forbidden.what") text=t!("forbidden.text")>
                        <a class="button" href=Route::Profile.href()>{t!("nav.my_profile")}</a>
                    </EmptyState>
                </Page>
            </Shell>
        }
        .into_any(),
        Gate::Open => view! { <Shell>{screen()}</Shell> }.into_any(),
    }
}

fn everyone(screen: fn() -> AnyView) -> impl IntoView {
    guarded(Audience::Everyone, screen)
}

fn admin(screen: fn() -> AnyView) -> impl IntoView {
    guarded(Audience::Admins, screen)
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
