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
use super::opened::Opened;
use super::pieces::{Loaded, Unloaded, open, open_after};
use super::screens::Screen;
use crate::domain::background_work as works;
use crate::domain::invitations::sending;
use crate::domain::local_data;
use crate::domain::navigation::{self, Route, below_base};
use crate::domain::roster::handover;
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
    has_unsaved, keep_address, leave,
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
    local_data::init();
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
                {keep_address()}
                {background_work()}
                <main class="panel" id="main" tabindex="-1">{gate()}</main>
                <Notices />
                <Announcer />
                <HostAgain />
                <ProofInConsole />
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

impl Gate {
    /// What a session of the host's user is let in to.
    fn of(state: &SessionState) -> Self {
        match state {
            SessionState::Unknown => Self::Wait,
            // What is on the screen of one person is not shown to the next.
            SessionState::SignedOut | SessionState::Replaced { .. } => Self::SignedOut,
            SessionState::Unavailable(failure) => {
                Self::Unavailable(failure.message(), failure.request_id.clone())
            }
            SessionState::SignedIn(session) | SessionState::Expired(session) => match &session.embed {
                Some(scope) if scope.origin != embed::host() || !embed::is_for(scope.flow) => {
                    Self::Refused(PanelErrorCode::SessionMismatch)
                }
                Some(scope) if session.user.role == Role::Admin => Self::Open(scope.flow),
                Some(_) => Self::Forbidden,
                None => Self::Refused(PanelErrorCode::SessionMismatch),
            },
        }
    }
}

