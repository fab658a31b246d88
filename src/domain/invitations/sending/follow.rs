//! Following the mails of batches that no screen shows, so that the strip says when they are sent.

use api_types::BatchId;
use leptos::prelude::*;

use super::registry::{current, hear};
use super::state::{SendingId, SendingState};
use crate::api::{Pace, batches};
use crate::data::{Latest, Turn};
use crate::platform::{dom, timers};

/// The batches whose mails are under way, but for the one that the screen `shown` follows itself.
fn under_way(shown: Option<&SendingId>) -> Vec<BatchId> {
    current().with(|all| {
        let others = all.iter().filter(|sending| shown != Some(&sending.id));
        others
            .filter_map(|sending| match &sending.state {
                SendingState::Accepted { batch } if !batch.is_settled() => Some(batch.id.clone()),
                _ => None,
            })
            .collect()
    })
}

/// Asks how they are doing as long as the present scope lives and somebody looks.
pub(super) fn follow(shown: RwSignal<Option<SendingId>>) {
    let batches = Memo::new(move |_| under_way(shown.get().as_ref()));
    let round = Latest::new();
    Effect::new(move |_| {
        if batches.with(|batches| !batches.is_empty())
            && let Some(turn) = round.begin()
        {
            leptos::task::spawn_local(ask(batches, turn));
        }
    });
}

async fn ask(batches: Memo<Vec<BatchId>>, turn: Turn) {
    let mut pace = Pace::default();
    loop {
        timers::sleep(pace.wait_ms()).await;
        if !turn.counts() {
            return;
        }
        if dom::document().hidden() {
            continue;
        }
        let mut is_moving = false;
        for id in batches.try_get_untracked().unwrap_or_default() {
            match batches::find(&id).await {
                Ok(now) => is_moving |= hear(&now),
                Err(failure) if failure.is_transient() => {}
                // It is not to be known any more.
                Err(_) => return,
            }
        }
        pace = pace.after(is_moving);
    }
}
