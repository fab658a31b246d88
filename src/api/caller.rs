//! On whose behalf calls are made, and what happens once the server refuses them. The session state, a layer above,
//! registers this, because it calls the backend itself to find out who is signed in.

use std::cell::Cell;

use api_types::UserId;

use crate::platform::{Task, lifetime};

/// Waits for the user's decision; `false` when they leave instead.
pub(crate) type Waiting = Task<bool>;

#[derive(Clone, Copy)]
pub(crate) struct Caller {
    /// The person on whose behalf this tab acts.
    pub(crate) person: fn() -> Option<UserId>,
    /// Waits while the tab is suspended because another person has signed in.
    pub(crate) settled: fn() -> Waiting,
    /// Reports that a call was refused because another person is signed in, and waits until this tab's person is back.
    pub(crate) replaced: fn() -> Waiting,
    /// Asks the user to sign in again.
    pub(crate) sign_in_again: fn() -> Waiting,
    /// Asks for a fresh proof of who the user is.
    pub(crate) prove: fn() -> Waiting,
    /// Reports that the account asks for a second factor, and waits until the user has added one.
    pub(crate) add_factor: fn() -> Waiting,
    /// Whether the person has done nothing for a while: what is read now, no press has caused.
    pub(crate) is_idle: fn() -> bool,
    /// Reports that a call was answered which keeps the session alive.
    pub(crate) used: fn(),
}

#[derive(Default)]
struct Registered(Cell<Option<Caller>>);

fn registered() -> Option<Caller> {
    lifetime::shared::<Registered>().0.get()
}

/// Sets the caller of all further calls. Calls before this are made on behalf of no person.
pub(crate) fn call_as(caller: Caller) {
    lifetime::shared::<Registered>().0.set(Some(caller));
}

pub(super) fn person() -> Option<UserId> {
    registered().and_then(|caller| (caller.person)())
}

pub(super) async fn settled() -> bool {
    match registered() {
        Some(caller) => (caller.settled)().await,
        None => true,
    }
}

pub(super) async fn replaced() -> bool {
    match registered() {
        Some(caller) => (caller.replaced)().await,
        None => false,
    }
}

pub(super) async fn sign_in_again() -> bool {
    match registered() {
        Some(caller) => (caller.sign_in_again)().await,
        None => false,
    }
}

pub(super) async fn prove() -> bool {
    match registered() {
        Some(caller) => (caller.prove)().await,
        None => false,
    }
}

pub(super) async fn add_factor() -> bool {
    match registered() {
        Some(caller) => (caller.add_factor)().await,
        None => false,
    }
}

pub(super) fn is_idle() -> bool {
    registered().is_some_and(|caller| (caller.is_idle)())
}

pub(super) fn used() {
    if let Some(caller) = registered() {
        (caller.used)();
    }
}
