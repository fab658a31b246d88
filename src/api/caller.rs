//! In whose name calls are made, and what happens once the server no longer takes them. Whoever knows says so from above: to
//! learn who is signed in, the backend is called itself.

use std::cell::Cell;
use std::pin::Pin;

use api_types::UserId;

/// Waits for what a person does; `false` when they leave instead.
pub(crate) type Waiting = Pin<Box<dyn Future<Output = bool>>>;

#[derive(Clone, Copy)]
pub(crate) struct Caller {
    /// In whose name this tab acts.
    pub(crate) person: fn() -> Option<UserId>,
    /// Waits while the tab acts as nobody.
    pub(crate) settled: fn() -> Waiting,
    /// Takes note that a call was refused because somebody else is signed in, and waits for the person of this tab.
    pub(crate) replaced: fn() -> Waiting,
    /// Asks the person to sign in again.
    pub(crate) sign_in_again: fn() -> Waiting,
}

thread_local! {
    static CALLER: Cell<Option<Caller>> = const { Cell::new(None) };
}

/// Calls are made so from now on; before, in nobody's name.
pub(crate) fn call_as(caller: Caller) {
    CALLER.set(Some(caller));
}

pub(super) fn person() -> Option<UserId> {
    CALLER.get().and_then(|caller| (caller.person)())
}

pub(super) async fn settled() -> bool {
    match CALLER.get() {
        Some(caller) => (caller.settled)().await,
        None => true,
    }
}

pub(super) async fn replaced() -> bool {
    match CALLER.get() {
        Some(caller) => (caller.replaced)().await,
        None => false,
    }
}

pub(super) async fn sign_in_again() -> bool {
    match CALLER.get() {
        Some(caller) => (caller.sign_in_again)().await,
        None => false,
    }
}
