//! Names the requests about the account that failed, where people are reviewed, with a button to repeat them.

use leptos::prelude::*;

use super::learn::Unknown;
use crate::t;
use crate::ui::{Button, Icon, IconName};

#[component]
pub(crate) fn UnknownNote(
    #[prop(into)] unknown: Signal<Vec<Unknown>>,
    #[prop(into)] asking: Signal<bool>,
    on_ask: Callback<()>,
) -> impl IntoView {
    let words = |unknown: Unknown| match unknown {
        Unknown::People => t!("unknown.people"),
        Unknown::Seats => t!("unknown.seats"),
        Unknown::Names => t!("unknown.names"),
    };
    view! {
        <Show when=move || !unknown.with(Vec::is_empty)>
            <div class="failed" role="alert">
                <p><Icon name=IconName::Alert />{t!("unknown.title")}</p>
                <ul class="reasons">
                    {move || unknown.get().into_iter().map(|unknown| view! { <li>{words(unknown)}</li> }).collect_view()}
                </ul>
                <p>{t!("unknown.then")}</p>
                <Button busy=asking on_press=on_ask>{t!("unknown.ask_again")}</Button>
            </div>
        </Show>
    }
}
