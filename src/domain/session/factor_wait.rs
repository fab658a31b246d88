//! Calls that were refused as the account asks for a second factor: they wait until the person has added one.

use std::cell::RefCell;

use futures_channel::oneshot;
use leptos::prelude::*;

use crate::platform::{lifetime, panel};

#[derive(Default)]
struct Wait {
    is_on: RwSignal<bool>,
    calls: RefCell<Vec<oneshot::Sender<bool>>>,
}

/// Whether a call was refused; reactive.
pub(super) fn is_on() -> bool {
    lifetime::shared::<Wait>().is_on.get()
}

/// Waits until the person has added one; `false` when they leave instead. A panel takes none.
pub(super) async fn wait() -> bool {
    if panel::is_here() {
        return false;
    }
    let wait = lifetime::shared::<Wait>();
    let (sender, receiver) = oneshot::channel();
    wait.calls.borrow_mut().push(sender);
    if !wait.is_on.get_untracked() {
        wait.is_on.set(true);
    }
    receiver.await.unwrap_or(false)
}

/// Lets the calls go on, now that there is one, or fail.
pub(super) fn end(is_added: bool) {
    let wait = lifetime::shared::<Wait>();
    if wait.is_on.get_untracked() {
        wait.is_on.set(false);
    }
    for call in wait.calls.take() {
        // The call may be gone with its screen; that is fine.
        let _ = call.send(is_added);
    }
}
