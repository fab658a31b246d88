//! The page's side of the CSV Worker: requests as futures, progress as callbacks, a new Worker when one dies.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use csv_worker::protocol::{
    ATTACHMENT, Failure as JobFailure, FromWorker, JobId, MESSAGE, Request, Response, ToWorker, VERSION,
};
use futures_channel::oneshot;
use js_sys::{Object, Reflect};
use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use web_sys::{Blob, MessageEvent, Worker, WorkerOptions, WorkerType};

use crate::platform::{address, lifetime};

/// Why a job has no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum JobError {
    /// The Worker died. A new one is running, without the file; see [`generation`].
    Died,
    /// Replaced by another job, or cancelled.
    Cancelled,
    /// The Worker reported a failure.
    Failed(JobFailure),
    /// The Worker on the server is of another version than this page: reload.
    OtherVersion,
}

/// The progress of a job: bytes of the file read, and rows found in them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Progress {
    pub(crate) bytes: u64,
    pub(crate) total: u64,
    pub(crate) rows: u64,
}

/// An answer, and the file that came with it.
pub(crate) struct WorkerAnswer {
    pub(crate) response: Response,
    pub(crate) attachment: Option<Blob>,
}

type OnProgress = Rc<dyn Fn(Progress)>;

struct Pending {
    answer: oneshot::Sender<Result<WorkerAnswer, JobError>>,
    on_progress: Option<OnProgress>,
}

enum Readiness {
    /// Messages wait until the Worker listens; sent earlier they would be lost.
    Starting(Vec<Object>),
    Ready,
    OtherVersion,
}

struct Client {
    worker: Worker,
    readiness: Readiness,
    pending: HashMap<JobId, Pending>,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(web_sys::Event)>,
}

thread_local! {
    static CLIENT: RefCell<Option<Client>> = const { RefCell::new(None) };
    static LAST_JOB: RefCell<u32> = const { RefCell::new(0) };
    static GENERATION: RefCell<Option<RwSignal<u32>>> = const { RefCell::new(None) };
}

/// Grows whenever a Worker died: files that were open there must be opened again.
pub(crate) fn generation() -> RwSignal<u32> {
    GENERATION
        .with_borrow_mut(|signal| *signal.get_or_insert_with(|| lifetime::in_app_scope(|| RwSignal::new(0))))
}

/// Starts the Worker early, so that the first file does not wait for it.
pub(crate) fn warm_up() {
    CLIENT.with_borrow_mut(|client| {
        if client.is_none() {
            *client = Client::start();
        }
    });
}

/// Ends the Worker and frees its memory; the next request starts another.
pub(crate) fn end() {
    if let Some(client) = CLIENT.take() {
        client.worker.terminate();
        client.settle_all(JobError::Cancelled);
    }
}

/// Sends a request to the Worker and waits for the answer.
pub(crate) async fn ask(request: Request) -> Result<WorkerAnswer, JobError> {
    send(request, None, None).await
}

/// Like [`ask`], with a file or a progress callback.
pub(crate) async fn send(
    request: Request,
    attachment: Option<&Blob>,
    on_progress: Option<OnProgress>,
) -> Result<WorkerAnswer, JobError> {
    let job = LAST_JOB.with_borrow_mut(|last| {
        *last += 1;
        JobId(*last)
    });
    let message = Object::new();
    let text = serde_json::to_string(&ToWorker { job, request })
        .map_err(|_| JobError::Failed(JobFailure::BadMessage))?;
    set(&message, MESSAGE, &JsValue::from_str(&text));
    if let Some(attachment) = attachment {
        set(&message, ATTACHMENT, attachment);
    }
    let (answer, receiver) = oneshot::channel();
    CLIENT.with_borrow_mut(|client| {
        let client = match client {
            Some(client) => client,
            None => client.insert(Client::start().ok_or(JobError::Died)?),
        };
        match &mut client.readiness {
            Readiness::Starting(queue) => queue.push(message),
            Readiness::Ready => post(&client.worker, &message),
            Readiness::OtherVersion => return Err(JobError::OtherVersion),
        }
        client.pending.insert(job, Pending { answer, on_progress });
        Ok(())
    })?;
    receiver.await.unwrap_or(Err(JobError::Cancelled))
}

