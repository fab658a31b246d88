//! Who is signed in. The session itself is a cookie that scripts cannot read, or tokens that only the transport reads;
//! this is what the app knows about it.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use api_types::{Me, Role, RowsKey, Session, TimeZone, UserId};
use futures_channel::oneshot;
use leptos::prelude::*;

use super::ending::{self, Ending};
use super::{factor_wait, last_person, proof, sign_out_pending, tabs};
use crate::api::session::Found;
use crate::api::{self, Caller, Failure};
use crate::i18n;
use crate::platform::{lifetime, panel, spawn};

/// The session, as far as the app knows.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum SessionState {
    /// Not asked yet.
    #[default]
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

/// Where people sign in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum SignInPlace {
    /// On a screen of this page.
    #[default]
    Here,
    /// In a window of the backend, which is on another site.
    Window,
}

/// What belongs to the session of this tab.
#[derive(Default)]
struct Keeper {
    state: RwSignal<SessionState>,
    place: Cell<SignInPlace>,
    /// Whether the backend was asked for the session, or is being asked.
    is_asked: Cell<bool>,
    /// The key that came with the session, until what this browser keeps is opened with it.
    rows_key: Cell<Option<RowsKey>>,
    /// Calls that wait for a sign-in.
    waiting: RefCell<Vec<oneshot::Sender<bool>>>,
}

fn keeper() -> Rc<Keeper> {
    lifetime::shared()
}

/// Makes calls on behalf of the session.
pub(super) fn call_for_session() {
    api::call_as(Caller {
        person,
        settled: || Box::pin(settled()),
        replaced: || Box::pin(replaced()),
        sign_in_again: || Box::pin(sign_in_again()),
        prove: || Box::pin(proof::prove()),
        add_factor: || Box::pin(factor_wait::wait()),
        is_idle: ending::is_idle,
        used: ending::used,
    });
}

/// Tells the other tabs who is signed in, by id.
fn tell(person: Option<&UserId>) {
    tabs::tell(person.map_or("", |id| &id.0));
}

/// The one signal that holds the state.
pub(crate) fn state() -> RwSignal<SessionState> {
    keeper().state
}

/// Where people sign in; known once the backend was asked for the session.
pub(crate) fn sign_in_place() -> SignInPlace {
    keeper().place.get()
}

/// The state of a session, without its key.
fn here(mut session: Session) -> SessionState {
    keeper().rows_key.set(session.rows_key.take());
    i18n::follow_zone(session.user.time_zone.as_ref().map(TimeZone::as_str));
    SessionState::SignedIn(session)
}

/// The key of what this browser keeps for the signed-in user. Each answer that opens a session brings it once.
pub(crate) fn take_rows_key() -> Option<RowsKey> {
    keeper().rows_key.take()
}

/// The session, if there is one.
fn session_of(found: Found) -> Option<Session> {
    match found {
        Found::Somebody(session) => Some(*session),
        Found::Nobody => None,
        Found::InWindow => {
            keeper().place.set(SignInPlace::Window);
            None
        }
    }
}

/// The session of a signed-in person; also while it waits to be renewed.
pub(crate) fn current() -> Option<Session> {
    state().with(|state| state.session().cloned())
}

/// The person on whose behalf this tab acts.
pub(super) fn person() -> Option<UserId> {
    state().with_untracked(|state| state.session().map(|session| session.user.id.clone()))
}

