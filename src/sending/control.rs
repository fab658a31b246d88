//! What the person wants of a running sending, and how it hears of it.

use std::cell::{Cell, RefCell};
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;

use futures_channel::oneshot;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wish {
    Go,
    Pause,
    Cancel,
    /// Stop working without a trace on the server; what is kept stays kept.
    Leave,
}

/// The handle between the screen and the work.
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

    /// Changes the wish and interrupts what is being done or waited for. A wish to leave is final.
    pub(crate) fn set(&self, wish: Wish) {
        if self.wish.get() != Wish::Leave {
            self.wish.set(wish);
        }
        if let Some(wake) = self.wake.take() {
            // Nobody waits: the wish is read before the next step.
            let _ = wake.send(());
        }
    }

    /// Resolves at the next [`Control::set`].
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
    fn a_wish_to_leave_is_final() {
        let control = Control::new(Wish::Go);
        control.set(Wish::Pause);
        assert_eq!(control.wish(), Wish::Pause);
        control.set(Wish::Leave);
        control.set(Wish::Go);
        assert_eq!(control.wish(), Wish::Leave);
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
