//! The panel: screens of the console without its frame, in a page of another site. A piece of its own would share code with
//! each of the others, and every file is a request; this one is smaller than those of its other screens.

use api_types::Role;
use api_types::embed::PanelFlow;
use api_types::panel::{PanelErrorCode, PanelMessage};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::components::{Route as Path, Router, Routes};
use leptos_router::hooks::{use_location, use_navigate};
use leptos_router::path;
use wasm_split_helpers::wasm_split;

use super::background;
use super::pieces::{Loaded, Unloaded, open, open_after};
use super::screens::{HomeScreen, InviteScreen, PeopleScreen, Screen, SettingsScreen};
use crate::domain::background_work as works;
use crate::domain::invitations::sending;
use crate::domain::local_data::drafts;
use crate::domain::navigation::Route;
use crate::domain::session::{self, SessionState};
use crate::domain::setup;
use crate::embed::{self, Phase};
use crate::i18n;
use crate::i18n::Message;
use crate::platform::address::{base_path, routes_base};
use crate::platform::visibility::on_return;
use crate::platform::{dom, frame, spawn};
use crate::t;
use crate::ui::{
    Announcer, Button, ButtonKind, Dialog, EmptyState, Failed, Notices, Page, Starting, Submission, aside,
};

#[wasm_split(people, fallible)]
fn panel(allowed: Vec<String>) -> Loaded {
    if let Some(root) = dom::document().document_element() {
        let _ = root.set_attribute("data-panel", "");
    }
    frame::keep_one_entry();
    embed::begin(&allowed);
    Ok(Panel().into_any())
}

/// Shows the panel, once its code and the texts are loaded. `allowed` are the origins whose pages may embed it.
pub(super) fn show(allowed: Vec<String>) -> AnyView {
    let allowed = StoredValue::new(allowed);
    open_after(Starting, move || async move {
        i18n::complete().await.map_err(|_| Unloaded)?;
        panel(allowed.get_value()).await
    })
    .into_any()
}

#[component]
fn Panel() -> impl IntoView {
    sending::init();
    drafts::init();
    embed::follow();
    let height = StoredValue::new_local(None);
    // Once the host has said how the panel is to look.
    let is_connected = Memo::new(|_| embed::phase() == Phase::Connected);
    Effect::new(move |_| {
        if is_connected.get() {
            height.set_value(embed::follow_height());
            spawn(session::restore());
        }
    });
    // Texts are not reactive: another language renders another tree.
    let locale = i18n::current();
    move || {
        locale.track();
        view! {
            <Router base=routes_base()>
                {background_work()}
                <main class="panel" id="main" tabindex="-1">{gate()}</main>
                <Notices />
                <Announcer />
                <HostAgain />
            </Router>
        }
    }
}

/// The head of the panel, from the first background work that there is to tell of: its room and its code are not needed
/// before.
fn background_work() -> impl IntoView {
    let is_needed = Memo::new(|before: Option<&bool>| {
        before == Some(&true)
            || !sending::current().with(Vec::is_empty)
            || !works::under_way().with(Vec::is_empty)
    });
    move || is_needed.get().then(|| view! { <header class="panel-bar">{aside(background::button)}</header> })
}

#[derive(Clone, Debug, PartialEq)]
enum Gate {
    Wait,
    Refused(PanelErrorCode),
    SignedOut,
    Unavailable(Message, Option<String>),
    Forbidden,
    Open(PanelFlow),
}

fn gate() -> impl IntoView {
    let gate = Memo::new(|_| match embed::phase() {
        Phase::Connecting | Phase::Greeted => Gate::Wait,
        Phase::Refused(code) => Gate::Refused(code),
        Phase::Connected => session::state().with(|state| match state {
            SessionState::Unknown => Gate::Wait,
            SessionState::SignedOut => Gate::SignedOut,
            SessionState::Unavailable(failure) => {
                Gate::Unavailable(failure.message(), failure.request_id.clone())
            }
            SessionState::SignedIn(session)
            | SessionState::Expired(session)
            | SessionState::Replaced { mine: session, .. } => match &session.embed {
                Some(scope) if scope.origin == embed::host() && session.user.role == Role::Admin => {
                    Gate::Open(scope.flow)
                }
                Some(scope) if scope.origin == embed::host() => Gate::Forbidden,
                _ => Gate::Refused(PanelErrorCode::SessionMismatch),
            },
        }),
    });
    Effect::new(move |_| {
        if gate.get() == Gate::Refused(PanelErrorCode::SessionMismatch) && embed::phase() == Phase::Connected
        {
            embed::refuse(PanelErrorCode::SessionMismatch);
        }
    });
    let again = Callback::new(|()| spawn(session::restore()));
    move || {
        match gate.get() {
        Gate::Wait => Starting().into_any(),
        Gate::Refused(code) => refused(code),
        Gate::SignedOut => view! {
            <Page title=t!("panel.signed_out_title")>
                <EmptyState title=t!("panel.signed_out_what") text=t!("panel.signed_out_text")>
                    <Button kind=ButtonKind::Primary on_press=again>{t!("common.try_again")}</Button>
                </EmptyState>
            </Page>
        }
        .into_any(),
        Gate::Unavailable(message, request_id) => view! {
            <Page title=t!("app.unavailable")><Failed message request_id on_retry=Some(again) /></Page>
        }
        .into_any(),
        Gate::Forbidden => view! {
            <Page title=t!("forbidden.title")><EmptyState title=t!("forbidden.what") text=t!("forbidden.text") /></Page>
        }
        .into_any(),
        Gate::Open(flow) => view! { <Opened flow /> }.into_any(),
    }
    }
}

