use leptos::prelude::*;

use crate::domain::navigation::{has_single_keys, use_single_keys};
use crate::t;

/// Whether keys without a modifier do something, in this browser.
#[component]
pub(super) fn Keys() -> impl IntoView {
    let change = |event: leptos::ev::Event| use_single_keys(event_target_checked(&event));
    view! {
        <section class="card" aria-labelledby="keys-title">
            <h2 id="keys-title">{t!("profile.keys")}</h2>
            <div class="field">
                <div class="check">
                    <input type="checkbox" id="single-keys" aria-describedby="single-keys-hint" checked=has_single_keys() on:change=change />
                    <label for="single-keys">{t!("profile.keys_single")}</label>
                </div>
                <p class="hint" id="single-keys-hint">{t!("profile.keys_hint")}</p>
            </div>
        </section>
    }
}
