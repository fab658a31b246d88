//! Polls the batches that no screen shows, so that the strip reports when their mails are sent.

use api_types::BatchId;
use leptos::prelude::*;

use super::registry::{current, hear};
use super::state::{SendingId, SendingState};
use crate::api::{Pace, batches};
use crate::data::{Latest, Turn};
use crate::platform::{dom, timers};

/// The batches whose mails are on their way, except the one that the screen `shown` polls itself.
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

/// Polls them while the present scope lives and the page is visible.
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
                // The batch can no longer be read.
                Err(_) => return,
            }
        }
        pace = pace.after(is_moving);
    }
}
