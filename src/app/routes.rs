//! The screens of the console at their paths, for those who may open them.

use api_types::Role;
use leptos::prelude::*;
use leptos_router::components::{Redirect, Route as Path, Routes};
use leptos_router::hooks::use_location;
use leptos_router::path;

use super::opened::{Audience, Opened};
use super::screens::{self, HomeScreen, NothingThere, Screen};
use super::sign_in_screens::{self, Part};
use crate::api::{Failure, FailureKind, may_be_elsewhere};
use crate::domain::appearance::speak_as_chosen;
use crate::domain::navigation::{self, Route, Section};
use crate::domain::session::{self, SessionState, SignInPlace};
use crate::features::sign_in;
use crate::platform::{spawn, version};
use crate::t;
use crate::ui::{Brand, Failed, Page, Starting, Submission, instead_of_here};

/// A view of one type for all routes, so that the router's code is generated once instead of once per route.
fn routed(view: fn() -> AnyView) -> fn() -> AnyView {
    view
}

#[component]
pub(super) fn Screens() -> impl IntoView {
    view! {
        // One route of the router, as its code is generated anew for each.
        <Routes fallback=|| ()>
            <Path path=path!("/*any") view=routed(at_path) />
        </Routes>
    }
}

/// The screen of the current path. It stays where only the id in the path changes.
fn at_path() -> AnyView {
    let here = navigation::here();
    let opened = Memo::new(move |_| here.with(|route| route.as_ref().map(Opened::of)));
    let pathname = use_location().pathname;
    let part = move || pathname.with(|path| Section::at(navigation::below_base(path)));
    (move || match opened.get() {
        None => part().map_or_else(not_found, |section| in_place(section.path())),
        Some(Opened::SignIn) => sign_in_screen(),
        Some(Opened::Part(part)) => sign_in_screens::show(part),
        Some(Opened::Validate) => screens::check_csv_file(),
        Some(Opened::Screen { audience, screen, .. }) => guarded(audience, screen),
    })
    .into_any()
}

fn sign_in_screen() -> AnyView {
    ask_once();
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

#[derive(Clone, PartialEq)]
enum Gate {
    Wait,
    SignIn,
    /// The session of this screen has ended.
    Left,
    Forbidden,
    Profile,
    Unavailable(Failure),
    Open,
}

/// Shows a screen to its audience, and sends users without a session to the sign-in screen and back. While a second factor is
/// due, that takes the screen's place.
fn guarded(audience: Audience, shown: Screen) -> AnyView {
    ask_once();
    let is_due = Memo::new(|_| session::is_factor_due());
    let was_in = StoredValue::new(false);
    let gate = Memo::new(move |before: Option<&Gate>| {
        if session::current().is_some() {
            was_in.set_value(true);
        }
        // A screen that is shown already stays as it is behind what is due.
        if is_due.get() && before != Some(&Gate::Open) {
            return Gate::Wait;
        }
        session::state().with(|state| match state {
            SessionState::Unknown => Gate::Wait,
            // Whoever signs out is done here; the next person may be another one.
            SessionState::SignedOut if was_in.get_value() => Gate::Left,
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
    let asking = Submission::new();
    let screen = move || match gate.get() {
        Gate::Wait => Starting().into_any(),
        Gate::SignIn => in_place(sign_in::path_and_back_here()),
        Gate::Left => in_place(Route::SignIn.path()),
        Gate::Profile => in_place(Route::Profile.path()),
        Gate::Unavailable(failure) => {
            let retry = Callback::new(move |()| {
                asking.send(async {
                    ask().await;
                    Ok(())
                });
            });
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
                        <Failed message=failure.message() request_id=failure.request_id.clone() on_retry=Some(retry) busy=asking.busy />
                        <p><a href=Route::Validate.href()>{t!("app.validate")}</a></p>
                    </Page>
                </main>
            }
            .into_any()
        }
        Gate::Forbidden => screens::in_shell(Screen::Home(HomeScreen::Forbidden)),
        Gate::Open => screens::in_shell(shown),
    };
    view! {
        <div class="screens" hidden=is_due>{screen}</div>
        {move || is_due.get().then(sign_in_screens::second_factor)}
    }
    .into_any()
}

/// Asks the backend who is signed in, where the page was opened at the screen that makes no request.
fn ask_once() {
    if !session::is_asked() {
        spawn(ask());
    }
}

/// Asks the backend who is signed in, once the page is there already.
fn ask() -> impl Future<Output = ()> {
    let restored = session::restore();
    async {
        restored.await;
        speak_as_chosen();
    }
}

/// Leads elsewhere, so that the browser's Back goes to what was before.
fn in_place(path: String) -> AnyView {
    view! { <Redirect path options=instead_of_here() /> }.into_any()
}

/// Inside the frame for a person who is signed in. It needs no sign-in.
fn not_found() -> AnyView {
    ask_once();
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
