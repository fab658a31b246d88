//! The page's side of the CSV Worker: requests as futures, progress as callbacks, a new Worker when one dies.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use csv_worker::protocol::{
    ATTACHMENT, Answer, Ask, FILES, Failure as JobFailure, FromWorker, JobId, PORT, Request, Response,
    ToWorker, answer, request,
};
use futures_channel::oneshot;
use js_sys::{Array, Object};
use leptos::prelude::*;
use roster::{Refusal, Rules, SHARED_FROM};
use wasm_bindgen::prelude::*;
use web_sys::{Blob, MessageChannel, MessageEvent, Worker, WorkerOptions, WorkerType};

use crate::platform::address::{self, Built};
use crate::platform::{files, lifetime, spawn};

/// Why a job has no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum JobError {
    /// The Worker died. A new one is running, without the file; see [`generation`].
    Died,
    /// Replaced by another job, or cancelled.
    Cancelled,
    /// The Worker reported a failure.
    Failed(JobFailure),
    /// The file cannot be read as a table.
    Refused(Refusal),
    /// The Worker on the server is of another build than this page, or there is only another build now: reload.
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
struct WorkerAnswer {
    response: Response,
    attachment: Option<Blob>,
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

impl Readiness {
    /// Has the Worker get a message as soon as it listens. One of another build gets none.
    fn post(&mut self, worker: &Worker, message: Object) {
        match self {
            Self::Starting(queue) => queue.push(message),
            Self::Ready => post(worker, &message),
            Self::OtherVersion => {}
        }
    }
}

/// How many Workers share a large file at most: more would wait for the same disk.
const MOST_WORKERS: f64 = 4.0;

struct Client {
    worker: Worker,
    /// The Workers that read parts of large files for it.
    helpers: Vec<Helper>,
    readiness: Readiness,
    pending: HashMap<JobId, Pending>,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(web_sys::Event)>,
}

/// Another Worker of the same kind.
struct Helper {
    worker: Worker,
    is_at: Rc<Cell<HelperIs>>,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(web_sys::Event)>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum HelperIs {
    Starting,
    Ready,
    /// One that dies now might leave the Worker waiting.
    Joined,
}

impl Drop for Helper {
    fn drop(&mut self) {
        end_worker(&self.worker);
    }
}

/// Ends a Worker. What it has said before is not heard: a panic says it twice, by a message and as an error, and the second
/// would come to a listener that is gone.
pub(super) fn end_worker(worker: &Worker) {
    worker.set_onmessage(None);
    worker.set_onerror(None);
    worker.terminate();
}

/// The page's Worker.
#[derive(Default)]
struct Own {
    client: RefCell<Option<Client>>,
    last_job: Cell<u32>,
    generation: RwSignal<u32>,
}

fn own() -> Rc<Own> {
    lifetime::shared()
}

/// Grows whenever a Worker died: files that were open there must be opened again.
pub(crate) fn generation() -> RwSignal<u32> {
    own().generation
}

/// Starts the Worker early, so that the first file does not wait for it.
pub(crate) fn warm_up() {
    let own = own();
    let mut client = own.client.borrow_mut();
    if client.is_none() {
        *client = Client::start();
    }
}

/// Starts the Worker, and waits until it answers or has failed: from then on nothing is fetched for it.
pub(crate) async fn started() {
    let _ = ask(request::Profile { rules: Rules::default() }).await;
}

/// Ends the Worker and frees its memory; the next request starts another.
pub(crate) fn end() {
    if let Some(client) = own().client.take() {
        end_worker(&client.worker);
        client.settle_all(JobError::Cancelled);
    }
}

/// Ends the jobs that report their progress: they are answered [`JobError::Cancelled`].
pub(crate) fn cancel() {
    let own = own();
    let mut client = own.client.borrow_mut();
    let Some(client) = client.as_mut() else { return };
    for (&job, _) in client.pending.iter().filter(|(_, pending)| pending.on_progress.is_some()) {
        client.readiness.post(&client.worker, message(own.next_job(), Request::Cancel { job }, &[]));
    }
}

/// Sends a request to the Worker and waits for the answer.
pub(crate) async fn ask<R: Ask>(request: R) -> Result<R::Answer, JobError> {
    send(request, None, None).await
}

/// Like [`ask`], with a file or a progress callback.
pub(crate) async fn send<R: Ask>(
    request: R,
    attachment: Option<&Blob>,
    on_progress: Option<OnProgress>,
) -> Result<R::Answer, JobError> {
    let beside = attachment.map(|file| (ATTACHMENT, file.as_ref()));
    let answer = exchange(request.into(), beside.as_slice(), on_progress).await?;
    R::Answer::of(answer.response).ok_or(JobError::OtherVersion)
}

/// Has the Worker check the rules of a profile, with the address keys of its people.
pub(crate) async fn check_profile(rules: Rules) -> Result<(answer::Profile, Option<Blob>), JobError> {
    let WorkerAnswer { response, attachment } =
        exchange(request::Profile { rules }.into(), &[], None).await?;
    Ok((answer::Profile::of(response).ok_or(JobError::OtherVersion)?, attachment))
}

/// Has the Worker make a file.
pub(crate) async fn make_file<R: Ask<Answer = answer::File>>(request: R) -> Result<Blob, JobError> {
    exchange(request.into(), &[], None).await?.attachment.ok_or(JobError::OtherVersion)
}

/// Has the Worker make one file of several, if they can be joined.
pub(crate) async fn join_files(
    request: request::Join,
    files: &[Blob],
) -> Result<(answer::Joined, Option<Blob>), JobError> {
    let files: Array = files.iter().collect();
    let WorkerAnswer { response, attachment } =
        exchange(request.into(), &[(FILES, files.as_ref())], None).await?;
    Ok((answer::Joined::of(response).ok_or(JobError::OtherVersion)?, attachment))
}

async fn exchange(
    request: Request,
    beside: &[(&str, &JsValue)],
    on_progress: Option<OnProgress>,
) -> Result<WorkerAnswer, JobError> {
    let own = own();
    let job = own.next_job();
    let is_large_file = |(_, file): &(&str, &JsValue)| {
        file.dyn_ref::<Blob>().is_some_and(|file| file.size() >= SHARED_FROM as f64)
    };
    let is_large = matches!(request, Request::Open(_)) && beside.iter().any(is_large_file);
    let message = message(job, request, beside);
    let (answer, receiver) = oneshot::channel();
    own.hand_over(job, message, Pending { answer, on_progress })?;
    // More Workers would have to be fetched, and a silent page fetches nothing any more.
    if is_large && !address::is_silent() {
        own.start_helpers();
    }
    receiver.await.unwrap_or(Err(JobError::Cancelled))
}

/// A message with that request.
fn message(job: JobId, request: Request, beside: &[(&str, &JsValue)]) -> Object {
    wire::object(&ToWorker { job, request }, beside)
}

impl Own {
    /// Starts the Workers that share large files, unless they run.
    fn start_helpers(&self) {
        let mut client = self.client.borrow_mut();
        let Some(client) = client.as_mut().filter(|client| client.helpers.is_empty()) else { return };
        let workers = window().navigator().hardware_concurrency().min(MOST_WORKERS);
        client.helpers.extend((1..workers as usize).map_while(|_| Helper::start()));
    }

