//! What is submitted, and may be refused.

use std::pin::Pin;

use leptos::prelude::*;

use super::{Tone, notify};
use crate::i18n::Message;
use crate::platform::spawn;

/// What came of it: the refusal is in the user's language.
pub(super) type Outcome = Result<(), Message>;
pub(super) type Sending = Pin<Box<dyn Future<Output = Outcome>>>;

/// Whether it is being sent, and the refusal of the last attempt.
#[derive(Clone, Copy)]
pub(crate) struct Submission {
    pub(crate) busy: RwSignal<bool>,
    pub(crate) refusal: RwSignal<Option<Message>>,
}

impl Submission {
    pub(crate) fn new() -> Self {
        Self { busy: RwSignal::new(false), refusal: RwSignal::new(None) }
    }

    /// Clears the refusal, for example before something else is submitted.
    pub(crate) fn forget(self) {
        self.refusal.try_set(None);
    }

    /// Whether the outcome is still open.
    pub(crate) fn is_busy(self) -> bool {
        self.busy.get_untracked()
    }

    /// Submits it, one at a time. The screen may be gone when the outcome is known.
    pub(crate) fn send(self, sending: impl Future<Output = Outcome> + 'static) {
        if self.is_busy() {
            return;
        }
        self.busy.set(true);
        self.forget();
        spawn(self.wait_for(Box::pin(sending)));
    }

    /// Like [`Submission::send`], with a notice of the refusal.
    pub(crate) fn attempt(self, sending: impl Future<Output = Outcome> + 'static) {
        self.send(with_notice(Box::pin(sending)));
    }

    async fn wait_for(self, sending: Sending) {
        if let Err(message) = sending.await {
            self.refusal.try_set(Some(message));
        }
        self.busy.try_set(false);
    }
}

/// Submits what needs no place on a screen: a refusal is a notice.
pub(crate) fn attempt(sending: impl Future<Output = Outcome> + 'static) {
    let sending = with_notice(Box::pin(sending));
    spawn(async move {
        let _ = sending.await;
    });
}

async fn with_notice(sending: Sending) -> Outcome {
    if let Err(message) = sending.await {
        notify(Tone::Failure, message);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::future::ready;
    use std::pin::pin;
    use std::task::{Context, Waker};

    use super::*;

    /// Submits an already known outcome.
    fn known(submission: Submission, outcome: Outcome) {
        let mut context = Context::from_waker(Waker::noop());
        submission.busy.set(true);
        assert!(pin!(submission.wait_for(Box::pin(ready(outcome)))).as_mut().poll(&mut context).is_ready());
    }

    #[test]
    fn why_something_was_refused_is_said_until_the_next() {
        let _owner = Owner::new_root(None);
        let submission = Submission::new();
        known(submission, Err("no".to_owned().into()));
        assert!(!submission.is_busy());
        assert_eq!(submission.refusal.get_untracked(), Some("no".to_owned().into()));
        submission.forget();
        known(submission, Ok(()));
        assert!(!submission.is_busy());
        assert_eq!(submission.refusal.get_untracked(), None);
    }

    #[test]
    fn a_screen_that_is_gone_is_told_nothing() {
        let owner = Owner::new_root(None);
        let submission = Submission::new();
        let mut context = Context::from_waker(Waker::noop());
        let mut waiting = pin!(submission.wait_for(Box::pin(ready(Err("no".to_owned().into())))));
        owner.cleanup();
        assert!(waiting.as_mut().poll(&mut context).is_ready());
    }
}
