use leptos::prelude::*;

use crate::i18n;
use crate::platform::{spawn, storage, version};
use crate::t;

const MEGABYTE: f64 = 1_000_000.0;

/// What this browser keeps of the console, and how much room there is.
#[component]
pub(super) fn Here() -> impl IntoView {
    let room = RwSignal::new(None::<storage::Room>);
    spawn(async move {
        let found = storage::room().await;
        room.try_set(found);
    });
    let offline = if version::is_kept() { t!("profile.here_offline") } else { t!("profile.here_online") };
    view! {
        <section class="card" aria-labelledby="here-title">
            <h2 id="here-title">{t!("profile.here")}</h2>
            <p>{offline}</p>
            {move || room.get().map(|room| {
                let megabytes = |bytes: f64| i18n::number((bytes / MEGABYTE * 10.0).round() / 10.0);
                let stored = t!("profile.here_stored", used = megabytes(room.used), total = megabytes(room.total));
                view! { <p class="quiet">{stored}</p> }
            })}
        </section>
    }
}
