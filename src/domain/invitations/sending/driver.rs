//! The work itself: one task per sending, one request at a time.

use std::rc::Rc;

use api_types::{Batch, Chunk, NewRow};

use leptos::prelude::*;

use super::control::{Control, Wish};
use super::outbox::{self, KeyedChunk};
use super::record::{Keys, Phase, Record, RemoteState, Step};
use super::registry::{add, change, current, remove, resume};
use super::retry_policy::{self, Reaction};
use super::state::{Cause, Kept, Plan, Sending, SendingId, SendingState};
use super::view;
use crate::api::batches::{self, IdempotencyKey};
use crate::api::chunker::{Chunker, Cut};
use crate::api::{Asked, Failure, FailureKind, retry};
use crate::domain::background_work;
use crate::domain::local_data::{self, Person, rows};
use crate::platform::lock::{self, Lock};
use crate::platform::{connectivity, spawn, timers};

fn lock_name(id: &SendingId) -> String {
    rows::locks_at(&local_data::here()) + &id.0
}

fn show(id: &SendingId, state: SendingState) {
    view::speak(id, &state);
    change(id, |sending| sending.state = state);
}

/// Notes on the screen that a reload would lose the sending.
fn only_on_this_page(id: &SendingId) {
    change(id, |sending| sending.kept = Kept::OnThisPage);
}

async fn save(record: &Record) {
    if !outbox::put_record(record).await && !outbox::is_gone(&record.id).await {
        only_on_this_page(&record.id);
    }
}

/// Once the person has signed in again: goes on with what waits for them and was given up meanwhile, which ends it.
pub(super) async fn look_again() {
    let waits = |state: &SendingState| matches!(state, SendingState::Held | SendingState::Paused { .. });
    let waiting = current().with_untracked(|sendings| {
        sendings
            .iter()
            .filter(|sending| waits(&sending.state))
            .map(|sending| sending.id.clone())
            .collect::<Vec<_>>()
    });
    for id in waiting {
        if outbox::is_gone(&id).await {
            resume(&id);
        }
    }
}

/// Resumes every sending that the person left in this browser.
pub(super) async fn take_up(person: Person) {
    for record in outbox::records().await {
        if Person::signed_in().as_ref() != Some(&person) {
            return;
        }
        // A sending that was started on this page while the list was read is running already.
        if current().with_untracked(|sendings| sendings.iter().any(|sending| sending.id == record.id)) {
            continue;
        }
        let control = add(
            Sending {
                id: record.id.clone(),
                plan: record.plan.clone(),
                kept: Kept::InBrowser,
                batch: record.batch.clone(),
                state: SendingState::Sending { done: record.done() },
            },
            wished(record.phase),
        );
        spawn(go_on(record.id, control));
    }
}

/// What was last wanted of a stored sending.
fn wished(phase: Phase) -> Wish {
    match phase {
        Phase::Preparing | Phase::Going => Wish::Go,
        Phase::Paused => Wish::Pause,
        Phase::Held => Wish::Hold,
        Phase::Cancelling => Wish::Cancel,
    }
}

/// Resumes a stored sending once no other tab works on it.
async fn go_on(id: SendingId, control: Rc<Control>) {
    let (name, wish) = (lock_name(&id), control.wish());
    let lock = match lock::try_acquire(&name).await {
        Some(lock) => lock,
        None => {
            show(&id, SendingState::Elsewhere);
            match control.unless_changed(lock::acquire(&name)).await {
                Some(lock) => lock,
                None => return,
            }
        }
    };
    // As the other tab has left it: there it may have been paused or cancelled.
    match outbox::record(&id).await {
        Some(record) if record.phase != Phase::Preparing => {
            if control.wish() == wish {
                control.set(wished(record.phase));
            }
            Task { record, control, _lock: lock }.run(true).await
        }
        // Its page died before anything was sent, and the remaining rows are lost.
        Some(_) => {
            outbox::remove(&id).await;
            remove(&id);
        }
        None => remove(&id),
    }
}

