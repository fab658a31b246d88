//! Sending invitations in the background, whatever happens: reload, crash, no network, a server that is away.
//!
//! [`start`] takes a [`Plan`] and a source of rows. Everything is written down in the browser before the first
//! request, with the idempotency keys under which it will be sent; from then on the sending goes on by itself until
//! the server has accepted the batch, also after a reload, and nobody is invited twice. [`current`] tells what is
//! going on, [`SendingPanel`] shows one sending on the screen it belongs to, [`SendingStrip`] the others everywhere.
//!
//! What is written down belongs to one person of one account, is kept for a week and forgotten at sign-out
//! ([`wipe`]).

mod chunker;
mod control;
mod driver;
mod lock;
mod outbox;
mod patience;
mod record;
mod view;

use std::cell::RefCell;
use std::collections::HashMap;
use std::pin::Pin;
use std::rc::Rc;

use api_types::{Batch, BatchOptions, BatchSource, NewRow, UserId};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use wasm_split_helpers::{SplitLoaderError, wasm_split};

use crate::api::Failure;
use crate::session;
use crate::ui::dom;
use control::{Control, Wish};

pub(crate) use view::{SendingPanel, SendingStrip};

/// As long as the server remembers idempotency keys.
const KEPT_FOR_MS: u64 = 7 * 24 * 60 * 60 * 1_000;

/// What is to be sent, apart from the rows themselves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Plan {
    pub(crate) source: BatchSource,
    pub(crate) file_name: Option<String>,
    pub(crate) options: BatchOptions,
    /// How many rows the source will give. Corrected to what it gave once they are all there.
    pub(crate) rows: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct SendingId(String);

/// Whose sending it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Person {
    account: String,
    user: UserId,
}

impl Person {
    fn signed_in() -> Option<Self> {
        let session = session::current()?;
        Some(Self { account: session.account.name, user: session.user.id })
    }
}

/// A sending as the screens show it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Sending {
    pub(crate) id: SendingId,
    pub(crate) plan: Plan,
    pub(crate) kept: Kept,
    pub(crate) state: SendingState,
}

/// Where the rows are until the server has them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kept {
    /// In the browser's storage: a reload loses nothing.
    InBrowser,
    /// The browser keeps nothing for this page: a reload loses what has not been sent.
    OnThisPage,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum SendingState {
    /// Rows are being written down; nothing has been sent. `stored` of the plan's rows are there.
    Preparing {
        stored: u32,
    },
    /// The server has `done` of the plan's rows. Mails start when it has them all.
    Sending {
        done: u32,
    },
    /// Something that may pass is in the way. The next attempt is at `retry_at`, milliseconds since 1970.
    Waiting {
        done: u32,
        failure: Failure,
        retry_at: u64,
    },
    Paused {
        done: u32,
    },
    /// Another tab of this browser is sending it. This one goes on if that one dies.
    Elsewhere,
    /// The server is told to send nothing further; `trouble` is what is in the way of that.
    Cancelling {
        trouble: Option<Failure>,
    },
    /// The server has everything and sends the mails.
    Accepted {
        batch: Box<Batch>,
    },
    /// Without a batch, nobody was invited; with one, `batch.deliveries` counts what had been sent before.
    Cancelled {
        batch: Option<Box<Batch>>,
    },
    Failed {
        cause: Cause,
    },
}

/// Why a sending does not go on by itself.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Cause {
    /// The source of rows gave up, with a text for the person. Nothing was sent, nothing is kept.
    Source(String),
    /// The browser has lost rows that it kept: the rest cannot be sent.
    RowsLost,
    /// The server refused. [`retry_now`] and [`cancel`] are possible.
    Refused(Failure),
}

impl SendingState {
    /// Whether something stands in the way that another attempt might get past.
    pub(crate) fn can_retry(&self) -> bool {
        matches!(
            self,
            Self::Waiting { .. }
                | Self::Cancelling { trouble: Some(_) }
                | Self::Failed { cause: Cause::Refused(_) }
        )
    }

    /// What stands in the way, where it is the answer to a request.
    pub(crate) fn failure(&self) -> Option<&Failure> {
        match self {
            Self::Waiting { failure, .. } | Self::Failed { cause: Cause::Refused(failure) } => Some(failure),
            Self::Cancelling { trouble } => trouble.as_ref(),
            _ => None,
        }
    }

    /// Whether nothing will happen any more.
    pub(crate) fn is_over(&self) -> bool {
        match self {
            Self::Accepted { .. } | Self::Cancelled { .. } => true,
            Self::Failed { cause } => !matches!(cause, Cause::Refused(_)),
            _ => false,
        }
    }
}