/// Why there is no panel, what to do, and the code for the person who will do it.
fn refused(code: PanelErrorCode) -> AnyView {
    let text =
        i18n::coded("panel_error", code.as_str(), &[("origin", embed::host().into())]).unwrap_or_default();
    view! {
        <Page title=t!("panel.refused_title")>
            <div class="failed" role="alert">
                <p>{text}</p>
                <p class="quiet small">{t!("panel.code")}" "<code>{code.as_str()}</code></p>
            </div>
        </Page>
    }
    .into_any()
}

/// Asks the host for another token, over the screen, which stays as it is.
#[component]
fn HostAgain() -> impl IntoView {
    let expired = Memo::new(|_| session::state().with(|state| matches!(state, SessionState::Expired(_))));
    let asking = Submission::new();
    let again = Callback::new(move |()| {
        asking.send(async {
            if let Some(session) = session::found_again().await {
                session::signed_in_again(session);
            }
            Ok(())
        });
    });
    view! {
        <Dialog open=expired title=t!("panel.signed_out_title")>
            <p>{t!("panel.signed_out_text")}</p>
            <div class="dialog-actions">
                <Button kind=ButtonKind::Primary busy=asking.busy on_press=again>{t!("common.try_again")}</Button>
            </div>
        </Dialog>
    }
}

/// A view of one type for all routes.
fn routed(view: fn() -> AnyView) -> fn() -> AnyView {
    view
}

#[component]
fn Opened(flow: PanelFlow) -> impl IntoView {
    provide_context(flow);
    follow_host();
    works::look_once();
    on_return(works::look);
    if flow == PanelFlow::SetupGuide {
        // Its steps are what the host learns changes of, whichever screen is shown first.
        spawn(setup::refresh());
    }
    Effect::new(move |_| embed::say_ready(flow));
    view! {
        <Routes fallback=|| nowhere()>
            <Path path=path!("/settings/admin/users/invitations/:batch") view=routed(|| shown(Screen::Invite(InviteScreen::Batch))) />
            <Path path=path!("/settings/admin/users/updates/:batch") view=routed(|| shown(Screen::Invite(InviteScreen::MemberChange))) />
            <Path path=path!("/*rest") view=routed(at_path) />
        </Routes>
    }
}

/// The screen of the current path.
fn at_path() -> AnyView {
    let location = use_location();
    let screen = Memo::new(move |_| screen_at(&path_of(&location.pathname.get())));
    (move || match screen.get() {
        Some(screen) => shown(screen),
        None => nowhere(),
    })
    .into_any()
}

/// A path below the panel's folder.
fn path_of(path: &str) -> String {
    path.strip_prefix(&routes_base()).unwrap_or(path).to_owned()
}

/// The screens of the panel by path, but for those of one batch.
fn screen_at(path: &str) -> Option<Screen> {
    Some(match path {
        "/invite-csv" => Screen::Invite(InviteScreen::UsersViaCsv),
        "/users" => Screen::People(PeopleScreen::Users),
        "/setup-guide" => Screen::Home(HomeScreen::SetupGuide),
        "/settings/admin/users/invite" => Screen::Invite(InviteScreen::Users),
        "/settings/admin/users/invite-salesforce" => Screen::Invite(InviteScreen::UsersFromSalesforce),
        "/settings/admin/users/invite-salesforce/review" => {
            Screen::Invite(InviteScreen::ReviewFromSalesforce)
        }
        "/settings/admin/users/update-csv" => Screen::Invite(InviteScreen::UpdateUsersViaCsv),
        "/settings/admin/users/updates" => Screen::Invite(InviteScreen::MemberChanges),
        "/settings/admin/users/invitations" => Screen::Invite(InviteScreen::Batches),
        "/admin/sales-insight/actions-config" => Screen::Settings(SettingsScreen::ActionsConfig),
        "/settings/admin/salesforce" => Screen::Settings(SettingsScreen::Salesforce),
        "/settings/admin/marketo" => Screen::Settings(SettingsScreen::Marketo),
        "/salesforce-setup" => Screen::Settings(SettingsScreen::SalesforceSetup),
        _ => return None,
    })
}