/// Stores all rows, then sends them.
pub(super) async fn prepare_and_send(
    id: SendingId,
    plan: Plan,
    mut source: impl AsyncFnMut() -> Result<Vec<NewRow>, String>,
    control: Rc<Control>,
) {
    let lock = lock::acquire(&lock_name(&id)).await;
    let keys =
        Keys { create: IdempotencyKey::new(), seal: IdempotencyKey::new(), cancel: IdempotencyKey::new() };
    let mut record = Record {
        id: id.clone(),
        created_at: timers::now(),
        plan,
        phase: Phase::Preparing,
        keys,
        chunk_rows: Vec::new(),
        batch: None,
        next_chunk: 0,
    };
    save(&record).await;
    match write_down(&mut record, &mut source, &control).await {
        Ok(true) => {
            record.phase = Phase::Going;
            if !connectivity::is_online() {
                record.phase = Phase::Held;
                control.set(Wish::Hold);
            }
            record.plan.rows = record.chunk_rows.iter().sum();
            change(&id, |sending| sending.plan.rows = record.plan.rows);
            save(&record).await;
            Task { record, control, _lock: lock }.run(false).await;
        }
        Ok(false) => {
            outbox::remove(&id).await;
            show(&id, SendingState::Cancelled { batch: None });
        }
        Err(reason) => {
            outbox::remove(&id).await;
            show(&id, SendingState::Failed { cause: Cause::Source(reason) });
        }
    }
}

/// Stores all rows of the source; `false` when the user cancelled first.
async fn write_down(
    record: &mut Record,
    source: &mut impl AsyncFnMut() -> Result<Vec<NewRow>, String>,
    control: &Control,
) -> Result<bool, String> {
    let options = record.plan.options.clone();
    let mut chunker = Chunker::new();
    let mut stored = 0;
    loop {
        let rows = source().await?;
        if control.wish() != Wish::Go {
            return Ok(false);
        }
        let last = rows.is_empty();
        stored += rows.len() as u32;
        for row in rows {
            let memberships = options.memberships(&row);
            if let Some(chunk) = chunker.push(row, memberships) {
                keep(record, chunk).await;
            }
        }
        if last {
            if let Some(chunk) = chunker.finish() {
                keep(record, chunk).await;
            }
            return Ok(true);
        }
        show(&record.id, SendingState::Preparing { stored });
    }
}

async fn keep(record: &mut Record, Cut { index, rows }: Cut<NewRow>) {
    let chunk = Chunk { index, rows };
    record.chunk_rows.push(chunk.rows.len() as u32);
    if !outbox::put_chunk(record, KeyedChunk { key: IdempotencyKey::new(), chunk }).await {
        only_on_this_page(&record.id);
    }
}

/// The outcome of a successful request.
enum RequestOutcome {
    Batch(Box<Batch>),
    ChunkTaken(u32),
}

/// Why a request failed.
enum Trouble {
    RowsLost,
    Failed(Failure),
}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

struct Task {
    record: Record,
    control: Rc<Control>,
    _lock: Lock,
}

impl Task {
    /// Sends until the end. `returning`: the server may know more than the record does.
    async fn run(mut self, returning: bool) {
        let mut ask_server =
            returning && self.record.batch.is_some() && self.record.phase != Phase::Cancelling;
        let mut refused: Option<(Step, Failure)> = None;
        let mut attempt = 0_u32;
        loop {
            match self.control.wish() {
                Wish::Leave => return,
                Wish::Pause => {
                    attempt = 0;
                    self.enter(Phase::Paused).await;
                    self.show(SendingState::Paused { done: self.record.done() });
                    self.control.changed().await;
                    continue;
                }
                Wish::Hold => {
                    self.enter(Phase::Held).await;
                    self.show(SendingState::Held);
                    self.control.changed().await;
                    continue;
                }
                Wish::Cancel if !self.record.may_be_sealed() => {
                    self.abandon_batch();
                    return self.finish(SendingState::Cancelled { batch: None }).await;
                }
                Wish::Cancel if self.record.phase == Phase::Cancelling => {}
                Wish::Cancel => {
                    attempt = 0;
                    self.enter(Phase::Cancelling).await;
                }
                Wish::Go => self.enter(Phase::Going).await,
            }
            if attempt == 0 {
                self.show(match self.record.phase {
                    Phase::Cancelling => SendingState::Cancelling { trouble: None },
                    _ => SendingState::Sending { done: self.record.done() },
                });
            }
            let step = self.record.next_step();
            let Some(answer) = self.control.unless_changed(self.request(step, ask_server)).await else {
                continue;
            };
            match answer {
                Ok(RequestOutcome::ChunkTaken(index)) => {
                    attempt = 0;
                    self.record.chunk_taken(index);
                    save(&self.record).await;
                }
                Ok(RequestOutcome::Batch(batch)) => {
                    attempt = 0;
                    ask_server = false;
                    change(&self.record.id, |sending| sending.batch = Some(batch.id.clone()));
                    match self.record.reconcile(&batch) {
                        RemoteState::Accepted => {
                            let id = batch.id.clone();
                            self.finish(SendingState::Accepted { batch }).await;
                            return background_work::await_end(&id);
                        }
                        RemoteState::Cancelled => {
                            return self.finish(SendingState::Cancelled { batch: Some(batch) }).await;
                        }
                        RemoteState::Open => save(&self.record).await,
                    }
                    // Asking the server did not help: the same step would be refused again.
                    if let Some((_, failure)) =
                        refused.take().filter(|(step, _)| *step == self.record.next_step())
                    {
                        self.stop(failure).await;
                    }
                }
                Err(Trouble::RowsLost) => return self.lose(Cause::RowsLost).await,
                Err(Trouble::Failed(failure)) => {
                    // Beyond the budget it waits as long as after many attempts: it continues without adding to the
                    // load.
                    attempt = if retry::may_retry() { attempt.saturating_add(1) } else { u32::MAX };
                    match retry_policy::react(&failure, attempt, js_sys::Math::random()) {
                        Reaction::Leave => return remove(&self.record.id),
                        Reaction::AskServer if !ask_server => {
                            ask_server = true;
                            refused = Some((step, failure));
                        }
                        Reaction::Wait { ms } => self.wait(failure, ms).await,
                        // The server may have all of it.
                        Reaction::GiveUp if self.record.may_be_sealed() => self.control.set(Wish::Cancel),
                        Reaction::GiveUp => return self.lose(Cause::GivenUp).await,
                        Reaction::AskServer | Reaction::Stop => {
                            self.stop(failure).await;
                            attempt = 0;
                        }
                    }
                }
            }
        }
    }

