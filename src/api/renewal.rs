//! The renewal of a token: one for all calls that need it at the same time.

use std::cell::RefCell;

use futures_channel::oneshot;

use crate::platform::spawn;

/// Calls that wait for a renewal; empty while there is none.
#[derive(Default)]
pub(super) struct Renewal(RefCell<Vec<oneshot::Sender<()>>>);

impl Renewal {
    /// Waits for the renewal in progress, or makes one of `work`, which ends with [`Renewal::finish`].
    pub(super) async fn join<F: Future<Output = ()> + 'static>(&self, work: impl FnOnce() -> F) {
        let (sender, renewed) = oneshot::channel();
        self.0.borrow_mut().push(sender);
        if self.0.borrow().len() == 1 {
            // A task of its own: a call that is given up must not end it.
            spawn(work());
        }
        let _ = renewed.await;
    }

    pub(super) fn finish(&self) {
        self.0.take();
    }
}