    fn next_job(&self) -> JobId {
        self.last_job.update(|last| last + 1);
        JobId(self.last_job.get())
    }

    fn hand_over(&self, job: JobId, message: Object, pending: Pending) -> Result<(), JobError> {
        let mut client = self.client.borrow_mut();
        let client = match &mut *client {
            Some(client) => client,
            none => none.insert(Client::start().ok_or(JobError::Died)?),
        };
        if matches!(client.readiness, Readiness::OtherVersion) {
            return Err(JobError::OtherVersion);
        }
        client.readiness.post(&client.worker, message);
        client.pending.insert(job, pending);
        Ok(())
    }

    fn listener(&self, job: JobId) -> Option<OnProgress> {
        self.client.borrow().as_ref()?.pending.get(&job)?.on_progress.clone()
    }

    fn settled(&self, job: JobId) -> Option<Pending> {
        self.client.borrow_mut().as_mut()?.pending.remove(&job)
    }
}

fn post(worker: &Worker, message: &Object) {
    // Only what cannot be cloned is refused; bytes and files can be.
    let _ = worker.post_message(message);
}

/// Starts a Worker.
fn start() -> Option<Worker> {
    let options = WorkerOptions::new();
    options.set_type(WorkerType::Module);
    let url = address::of_file(&Built::Worker.path());
    Worker::new_with_options(&url, &options).ok()
}

impl Helper {
    /// Starts a helper, which is joined to the Worker once both listen. One that does not start, or is of another build, is not
    /// missed.
    fn start() -> Option<Self> {
        let worker = start()?;
        let own_worker = worker.clone();
        let is_at = Rc::new(Cell::new(HelperIs::Starting));
        let (heard, failed) = (is_at.clone(), is_at.clone());
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            match wire::message(&event.data()).map(|message: FromWorker| message.response) {
                Some(Response::Ready { build }) if build == address::worker_build() => {
                    heard.set(HelperIs::Ready);
                    if let Some(client) = own().client.borrow().as_ref() {
                        client.join_helpers();
                    }
                }
                Some(Response::Ready { .. }) => own_worker.terminate(),
                _ if heard.get() == HelperIs::Joined => died(),
                _ => {}
            }
        });
        let on_error = Closure::<dyn FnMut(web_sys::Event)>::new(move |_| {
            if failed.get() == HelperIs::Joined {
                died();
            }
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        Some(Self { worker, is_at, _on_message: on_message, _on_error: on_error })
    }
}

/// Gives the two ends of a channel to a Worker and its helper.
fn join(first: &Worker, helper: &Worker) -> Option<()> {
    let channel = MessageChannel::new().ok()?;
    let give = |worker: &Worker, request, port: &web_sys::MessagePort| {
        let message = message(JobId(0), request, &[(PORT, port)]);
        worker.post_message_with_transfer(&message, &Array::of1(port)).ok()
    };
    give(helper, Request::Help, &channel.port2())?;
    give(first, Request::Helper, &channel.port1())
}

impl Client {
    fn start() -> Option<Self> {
        let worker = start()?;
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(|event: MessageEvent| receive(&event));
        let on_error = Closure::<dyn FnMut(web_sys::Event)>::new(|_| died());
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        Some(Self {
            worker,
            helpers: Vec::new(),
            readiness: Readiness::Starting(Vec::new()),
            pending: HashMap::new(),
            _on_message: on_message,
            _on_error: on_error,
        })
    }

