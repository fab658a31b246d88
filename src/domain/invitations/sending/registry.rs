//! What is being sent as the screens know it, and how they steer it.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use api_types::Batch;
use leptos::prelude::*;

use super::control::{Control, Wish};
use super::state::{Sending, SendingId, SendingState};

thread_local! {
    static CURRENT: RefCell<Option<RwSignal<Vec<Sending>>>> = const { RefCell::new(None) };
    static CONTROLS: RefCell<HashMap<SendingId, Rc<Control>>> = RefCell::new(HashMap::new());
}

/// The sendings of this person that the screens know of, oldest first.
///
/// # Panics
/// Before [`init`](super::init).
pub(crate) fn current() -> RwSignal<Vec<Sending>> {
    CURRENT.with_borrow(|current| current.expect("sending::init comes first"))
}

/// One sending, as it is now; reactive.
pub(crate) fn find(id: &SendingId) -> Option<Sending> {
    current().with(|sendings| sendings.iter().find(|sending| sending.id == *id).cloned())
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

/// Whether something would be lost by [`wipe`](super::wipe).
pub(crate) fn has_unsent() -> bool {
    current().with_untracked(|sendings| sendings.iter().any(|sending| !sending.state.is_over()))
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

pub(super) fn add(sending: Sending, wish: Wish) -> Rc<Control> {
    let control = Rc::new(Control::new(wish));
    CONTROLS.with_borrow_mut(|controls| controls.insert(sending.id.clone(), control.clone()));
    current().update(|sendings| sendings.push(sending));
    control
}

pub(super) fn remove(id: &SendingId) {
    CONTROLS.with_borrow_mut(|controls| controls.remove(id));
    current().update(|sendings| sendings.retain(|sending| sending.id != *id));
}

/// Stops everything here; what is written down stays.
pub(super) fn forget_all() {
    for (_, control) in CONTROLS.take() {
        control.set(Wish::Leave);
    }
    current().set(Vec::new());
}

/// Changes what the screens know of a sending; one that was forgotten stays forgotten.
pub(super) fn change(id: &SendingId, change: impl FnOnce(&mut Sending)) {
    current().update(|sendings| {
        if let Some(sending) = sendings.iter_mut().find(|sending| sending.id == *id) {
            change(sending);
        }
    });
}

/// Creates the state in the scope that lives as long as the app.
pub(super) fn init() -> RwSignal<Vec<Sending>> {
    let sendings = RwSignal::new(Vec::new());
    CURRENT.set(Some(sendings));
    sendings
}