    async fn request(&self, step: Step, ask_server: bool) -> Result<RequestOutcome, Trouble> {
        let Record { keys, batch, .. } = &self.record;
        let batch = match (step, batch) {
            (Step::Create, _) | (_, None) => {
                batches::create(&keys.create, &self.record.new_batch(), self.is_given_up()).await?
            }
            (_, Some(batch)) if ask_server => batches::find(batch).await?,
            (Step::Seal, Some(batch)) => batches::seal(&keys.seal, batch, self.is_given_up()).await?,
            (Step::Cancel, Some(batch)) => batches::cancel(&keys.cancel, batch).await?,
            (Step::Chunk(index), Some(batch)) => {
                let Some(kept) = outbox::chunk(&self.record.id, index).await else {
                    return Err(match outbox::is_gone(&self.record.id).await {
                        true => Trouble::Failed(Failure::without_response(FailureKind::GivenUp)),
                        false => Trouble::RowsLost,
                    });
                };
                let taken = batches::add_chunk(&kept.key, batch, &kept.chunk, self.is_given_up()).await?;
                return Ok(RequestOutcome::ChunkTaken(taken.index));
            }
        };
        Ok(RequestOutcome::Batch(Box::new(batch)))
    }

    fn show(&self, state: SendingState) {
        show(&self.record.id, state);
    }

    /// Stores a change of phase.
    async fn enter(&mut self, phase: Phase) {
        if self.record.phase != phase {
            self.record.phase = phase;
            save(&self.record).await;
        }
    }

    async fn wait(&self, failure: Failure, ms: f64) {
        self.show(match self.record.phase {
            Phase::Cancelling => SendingState::Cancelling { trouble: Some(failure) },
            _ => SendingState::Waiting {
                done: self.record.done(),
                failure,
                retry_at: timers::now() + ms as u64,
            },
        });
        self.control.unless_changed(timers::sleep(ms)).await;
    }

    /// Waits for the user to retry or cancel; a reload finds it paused.
    async fn stop(&mut self, failure: Failure) {
        if self.record.phase == Phase::Cancelling {
            self.show(SendingState::Cancelling { trouble: Some(failure) });
        } else {
            self.enter(Phase::Paused).await;
            self.show(SendingState::Failed { cause: Cause::Refused(failure) });
        }
        self.control.changed().await;
    }

    /// Tells the server that the batch will not get its remaining rows, so that it frees their seats. Unsealed, it
    /// sends no mail in any case, so the answer is not awaited.
    fn abandon_batch(&self) {
        if let Some(batch) = self.record.batch.clone() {
            let key = self.record.keys.cancel.clone();
            spawn(async move {
                let _ = retry::patiently(async || batches::cancel(&key, &batch).await).await;
            });
        }
    }

    /// Ends a sending whose rows are gone before the server had all of them.
    async fn lose(self, cause: Cause) {
        self.abandon_batch();
        self.finish(SendingState::Failed { cause }).await;
    }

    fn is_given_up(&self) -> Asked {
        let id = self.record.id.clone();
        Box::new(move || {
            let id = id.clone();
            Box::pin(async move { outbox::is_gone(&id).await })
        })
    }

    async fn finish(self, state: SendingState) {
        outbox::remove(&self.record.id).await;
        self.show(state);
    }
}