fn gate() -> impl IntoView {
    let gate = Memo::new(|_| match embed::phase() {
        Phase::Connecting | Phase::Greeted => Gate::Wait,
        Phase::Refused(code) => Gate::Refused(code),
        Phase::Connected => session::state().with(Gate::of),
    });
    Effect::new(move |_| {
        if gate.get() == Gate::Refused(PanelErrorCode::SessionMismatch) && embed::phase() == Phase::Connected
        {
            embed::refuse(PanelErrorCode::SessionMismatch);
        }
    });
    let asking = Submission::new();
    let again = Callback::new(move |()| {
        asking.send(async {
            session::restore().await;
            match session::state().with_untracked(|state| matches!(state, SessionState::SignedOut)) {
                true => in_vain(),
                false => Ok(()),
            }
        });
    });
    move || {
        match gate.get() {
        Gate::Wait => Starting().into_any(),
        Gate::Refused(code) => refused(code),
        Gate::SignedOut => view! {
            <Page title=t!("panel.signed_out_title")>
                <EmptyState title=t!("panel.signed_out_what") text=t!("panel.signed_out_text")>
                    <Button kind=ButtonKind::Primary busy=asking.busy on_press=again>{t!("common.try_again")}</Button>
                </EmptyState>
                {refusal(asking)}
            </Page>
        }
        .into_any(),
        Gate::Unavailable(message, request_id) => view! {
            <Page title=t!("app.unavailable")><Failed message request_id on_retry=Some(again) busy=asking.busy /></Page>
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

/// The host has been asked for a session in vain, and hears of it each time.
fn in_vain() -> Result<(), Message> {
    embed::say(&PanelMessage::AuthRequired);
    Err(t!("panel.still_signed_out").into())
}

/// Why asking once more was in vain.
fn refusal(asking: Submission) -> impl Fn() -> Option<AnyView> + Send {
    move || asking.refusal.get().map(|message| view! { <Failed message /> }.into_any())
}

/// Asks the host for another token, over the screen, which stays as it is.
#[component]
fn HostAgain() -> impl IntoView {
    let expired = Memo::new(|_| session::state().with(|state| matches!(state, SessionState::Expired(_))));
    let asking = Submission::new();
    let again = Callback::new(move |()| {
        asking.send(async {
            match session::found_again().await {
                Ok(Some(session)) => session::signed_in_again(session),
                Ok(None) => return in_vain(),
                Err(failure) => return Err(failure.message()),
            }
            Ok(())
        });
    });
    view! {
        <Dialog open=expired title=t!("panel.signed_out_title")>
            <p>{t!("panel.signed_out_text")}</p>
            {refusal(asking)}
            <div class="dialog-actions">
                <Button kind=ButtonKind::Primary busy=asking.busy on_press=again>{t!("common.try_again")}</Button>
            </div>
        </Dialog>
    }
}

/// What needs a proof of who the person is goes on in the console: a panel takes none, as the page around it could ask for
/// anything.
#[component]
fn ProofInConsole() -> impl IntoView {
    let close = Callback::new(|()| session::settle_proof(false));
    view! {
        <Dialog open=Signal::derive(session::is_proof_asked) title=t!("proof.panel_title") on_close=close>
            <p>{t!("proof.panel_text")}</p>
            <div class="dialog-actions">
                <Button on_press=close>{t!("common.close")}</Button>
                <a
                    class="button button-primary"
                    href=in_console(&shown_path())
                    target="_blank"
                    rel="noopener noreferrer"
                    on:click=move |_| close.run(())
                >{t!("panel.open_console")}</a>
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
    follow_host(flow);
    works::look_once();
    on_return(works::look);
    if flow == PanelFlow::SetupGuide {
        // Its steps are what the host learns changes of, whichever screen is shown first.
        spawn(setup::refresh());
    }
    Effect::new(move |_| embed::say_ready(flow));
    view! {
        <Routes fallback=|| ()>
            <Path path=path!("/*rest") view=routed(at_path) />
        </Routes>
    }
}

/// The screen of the current path.
fn at_path() -> AnyView {
    let flow = expect_context::<PanelFlow>();
    let here = navigation::here();
    let screen =
        Memo::new(move |_| here.with(|route| route.as_ref().and_then(|route| screen_of(flow, route))));
    (move || screen.get().map_or_else(nowhere, shown)).into_any()
}

/// Whether there are panels that show a place.
fn is_of_panels(route: &Route) -> bool {
    matches!(Opened::of(route), Opened::Screen { flows, .. } if !flows.is_empty())
}

/// The screen of a place, if panels with this flow show it.
fn screen_of(flow: PanelFlow, route: &Route) -> Option<Screen> {
    match Opened::of(route) {
        Opened::Screen { screen, flows, .. } if flows.contains(&flow) => Some(screen),
        _ => None,
    }
}

fn shown(screen: Screen) -> AnyView {
    let path = StoredValue::new(shown_path());
    open(move || async move {
        let loaded = screen.load().await;
        path.try_with_value(|path| tell_route(path));
        loaded
    })
    .into_any()
}

/// The current path below the panel's folder.
fn shown_path() -> String {
    below_base(&use_location().pathname.get_untracked()).to_owned()
}

/// The place of the console with that path of a panel.
fn in_console(shown: &str) -> String {
    let path = match Route::at(shown) {
        Some(route) => route.path_in_console(),
        None if shown.is_empty() => "/".to_owned(),
        None => shown.to_owned(),
    };
    format!("{}{path}", base_path())
}

/// What the panel does not show is in the console, in a tab of its own.
fn nowhere() -> AnyView {
    let shown = shown_path();
    let address = in_console(&shown);
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

/// Opens what the host wants opened, and where rows are reviewed that it hands over.
fn follow_host(flow: PanelFlow) {
    let navigate = use_navigate();
    let open = move |path: &str| {
        navigate(path, NavigateOptions { replace: true, ..NavigateOptions::default() });
    };
    let handed = handover::waiting_of_host();
    let here = navigation::here();
    Effect::new({
        let open = open.clone();
        move |_| {
            if handed.with(Option::is_none) || here.with(|here| *here == Some(Route::InviteCsv)) {
                return;
            }
            let why = match screen_of(flow, &Route::InviteCsv) {
                None => "a panel of this flow invites nobody.",
                Some(_) if untrack(has_unsaved) => "somebody is at work on something else in this panel.",
                Some(_) => return open(&Route::InviteCsv.path()),
            };
            if let Some(table) = handed.write_untracked().take() {
                table.answer(Err(why));
            }
        }
    });
    let wanted = embed::wanted_path();
    let shown = use_location().pathname;
    Effect::new(move |_| {
        let Some(path) = wanted.get() else { return };
        wanted.set(None);
        let path = format!("/{}", path.trim_start_matches('/'));
        let route = Route::at(&path);
        if !route.as_ref().is_some_and(is_of_panels) {
            return embed::path_unknown();
        }
        if untrack(has_unsaved) {
            // The panel is there already, perhaps on another tab of that screen.
            if here.get_untracked() == route {
                return;
            }
            // The person may stay: until they go, the host's address is that of the present screen.
            shown.with_untracked(|shown| tell_route(below_base(shown)));
        }
        let open = open.clone();
        leave(move || {
            open(&path);
            embed::speak_as_wanted();
        });
    });
}

#[cfg(test)]
mod tests {
    use api_types::Session;

    use super::*;
    use crate::platform::{lifetime, panel};

    /// What the panel makes of an address.
    fn in_panel<T>(ask: impl FnOnce() -> T) -> T {
        lifetime::begin();
        panel::begin();
        let answer = ask();
        lifetime::begin();
        answer
    }

    #[test]
    fn e17_only_known_routes_are_opened() {
        let is_known = |path: &str| in_panel(|| Route::at(path).is_some_and(|route| is_of_panels(&route)));
        for path in ["/invite-csv", "/users", "/setup-guide", "/settings/admin/users/invitations/b1"] {
            assert!(is_known(path), "{path}");
        }
        for path in
            ["/", "", "/sign-in", "//evil.example", "/settings/admin/users/u1", "/../sign-in", "/settings"]
        {
            assert!(!is_known(path), "{path}");
        }
    }

    #[test]
    fn e8_the_panel_of_one_person_is_not_shown_to_the_next() {
        let mine: Session = serde_json::from_value(serde_json::json!({
            "user": {"id": "u", "email": "ana@example.com", "first_name": "", "last_name": "", "role": "admin",
                     "personas": [], "has_password": true},
            "account": {"name": "Acme"},
            "idle_expires_at": "2026-11-27T08:00:00Z",
            "expires_at": "2026-11-27T20:00:00Z",
            "idle_seconds": 1800,
        }))
        .unwrap();
        assert_eq!(Gate::of(&SessionState::Replaced { mine, other: None }), Gate::SignedOut);
    }

    #[test]
    fn e17_a_flow_opens_its_own_screens() {
        let opens = |flow, route| screen_of(flow, &route).is_some();
        assert!(!opens(PanelFlow::InviteCsv, Route::Users) && opens(PanelFlow::InviteCsv, Route::InviteCsv));
        assert!(opens(PanelFlow::Users, Route::Users) && opens(PanelFlow::Users, Route::InviteCsv));
        assert!(!opens(PanelFlow::Users, Route::Marketo) && opens(PanelFlow::SetupGuide, Route::Marketo));
    }
}
