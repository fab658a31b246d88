//! The cards of Action Field Sync: what it would do, how it goes, its runs and the people it brought.

mod card;
mod news;
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

#[component]
pub(super) fn FieldSyncCards() -> impl IntoView {
    let sync = Sync::new();
    view! {
        <SyncCard sync />
        <RunsCard sync />
        <PeopleCard turns=sync.turns />
    }
}
