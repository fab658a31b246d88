//! The page's side of the Worker that reads spreadsheets and unpacks gzip files: one file after another, a new Worker when one
//! dies. It is started when the page is idle, and ended once it has read a file, because its memory never shrinks. Only a page
//! that makes no request keeps it.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use futures_channel::oneshot;
use js_sys::Array;
use sheet_worker::messages::{FILES, FromWorker};
use sheets::{Refusal, Sheet};
use wasm_bindgen::prelude::*;
use web_sys::{Blob, MessageEvent, Worker, WorkerOptions, WorkerType};

use super::worker::{JobError, end_worker};
use crate::platform::address::{self, Built};
use crate::platform::files::is_replaced;
use crate::platform::{lifetime, spawn};

/// A sheet of a spreadsheet, with its CSV file.
#[derive(Clone, PartialEq)]
pub(crate) struct SheetFile {
    pub(crate) sheet: Sheet,
    pub(crate) csv: Blob,
}

/// What a file holds.
pub(crate) enum Held {
    Sheets(Vec<SheetFile>),
    /// What a gzip file holds, no spreadsheet.
    Unpacked(Blob),
}

/// Why a file was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unread {
    Spreadsheet(Refusal),
    /// A gzip file cannot be unpacked.
    Packed(Refusal),
    /// The browser has no room for what a gzip file holds.
    NoRoom,
    Unreadable,
    Job(JobError),
}

type ReadResult = Result<Held, Unread>;

enum Readiness {
    /// Messages wait until the Worker listens; sent earlier they would be lost.
    Starting {
        files: Vec<Blob>,
        starters: Vec<oneshot::Sender<()>>,
    },
    Ready,
    OtherVersion,
}

struct Client {
    worker: Worker,
    readiness: Readiness,
    /// Who waits, in the order in which files were sent.
    waiting: VecDeque<Waiting>,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(web_sys::Event)>,
}

struct Waiting {
    /// Given the first rows of a large spreadsheet.
    first: Box<dyn FnOnce(Blob)>,
    answer: oneshot::Sender<ReadResult>,
}

#[derive(Default)]
struct Own {
    client: RefCell<Option<Client>>,
}

fn own() -> Rc<Own> {
    lifetime::shared()
}

/// Starts the Worker, so that the first spreadsheet does not wait for it; ends once it answers or has failed. From then
/// on nothing is fetched for it.
pub(crate) async fn started() {
    let (starter, has_started) = oneshot::channel();
    own().with(|client| {
        if let Readiness::Starting { starters, .. } = &mut client.readiness {
            starters.push(starter);
        }
    });
    // Dropped when the Worker was ready before, or has failed.
    let _ = has_started.await;
}

/// Reads a spreadsheet: its sheets with values, each as a CSV file. A gzip file is unpacked. Of a large spreadsheet, `first` is
/// given a CSV file of the first rows beforehand.
pub(crate) async fn read(file: &Blob, first: impl FnOnce(Blob) + 'static) -> ReadResult {
    let (sender, answer) = oneshot::channel();
    let waiting = Waiting { first: Box::new(first), answer: sender };
    let taken = own().with(|client| {
        match &mut client.readiness {
            Readiness::Starting { files, .. } => files.push(file.clone()),
            Readiness::Ready => post(&client.worker, file),
            Readiness::OtherVersion => return Err(Unread::Job(JobError::OtherVersion)),
        }
        client.waiting.push_back(waiting);
        Ok(())
    });
    taken.unwrap_or(Err(Unread::Job(JobError::Died)))?;
    let answer = answer.await.unwrap_or(Err(Unread::Job(JobError::Cancelled)));
    // Its memory never shrinks. A page that makes no request keeps it.
    if !address::is_silent() {
        own().end_if_idle();
    }
    answer
}

impl Own {
    /// The Worker, started if there is none; `None` where there can be none.
    fn with<T>(&self, act: impl FnOnce(&mut Client) -> T) -> Option<T> {
        let mut client = self.client.borrow_mut();
        if client.is_none() {
            *client = Client::start();
        }
        client.as_mut().map(act)
    }

    fn end_if_idle(&self) {
        let mut client = self.client.borrow_mut();
        if let Some(idle) = client.take_if(|client| client.waiting.is_empty()) {
            end_worker(&idle.worker);
        }
    }
}