impl Sending {
    /// Whether leaving the page now would lose something.
    fn is_at_risk(&self) -> bool {
        match self.state {
            SendingState::Preparing { .. } => true,
            SendingState::Elsewhere => false,
            _ => self.kept == Kept::OnThisPage && !self.state.is_over(),
        }
    }
}

thread_local! {
    static CURRENT: RefCell<Option<RwSignal<Vec<Sending>>>> = const { RefCell::new(None) };
    static CONTROLS: RefCell<HashMap<SendingId, Rc<Control>>> = RefCell::new(HashMap::new());
}

/// Creates the state in the scope that lives as long as the app, and takes up what a signed-in person left behind.
pub(crate) fn init() {
    let sendings = RwSignal::new(Vec::<Sending>::new());
    CURRENT.set(Some(sendings));
    view::init();
    Effect::new(|before: Option<Option<Person>>| {
        let person = Person::signed_in();
        if before.flatten() != person {
            forget_all();
            if let Some(person) = person.clone() {
                leptos::task::spawn_local(async move {
                    // Not loaded now means taken up at the next start: nothing is lost.
                    if let Ok(work) = take_up(person).await {
                        work.await;
                    }
                });
            }
        }
        person
    });
    let waiting = window_event_listener(leptos::ev::online, move |_| {
        let ids: Vec<SendingId> = sendings.with_untracked(|sendings| {
            sendings
                .iter()
                .filter(|sending| sending.state.can_retry())
                .map(|sending| sending.id.clone())
                .collect()
        });
        ids.iter().for_each(retry_now);
    });
    on_cleanup(move || waiting.remove());
    guard_unload(sendings);
}

/// Asks before the page is left, as long as something would be lost by it, and only then.
fn guard_unload(sendings: RwSignal<Vec<Sending>>) {
    let at_risk = Memo::new(move |_| sendings.with(|sendings| sendings.iter().any(Sending::is_at_risk)));
    Effect::new(move |_| {
        if at_risk.get() {
            let guard = window_event_listener(leptos::ev::beforeunload, |event| {
                event.prevent_default();
                // What older browsers look at.
                event.set_return_value("unsent");
            });
            on_cleanup(move || guard.remove());
        }
    });
}

/// The sendings of this person that the screens know of, oldest first.
///
/// # Panics
/// Before [`init`].
pub(crate) fn current() -> RwSignal<Vec<Sending>> {
    CURRENT.with_borrow(|current| current.expect("sending::init comes first"))
}

/// One sending, as it is now; reactive.
pub(crate) fn find(id: &SendingId) -> Option<Sending> {
    current().with(|sendings| sendings.iter().find(|sending| sending.id == *id).cloned())
}

/// Writes down all rows of `source`, then sends them.
///
/// `source` gives the next rows each time it is called, as many as it likes at once, and none when there are no more;
/// or, where it cannot, a text that tells the person why.
pub(crate) fn start(
    plan: Plan,
    source: impl AsyncFnMut() -> Result<Vec<NewRow>, String> + 'static,
) -> SendingId {
    let id = SendingId(dom::random_uuid());
    let control = add(
        Sending {
            id: id.clone(),
            plan: plan.clone(),
            kept: Kept::InBrowser,
            state: SendingState::Preparing { stored: 0 },
        },
        Wish::Go,
    );
    leptos::task::spawn_local(driver::prepare_and_send(id.clone(), plan, source, control));
    id
}

/// Interrupts the sending; [`resume`] goes on. Has no effect while rows are prepared.
pub(crate) fn pause(id: &SendingId) {
    let possible =
        |state: &SendingState| matches!(state, SendingState::Sending { .. } | SendingState::Waiting { .. });
    control(id, possible, |control| control.set(Wish::Pause));
}

pub(crate) fn resume(id: &SendingId) {
    control(id, |state| matches!(state, SendingState::Paused { .. }), |control| control.set(Wish::Go));
}

/// Does not wait for the next attempt, or tries once more after a refusal.
pub(crate) fn retry_now(id: &SendingId) {
    control(id, SendingState::can_retry, Control::wake);
}

/// Ends the sending for good. Mails that have been sent stay sent; before the server has all rows, none has.
pub(crate) fn cancel(id: &SendingId) {
    let possible = |state: &SendingState| !state.is_over() && *state != SendingState::Elsewhere;
    control(id, possible, |control| control.set(Wish::Cancel));
}

/// Takes a sending that is over off the screens.
pub(crate) fn dismiss(id: &SendingId) {
    if current().with_untracked(|sendings| {
        sendings.iter().any(|sending| sending.id == *id && sending.state.is_over())
    }) {
        remove(id);
    }
}

