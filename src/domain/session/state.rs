//! Who is signed in. The session itself is a cookie that scripts cannot read; this is what the app knows about it.

use std::cell::RefCell;

use api_types::{Me, Role, Session, UserId};
use futures_channel::oneshot;
use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use web_sys::{BroadcastChannel, MessageEvent};

use crate::api::{self, Caller, Failure};
use crate::platform::address::base_path;

/// The session, as far as the app knows.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum SessionState {
    /// Not asked yet.
    Unknown,
    SignedOut,
    SignedIn(Session),
    /// It ended while the user worked: the screen stays, a dialog asks to sign in again.
    Expired(Session),
    /// Another person has signed in in this browser: the session of `mine` is gone, and the tab is suspended until the
    /// user chooses.
    Replaced {
        mine: Session,
        /// The person who is signed in now; `None` after they have signed out, or where the request failed.
        other: Option<Me>,
    },
    /// The backend could not be asked.
    Unavailable(Failure),
}

impl SessionState {
    /// The session of this tab's person, also while it waits to be renewed.
    fn session(&self) -> Option<&Session> {
        match self {
            Self::SignedIn(session) | Self::Expired(session) | Self::Replaced { mine: session, .. } => {
                Some(session)
            }
            Self::Unknown | Self::SignedOut | Self::Unavailable(_) => None,
        }
    }
}

thread_local! {
    static STATE: RefCell<Option<RwSignal<SessionState>>> = const { RefCell::new(None) };
    static WAITING: RefCell<Vec<oneshot::Sender<bool>>> = const { RefCell::new(Vec::new()) };
    /// Tells the other tabs of this browser who is signed in.
    static TABS: RefCell<Option<BroadcastChannel>> = const { RefCell::new(None) };
}

/// Creates the state; called once, in the scope that lives as long as the app.
pub(crate) fn init() {
    STATE.set(Some(RwSignal::new(SessionState::Unknown)));
    api::call_as(Caller {
        person,
        settled: || Box::pin(settled()),
        replaced: || Box::pin(replaced()),
        sign_in_again: || Box::pin(sign_in_again()),
    });
    listen();
}

/// Listens for sign-ins in other tabs. Their messages only trigger a request to the backend.
fn listen() {
    let Ok(tabs) = BroadcastChannel::new(&format!("msi-session{}", base_path())) else { return };
    let hear = Closure::<dyn Fn(MessageEvent)>::new(|event: MessageEvent| {
        let said = event.data().as_string();
        if person().is_some_and(|mine| said.is_some_and(|said| said != mine.0)) {
            leptos::task::spawn_local(look_again());
        }
    });
    tabs.set_onmessage(Some(hear.as_ref().unchecked_ref()));
    // Listens as long as the page lives.
    hear.forget();
    TABS.set(Some(tabs));
}

/// Tells the other tabs who is signed in, by id.
fn tell(person: Option<&UserId>) {
    TABS.with_borrow(|tabs| {
        if let Some(tabs) = tabs {
            let _ = tabs.post_message(&JsValue::from_str(person.map_or("", |id| &id.0)));
        }
    });
}

/// The one signal that holds the state.
///
/// # Panics
/// Before [`init`].
pub(crate) fn state() -> RwSignal<SessionState> {
    STATE.with_borrow(|state| state.expect("session::init comes first"))
}

/// The session of a signed-in person; also while it waits to be renewed.
pub(crate) fn current() -> Option<Session> {
    state().with(|state| state.session().cloned())
}

/// The person on whose behalf this tab acts.
fn person() -> Option<UserId> {
    state().with_untracked(|state| state.session().map(|session| session.user.id.clone()))
}

/// Changes the session to what the backend has newly reported.
pub(crate) fn update(change: impl FnOnce(&mut Session)) {
    state().update(|state| {
        if let SessionState::SignedIn(session) | SessionState::Expired(session) = state {
            change(session);
        }
    });
}

