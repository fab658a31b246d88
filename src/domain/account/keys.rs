//! Who is known to the account, kept while the page lives.

use std::cell::{Cell, RefCell};

use futures_channel::oneshot;
use web_sys::Blob;

use crate::api::{Edition, Failure, FailureKind, account};
use crate::domain::session;
use crate::platform::lifetime;

/// Whether the account was asked for this person.
enum Asked {
    Not,
    /// Who else waits for the answer.
    Asking(Vec<oneshot::Sender<()>>),
    Answered,
}

thread_local! {
    static KEPT: RefCell<Option<Edition>> = const { RefCell::new(None) };
    static ASKED: RefCell<Asked> = const { RefCell::new(Asked::Not) };
    static IS_GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// The account's address keys as they are now, for the Worker. What is kept is only sent again when it changed.
pub(crate) async fn current() -> Result<Blob, Failure> {
    if !IS_GUARDED.replace(true) {
        lifetime::of_page(|| session::on_another_person(forget));
    }
    let known = KEPT.with_borrow(|kept| kept.as_ref().map(|kept| kept.etag.clone()));
    if let Some(edition) = account::address_keys(known.as_deref()).await? {
        KEPT.set(Some(edition));
    }
    // Somebody else may have signed in meanwhile.
    kept().ok_or(Failure::without_response(FailureKind::SignedOut))
}

/// The keys as they were when they were last asked for, which is now where they never were; `None` where the account
/// could not be asked. Whoever asks earlier is answered earlier.
pub(crate) async fn once() -> Option<Blob> {
    let turn = ASKED.with_borrow_mut(|asked| match asked {
        Asked::Not => {
            *asked = Asked::Asking(Vec::new());
            None
        }
        Asked::Asking(waiting) => {
            let (sender, receiver) = oneshot::channel();
            waiting.push(sender);
            Some(receiver)
        }
        // Nobody is at the other end, which ends the waiting at once.
        Asked::Answered => Some(oneshot::channel().1),
    });
    if let Some(turn) = turn {
        // Whatever ends it, there is nothing more to wait for.
        let _ = turn.await;
        return kept();
    }
    // What could not be asked now is asked for the review.
    let _ = current().await;
    if let Asked::Asking(waiting) = ASKED.replace(Asked::Answered) {
        for waiting in waiting {
            // Whoever no longer waits does not care.
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
    ASKED.set(Asked::Not);
}