fn set(object: &Object, name: &str, value: &JsValue) {
    // Setting a property of an object made here cannot fail.
    let _ = Reflect::set(object, &JsValue::from_str(name), value);
}

fn post(worker: &Worker, message: &Object) {
    // Only what cannot be cloned is refused; JSON text and files can be.
    let _ = worker.post_message(message);
}

impl Client {
    fn start() -> Option<Self> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let url = format!("{}/csv_worker_loader.js", address::base_path());
        let worker = Worker::new_with_options(&url, &options).ok()?;
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(|event: MessageEvent| receive(&event));
        let on_error = Closure::<dyn FnMut(web_sys::Event)>::new(|_| died());
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        Some(Self {
            worker,
            readiness: Readiness::Starting(Vec::new()),
            pending: HashMap::new(),
            _on_message: on_message,
            _on_error: on_error,
        })
    }

    fn settle_all(self, error: JobError) {
        for (_, pending) in self.pending {
            // The receiver may be gone; that is fine.
            let _ = pending.answer.send(Err(error));
        }
    }
}

/// Gives up the Worker: all pending requests fail, and the next request starts another.
fn died() {
    let Some(client) = CLIENT.take() else { return };
    client.worker.terminate();
    generation().update(|generation| *generation += 1);
    // The closure that runs this belongs to the client and must outlive its own call.
    leptos::task::spawn_local(async move { client.settle_all(JobError::Died) });
}

fn receive(event: &MessageEvent) {
    let data = event.data();
    let message = Reflect::get(&data, &JsValue::from_str(MESSAGE)).ok().and_then(|text| text.as_string());
    let Some(FromWorker { job, response }) = message.and_then(|text| serde_json::from_str(&text).ok()) else {
        return died();
    };
    match (job, response) {
        (_, Response::Ready { version, .. }) => ready(version),
        (_, Response::Panicked { .. }) => died(),
        (Some(job), Response::Progress { bytes, total, rows }) => {
            let listener = CLIENT.with_borrow(|client| {
                client.as_ref().and_then(|client| client.pending.get(&job)?.on_progress.clone())
            });
            if let Some(listener) = listener {
                listener(Progress { bytes, total, rows });
            }
        }
        (Some(job), response) => {
            let pending = CLIENT.with_borrow_mut(|client| client.as_mut()?.pending.remove(&job));
            let Some(pending) = pending else { return };
            let attachment = Reflect::get(&data, &JsValue::from_str(ATTACHMENT))
                .ok()
                .and_then(|attachment| attachment.dyn_into::<Blob>().ok());
            let _ = pending.answer.send(match response {
                Response::Cancelled => Err(JobError::Cancelled),
                Response::Failed { failure } => Err(JobError::Failed(failure)),
                response => Ok(WorkerAnswer { response, attachment }),
            });
        }
        (None, _) => {}
    }
}

fn ready(version: u32) {
    CLIENT.with_borrow_mut(|client| {
        let Some(client) = client else { return };
        let readiness = if version == VERSION { Readiness::Ready } else { Readiness::OtherVersion };
        let queued = std::mem::replace(&mut client.readiness, readiness);
        match (queued, &client.readiness) {
            (Readiness::Starting(messages), Readiness::Ready) => {
                for message in &messages {
                    post(&client.worker, message);
                }
            }
            (_, Readiness::OtherVersion) => {
                for (_, pending) in client.pending.drain() {
                    let _ = pending.answer.send(Err(JobError::OtherVersion));
                }
            }
            _ => {}
        }
    });
}