/// Whether the session goes on, as far as this tab knows.
pub(super) fn is_signed_in() -> bool {
    state().with_untracked(|state| matches!(state, SessionState::SignedIn(_)))
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
pub(crate) fn restore() -> impl Future<Output = ()> {
    keeper().is_asked.set(true);
    async {
        let found = api::session::find_first().await;
        // A panel has its session from its host.
        if !panel::is_here() && sign_out_pending::is_left(&found) {
            state().set(SessionState::SignedOut);
            sign_out_pending::keep_telling();
            return;
        }
        state().set(match found.map(session_of) {
            Ok(Some(session)) => {
                tell(Some(&session.user.id));
                ending::take(&session);
                here(session)
            }
            Ok(None) => SessionState::SignedOut,
            Err(failure) => SessionState::Unavailable(failure),
        });
    }
}

/// Whether the backend was asked who is signed in, or is being asked.
pub(crate) fn is_asked() -> bool {
    keeper().is_asked.get()
}

/// The end of the session of this tab; `None` where there is none, or it has ended.
pub(crate) fn ending() -> Option<Ending> {
    is_signed_in().then(ending::ending)
}

/// Finds out whether the session has ended, or is another person's, without keeping it alive.
pub(crate) async fn look_again() {
    take_again(api::session::look().await);
}

/// Keeps the session alive, unless it has ended.
pub(crate) async fn stay() {
    let found = api::session::find().await;
    if found.is_ok() {
        ending::tell();
    }
    take_again(found);
}

fn take_again(found: Result<Found, Failure>) {
    let found = found.map(session_of);
    let Some(mine) = state().with_untracked(|state| state.session().cloned()) else { return };
    match found {
        Ok(Some(session)) if session.user.id == mine.user.id => match is_signed_in() {
            true => ending::take(&session),
            false => signed_in(session),
        },
        Ok(Some(session)) => state().set(SessionState::Replaced { mine, other: Some(session.user) }),
        Ok(None) if is_replaced() => state().set(SessionState::Replaced { mine, other: None }),
        Ok(None) => state().set(SessionState::Expired(mine)),
        // The next request will bring the answer.
        Err(_) => {}
    }
}

/// The owner of this browser's session, read right before it is replaced.
pub(crate) async fn someone() -> Option<Me> {
    api::session::find().await.ok().and_then(session_of).map(|session| session.user)
}

/// The session that calls have now; `None` where they have none.
pub(crate) async fn found_again() -> Result<Option<Session>, Failure> {
    Ok(session_of(api::session::find().await?))
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
        spawn(look_again());
    }
    settled().await
}

/// Waits while the tab is suspended; `false` when its person has signed out.
async fn settled() -> bool {
    !is_replaced() || wait().await
}

/// Takes the session that a sign-in or an activation has opened, and resumes waiting calls.
pub(crate) fn signed_in(session: Session) {
    sign_out_pending::clear();
    ending::take(&session);
    tell(Some(&session.user.id));
    state().set(here(session));
    // Signing in is a proof, too.
    proof::settle_proof(true);
    wake(true);
}

/// As [`signed_in`], in place of an expired session. That of another person does not continue what this tab has begun.
pub(crate) fn signed_in_again(session: Session) {
    match state().with_untracked(|state| state.session().cloned()) {
        Some(mine) if mine.user.id != session.user.id => {
            state().set(SessionState::Replaced { mine, other: Some(session.user) });
        }
        _ => signed_in(session),
    }
}

/// Takes the backend's new state of the signed-in user.
pub(crate) fn remember(me: Me) {
    i18n::follow_zone(me.time_zone.as_ref().map(TimeZone::as_str));
    state().update(|state| {
        if let SessionState::SignedIn(session) | SessionState::Expired(session) = state {
            session.user = me;
        }
    });
}

/// Clears the session; waiting calls fail.
pub(crate) fn signed_out() {
    tell(None);
    api::forget_tokens();
    leave();
}

/// Notes that the server, out of reach, is still to be told that the person of this tab signs out.
pub(crate) fn note_sign_out() {
    if let Some(session) = state().with_untracked(|state| state.session().cloned()) {
        sign_out_pending::note(&session);
    }
}

/// The same as [`signed_out`] after [`note_sign_out`].
pub(crate) fn signed_out_unheard() {
    tabs::tell(tabs::UNHEARD);
    leave();
    sign_out_pending::keep_telling();
}

/// No person is signed in here any more.
pub(super) fn leave() {
    last_person::forget();
    keeper().rows_key.take();
    state().set(SessionState::SignedOut);
    proof::settle_proof(false);
    factor_wait::end(false);
    wake(false);
}

fn wake(again: bool) {
    for waiting in keeper().waiting.take() {
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
    keeper().waiting.borrow_mut().push(sender);
    receiver.await.unwrap_or(false)
}
