//! The user's wishes for a running sending, and how the sending learns of them.

use std::cell::{Cell, RefCell};
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;

use futures_channel::oneshot;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wish {
    Go,
    Pause,
    /// Prepared without a network: wait until the user agrees to send.
    Hold,
    Cancel,
    /// Stop working and leave the server as it is; what is stored stays stored.
    Leave,
}

/// Connects the screen with the work.
pub(crate) struct Control {
    wish: Cell<Wish>,
    wake: RefCell<Option<oneshot::Sender<()>>>,
}

impl Control {
    pub(crate) fn new(wish: Wish) -> Self {
        Self { wish: Cell::new(wish), wake: RefCell::new(None) }
    }

    pub(crate) fn wish(&self) -> Wish {
        self.wish.get()
    }

    /// Changes the wish and interrupts the current work or wait. Leaving is final; after cancelling, only leaving is
    /// possible.
    pub(crate) fn set(&self, wish: Wish) {
        match (self.wish.get(), wish) {
            (Wish::Leave, _) | (Wish::Cancel, Wish::Go | Wish::Pause | Wish::Hold) => {}
            _ => self.wish.set(wish),
        }
        self.wake();
    }

    /// Ends a wait, with the wish unchanged.
    pub(crate) fn wake(&self) {
        if let Some(wake) = self.wake.take() {
            // The receiver may be gone: the wish is read before the next step.
            let _ = wake.send(());
        }
    }

    /// Resolves at the next [`Control::set`] or [`Control::wake`].
    pub(crate) async fn changed(&self) {
        let (sender, receiver) = oneshot::channel();
        self.wake.replace(Some(sender));
        let _ = receiver.await;
    }

    /// The outcome of `work`, or `None` when the wish changed first; the work is dropped then.
    pub(crate) async fn unless_changed<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        first(work, self.changed()).await
    }
}

/// The outcome of `work`, or `None` when `end` comes first.
pub(crate) async fn first<T>(work: impl Future<Output = T>, end: impl Future<Output = ()>) -> Option<T> {
    let mut work = pin!(work);
    let mut end = pin!(end);
    poll_fn(|context| {
        if let Poll::Ready(value) = work.as_mut().poll(context) {
            return Poll::Ready(Some(value));
        }
        end.as_mut().poll(context).map(|()| None)
    })
    .await
}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};
    use std::task::{Context, Waker};

    use super::*;

    #[test]
    fn r11_cancelling_is_not_taken_back_and_leaving_is_final() {
        let control = Control::new(Wish::Go);
        for (wish, then) in [
            (Wish::Pause, Wish::Pause),
            (Wish::Go, Wish::Go),
            (Wish::Cancel, Wish::Cancel),
            (Wish::Go, Wish::Cancel),
            (Wish::Pause, Wish::Cancel),
            (Wish::Leave, Wish::Leave),
            (Wish::Go, Wish::Leave),
            (Wish::Cancel, Wish::Leave),
        ] {
            control.set(wish);
            assert_eq!(control.wish(), then, "after {wish:?}");
        }
    }

    #[test]
    fn r11_a_change_interrupts_what_is_being_done() {
        let control = Control::new(Wish::Go);
        let mut context = Context::from_waker(Waker::noop());
        let mut work = pin!(control.unless_changed(pending::<()>()));
        assert!(work.as_mut().poll(&mut context).is_pending());
        control.set(Wish::Cancel);
        assert_eq!(work.as_mut().poll(&mut context), Poll::Ready(None));
    }

    #[test]
    fn work_that_is_done_wins() {
        let control = Control::new(Wish::Go);
        let mut context = Context::from_waker(Waker::noop());
        let mut work = pin!(control.unless_changed(ready(7)));
        assert_eq!(work.as_mut().poll(&mut context), Poll::Ready(Some(7)));
    }
}
