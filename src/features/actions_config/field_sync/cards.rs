use leptos::prelude::*;

use super::card::SyncCard;
use super::people::PeopleCard;
use super::runs::RunsCard;
use super::state::Sync;
use crate::data::Load;

#[component]
pub(in crate::features::actions_config) fn FieldSyncCards() -> impl IntoView {
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
