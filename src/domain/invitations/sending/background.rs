//! Starting a sending, resuming those left behind, and stopping all of them.

use api_types::NewRow;
use leptos::prelude::*;
use wasm_split_helpers::{SplitLoaderError, wasm_split};

use super::control::Wish;
use super::registry::{add, current, forget_all, has_unsent, retry_now};
use super::state::{Kept, Plan, Sending, SendingId, SendingState};
use super::{driver, outbox};
use crate::domain::local_data::Person;
use crate::domain::session::{self, SessionState};
use crate::platform::{Task, spawn};
use crate::ui::ask_before_unload;

/// Resumes, for as long as the app lives, what the signed-in user left behind.
pub(crate) fn init() {
    let sendings = current();
    Effect::new(|before: Option<Option<Person>>| {
        let person = Person::signed_in();
        if before.flatten() != person {
            forget_all();
            if let Some(person) = person.clone() {
                spawn(async move {
                    // If the code cannot be loaded, the next start resumes the work: nothing is lost.
                    if let Ok(work) = take_up(person).await {
                        work.await;
                    }
                });
            }
        }
        person
    });
    Effect::new(|before: Option<bool>| {
        let is_signed_in = session::state().with(|state| matches!(state, SessionState::SignedIn(_)));
        if is_signed_in && before == Some(false) && has_unsent() {
            spawn(async {
                if let Ok(work) = look_again().await {
                    work.await;
                }
            });
        }
        is_signed_in
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
    let at_risk = Memo::new(move |_| sendings.with(|sendings| sendings.iter().any(Sending::is_at_risk)));
    ask_before_unload(move || at_risk.get());
}

/// Stores all rows of `source`, then sends them.
///
/// `source` returns the next rows each time it is called, any number at once, and none at the end; an error is a text
/// that tells the user why it failed.
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
            batch: None,
            state: SendingState::Preparing { stored: 0 },
        },
        Wish::Go,
    );
    spawn(driver::prepare_and_send(id.clone(), plan, source, control));
    id
}

/// Whether [`wipe`] would lose something, also what another tab has begun.
pub(crate) async fn keeps_unsent() -> bool {
    if has_unsent() {
        return true;
    }
    match are_kept().await {
        Ok(asked) => asked.await,
        Err(_) => false,
    }
}

/// Stops everything and removes what was stored for the signed-in user.
pub(crate) async fn wipe() {
    let ids: Vec<SendingId> =
        current().with_untracked(|sendings| sendings.iter().map(|sending| sending.id.clone()).collect());
    forget_all();
    if let Ok(work) = erase(ids).await {
        work.await;
    }
}

#[wasm_split(home, fallible)]
fn take_up(person: Person) -> Result<Task, SplitLoaderError> {
    Ok(Box::pin(driver::take_up(person)))
}

#[wasm_split(home, fallible)]
fn look_again() -> Result<Task, SplitLoaderError> {
    Ok(Box::pin(driver::look_again()))
}

#[wasm_split(home, fallible)]
fn are_kept() -> Result<Task<bool>, SplitLoaderError> {
    Ok(Box::pin(async { !outbox::records().await.is_empty() }))
}

#[wasm_split(home, fallible)]
fn erase(mut ids: Vec<SendingId>) -> Result<Task, SplitLoaderError> {
    Ok(Box::pin(async move {
        ids.extend(outbox::records().await.into_iter().map(|record| record.id));
        for id in ids {
            outbox::remove(&id).await;
        }
    }))
}
