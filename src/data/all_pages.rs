//! Lists that are read to the end, page by page.

use api_types::List;
use leptos::prelude::*;

use super::latest::{Latest, Turn};
use crate::api::Failure;

/// How far a list is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Progress {
    pub(crate) done: u64,
    /// As of the last page; 0 where the server does not count the total.
    pub(crate) total: u64,
}

/// The list that a screen is reading, if any.
#[derive(Clone, Copy)]
pub(crate) struct AllPages {
    progress: RwSignal<Option<Progress>>,
    /// Distinguishes the present reading from a stopped one that may still wait for a page.
    runs: Latest,
}

impl AllPages {
    pub(crate) fn new() -> Self {
        Self { progress: RwSignal::new(None), runs: Latest::new() }
    }

    /// `None` while nothing is read; reactive.
    pub(crate) fn progress(self) -> Option<Progress> {
        self.progress.get()
    }

    /// Whether a list is being read; reactive.
    pub(crate) fn is_running(self) -> bool {
        self.progress.with(Option::is_some)
    }

    pub(crate) fn stop(self) {
        self.runs.end();
        self.progress.try_set(None);
    }

    /// Reads all pages: `page` returns the page for a cursor, `None` being the first, and `take` gets the items of each.
    ///
    /// Says whether it came to the end: not if it was stopped, if another was begun, or if the screen is gone.
    pub(crate) async fn read<T>(
        self,
        page: impl AsyncFn(Option<String>) -> Result<List<T>, Failure>,
        take: impl FnMut(Vec<T>),
    ) -> Result<bool, Failure> {
        self.progress.try_set(Some(Progress::default()));
        let Some(turn) = self.runs.begin() else { return Ok(false) };
        let end = self.follow(turn, page, take).await;
        if !turn.counts() {
            return Ok(false);
        }
        self.progress.try_set(None);
        end.map(|()| true)
    }

    /// Does work that reads in a way of its own: it reports how far it is, and is told whether that is still wanted.
    ///
    /// Says whether it came to the end, as [`Self::read`] does.
    pub(crate) async fn work<T>(
        self,
        work: impl AsyncFnOnce(Report) -> Result<T, Failure>,
    ) -> Result<Option<T>, Failure> {
        self.progress.try_set(Some(Progress::default()));
        let Some(turn) = self.runs.begin() else { return Ok(None) };
        let end = work(Report { pages: self, turn }).await;
        if !turn.counts() {
            return Ok(None);
        }
        self.progress.try_set(None);
        end.map(Some)
    }

    async fn follow<T>(
        self,
        turn: Turn,
        page: impl AsyncFn(Option<String>) -> Result<List<T>, Failure>,
        mut take: impl FnMut(Vec<T>),
    ) -> Result<(), Failure> {
        let (mut cursor, mut done) = (None, 0);
        loop {
            let list = page(cursor).await?;
            if !turn.counts() {
                return Ok(());
            }
            done += list.items.len() as u64;
            take(list.items);
            let total = if list.meta.at_least { 0 } else { list.meta.total };
            self.progress.try_set(Some(Progress { done, total }));
            cursor = list.meta.next_cursor;
            if cursor.is_none() {
                return Ok(());
            }
        }
    }
}

/// What work says of itself.
#[derive(Clone, Copy)]
pub(crate) struct Report {
    pages: AllPages,
    turn: Turn,
}

impl Report {
    /// Says how far the work is. Returns whether it is to go on.
    pub(crate) fn at(self, progress: Progress) -> bool {
        let goes_on = self.turn.counts();
        if goes_on {
            self.pages.progress.try_set(Some(progress));
        }
        goes_on
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    use api_types::ListMeta;
    use futures_channel::oneshot;

    use super::*;

    fn page(items: Vec<u32>, next: Option<&str>) -> List<u32> {
        List { items, meta: ListMeta::exact(next.map(str::to_owned), 3) }
    }

    #[test]
    fn a_reading_that_was_stopped_does_not_go_on_when_another_is_begun() {
        let _owner = Owner::new_root(None);
        let mut context = Context::from_waker(Waker::noop());
        let pages = AllPages::new();
        let (answer, asked) = oneshot::channel();
        let asked = RefCell::new(Some(asked));
        let taken = RefCell::new(Vec::new());
        let mut first = pin!(pages.read(
            async |_| {
                let asked = asked.take().expect("one page");
                Ok(asked.await.expect("an answer"))
            },
            |items| taken.borrow_mut().extend(items),
        ));
        assert!(first.as_mut().poll(&mut context).is_pending());
        pages.stop();
        let mut second = pin!(pages.read(async |_| std::future::pending().await, |_: Vec<u32>| ()));
        assert!(second.as_mut().poll(&mut context).is_pending());
        answer.send(page(vec![7], Some("b"))).unwrap();
        assert!(matches!(first.as_mut().poll(&mut context), Poll::Ready(Ok(false))));
        assert!(taken.borrow().is_empty() && pages.is_running());
    }

    #[test]
    fn every_page_is_read_in_order() {
        let _owner = Owner::new_root(None);
        let mut context = Context::from_waker(Waker::noop());
        let (pages, taken) = (AllPages::new(), RefCell::new(Vec::new()));
        let read = pages.read(
            async |cursor| {
                Ok(if cursor.is_none() { page(vec![1, 2], Some("b")) } else { page(vec![3], None) })
            },
            |items| taken.borrow_mut().extend(items),
        );
        assert!(matches!(pin!(read).poll(&mut context), Poll::Ready(Ok(true))));
        assert_eq!(*taken.borrow(), [1, 2, 3]);
        assert!(!pages.is_running());
    }
}
