//! The account's address keys, kept while the page lives.

use std::cell::RefCell;
use std::rc::Rc;

use futures_channel::oneshot;
use futures_util::future::{FutureExt, LocalBoxFuture, Shared};
use web_sys::Blob;

use crate::api::{Edition, Failure, FailureKind, account};
use crate::domain::session;
use crate::platform::{lifetime, spawn};

/// Whether the keys were requested for this person.
#[derive(Default)]
enum AskState {
    #[default]
    Not,
    /// Callers that wait for the answer.
    Asking(Vec<oneshot::Sender<()>>),
    Answered,
}

type Request = Shared<LocalBoxFuture<'static, Result<Blob, Failure>>>;

struct Keys {
    kept: RefCell<Option<Edition>>,
    /// The request that is under way.
    request: RefCell<Option<Request>>,
    asked: RefCell<AskState>,
}

impl Default for Keys {
    fn default() -> Self {
        session::on_another_person(|| keys().forget());
        Self { kept: RefCell::default(), request: RefCell::default(), asked: RefCell::default() }
    }
}

fn keys() -> Rc<Keys> {
    lifetime::shared()
}

/// The account's current address keys, for the Worker. Cached keys are sent again only if they have changed. Who asks while a
/// request is under way gets its answer: the check that a person starts asks moments after the one ahead of it.
pub(crate) async fn current() -> Result<Blob, Failure> {
    let keys = keys();
    let under_way = keys.request.borrow().clone();
    let request = under_way.unwrap_or_else(|| {
        let request = request().boxed_local().shared();
        keys.request.replace(Some(request.clone()));
        // Whoever waits may give up; what is kept of it must not be an answer of long ago.
        spawn(request.clone().map(drop));
        request
    });
    request.await
}

async fn request() -> Result<Blob, Failure> {
    let answer = ask().await;
    keys().request.replace(None);
    answer
}

async fn ask() -> Result<Blob, Failure> {
    let keys = keys();
    let known = keys.kept.borrow().as_ref().map(|kept| kept.etag.clone());
    if let Some(edition) = account::address_keys(known.as_deref()).await? {
        keys.kept.replace(Some(edition));
    }
    // Another person may have signed in meanwhile.
    keys.bytes().ok_or(Failure::without_response(FailureKind::SignedOut))
}

/// The keys that were answered last, if any were.
pub(crate) fn last() -> Option<Blob> {
    keys().bytes()
}

/// The keys as of the last request; the first call makes that request. `None` where it failed. Concurrent calls wait
/// for it and are answered in the order in which they came.
pub(crate) async fn once() -> Option<Blob> {
    let keys = keys();
    let turn = keys.turn();
    if let Some(turn) = turn {
        // Any outcome ends the wait.
        let _ = turn.await;
        return keys.bytes();
    }
    // A request that fails now is repeated for the review.
    let _ = current().await;
    if let AskState::Asking(waiting) = keys.asked.replace(AskState::Answered) {
        for waiting in waiting {
            // The receiver may be gone; that is fine.
            let _ = waiting.send(());
        }
    }
    keys.bytes()
}

impl Keys {
    /// The end of the wait for the first request; `None` where the caller is to make it.
    fn turn(&self) -> Option<oneshot::Receiver<()>> {
        match &mut *self.asked.borrow_mut() {
            asked @ AskState::Not => {
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
        }
    }

    fn bytes(&self) -> Option<Blob> {
        self.kept.borrow().as_ref().map(|kept| kept.bytes.clone())
    }

    fn forget(&self) {
        self.kept.replace(None);
        self.request.replace(None);
        self.asked.replace(AskState::Not);
    }
}
