//! Fresh proofs of who the person is. The server wants one before what outlives the session; the call that needs it waits.

use std::cell::RefCell;

use futures_channel::oneshot;
use leptos::prelude::*;

use crate::platform::lifetime;

#[derive(Default)]
struct Asked {
    is_asked: RwSignal<bool>,
    /// Calls that wait for it.
    waiting: RefCell<Vec<oneshot::Sender<bool>>>,
}

/// Whether the person is asked for a proof; reactive.
pub(crate) fn is_proof_asked() -> bool {
    lifetime::shared::<Asked>().is_asked.get()
}

/// Asks for a proof, over the current screen; `false` when the person gives none.
pub(super) async fn prove() -> bool {
    let asked = lifetime::shared::<Asked>();
    let (sender, receiver) = oneshot::channel();
    asked.waiting.borrow_mut().push(sender);
    // Set anew, the dialog would begin anew.
    if !asked.is_asked.get_untracked() {
        asked.is_asked.set(true);
    }
    receiver.await.unwrap_or(false)
}

/// Ends the question: the proof is given, and the calls are made again, or they fail.
pub(crate) fn settle_proof(is_given: bool) {
    let asked = lifetime::shared::<Asked>();
    if asked.is_asked.get_untracked() {
        asked.is_asked.set(false);
    }
    for waiting in asked.waiting.take() {
        // The call may be gone with its screen; that is fine.
        let _ = waiting.send(is_given);
    }
}