fn post(worker: &Worker, file: &Blob) {
    // Files can be cloned.
    let _ = worker.post_message(file);
}

impl Client {
    fn start() -> Option<Self> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let url = address::of_file(&Built::SheetWorker.path());
        let worker = Worker::new_with_options(&url, &options).ok()?;
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(|event: MessageEvent| receive(&event));
        let on_error = Closure::<dyn FnMut(web_sys::Event)>::new(|_| died());
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        Some(Self {
            worker,
            readiness: Readiness::Starting { files: Vec::new(), starters: Vec::new() },
            waiting: VecDeque::new(),
            _on_message: on_message,
            _on_error: on_error,
        })
    }

    fn settle_all(self, error: JobError) {
        for waiting in self.waiting {
            // The receiver may be gone; that is fine.
            let _ = waiting.answer.send(Err(Unread::Job(error)));
        }
    }
}

/// Gives up the Worker; the next file starts another.
fn died() {
    let Some(client) = own().client.take() else { return };
    end_worker(&client.worker);
    let has_started = matches!(client.readiness, Readiness::Ready);
    // The closure that runs this belongs to the client and must outlive its own call.
    spawn(async move {
        // One that cannot be started may be missing, because another build was published.
        let is_gone = !has_started && !client.waiting.is_empty() && is_replaced().await == Ok(true);
        client.settle_all(if is_gone { JobError::OtherVersion } else { JobError::Died });
    });
}

fn receive(event: &MessageEvent) {
    let data = event.data();
    let answer = match wire::message(&data) {
        Some(FromWorker::Ready { build }) => return ready(&build),
        Some(FromWorker::First) => return show_first(&data),
        Some(FromWorker::Read { sheets }) => Ok(Held::Sheets(with_files(sheets, &data))),
        Some(FromWorker::Unpacked) => files(&data).next().map(Held::Unpacked).ok_or(Unread::Unreadable),
        Some(FromWorker::Refused { refusal }) => Err(Unread::Spreadsheet(refusal)),
        Some(FromWorker::NotUnpacked { refusal }) => Err(Unread::Packed(refusal)),
        Some(FromWorker::NoRoom) => Err(Unread::NoRoom),
        Some(FromWorker::Unreadable) => Err(Unread::Unreadable),
        Some(FromWorker::Panicked) | None => return died(),
    };
    let waiting = own().client.borrow_mut().as_mut().and_then(|client| client.waiting.pop_front());
    if let Some(waiting) = waiting {
        let _ = waiting.answer.send(answer);
    }
}

/// Hands over the first rows, once for each file.
fn show_first(data: &JsValue) {
    let own = own();
    let first = own.client.borrow_mut().as_mut().and_then(|client| {
        let waiting = client.waiting.front_mut()?;
        Some(std::mem::replace(&mut waiting.first, Box::new(|_| ())))
    });
    if let (Some(first), Some(rows)) = (first, files(data).next()) {
        first(rows);
    }
}

/// The files beside a message.
fn files(data: &JsValue) -> impl Iterator<Item = Blob> + use<> {
    Array::from(&wire::property(data, FILES)).into_iter().filter_map(|file| file.dyn_into().ok())
}

fn with_files(sheets: Vec<Sheet>, data: &JsValue) -> Vec<SheetFile> {
    sheets.into_iter().zip(files(data)).map(|(sheet, csv)| SheetFile { sheet, csv }).collect()
}

fn ready(build: &str) {
    let own = own();
    let mut client = own.client.borrow_mut();
    let Some(client) = &mut *client else { return };
    let is_ours = build == address::sheet_worker_build();
    let readiness = if is_ours { Readiness::Ready } else { Readiness::OtherVersion };
    // Dropping this wakes the callers that wait for the start.
    let before = std::mem::replace(&mut client.readiness, readiness);
    if let (Readiness::Starting { files, .. }, true) = (&before, is_ours) {
        files.iter().for_each(|file| post(&client.worker, file));
    }
    if !is_ours {
        for waiting in client.waiting.drain(..) {
            let _ = waiting.answer.send(Err(Unread::Job(JobError::OtherVersion)));
        }
    }
}
