//! Names what the account could not be asked, where people are reviewed, and asks again.

use leptos::prelude::*;

use super::learn::Unknown;
use crate::platform::connectivity;
use crate::t;
use crate::ui::{Button, Icon, IconName};

#[component]
pub(crate) fn UnknownNote(
    #[prop(into)] unknown: Signal<Vec<Unknown>>,
    /// Whether something is compared with an earlier answer.
    #[prop(optional, into)]
    is_older: Signal<bool>,
    #[prop(into)] asking: Signal<bool>,
    on_ask: Callback<()>,
) -> impl IntoView {
    connectivity::on_return(move || {
        let lacks = untrack(|| is_older.get() || !unknown.with(Vec::is_empty));
        if lacks && !asking.get_untracked() {
            on_ask.run(());
        }
    });
    let words = |unknown: Unknown| match unknown {
        Unknown::People => t!("unknown.people"),
        Unknown::Seats => t!("unknown.seats"),
        Unknown::Names => t!("unknown.names"),
    };
    let has_older = Memo::new(move |_| is_older.get() && unknown.with(Vec::is_empty));
    view! {
        <Show when=move || has_older.get()>
            <div class="note note-warning" role="status">
                <Icon name=IconName::Alert />
                <p class="grow">{t!("unknown.older")}</p>
                <Button busy=asking on_press=on_ask>{t!("unknown.ask_again")}</Button>
            </div>
        </Show>
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