/// Whether the signed-in user is an administrator.
pub(crate) fn is_admin() -> bool {
    current().is_some_and(|session| session.user.role == Role::Admin)
}

/// Runs `forget` whenever the person of this tab changes or signs out, so that one person's input is not shown to the
/// next. An expired session that waits to be renewed still counts as that person's.
pub(crate) fn on_another_person(forget: impl Fn() + 'static) {
    Effect::new(move |before: Option<Option<UserId>>| {
        let person = current().map(|session| session.user.id);
        if before.is_some_and(|before| before != person) {
            forget();
        }
        person
    });
}

/// Asks the backend who is signed in, unless `boot.js` has.
pub(crate) async fn restore() {
    state().set(match api::session::find_first().await {
        Ok(Some(session)) => {
            tell(Some(&session.user.id));
            SessionState::SignedIn(session)
        }
        Ok(None) => SessionState::SignedOut,
        Err(failure) => SessionState::Unavailable(failure),
    });
}

/// Asks for the session after a report that another person is signed in.
async fn look_again() {
    let found = api::session::find().await;
    let Some(mine) = state().with_untracked(|state| state.session().cloned()) else { return };
    match found {
        Ok(Some(session)) if session.user.id == mine.user.id => {
            if state().with_untracked(|state| !matches!(state, SessionState::SignedIn(_))) {
                signed_in(session);
            }
        }
        Ok(Some(session)) => state().set(SessionState::Replaced { mine, other: Some(session.user) }),
        Ok(None) if is_replaced() => state().set(SessionState::Replaced { mine, other: None }),
        Ok(None) => state().set(SessionState::Expired(mine)),
        // The next request will bring the answer.
        Err(_) => {}
    }
}

/// The owner of this browser's session, read right before it is replaced.
pub(crate) async fn someone() -> Option<Me> {
    api::session::find().await.ok().flatten().map(|session| session.user)
}

/// Whether the tab is suspended because another person has signed in.
fn is_replaced() -> bool {
    state().with_untracked(|state| matches!(state, SessionState::Replaced { .. }))
}

/// Reports that a call was refused because another person is signed in; `true` once this tab's person is signed in
/// again.
async fn replaced() -> bool {
    if let Some(mine) = state().with_untracked(|state| state.session().cloned())
        && !is_replaced()
    {
        state().set(SessionState::Replaced { mine, other: None });
        leptos::task::spawn_local(look_again());
    }
    settled().await
}

/// Waits while the tab is suspended; `false` when its person has signed out.
async fn settled() -> bool {
    !is_replaced() || wait().await
}

/// Takes the session that a sign-in or an activation has opened, and resumes waiting calls.
pub(crate) fn signed_in(session: Session) {
    tell(Some(&session.user.id));
    state().set(SessionState::SignedIn(session));
    wake(true);
}

/// Takes the backend's new state of the signed-in user.
pub(crate) fn remember(me: Me) {
    state().update(|state| {
        if let SessionState::SignedIn(session) | SessionState::Expired(session) = state {
            session.user = me;
        }
    });
}

/// Clears the session; waiting calls fail.
pub(crate) fn signed_out() {
    tell(None);
    state().set(SessionState::SignedOut);
    wake(false);
}

fn wake(again: bool) {
    for waiting in WAITING.take() {
        // The receiver may be gone with its screen; that is fine.
        let _ = waiting.send(again);
    }
}

/// Asks the user to sign in again, over the current screen; `false` when they leave instead.
async fn sign_in_again() -> bool {
    let state = state();
    let Some(session) = state.with_untracked(|state| state.session().cloned()) else { return false };
    if !is_replaced() {
        state.set(SessionState::Expired(session));
    }
    wait().await
}

/// Waits for a sign-in; `false` when the user leaves instead.
async fn wait() -> bool {
    let (sender, receiver) = oneshot::channel();
    WAITING.with_borrow_mut(|waiting| waiting.push(sender));
    receiver.await.unwrap_or(false)
}