/// Whether something would be lost by [`wipe`].
pub(crate) fn has_unsent() -> bool {
    current().with_untracked(|sendings| sendings.iter().any(|sending| !sending.state.is_over()))
}

/// Stops everything and forgets what was written down for the person who is signed in.
pub(crate) async fn wipe() {
    let person = Person::signed_in();
    let ids: Vec<SendingId> =
        current().with_untracked(|sendings| sendings.iter().map(|sending| sending.id.clone()).collect());
    forget_all();
    if let Ok(work) = erase(person, ids).await {
        work.await;
    }
}

/// Work of which the code is loaded apart from the rest.
type Work = Pin<Box<dyn Future<Output = ()>>>;

#[wasm_split(sending, fallible)]
fn take_up(person: Person) -> Result<Work, SplitLoaderError> {
    Ok(Box::pin(driver::take_up(person)))
}

#[wasm_split(sending, fallible)]
fn erase(person: Option<Person>, mut ids: Vec<SendingId>) -> Result<Work, SplitLoaderError> {
    Ok(Box::pin(async move {
        if let Some(person) = person {
            ids.extend(outbox::records_of(&person).await.into_iter().map(|record| record.id));
        }
        for id in ids {
            outbox::remove(&id).await;
        }
    }))
}

/// Steers a sending in a state that allows it.
fn control(id: &SendingId, possible: impl Fn(&SendingState) -> bool, steer: impl FnOnce(&Control)) {
    let allowed = current().with_untracked(|sendings| {
        sendings.iter().any(|sending| sending.id == *id && possible(&sending.state))
    });
    let control = CONTROLS.with_borrow(|controls| controls.get(id).cloned());
    if let Some(control) = control.filter(|_| allowed) {
        steer(&control);
    }
}

fn add(sending: Sending, wish: Wish) -> Rc<Control> {
    let control = Rc::new(Control::new(wish));
    CONTROLS.with_borrow_mut(|controls| controls.insert(sending.id.clone(), control.clone()));
    current().update(|sendings| sendings.push(sending));
    control
}

fn remove(id: &SendingId) {
    CONTROLS.with_borrow_mut(|controls| controls.remove(id));
    current().update(|sendings| sendings.retain(|sending| sending.id != *id));
}

/// Stops everything here; what is written down stays.
fn forget_all() {
    for (_, control) in CONTROLS.take() {
        control.set(Wish::Leave);
    }
    current().set(Vec::new());
}

/// Changes what the screens know of a sending; one that was forgotten stays forgotten.
fn change(id: &SendingId, change: impl FnOnce(&mut Sending)) {
    current().update(|sendings| {
        if let Some(sending) = sendings.iter_mut().find(|sending| sending.id == *id) {
            change(sending);
        }
    });
}

#[cfg(test)]
mod tests {
    use api_types::BatchState;

    use super::*;
    use crate::api::FailureKind;

    fn sending(kept: Kept, state: SendingState) -> Sending {
        let record = record::tests::record();
        Sending { id: record.id, plan: record.plan, kept, state }
    }

    fn states() -> Vec<SendingState> {
        let failure = Failure::without_response(FailureKind::Unreachable);
        let batch = Box::new(record::tests::batch(BatchState::Sealed, 3));
        vec![
            SendingState::Preparing { stored: 0 },
            SendingState::Sending { done: 0 },
            SendingState::Waiting { done: 0, failure: failure.clone(), retry_at: 0 },
            SendingState::Paused { done: 0 },
            SendingState::Elsewhere,
            SendingState::Cancelling { trouble: None },
            SendingState::Accepted { batch },
            SendingState::Cancelled { batch: None },
            SendingState::Failed { cause: Cause::Source(String::new()) },
            SendingState::Failed { cause: Cause::RowsLost },
            SendingState::Failed { cause: Cause::Refused(failure) },
        ]
    }

    #[test]
    fn r5_the_page_is_guarded_only_while_leaving_it_loses_something() {
        let at_risk = |kept: Kept| {
            let at_risk = |state| sending(kept, state).is_at_risk();
            states().into_iter().map(at_risk).collect::<Vec<_>>()
        };
        assert_eq!(
            at_risk(Kept::InBrowser).iter().filter(|at_risk| **at_risk).count(),
            1,
            "only while preparing"
        );
        assert_eq!(
            at_risk(Kept::OnThisPage),
            [true, true, true, true, false, true, false, false, false, false, true]
        );
    }

    #[test]
    fn a18_what_is_not_over_counts_as_unsent() {
        let over: Vec<bool> = states().iter().map(SendingState::is_over).collect();
        assert_eq!(over, [false, false, false, false, false, false, true, true, true, true, false]);
    }
}
