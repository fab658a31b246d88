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
mod follow;
mod lock;
mod outbox;
mod patience;
mod record;
mod state;
mod view;

use std::cell::RefCell;
use std::collections::HashMap;
use std::pin::Pin;
use std::rc::Rc;

use api_types::{Batch, NewRow};
use leptos::prelude::*;
use wasm_split_helpers::{SplitLoaderError, wasm_split};

use crate::kept::Person;
use control::{Control, Wish};

pub(crate) use state::{Cause, Kept, Plan, Sending, SendingId, SendingState};
pub(crate) use view::{SendingPanel, SendingStrip};

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
    let id = SendingId::new();
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

/// Takes over what the server says of a batch that was sent from here. Whether that is news.
pub(crate) fn hear(batch: &Batch) -> bool {
    let concerned = current().with_untracked(|sendings| {
        sendings
            .iter()
            .find(|sending| sending.state.batch().is_some_and(|known| known.id == batch.id))
            .cloned()
    });
    let Some(mut sending) = concerned else { return false };
    let news = sending.state.hear(batch);
    if news {
        change(&sending.id, |known| known.state = sending.state);
    }
    news
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

#[wasm_split(home, fallible)]
fn take_up(person: Person) -> Result<Work, SplitLoaderError> {
    Ok(Box::pin(driver::take_up(person)))
}

#[wasm_split(home, fallible)]
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