/// Whether a path leads to a screen of the panel.
fn is_known(path: &str) -> bool {
    let batch = path
        .strip_prefix("/settings/admin/users/invitations/")
        .or_else(|| path.strip_prefix("/settings/admin/users/updates/"));
    screen_at(path).is_some() || batch.is_some_and(|batch| !batch.is_empty() && !batch.contains('/'))
}

/// Whether a session for a flow may open a screen; the backend checks every call again.
fn is_part_of(flow: PanelFlow, screen: Screen) -> bool {
    match flow {
        PanelFlow::InviteCsv => matches!(
            screen,
            Screen::Invite(InviteScreen::UsersViaCsv | InviteScreen::Batches | InviteScreen::Batch)
        ),
        PanelFlow::Users => matches!(screen, Screen::Invite(_) | Screen::People(_)),
        PanelFlow::SetupGuide => matches!(screen, Screen::Home(_) | Screen::Settings(_)),
    }
}

fn shown(screen: Screen) -> AnyView {
    let flow = expect_context::<PanelFlow>();
    if !is_part_of(flow, screen) {
        return nowhere();
    }
    let path = StoredValue::new(path_of(&use_location().pathname.get_untracked()));
    open(move || async move {
        let loaded = screen.load().await;
        path.try_with_value(|path| tell_route(path));
        loaded
    })
    .into_any()
}

/// What the panel does not show is in the console, in a tab of its own.
fn nowhere() -> AnyView {
    let shown = path_of(&use_location().pathname.get_untracked());
    let path = shown.clone();
    let path = if path == "/" || path.is_empty() { Route::Home.path() } else { path };
    // The flows of other panels have other paths in the console.
    let path = match path.as_str() {
        "/setup-guide" => "/",
        "/users" => "/settings/admin/users",
        "/invite-csv" => "/settings/admin/users/invite-csv",
        other => other,
    };
    let address = format!("{}{path}", base_path());
    dom::after_paint(move || tell_route(&shown));
    view! {
        <Page title=t!("panel.elsewhere_title")>
            <EmptyState title=t!("panel.elsewhere_what") text=t!("panel.elsewhere_text")>
                <a class="button button-primary" href=address target="_blank" rel="noopener noreferrer">{t!("panel.open_console")}</a>
            </EmptyState>
        </Page>
    }
    .into_any()
}

/// Tells the host which screen is shown, once it has set its title.
fn tell_route(path: &str) {
    let title = dom::document().title();
    let title = title.strip_suffix(" - Sales Insight Actions Admin").unwrap_or(&title).to_owned();
    embed::say(&PanelMessage::RouteChanged { path: path.trim_start_matches('/').to_owned(), title });
}

/// Opens what the host wants opened.
fn follow_host() {
    let navigate = use_navigate();
    let wanted = embed::wanted_path();
    Effect::new(move |_| {
        let Some(path) = wanted.get() else { return };
        wanted.set(None);
        let path = format!("/{}", path.trim_start_matches('/'));
        if is_known(&path) {
            navigate(&path, NavigateOptions { replace: true, ..NavigateOptions::default() });
        } else {
            embed::path_unknown();
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn e17_only_known_routes_are_opened() {
        for path in ["/invite-csv", "/users", "/setup-guide", "/settings/admin/users/invitations/b1"] {
            assert!(is_known(path), "{path}");
        }
        for path in
            ["/", "", "/sign-in", "//evil.example", "/settings/admin/users/invitations/", "/../sign-in"]
        {
            assert!(!is_known(path), "{path}");
        }
    }

    #[test]
    fn e17_a_flow_opens_its_own_screens() {
        let users = screen_at("/users").unwrap();
        let csv = screen_at("/invite-csv").unwrap();
        assert!(!is_part_of(PanelFlow::InviteCsv, users) && is_part_of(PanelFlow::InviteCsv, csv));
        assert!(is_part_of(PanelFlow::Users, users) && is_part_of(PanelFlow::Users, csv));
        assert!(!is_part_of(PanelFlow::Users, screen_at("/settings/admin/marketo").unwrap()));
    }
}
