//! The open file and its state.

use std::{
    cell::{RefCell, RefMut},
    rc::Rc,
};

use csv_worker::protocol::{Failure, JobId};
use roster::{Changes, Opened, Review, RowSet};
use web_sys::Blob;

use super::{helpers::Helper, order::Order};

/// What a job that reads the file does with it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum JobKind {
    /// It changes what is known of the file: whatever else reads it has to stop.
    Change,
    Search,
    Export,
}

/// The jobs that read the file, one of each kind.
#[derive(Clone, Copy, Default)]
struct Reading {
    change: Option<JobId>,
    search: Option<JobId>,
    export: Option<JobId>,
}

impl Reading {
    fn slots(&mut self) -> [&mut Option<JobId>; 3] {
        [&mut self.change, &mut self.search, &mut self.export]
    }
}

#[derive(Default)]
struct State {
    file: Option<Blob>,
    opened: Option<Rc<Opened>>,
    /// Of the last check.
    order: Option<Order>,
    review: Option<Rc<RefCell<Review>>>,
    /// By the last search. Later changes leave it as it is: rows keep their numbers.
    found: Rc<RowSet>,
    /// The jobs that read the file now.
    reading: Reading,
    /// The Workers that read parts of large files.
    helpers: Vec<Helper>,
}

/// The open file and its state, shared by the jobs.
#[derive(Clone, Default)]
pub(super) struct Session(Rc<RefCell<State>>);

impl Session {
    pub(super) fn new() -> Self {
        Self::default()
    }

    /// Begins a job that reads the file, and ends those that it replaces.
    pub(super) fn begin(&self, job: JobId, kind: JobKind) {
        let state = &mut *self.0.borrow_mut();
        let reading = &mut state.reading;
        match kind {
            JobKind::Change => {
                *reading = Reading { change: Some(job), ..Reading::default() };
                state.helpers.iter().for_each(Helper::give_up);
            }
            JobKind::Search => reading.search = Some(job),
            JobKind::Export => reading.export = Some(job),
        }
    }

    /// Whether the job was neither cancelled nor replaced.
    pub(super) fn is_current(&self, job: JobId) -> bool {
        self.0.borrow_mut().reading.slots().iter().any(|slot| **slot == Some(job))
    }

    pub(super) fn end(&self, job: JobId) {
        let state = &mut *self.0.borrow_mut();
        if state.reading.change == Some(job) {
            state.helpers.iter().for_each(Helper::give_up);
        }
        for slot in state.reading.slots() {
            if *slot == Some(job) {
                *slot = None;
            }
        }
    }

    /// Opens another file in place of the one before, or the same one again.
    pub(super) fn choose(&self, file: Option<Blob>) {
        let mut state = self.0.borrow_mut();
        let file = file.or_else(|| state.file.take());
        let reading = state.reading;
        let helpers = std::mem::take(&mut state.helpers);
        *state = State { file, reading, helpers, ..State::default() };
    }

    pub(super) fn helpers(&self) -> RefMut<'_, Vec<Helper>> {
        RefMut::map(self.0.borrow_mut(), |state| &mut state.helpers)
    }

    pub(super) fn file(&self) -> Result<Blob, Failure> {
        self.0.borrow().file.clone().ok_or(Failure::NothingOpen)
    }

    pub(super) fn set_opened(&self, opened: Opened) {
        self.0.borrow_mut().opened = Some(Rc::new(opened));
    }

    pub(super) fn opened(&self) -> Result<Rc<Opened>, Failure> {
        self.0.borrow().opened.clone().ok_or(Failure::NothingOpen)
    }

    pub(super) fn order(&self) -> Result<Order, Failure> {
        self.0.borrow().order.clone().ok_or(Failure::NothingOpen)
    }

    pub(super) fn review(&self) -> Result<Rc<RefCell<Review>>, Failure> {
        self.0.borrow().review.clone().ok_or(Failure::NothingOpen)
    }

    /// The changes in force.
    pub(super) fn changes(&self) -> Changes {
        self.0.borrow().review.as_ref().map(|review| review.borrow().changes().clone()).unwrap_or_default()
    }

    pub(super) fn set_checked(&self, order: Order, review: Review) {
        let mut state = self.0.borrow_mut();
        state.order = Some(order);
        state.review = Some(Rc::new(RefCell::new(review)));
    }

    pub(super) fn set_found(&self, found: RowSet) {
        self.0.borrow_mut().found = Rc::new(found);
    }

    pub(super) fn found(&self) -> Rc<RowSet> {
        self.0.borrow().found.clone()
    }
}