    /// Joins the helpers that are ready, once the Worker is.
    fn join_helpers(&self) {
        if !matches!(self.readiness, Readiness::Ready) {
            return;
        }
        for helper in self.helpers.iter().filter(|helper| helper.is_at.get() == HelperIs::Ready) {
            if join(&self.worker, &helper.worker).is_some() {
                helper.is_at.set(HelperIs::Joined);
            }
        }
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
    let Some(client) = own().client.take() else { return };
    end_worker(&client.worker);
    generation().update(|generation| *generation += 1);
    let has_started = matches!(client.readiness, Readiness::Ready);
    // The closure that runs this belongs to the client and must outlive its own call.
    spawn(async move {
        // One that cannot be started may be missing, because another build was published.
        let is_gone = !has_started && files::is_replaced().await == Ok(true);
        client.settle_all(if is_gone { JobError::OtherVersion } else { JobError::Died });
    });
}

fn receive(event: &MessageEvent) {
    let Some(FromWorker { job, response }) = wire::message(&event.data()) else { return died() };
    match (job, response) {
        (_, Response::Ready { build }) => ready(&build),
        (_, Response::Panicked { .. }) => died(),
        (Some(job), Response::Progress { bytes, total, rows }) => {
            if let Some(listener) = own().listener(job) {
                listener(Progress { bytes, total, rows });
            }
        }
        (Some(job), response) => {
            let Some(pending) = own().settled(job) else { return };
            let attachment = wire::property(&event.data(), ATTACHMENT).dyn_into::<Blob>().ok();
            let _ = pending.answer.send(match response {
                Response::Cancelled => Err(JobError::Cancelled),
                Response::Failed { failure } => Err(JobError::Failed(failure)),
                Response::Refused { refusal } => Err(JobError::Refused(refusal)),
                response => Ok(WorkerAnswer { response, attachment }),
            });
        }
        (None, _) => {}
    }
}

fn ready(build: &str) {
    let own = own();
    let mut client = own.client.borrow_mut();
    let Some(client) = &mut *client else { return };
    let is_ours = build == address::worker_build();
    let readiness = if is_ours { Readiness::Ready } else { Readiness::OtherVersion };
    let queued = std::mem::replace(&mut client.readiness, readiness);
    match (queued, &client.readiness) {
        (Readiness::Starting(messages), Readiness::Ready) => {
            for message in &messages {
                post(&client.worker, message);
            }
            client.join_helpers();
        }
        (_, Readiness::OtherVersion) => {
            for (_, pending) in client.pending.drain() {
                let _ = pending.answer.send(Err(JobError::OtherVersion));
            }
        }
        _ => {}
    }
}
