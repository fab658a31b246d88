//! The cards of Action Field Sync: what it would do, how it goes, its runs and the people it brought.

mod card;
mod people;
mod polling;
mod preview;
mod progress;
mod run_details;
mod runs;
mod skips;
mod sync;
mod words;

use leptos::prelude::*;

use card::SyncCard;
use people::PeopleCard;
use runs::RunsCard;
use sync::Sync;

use crate::data::Load;

#[component]
pub(super) fn FieldSyncCards() -> impl IntoView {
    let sync = Sync::new();
    // Before the first run there is nothing to list.
    let has_begun = Memo::new(move |begun: Option<&bool>| {
        begun == Some(&true)
            || sync.runs.state.with(|runs| match runs {
                Load::Loading => false,
                Load::Ready(list) => !list.items.is_empty(),
                Load::Failed(_) => true,
            })
    });
    view! {
        <SyncCard sync />
        <Show when=move || has_begun.get()>
            <RunsCard sync />
            <PeopleCard turns=sync.turns />
        </Show>
    }
}
