//! The sendings as the screens see and control them.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use api_types::Batch;
use leptos::prelude::*;

use super::control::{Control, Wish};
use super::state::{Sending, SendingId, SendingState};
use crate::platform::lifetime;
use crate::t;

#[derive(Default)]
struct Sendings {
    current: RwSignal<Vec<Sending>>,
    controls: RefCell<HashMap<SendingId, Rc<Control>>>,
}

fn sendings() -> Rc<Sendings> {
    lifetime::shared()
}

/// The sendings of this person that the screens show, oldest first.
pub(crate) fn current() -> RwSignal<Vec<Sending>> {
    sendings().current
}

/// The present state of one sending; reactive.
pub(crate) fn find(id: &SendingId) -> Option<Sending> {
    current().with(|sendings| sendings.iter().find(|sending| sending.id == *id).cloned())
}

/// Interrupts the sending; [`resume`] continues it. Has no effect while rows are prepared.
pub(crate) fn pause(id: &SendingId) {
    let possible =
        |state: &SendingState| matches!(state, SendingState::Sending { .. } | SendingState::Waiting { .. });
    control(id, possible, |control| control.set(Wish::Pause));
}

/// Continues a paused sending, or starts one that was held.
pub(crate) fn resume(id: &SendingId) {
    let possible = |state: &SendingState| matches!(state, SendingState::Paused { .. } | SendingState::Held);
    control(id, possible, |control| control.set(Wish::Go));
}

/// Makes the next attempt now, or retries after a refusal.
pub(crate) fn retry_now(id: &SendingId) {
    control(id, SendingState::can_retry, Control::wake);
}

/// Ends the sending for good. Sent mails stay sent; none is sent before the server has all rows.
pub(crate) fn cancel(id: &SendingId) {
    let possible = |state: &SendingState| !state.is_over() && *state != SendingState::Elsewhere;
    control(id, possible, |control| control.set(Wish::Cancel));
}

/// Removes a finished sending from the screens.
pub(crate) fn dismiss(id: &SendingId) {
    if current().with_untracked(|sendings| {
        sendings.iter().any(|sending| sending.id == *id && sending.state.is_over())
    }) {
        remove(id);
    }
}

/// Takes the server's state of a batch that was sent from here. Returns whether it differs.
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

/// Whether [`wipe`](super::wipe) would lose something.
pub(crate) fn has_unsent() -> bool {
    current().with_untracked(|sendings| sendings.iter().any(|sending| !sending.state.is_over()))
}

/// Whether leaving the page now would lose something; reactive.
pub(crate) fn is_at_risk() -> bool {
    current().with(|sendings| sendings.iter().any(Sending::is_at_risk))
}

/// What a reload would lose, in words.
pub(crate) fn lost_by_reload() -> Option<String> {
    current().with_untracked(|sendings| {
        if sendings.iter().any(Sending::is_unkept) {
            return Some(t!("sending.not_kept"));
        }
        sendings.iter().any(Sending::is_at_risk).then(|| t!("version.preparing"))
    })
}

/// Controls a sending whose state allows it.
fn control(id: &SendingId, possible: impl Fn(&SendingState) -> bool, steer: impl FnOnce(&Control)) {
    let allowed = current().with_untracked(|sendings| {
        sendings.iter().any(|sending| sending.id == *id && possible(&sending.state))
    });
    let control = sendings().controls.borrow().get(id).cloned();
    if let Some(control) = control.filter(|_| allowed) {
        steer(&control);
    }
}

pub(super) fn add(sending: Sending, wish: Wish) -> Rc<Control> {
    let control = Rc::new(Control::new(wish));
    sendings().controls.borrow_mut().insert(sending.id.clone(), control.clone());
    current().update(|sendings| sendings.push(sending));
    control
}

pub(super) fn remove(id: &SendingId) {
    sendings().controls.borrow_mut().remove(id);
    current().update(|sendings| sendings.retain(|sending| sending.id != *id));
}

/// Stops all sendings of this page; what is stored stays.
pub(super) fn forget_all() {
    for (_, control) in sendings().controls.take() {
        control.set(Wish::Leave);
    }
    current().set(Vec::new());
}

/// Changes the state of a sending on the screens; a removed one stays removed.
pub(super) fn change(id: &SendingId, change: impl FnOnce(&mut Sending)) {
    current().update(|sendings| {
        if let Some(sending) = sendings.iter_mut().find(|sending| sending.id == *id) {
            change(sending);
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::invitations::sending::record;
    use crate::domain::invitations::sending::state::Kept;

    #[test]
    fn o5_a_reload_is_said_to_lose_what_is_prepared_or_only_on_this_page() {
        lifetime::begin();
        let lost = |all: Vec<(Kept, SendingState)>| {
            let sending = |(kept, state)| {
                let record = record::tests::record();
                Sending { id: record.id, plan: record.plan, kept, batch: None, state }
            };
            current().set(all.into_iter().map(sending).collect());
            lost_by_reload()
        };
        let prepared = || (Kept::InBrowser, SendingState::Preparing { stored: 0 });
        let sent = |kept| (kept, SendingState::Sending { done: 0 });
        // Without a catalogue, a text is its key.
        assert_eq!(lost(vec![prepared()]).as_deref(), Some("version.preparing"));
        assert_eq!(lost(vec![sent(Kept::OnThisPage)]).as_deref(), Some("sending.not_kept"));
        let both = vec![prepared(), sent(Kept::OnThisPage)];
        assert_eq!(lost(both).as_deref(), Some("sending.not_kept"), "which is more");
        assert_eq!(lost(vec![sent(Kept::InBrowser)]), None);
        assert_eq!(lost(vec![(Kept::OnThisPage, SendingState::Cancelled { batch: None })]), None, "is over");
    }
}
