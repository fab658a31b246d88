//! The account's address keys, kept while the page lives.

use std::cell::{Cell, RefCell};

use futures_channel::oneshot;
use web_sys::Blob;

use crate::api::{Edition, Failure, FailureKind, account};
use crate::domain::session;
use crate::platform::lifetime;

/// Whether the keys were requested for this person.
enum AskState {
    Not,
    /// Callers that wait for the answer.
    Asking(Vec<oneshot::Sender<()>>),
    Answered,
}

thread_local! {
    static KEPT: RefCell<Option<Edition>> = const { RefCell::new(None) };
    static ASKED: RefCell<AskState> = const { RefCell::new(AskState::Not) };
    static IS_GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// The account's current address keys, for the Worker. Cached keys are sent again only if they have changed.
pub(crate) async fn current() -> Result<Blob, Failure> {
    if !IS_GUARDED.replace(true) {
        lifetime::in_app_scope(|| session::on_another_person(forget));
    }
    let known = KEPT.with_borrow(|kept| kept.as_ref().map(|kept| kept.etag.clone()));
    if let Some(edition) = account::address_keys(known.as_deref()).await? {
        KEPT.set(Some(edition));
    }
    // Another person may have signed in meanwhile.
    kept().ok_or(Failure::without_response(FailureKind::SignedOut))
}

/// The keys as of the last request; the first call makes that request. `None` where it failed. Concurrent calls wait
/// for it and are answered in the order in which they came.
pub(crate) async fn once() -> Option<Blob> {
    let turn = ASKED.with_borrow_mut(|asked| match asked {
        AskState::Not => {
            *asked = AskState::Asking(Vec::new());
            None
        }
        AskState::Asking(waiting) => {
            let (sender, receiver) = oneshot::channel();
            waiting.push(sender);
            Some(receiver)
        }
        // The sender is dropped at once, which ends the wait.
        AskState::Answered => Some(oneshot::channel().1),
    });
    if let Some(turn) = turn {
        // Any outcome ends the wait.
        let _ = turn.await;
        return kept();
    }
    // A request that fails now is repeated for the review.
    let _ = current().await;
    if let AskState::Asking(waiting) = ASKED.replace(AskState::Answered) {
        for waiting in waiting {
            // The receiver may be gone; that is fine.
            let _ = waiting.send(());
        }
    }
    kept()
}

fn kept() -> Option<Blob> {
    KEPT.with_borrow(|kept| kept.as_ref().map(|kept| kept.bytes.clone()))
}

fn forget() {
    KEPT.set(None);
    ASKED.set(AskState::Not);
}
