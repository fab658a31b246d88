//! Who is signed in. The session itself is a cookie that scripts cannot read; this is what the app knows of it.

use std::cell::RefCell;

use api_types::{Role, Session, UserId};
use futures_channel::oneshot;
use leptos::prelude::*;

use crate::api::{self, Failure};

/// Where the person stands, as far as the app knows.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum SessionState {
    /// Not asked yet.
    Unknown,
    SignedOut,
    SignedIn(Session),
    /// It ended while the person worked: the screen stays, a dialog asks to sign in again.
    Expired(Session),
    /// The backend could not be asked.
    Unavailable(Failure),
}

thread_local! {
    static STATE: RefCell<Option<RwSignal<SessionState>>> = const { RefCell::new(None) };
    static WAITING: RefCell<Vec<oneshot::Sender<bool>>> = const { RefCell::new(Vec::new()) };
}

/// Creates the state; called once, in the scope that lives as long as the app.
pub(crate) fn init() {
    STATE.set(Some(RwSignal::new(SessionState::Unknown)));
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
    state().with(|state| match state {
        SessionState::SignedIn(session) | SessionState::Expired(session) => Some(session.clone()),
        _ => None,
    })
}

/// Whether whoever is signed in is an administrator.
pub(crate) fn is_admin() -> bool {
    current().is_some_and(|session| session.user.role == Role::Admin)
}

/// Runs `forget` whenever somebody else is signed in than before, or nobody any more: what one person entered is not
/// for the next. An ended session that waits to be renewed is still that person's.
pub(crate) fn on_another_person(forget: impl Fn() + 'static) {
    Effect::new(move |before: Option<Option<UserId>>| {
        let person = current().map(|session| session.user.id);
        if before.is_some_and(|before| before != person) {
            forget();
        }
        person
    });
}

/// Asks the backend who is signed in.
pub(crate) async fn restore() {
    let found = api::Call::new(gloo_net::http::Method::GET, api_types::paths::SESSION)
        .opens_session()
        .fetch::<Session>()
        .await;
    state().set(match found {
        Ok(session) => SessionState::SignedIn(session),
        Err(failure) if failure.status == 401 => SessionState::SignedOut,
        Err(failure) => SessionState::Unavailable(failure),
    });
}

/// Takes a session that a sign-in or an activation has opened, and lets waiting calls go on.
pub(crate) fn signed_in(session: Session) {
    state().set(SessionState::SignedIn(session));
    wake(true);
}

/// Forgets the session; waiting calls fail.
pub(crate) fn signed_out() {
    state().set(SessionState::SignedOut);
    wake(false);
}

fn wake(again: bool) {
    for waiting in WAITING.take() {
        // A call whose screen is gone no longer listens.
        let _ = waiting.send(again);
    }
}

/// Asks the person to sign in again, over the screen they are on; `false` when they leave instead.
pub(crate) async fn sign_in_again() -> bool {
    let state = state();
    let known = state.with_untracked(|state| match state {
        SessionState::SignedIn(session) | SessionState::Expired(session) => Some(session.clone()),
        _ => None,
    });
    let Some(session) = known else { return false };
    state.set(SessionState::Expired(session));
    let (sender, receiver) = oneshot::channel();
    WAITING.with_borrow_mut(|waiting| waiting.push(sender));
    receiver.await.unwrap_or(false)
}
