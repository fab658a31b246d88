//! Keeps the batches of this page up to date that no screen shows, for the host of a panel, who is told of them.

use api_types::BatchId;
use leptos::prelude::*;

use super::registry::{current, hear};
use super::state::SendingState;
use super::view::shown;
use crate::api::batches;
use crate::domain::background_work;
use crate::platform::spawn;

/// The batches whose mails were on their way, except the one that the screen reads itself.
fn under_way() -> Vec<BatchId> {
    let shown = shown().get_untracked();
    current().with_untracked(|all| {
        let others = all.iter().filter(|sending| shown.as_ref() != Some(&sending.id));
        others
            .filter_map(|sending| match &sending.state {
                SendingState::Accepted { batch } if !batch.is_settled() => Some(batch.id.clone()),
                _ => None,
            })
            .collect()
    })
}

/// Reads them whenever background work is heard of, while the present scope lives.
pub(crate) fn follow() {
    let works = background_work::under_way();
    Effect::new(move |_| {
        works.track();
        let batches = under_way();
        spawn(async move {
            for id in batches {
                if let Ok(now) = batches::find(&id).await {
                    hear(&now);
                }
            }
        });
    });
}
